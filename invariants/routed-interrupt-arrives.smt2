; Completeness: what over-blocking breaks. A device sends what it is programmed to send, and the unit goes by what it has cached of that entry
; where it has something; that the entry in memory is right is not enough.
(set-info :says "Where a guest's entry leads an interrupt of its device, it ends, where nothing is owed.")
(set-info :kind safety)
(set-info :source "invariant sheet, C11: interrupts with a valid entry and the right source are delivered; vvtd drafts, V7 and V12")

(define-fun invariant () Bool
  (and (forall ((q Req) (e Dom) (l Line))
         (=> (assigned q e) (routesTo q l) (not (interruptOwed q)) (endsAt q l)))
       ; That is one of the places where its messages may end: by how the two words are computed, which holds them together.
       (forall ((q Req) (l Line)) (=> (endsAt q l) (reachesLine q l)))))

; An entry leads somewhere.
(define-fun witness () Bool
  (exists ((q Req) (l Line)) (and (routesTo q l) (not (interruptOwed q)))))
