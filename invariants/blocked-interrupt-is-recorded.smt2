; Of one source only the first fault is kept; where no record is free, the guest sees that some are lost. A record counts
; where its reader, who begins at FRI and goes on until F is clear, comes to it. What the physical unit has recorded is on its way.
(set-info :says "When a device's interrupt message is blocked, its guest's fault records show it, show a loss, or will soon.")
(set-info :kind safety)
(set-info :source "VT-d specification 2.x, chapter 7.2; lantianyu/Xen, vvtd.c: the test of F, the index, the lock")

(define-fun invariant () Bool
  (and (forall ((q Req) (m Message))
         (=> (wasBlocked q m) (or (recordedFault q m) (overflowed q) (faultUnderway q))))
       (forall ((q Req)) (not (lostEarly q)))
       ; What follows holds by how these words are computed, of the same record: it holds two views of it together, and no fault breaks it.
       ; The record of a message is one of its device.
       (forall ((q Req) (m Message)) (=> (recordedFault q m) (recordOf q)))
       ; That others are lost the guest is told.
       (forall ((q Req) (e Dom)) (=> (overflowed q) (assigned q e) (faultsLost e)))))

; One was refused and is recorded.
(define-fun witness () Bool
  (exists ((q Req) (m Message)) (and (wasBlocked q m) (recordedFault q m))))
