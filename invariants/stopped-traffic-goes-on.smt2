; A Calgary forgets everything of a bus or nothing, while no request is under way: the driver stops the bus, and lets it on again. One that stays
; stopped serves no device until the next invalidation; one that was not stopped may bring back what is forgotten.
(set-info :says "A bus stands still exactly between the driver's stop and its restart.")
(set-info :kind safety)
(set-info :source "Linux pci-calgary_64.c: calgary_tce_cache_blast, calioc2_tce_cache_blast")

(define-fun invariant () Bool
  (forall ((u Unit)) (= (trafficStopped u) (blasting u))))

(define-fun witness () Bool
  (exists ((u Unit)) (and (trafficStopped u) (blasting u))))
