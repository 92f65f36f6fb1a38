; Completeness, while an entry changes. Drivers promise it that change an entry in use by one store: Linux since 5.9 (2020), Xen since 2025. Those that
; clear RemapEn first have messages aborted meanwhile, and an edge that is lost is not sent again.
(set-info :says "While an entry is moved, its interrupts arrive at the old or at the new place.")
(set-info :kind safety)
(set-info :source "Linux e52d58d54a32 (2020); Xen b953a99da9 (2025)")

(define-fun invariant () Bool
  (forall ((q Req) (e Dom))
    (=> (assigned q e) (interruptMoves q)
        (exists ((l Line)) (and (endsAt q l) (lineOf l e))))))

; One moves, and ends elsewhere than it is to lead: by the entry before the store, or by what is cached of it.
(define-fun witness () Bool
  (exists ((q Req) (l Line)) (and (interruptMoves q) (endsAt q l) (not (routesTo q l)))))
