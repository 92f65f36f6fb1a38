; The type of a frame is pinned down by its count: while the count is not 0 the type cannot change. So the count must be the number of
; those who rely on it: its owner's writable entry, its owner's pin as a page table, and each side of each writable mapping by
; a grant, from when it can no longer fail until its pins are dropped. One too few makes a page table of a frame that
; somebody writes.
(set-info :says "The count of a frame's type equals the uses that rely on it: owner's entries, pins, and writable grant mappings.")
(set-info :kind safety)
(set-info :source "Xen get_page_type, put_page_type: one type reference per use; XSA-224")

(define-fun invariant () Bool
  (forall ((f Frame) (n Nat))
    (= (uses f n) (or (ownUse f n) (exists ((k Hold)) (useUnit k f n))))))

; A frame is mapped for writing by its owner and by a grant.
(define-fun witness () Bool
  (exists ((f Frame) (n Nat) (m Nat) (k Hold)) (and (ownUse f n) (useUnit k f m))))
