; What is in a frame when it goes back to Xen, its next owner reads: Xen does not scrub what is exchanged or ballooned.
(set-info :says "A free frame holds no data.")
(set-info :kind safety)
(set-info :source "Linux arch/x86/xen/mmu_pv.c: xen_create_contiguous_region clears the region first")

(define-fun invariant () Bool
  (forall ((f Frame)) (=> (free f) (not (holdsData f)))))

; A frame is free, another one holds data.
(define-fun witness () Bool
  (exists ((f Frame) (g Frame)) (and (free f) (holdsData g))))
