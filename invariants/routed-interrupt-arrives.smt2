; Completeness: what over-blocking breaks.
(set-info :says "Where a guest's entry leads an interrupt of its device, it ends, where nothing is owed.")
(set-info :kind safety)
(set-info :source "invariant sheet, C11: interrupts with a valid entry and the right source are delivered; vvtd drafts, V7 and V12")

(define-fun invariant () Bool
  (forall ((q Req) (e Dom) (l Line))
    (=> (assigned q e) (routesTo q l) (not (interruptOwed q)) (reachesLine q l))))

; An entry leads somewhere.
(define-fun witness () Bool
  (exists ((q Req) (l Line)) (and (routesTo q l) (not (interruptOwed q)))))
