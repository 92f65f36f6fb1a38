; Entries are emptied, their cached copies invalidated, and then the requests drained; each stage has any number of units.
(set-info :says "Every deassign returns: a device that is to be taken away is nobody's in the end.")
(set-info :source "Xen drivers/passthrough: reassign_device; context-cache invalidation, wait, IOTLB invalidation, wait")
(set-info :fair "software empties each entry, has debts paid and drains seen, then deassigns; hardware goes on; tokens cover, and drain, every device")
(set-info :rely "nobody writes an entry of the device, empties one that is empty, takes more to be owed for it, moves it, or gives up")
(define-fun tokens () Bool
  (forall ((u Unit) (q Req)) (and (exists ((i Inv)) (coversQ i u q)) (exists ((i Inv)) (drains i u q)))))
(define-fun begun ((q Req) (e Dom)) Bool (and (assigned q e) tokens))
(define-fun empty ((q Req)) Bool (forall ((u Unit) (s Space) (t Tag)) (not (ent u q s t))))
(define-fun waiting ((q Req) (e Dom)) Bool (begun q e))
(define-fun answered ((q Req) (e Dom)) Bool (and (forall ((x Dom)) (not (assigned q x))) (not (moving q))))
(define-fun without.write-context ((q Req) (e Dom) (r Req) (d Dom) (u Unit) (s Space) (t Tag)) Bool (= r q))
(define-fun without.lead-context ((q Req) (e Dom) (r Req) (d Dom) (u Unit) (s Space) (t Tag)) Bool (= r q))
(define-fun without.park-context ((q Req) (e Dom) (r Req) (u Unit) (s Space) (t Tag)) Bool (= r q))
(define-fun without.begin-move ((q Req) (e Dom) (r Req) (c Dom) (d Dom)) Bool (= r q))
(define-fun without.clear-context ((q Req) (e Dom) (u Unit) (r Req)) Bool
  (and (= r q) (forall ((s Space) (t Tag)) (not (ent u q s t)))))
(define-fun without.owe-context ((q Req) (e Dom) (u Unit) (r Req)) Bool (= r q))
(define-fun without.owe-drain ((q Req) (e Dom) (u Unit) (r Req)) Bool (= r q))
(define-fun without.give-up ((q Req) (e Dom) (j Inv)) Bool true)

(define-fun entries.stage ((q Req) (e Dom)) Bool (begun q e))
(define-fun entries.left ((q Req) (e Dom) (u Unit) (s Space) (t Tag)) Bool (ent u q s t))
(define-fun entries.takes.clear-context ((q Req) (e Dom) (u Unit) (s Space) (t Tag) (v Unit) (r Req)) Bool
  (and (= v u) (= r q)))
(define-fun copies.stage ((q Req) (e Dom)) Bool (and (begun q e) (empty q)))
(define-fun copies.left ((q Req) (e Dom) (u Unit)) Bool (dirtyQ u q))
(define-fun copies.awaits.context-debts-are-paid ((q Req) (e Dom) (u Unit) (v Unit) (r Req) (i Inv)) Bool
  (and (= v u) (= r q) (coversQ i u q)))
(define-fun requests.stage ((q Req) (e Dom)) Bool (and (begun q e) (empty q) (forall ((u Unit)) (not (dirtyQ u q)))))
(define-fun requests.left ((q Req) (e Dom) (u Unit)) Bool (undrained u q))
(define-fun requests.awaits.drains-are-seen ((q Req) (e Dom) (u Unit) (v Unit) (r Req) (i Inv)) Bool
  (and (= v u) (= r q) (drains i u q)))
(define-fun drained.stage ((q Req) (e Dom)) Bool
  (and (begun q e) (empty q) (forall ((u Unit)) (and (not (dirtyQ u q)) (not (undrained u q))))))
(define-fun drained.takes.deassign ((q Req) (e Dom) (r Req)) Bool (= r q))
