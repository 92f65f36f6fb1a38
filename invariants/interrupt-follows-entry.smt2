; After its invalidation is done, an entry that the guest has changed is what it says now, for the source that it names.
(set-info :says "If no invalidation is pending, an interrupt arrives only where the guest's present entry for its source leads.")
(set-info :kind safety)
(set-info :source "VT-d specification 2.x, chapter 5.1; lantianyu/Xen, vvtd.c: the source check, the index check, stale entries")

(define-fun invariant () Bool
  (forall ((q Req) (e Dom) (l Line))
    (=> (assigned q e) (guestLine l) (not (interruptOwed q)) (reachesLine q l) (routesTo q l))))

; One does, and the guest has changed nothing since.
(define-fun witness () Bool
  (exists ((q Req) (l Line)) (and (guestLine l) (reachesLine q l) (not (interruptOwed q)))))
