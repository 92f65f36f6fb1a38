; FPD: the guest wants to hear nothing of messages that still have the index of an entry that it took away.
(set-info :says "A guest's fault record is only of a device of which a message was refused whose entry did not suppress its faults.")
(set-info :kind safety)
(set-info :source "VT-d specification 2.x, chapters 5.1.4.1 and 9.10: FPD; fact sheet viommu, VI10: qualified faults are suppressed")

(define-fun invariant () Bool
  (forall ((q Req)) (=> (recordOf q) (someBlocked q))))

; One is.
(define-fun witness () Bool
  (exists ((q Req)) (and (recordOf q) (someBlocked q))))
