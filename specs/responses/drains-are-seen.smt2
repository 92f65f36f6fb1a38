; A drain counts only if it was submitted after the entry was emptied and its cached copy invalidated; so both are part of what waits.
(set-info :says "The drain of a device whose entry is gone, and not cached, is seen to end.")
(set-info :source "Intel VT-d specification 6.5.5: draining of requests")
(set-info :fair "software submits the drain when its token is free and looks at it when it is done; hardware goes on with it")
(set-info :rely "nobody writes or empties the device's entry there or takes more to be owed for it, and the drain is not given up")
(define-fun gone ((u Unit) (q Req) (i Inv)) Bool
  (and (drains i u q) (not (dirtyQ u q)) (forall ((s Space) (t Tag)) (not (ent u q s t)))))
(define-fun waiting ((u Unit) (q Req) (i Inv)) Bool (and (undrained u q) (gone u q i)))
(define-fun answered ((u Unit) (q Req) (i Inv)) Bool (not (undrained u q)))
(define-fun without.assign ((u Unit) (q Req) (i Inv) (r Req) (e Dom) (v Unit) (s Space) (t Tag)) Bool (and (= v u) (= r q)))
(define-fun without.write-context ((u Unit) (q Req) (i Inv) (r Req) (e Dom) (v Unit) (s Space) (t Tag)) Bool
  (and (= v u) (= r q)))
(define-fun without.clear-context ((u Unit) (q Req) (i Inv) (v Unit) (r Req)) Bool (and (= v u) (= r q)))
(define-fun without.owe-context ((u Unit) (q Req) (i Inv) (v Unit) (r Req)) Bool (and (= v u) (= r q)))
(define-fun without.owe-drain ((u Unit) (q Req) (i Inv) (v Unit) (r Req)) Bool (and (= v u) (= r q)))
(define-fun without.park-context ((u Unit) (q Req) (i Inv) (r Req) (v Unit) (s Space) (t Tag)) Bool (and (= v u) (= r q)))
(define-fun without.lead-context ((u Unit) (q Req) (i Inv) (r Req) (e Dom) (v Unit) (s Space) (t Tag)) Bool
  (and (= v u) (= r q)))
(define-fun without.move-context ((u Unit) (q Req) (i Inv) (r Req) (d Dom) (e Dom) (v Unit) (s Space) (t Tag)) Bool
  (and (= v u) (= r q)))
(define-fun without.give-up ((u Unit) (q Req) (i Inv) (j Inv)) Bool (= j i))

(define-fun earlier.stage ((u Unit) (q Req) (i Inv)) Bool (and (gone u q i) (queued i)))
(define-fun earlier.takes.complete-invalidation ((u Unit) (q Req) (i Inv) (j Inv)) Bool (= j i))
(define-fun earlier-done.stage ((u Unit) (q Req) (i Inv)) Bool (and (gone u q i) (done i) (not (queued i))))
(define-fun earlier-done.takes.acknowledge ((u Unit) (q Req) (i Inv) (j Inv)) Bool (= j i))
(define-fun unsubmitted.stage ((u Unit) (q Req) (i Inv)) Bool (and (gone u q i) (not (queued i)) (not (done i))))
(define-fun unsubmitted.takes.submit ((u Unit) (q Req) (i Inv) (j Inv)) Bool (= j i))
(define-fun submitted.stage ((u Unit) (q Req) (i Inv)) Bool (and (gone u q i) (paysF i u q) (queued i)))
(define-fun submitted.takes.complete-invalidation ((u Unit) (q Req) (i Inv) (j Inv)) Bool (= j i))
(define-fun completed.stage ((u Unit) (q Req) (i Inv)) Bool (and (gone u q i) (paysF i u q) (done i)))
(define-fun completed.takes.acknowledge ((u Unit) (q Req) (i Inv) (j Inv)) Bool (= j i))
