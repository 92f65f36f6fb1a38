; The order of passing a device through: a domain sees a device when it is its own and led to its space, and no earlier; the device masters
; the bus when that is so; and both end before anything is taken away. Between, nothing is being changed. A domain that sees a device too
; early programs it before there is a space; one that masters too long writes through what is being taken down.
(set-info :says "A device that a domain sees, or that masters the bus, is assigned, and nothing about it is being changed.")
(set-info :kind safety)
(set-info :source "xen-devel 2006, Xen Calgary IOMMU support: integration with pci frontend and backend; XSA-302 (2019): a device that is given back may still write")

(define-fun invariant () Bool
  (and
    (forall ((q Req) (e Dom)) (=> (exposed q e) (and (assigned q e) (not (settlingQ q)))))
    (forall ((q Req)) (=> (mastering q) (not (settlingQ q))))
    (forall ((q Req)) (=> (forall ((e Dom)) (not (assigned q e))) (not (mastering q))))))

; A domain sees a device that masters the bus.
(define-fun witness () Bool
  (exists ((q Req) (e Dom)) (and (exposed q e) (mastering q))))
