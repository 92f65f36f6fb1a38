; VI6 of interrupts.
(set-info :says "A device that nobody has raises no interrupt.")
(set-info :kind safety)
(set-info :source "seed 002: detach of hotplugged devices; fact sheet viommu, VI6")

(define-fun invariant () Bool
  (forall ((q Req))
    (=> (forall ((e Dom)) (not (assigned q e)))
        (forall ((l Line)) (not (reachesLine q l))))))

; One device is nobody's while another one raises some.
(define-fun witness () Bool
  (exists ((q Req) (r Req) (l Line))
    (and (forall ((e Dom)) (not (assigned q e))) (reachesLine r l))))
