; A move to one of its two domains: each entry that leads elsewhere is emptied, or led there, which counts as well; cached copies are invalidated;
; what is in flight for the other domain ends, of itself or by a drain; then the device is that domain's. What end-move looks at comes to be so.
(set-info :says "Every move of a device ends: it is one of the two domains' in the end, whichever its entries are led to.")
(set-info :source "Xen drivers/passthrough: reassign_device, which gives a device from one domain to another; VT-d specification, chapter 6.5")
(set-info :fair "software empties each entry that leads elsewhere, has debts paid, then ends the move; hardware goes on; requests end; tokens cover devices")
(set-info :rely "nobody leads the device elsewhere, writes or empties an entry that leads there, takes more to be owed for it, or gives up")
(define-fun tokens () Bool (forall ((u Unit) (q Req)) (exists ((i Inv)) (coversQ i u q))))
(define-fun begun ((q Req) (d Dom) (e Dom) (x Dom)) Bool (and (between q d e) (or (= x d) (= x e)) tokens))
(define-fun led ((q Req) (x Dom)) Bool (forall ((u Unit) (s Space) (t Tag)) (=> (ent u q s t) (for s x))))
(define-fun waiting ((q Req) (d Dom) (e Dom) (x Dom)) Bool (begun q d e x))
(define-fun answered ((q Req) (d Dom) (e Dom) (x Dom)) Bool (not (moving q)))
(define-fun without.move-context
    ((q Req) (d Dom) (e Dom) (x Dom) (r Req) (a Dom) (b Dom) (u Unit) (s Space) (t Tag)) Bool
  (and (= r q) (or (not (for s x)) (forall ((y Space) (z Tag)) (=> (ent u q y z) (for y x))))))
(define-fun without.park-context ((q Req) (d Dom) (e Dom) (x Dom) (r Req) (u Unit) (s Space) (t Tag)) Bool (= r q))
(define-fun without.clear-context ((q Req) (d Dom) (e Dom) (x Dom) (u Unit) (r Req)) Bool
  (and (= r q) (forall ((y Space) (z Tag)) (=> (ent u q y z) (for y x)))))
(define-fun without.owe-context ((q Req) (d Dom) (e Dom) (x Dom) (u Unit) (r Req)) Bool (= r q))
(define-fun without.give-up ((q Req) (d Dom) (e Dom) (x Dom) (j Inv)) Bool true)

(define-fun entries.stage ((q Req) (d Dom) (e Dom) (x Dom)) Bool (begun q d e x))
(define-fun entries.left ((q Req) (d Dom) (e Dom) (x Dom) (u Unit) (s Space) (t Tag)) Bool (and (ent u q s t) (not (for s x))))
(define-fun entries.takes.clear-context
    ((q Req) (d Dom) (e Dom) (x Dom) (u Unit) (s Space) (t Tag) (v Unit) (r Req)) Bool
  (and (= v u) (= r q)))
(define-fun copies.stage ((q Req) (d Dom) (e Dom) (x Dom)) Bool (and (begun q d e x) (led q x)))
(define-fun copies.left ((q Req) (d Dom) (e Dom) (x Dom) (u Unit)) Bool (dirtyQ u q))
(define-fun copies.awaits.context-debts-are-paid
    ((q Req) (d Dom) (e Dom) (x Dom) (u Unit) (v Unit) (r Req) (i Inv)) Bool
  (and (= v u) (= r q) (coversQ i u q)))
(define-fun requests.stage ((q Req) (d Dom) (e Dom) (x Dom)) Bool
  (and (begun q d e x) (led q x) (forall ((u Unit)) (not (dirtyQ u q)))))
(define-fun requests.left
    ((q Req) (d Dom) (e Dom) (x Dom) (u Unit) (t Tag) (s Space) (p Page) (f Frame)) Bool
  (and (stands u t s) (not (for s x)) (or (flyR u q t p f) (flyW u q t p f))))
(define-fun requests.takes.end-walk
    ((q Req) (d Dom) (e Dom) (x Dom) (u Unit) (t Tag) (s Space) (p Page) (f Frame) (v Unit) (r Req)) Bool
  (and (= v u) (= r q)))
(define-fun ended.stage ((q Req) (d Dom) (e Dom) (x Dom)) Bool
  (and (begun q d e x) (led q x) (forall ((u Unit)) (not (dirtyQ u q)))
       (forall ((u Unit) (t Tag) (s Space) (p Page) (f Frame))
         (=> (stands u t s) (or (flyR u q t p f) (flyW u q t p f)) (for s x)))))
(define-fun ended.takes.end-move ((q Req) (d Dom) (e Dom) (x Dom) (r Req) (a Dom) (b Dom) (y Dom)) Bool
  (and (= r q) (= a d) (= b e) (= y x)))
