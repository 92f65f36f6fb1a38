; Whatever software does in the meantime, giving up included: a token that was submitted can be used again in the end.
(set-info :says "Every submitted invalidation is seen to complete, or given up, and its token is free again.")
(set-info :source "Intel VT-d specification 6.5.2.8: software waits for the status of a wait descriptor")
(set-info :fair "hardware goes on with each invalidation that is queued; software looks at each that is done")
(define-fun waiting ((i Inv)) Bool (or (queued i) (done i)))
(define-fun answered ((i Inv)) Bool (and (not (queued i)) (not (done i))))

(define-fun submitted.stage ((i Inv)) Bool (queued i))
(define-fun submitted.takes.complete-invalidation ((i Inv) (j Inv)) Bool (= j i))
(define-fun completed.stage ((i Inv)) Bool (and (done i) (not (queued i))))
(define-fun completed.takes.acknowledge ((i Inv) (j Inv)) Bool (= j i))
