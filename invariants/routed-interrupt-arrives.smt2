; Completeness: what over-blocking breaks. A device sends what it is programmed to send, and the unit goes by what it has cached of that entry
; where it has something; that the entry in memory is right is not enough.
(set-info :says "If no invalidation is pending, an interrupt arrives where its guest's entry for the device leads.")
(set-info :kind safety)
(set-info :source "VT-d specification 2.x, chapter 5.1; lantianyu/Xen, vvtd.c: the page of the table, the bits of the destination")

(define-fun invariant () Bool
  (and (forall ((q Req) (e Dom) (l Line))
         (=> (assigned q e) (routesTo q l) (not (interruptOwed q)) (endsAt q l)))
       ; That is one of the places where its messages may end: by how the two words are computed, which holds them together.
       (forall ((q Req) (l Line)) (=> (endsAt q l) (reachesLine q l)))))

; An entry leads somewhere.
(define-fun witness () Bool
  (exists ((q Req) (l Line)) (and (routesTo q l) (not (interruptOwed q)))))
