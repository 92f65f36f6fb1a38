; A device that nobody has may still have a cached entry: that of tables which are no domain's, or that of nothing.
(set-info :says "Every assign returns: a device that is nobody's, and has no entry, is a domain's in the end.")
(set-info :source "Xen drivers/passthrough: assign_device")
(set-info :fair "software has each debt for the device's cached entries paid, then writes its entry; hardware goes on; tokens cover every device")
(set-info :rely "nobody else takes the device, writes or empties an entry of it, takes more to be owed for it, takes the tag away, or gives up")
(define-fun tokens () Bool (forall ((u Unit) (q Req)) (exists ((i Inv)) (coversQ i u q))))
(define-fun begun ((q Req) (e Dom) (u Unit) (s Space) (t Tag)) Bool
  (and (for s e) (stands u t s) (not (moving q)) (forall ((x Dom)) (not (assigned q x)))
       (forall ((v Unit) (x Space) (y Tag)) (not (ent v q x y)))
       tokens))
(define-fun waiting ((q Req) (e Dom) (u Unit) (s Space) (t Tag)) Bool (begun q e u s t))
(define-fun answered ((q Req) (e Dom) (u Unit) (s Space) (t Tag)) Bool (assigned q e))
(define-fun without.assign ((q Req) (e Dom) (u Unit) (s Space) (t Tag) (r Req) (d Dom) (v Unit) (x Space) (y Tag)) Bool
  (and (= r q) (not (= d e))))
(define-fun without.give-device ((q Req) (e Dom) (u Unit) (s Space) (t Tag) (r Req) (d Dom)) Bool (and (= r q) (not (= d e))))
(define-fun without.park-context ((q Req) (e Dom) (u Unit) (s Space) (t Tag) (r Req) (v Unit) (x Space) (y Tag)) Bool (= r q))
(define-fun without.clear-context ((q Req) (e Dom) (u Unit) (s Space) (t Tag) (v Unit) (r Req)) Bool (= r q))
(define-fun without.owe-context ((q Req) (e Dom) (u Unit) (s Space) (t Tag) (v Unit) (r Req)) Bool (= r q))
(define-fun without.return-tag ((q Req) (e Dom) (u Unit) (s Space) (t Tag) (v Unit) (y Tag)) Bool (and (= v u) (= y t)))
(define-fun without.give-up ((q Req) (e Dom) (u Unit) (s Space) (t Tag) (j Inv)) Bool true)

(define-fun copies.stage ((q Req) (e Dom) (u Unit) (s Space) (t Tag)) Bool (begun q e u s t))
(define-fun copies.left ((q Req) (e Dom) (u Unit) (s Space) (t Tag) (v Unit)) Bool (dirtyQ v q))
(define-fun copies.awaits.context-debts-are-paid
    ((q Req) (e Dom) (u Unit) (s Space) (t Tag) (v Unit) (w Unit) (r Req) (i Inv)) Bool
  (and (= w v) (= r q) (coversQ i v q)))
(define-fun clean.stage ((q Req) (e Dom) (u Unit) (s Space) (t Tag)) Bool
  (and (begun q e u s t) (forall ((v Unit)) (not (dirtyQ v q)))))
(define-fun clean.takes.assign ((q Req) (e Dom) (u Unit) (s Space) (t Tag) (r Req) (d Dom) (v Unit) (x Space) (y Tag)) Bool
  (and (= r q) (= d e) (= v u) (= x s) (= y t)))
