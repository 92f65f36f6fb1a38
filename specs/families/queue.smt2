; A queue with an order: invalidations are completed one after the other as they were submitted, so software waits for the last one of several and
; takes all before it for done.
(set-info :assumes-in-order "hardware completes invalidations in the order in which they were submitted")
(define-fun initially () Bool true)
(define-fun at-first () Bool (forall ((i Inv) (j Inv)) (not (before i j))))

(define-fun submit.besides ((i Inv)) Bool true)
(define-fun submit.before ((i Inv) (j Inv) (k Inv)) Bool
  (or (and (before j k) (not (= j i)) (not (= k i))) (and (= k i) (not (= j i)) (or (queued j) (done j)))))
(define-fun complete-invalidation.besides ((i Inv)) Bool (forall ((j Inv)) (=> (before j i) (not (queued j)))))
(set-info :acknowledge "the software sees that an invalidation completed; what it pays is no longer owed, nor what those before it pay")
(define-fun upto ((i Inv) (j Inv)) Bool (or (= j i) (before j i)))
(define-fun acknowledge.guard ((i Inv)) Bool (done i))
(define-fun acknowledge.dirty ((i Inv) (a Unit) (b Tag) (c Page)) Bool
  (and (dirty a b c) (forall ((j Inv)) (=> (upto i j) (not (pays j a b c))))))
(define-fun acknowledge.dirtyW ((i Inv) (a Unit) (b Tag) (c Page)) Bool
  (and (dirtyW a b c) (forall ((j Inv)) (=> (upto i j) (not (pays j a b c))))))
(define-fun acknowledge.dirtyQ ((i Inv) (a Unit) (b Req)) Bool
  (and (dirtyQ a b) (forall ((j Inv)) (=> (upto i j) (not (paysQ j a b))))))
(define-fun acknowledge.undrained ((i Inv) (a Unit) (b Req)) Bool
  (and (undrained a b) (forall ((j Inv)) (=> (upto i j) (not (paysF j a b))))))
(define-fun acknowledge.done ((i Inv) (j Inv)) Bool (and (done j) (not (upto i j))))
(define-fun acknowledge.before ((i Inv) (j Inv) (k Inv)) Bool (and (before j k) (not (upto i j)) (not (upto i k))))
(define-fun acknowledge.pays ((i Inv) (j Inv) (a Unit) (b Tag) (c Page)) Bool (and (pays j a b c) (not (upto i j))))
(define-fun acknowledge.paysQ ((i Inv) (j Inv) (a Unit) (b Req)) Bool (and (paysQ j a b) (not (upto i j))))
(define-fun acknowledge.paysF ((i Inv) (j Inv) (a Unit) (b Req)) Bool (and (paysF j a b) (not (upto i j))))
(define-fun give-up.besides ((i Inv)) Bool true)
(define-fun give-up.before ((i Inv) (j Inv) (k Inv)) Bool (and (before j k) (not (= j i)) (not (= k i))))
