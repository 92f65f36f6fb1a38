; VI10 of requests. A device's further faults are collapsed with its first; what the physical unit has recorded is on its way to the guest.
(set-info :says "A blocked request of a translated device is in its guest's fault record, lost visibly, or on its way; and no other is recorded.")
(set-info :kind safety)
(set-info :source "VT-d specification 2.x, chapter 7.2; fact sheet viommu, VI10: in the virtual record, not only in hardware")

(define-fun invariant () Bool
  (and (forall ((q Req) (p Page))
         (=> (refusedDma q p) (or (recordedDma q) (dmaFaultsLost q) (dmaFaultUnderway q))))
       (forall ((q Req) (p Page)) (=> (recordedDmaAt q p) (refusedDma q p)))))

; One was blocked and is recorded.
(define-fun witness () Bool
  (exists ((q Req) (p Page)) (and (refusedDma q p) (recordedDmaAt q p))))
