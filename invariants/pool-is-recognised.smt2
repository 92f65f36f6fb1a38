; SW11. An unmap is told a bus address only. A foreign frame has its owner's number in Xen's table, and that may be one of the pool's
; here: what the table says is believed only if the p2m says it back.
(set-info :says "The layer takes a bus address for the pool's exactly when a page of the pool has that frame.")
(set-info :kind safety)
(set-info :source "Linux drivers/xen/swiotlb-xen.c: is_xen_swiotlb_buffer")

(define-fun invariant () Bool
  (forall ((f Frame)) (and (=> (takenForPool f) (poolFrame f)) (=> (poolFrame f) (takenForPool f)))))

; A frame of another domain has the number of a page of the pool.
(define-fun witness () Bool
  (exists ((f Frame) (x Gfn) (g Frame)) (and (m2p f x) (p2m x g) (poolFrame g) (not (poolFrame f)))))
