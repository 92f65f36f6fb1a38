; VI7 and VI5: after its invalidation is done, an entry that the guest has changed is what it says now, for the source that it names.
(set-info :says "An interrupt ends at a guest only where the guest's present entry for its source leads, where nothing is owed.")
(set-info :kind safety)
(set-info :source "fact sheet viommu, VI5 and VI7; vvtd drafts, V2, V3 and V8")

(define-fun invariant () Bool
  (forall ((q Req) (e Dom) (l Line))
    (=> (assigned q e) (guestLine l) (not (interruptOwed q)) (reachesLine q l) (routesTo q l))))

; One does, and the guest has changed nothing since.
(define-fun witness () Bool
  (exists ((q Req) (l Line)) (and (guestLine l) (reachesLine q l) (not (interruptOwed q)))))
