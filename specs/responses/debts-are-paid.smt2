; One debt and one token that covers it, whatever the token is busy with at first: it may be on its way for an earlier debt, which does
; not count. Nobody weakens the page again: in the discipline another CPU may do so for ever (see docs/explanation/the-proof.md).
(set-info :says "What is owed for a page is paid, by any invalidation that covers it.")
(set-info :source "Intel VT-d specification 6.5; Linux drivers/iommu/intel, qi_submit_sync")
(set-info :fair "software submits the invalidation when its token is free and looks at it when it is done; hardware goes on with it")
(set-info :rely "nobody weakens an entry of the page or takes more to be owed there, and the invalidation is not given up")
(define-fun waiting ((u Unit) (t Tag) (p Page) (i Inv)) Bool
  (and (covers i u t p) (or (dirty u t p) (dirtyW u t p))))
(define-fun answered ((u Unit) (t Tag) (p Page) (i Inv)) Bool
  (and (not (dirty u t p)) (not (dirtyW u t p))))
(define-fun without.clear-entry ((u Unit) (t Tag) (p Page) (i Inv) (s Space) (q Page)) Bool
  (and (= q p) (stands u t s)))
(define-fun without.clear-entry-ro ((u Unit) (t Tag) (p Page) (i Inv) (s Space) (q Page)) Bool
  (and (= q p) (stands u t s)))
(define-fun without.demote-entry ((u Unit) (t Tag) (p Page) (i Inv) (s Space) (q Page)) Bool
  (and (= q p) (stands u t s)))
(define-fun without.owe ((u Unit) (t Tag) (p Page) (i Inv) (v Unit) (x Tag) (q Page)) Bool
  (and (= v u) (= x t) (= q p)))
(define-fun without.give-up ((u Unit) (t Tag) (p Page) (i Inv) (j Inv)) Bool (= j i))

(define-fun earlier.stage ((u Unit) (t Tag) (p Page) (i Inv)) Bool (and (covers i u t p) (queued i)))
(define-fun earlier.takes.complete-invalidation ((u Unit) (t Tag) (p Page) (i Inv) (j Inv)) Bool (= j i))
(define-fun earlier-done.stage ((u Unit) (t Tag) (p Page) (i Inv)) Bool
  (and (covers i u t p) (done i) (not (queued i))))
(define-fun earlier-done.takes.acknowledge ((u Unit) (t Tag) (p Page) (i Inv) (j Inv)) Bool (= j i))
(define-fun unsubmitted.stage ((u Unit) (t Tag) (p Page) (i Inv)) Bool
  (and (covers i u t p) (not (queued i)) (not (done i))))
(define-fun unsubmitted.takes.submit ((u Unit) (t Tag) (p Page) (i Inv) (j Inv)) Bool (= j i))
(define-fun submitted.stage ((u Unit) (t Tag) (p Page) (i Inv)) Bool (and (pays i u t p) (queued i)))
(define-fun submitted.takes.complete-invalidation ((u Unit) (t Tag) (p Page) (i Inv) (j Inv)) Bool (= j i))
(define-fun completed.stage ((u Unit) (t Tag) (p Page) (i Inv)) Bool (and (pays i u t p) (done i)))
(define-fun completed.takes.acknowledge ((u Unit) (t Tag) (p Page) (i Inv) (j Inv)) Bool (= j i))
