; The queue of the discipline has no order, so there is nothing to rank: hardware may complete any token that is queued, nothing but that and
; giving up takes a token out of the queue, and one that was taken out is done.
(set-info :says "Every submitted invalidation is completed.")
(set-info :source "Intel VT-d specification 6.5: queued invalidations are processed; decision 020")
(set-info :fair "hardware goes on with each invalidation that is queued")
(set-info :rely "software does not give the invalidation up")
(define-fun waiting ((i Inv)) Bool (queued i))
(define-fun answered ((i Inv)) Bool (done i))
(define-fun without.give-up ((i Inv) (j Inv)) Bool (= j i))

(define-fun submitted.stage ((i Inv)) Bool (queued i))
(define-fun submitted.takes.complete-invalidation ((i Inv) (j Inv)) Bool (= j i))
