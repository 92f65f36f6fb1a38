; What alloc_coherent returned is used until free_coherent is called, by a device that was given one address. Freed with another size it would be
; in part the kernel's; freed before its frames went back, they would go from under whoever got its pages next.
(set-info :says "Coherent memory in use is complete, and lies on contiguous frames that its device can address.")
(set-info :kind safety)
(set-info :source "Linux drivers/xen/swiotlb-xen.c: xen_swiotlb_alloc_coherent, xen_swiotlb_free_coherent")

(define-fun invariant () Bool
  (and (forall ((x Gfn) (f Frame)) (=> (coherentInUse x) (p2m x f) (inReach f)))
       (forall ((x Gfn) (y Gfn))
         (=> (nextInPiece x y)
             (and (=> (coherentInUse x) (coherentAt y))
                  (=> (coherentInUse y) (coherentAt x))
                  (forall ((f Frame) (g Frame)) (=> (coherentInUse x) (p2m x f) (p2m y g) (nextFrame f g))))))))

; Coherent memory is in use.
(define-fun witness () Bool
  (exists ((x Gfn) (f Frame)) (and (coherentInUse x) (p2m x f))))
