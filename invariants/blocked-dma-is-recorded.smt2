; A device's further faults are collapsed with its first; what the physical unit has recorded is on its way to the guest.
; A record counts where its reader, who begins at FRI and goes on until F is clear, comes to it. Of what an entry with FPD has silenced none is;
; while the guest has changed that and not had it invalidated, either is right.
(set-info :says "A guest's fault records show exactly its blocked requests, except those that are lost or on their way.")
(set-info :kind safety)
(set-info :source "VT-d specification 2.x, chapters 7.1 and 7.2")

(define-fun invariant () Bool
  (and (forall ((q Req) (p Page))
         (=> (refusedDma q p) (or (recordedDma q) (dmaFaultsLost q) (dmaFaultUnderway q))))
       (forall ((q Req) (p Page)) (=> (recordedDmaAt q p) (mayBeToldDma q p)))
       (forall ((q Req)) (not (lostEarly q)))
       ; A record has its page.
       (forall ((q Req)) (=> (recordedDma q) (exists ((p Page)) (recordedDmaAt q p))))))

; One was blocked and is recorded.
(define-fun witness () Bool
  (exists ((q Req) (p Page)) (and (refusedDma q p) (recordedDmaAt q p))))
