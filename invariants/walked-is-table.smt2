; A page of I/O tables goes back to the heap only when no walk can come to it any more: not through the entry above it, nor
; through what a paging-structure cache, or a walk that has passed that entry, remembers of it.
(set-info :says "A walk continues only in pages of I/O tables, from memory or from cached upper levels.")
(set-info :kind safety)
(set-info :source "Xen 6b4d71d028, 2d1bb66d87: tables freed after the flush; VT-d: an invalidation without IH drops paging-structure caches")

(define-fun invariant () Bool
  (forall ((f Frame)) (=> (walked f) (ioTable f))))

; A frame is free while another one is walked.
(define-fun witness () Bool
  (exists ((f Frame) (g Frame)) (and (walked f) (free g))))
