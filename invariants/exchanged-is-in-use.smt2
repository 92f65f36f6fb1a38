; Frames that devices can address are scarce: those that were exchanged for coherent memory go back when it is freed.
(set-info :says "Frames that were exchanged for coherent memory lie under coherent memory in use.")
(set-info :kind safety)
(set-info :source "Linux 3.6, xen_swiotlb_free_coherent: the condition was the wrong way round")

(define-fun invariant () Bool
  (forall ((x Gfn)) (=> (exchangedAt x) (coherentAt x))))

; Frames were exchanged.
(define-fun witness () Bool
  (exists ((x Gfn)) (exchangedAt x)))
