; FPD: the guest wants to hear nothing of messages that still have the index of an entry that it took away. What an entry suppresses is by the
; guest's own table, not by Xen's reading of it.
(set-info :says "A guest's records show only refused messages that are not suppressed, and report a loss only after one.")
(set-info :kind safety)
(set-info :source "VT-d specification 2.x, chapters 5.1.4.1 and 9.10: FPD")

(define-fun invariant () Bool
  (and (forall ((q Req)) (=> (recordOf q) (someBlocked q)))
       (forall ((e Dom)) (=> (faultsLost e) (someLost e)))))

; One is.
(define-fun witness () Bool
  (exists ((q Req)) (and (recordOf q) (someBlocked q))))
