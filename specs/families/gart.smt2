; GART: one table for all devices of all nodes, whose entries have no bits for rights, and memory that is reached past it: outside of the
; aperture, and everywhere while a node is off. It gives reach, not isolation. Of what the table leads to all is kept that gart-inside keeps; what is
; reached past it has a word of its own, for no cache has it and no tag.
(set-info :assumes-one-table "GART: there is one table, which leads all devices of all nodes; requests are not told apart")
(set-info :assumes-no-rights "GART: an entry that can be read can be written")
(set-info :assumes-whole-cache "GART: an invalidation forgets all that a node has cached")
(set-info :fails-entries-follow-assignment.1 "assign: the table leads all devices of a node, also those that the domain has not")
(set-info :fails-flight-follows-assignment.1 "assign: so requests of devices that the domain has not are in flight")
(set-info :fails-no-foreign.1 "give-device: a device of another domain is led by the one table, and reads what its neighbour may read")
(set-info :fails-no-foreign.2 "set-entry-ro: what was granted for reading can be written, in the table")
(set-info :fails-no-foreign.4 "set-entry-ro: what was granted for reading can be written, by a cache")
(set-info :fails-no-foreign.6 "set-entry-ro: what was granted for reading can be written, in flight")
(set-info :fails-tables-entitled.2 "set-entry-ro: what was granted for reading can be written")
(set-info :fails-past-is-entitled.1 "reach-past: a device reads all memory, outside of the aperture")
(set-info :fails-past-is-entitled.2 "reach-past: and writes it")
(set-info :fails-past-is-entitled.3 "reach-past: also a device that nobody has, and one whose node is off")
(define-fun initially () Bool
  (and
    (forall ((u Unit) (v Unit) (t Tag) (x Tag) (s Space) (r Space)) (=> (stands u t s) (stands v x r) (= s r)))
    (forall ((u Unit) (t Tag) (x Tag) (s Space) (r Space)) (=> (stands u t s) (stands u x r) (= t x)))
    (forall ((i Inv) (u Unit) (t Tag) (p Page) (x Tag) (y Page)) (=> (covers i u t p) (covers i u x y)))
    (forall ((u Unit) (q Req) (s Space) (t Tag)) (not (cent u q s t)))
    (forall ((u Unit) (q Req) (r Req) (s Space) (t Tag)) (=> (ent u q s t) (at q u) (at r u) (ent u r s t)))
    (forall ((s Space) (p Page) (f Frame)) (and (=> (mapR s p f) (mapW s p f)) (=> (mapW s p f) (mapR s p f))))
    (forall ((q Req)) (not (moving q)))))
(define-fun at-first () Bool (forall ((u Unit) (q Req) (f Frame)) (not (past u q f))))

(set-info :take-tag "a node is told of the table, which is that of all")
(define-fun take-tag.guard ((u Unit) (t Tag) (s Space)) Bool
  (and (quiet u t) (forall ((v Unit) (x Tag) (r Space)) (=> (stands v x r) (= r s)))
       (forall ((x Tag) (r Space)) (not (stands u x r)))))
(define-fun take-tag.stands ((u Unit) (t Tag) (s Space) (a Unit) (b Tag) (c Space)) Bool
  (or (stands a b c) (and (= a u) (= b t) (= c s))))
(set-info :set-entry-wo "an empty table entry is made to allow writing, and so reading")
(define-fun set-entry-wo.guard ((s Space) (p Page) (f Frame) (e Dom)) Bool
  (and (for s e) (names e p f) (entitledW e f)
       (forall ((x Frame)) (and (not (mapR s p x)) (not (mapW s p x))))))
(define-fun set-entry-wo.mapR ((s Space) (p Page) (f Frame) (e Dom) (a Space) (b Page) (c Frame)) Bool
  (ite (and (= a s) (= b p)) (= c f) (mapR a b c)))
(define-fun set-entry-wo.mapW ((s Space) (p Page) (f Frame) (e Dom) (a Space) (b Page) (c Frame)) Bool
  (ite (and (= a s) (= b p)) (= c f) (mapW a b c)))
(set-info :fill-context "where the table lies is not cached")
(define-fun fill-context.guard ((u Unit) (q Req) (s Space) (t Tag)) Bool false)
(set-info :write-context "the devices of a node are led together")
(define-fun write-context.guard ((q Req) (e Dom) (u Unit) (s Space) (t Tag)) Bool false)
(set-info :lead-context "the devices of a node are led together")
(define-fun lead-context.guard ((q Req) (e Dom) (u Unit) (s Space) (t Tag)) Bool false)
(set-info :park-context "the devices of a node are led together")
(define-fun park-context.guard ((q Req) (u Unit) (s Space) (t Tag)) Bool false)
(set-info :begin-move "devices do not move")
(define-fun begin-move.guard ((q Req) (d Dom) (e Dom)) Bool false)
(set-info :move-context "devices do not move")
(define-fun move-context.guard ((q Req) (d Dom) (e Dom) (u Unit) (s Space) (t Tag)) Bool false)
(set-info :end-move "devices do not move")
(define-fun end-move.guard ((q Req) (d Dom) (e Dom) (x Dom)) Bool false)
(set-info :give-device "a device without a domain is given to one; where its node leads, if anywhere, is not looked at")
(define-fun give-device.guard ((q Req) (e Dom)) Bool (forall ((x Dom)) (not (assigned q x))))
(define-fun give-device.assigned ((q Req) (e Dom) (a Req) (b Dom)) Bool (or (assigned a b) (and (= a q) (= b e))))

(set-info :assign "a device without a domain is given to the one that has the table, and its node is switched on: all devices of it are led")
(define-fun assign.guard ((q Req) (e Dom) (u Unit) (s Space) (t Tag)) Bool
  (and (for s e) (stands u t s)
       (forall ((x Dom)) (not (assigned q x)))
       (not (moving q))
       (forall ((v Unit) (x Space) (y Tag)) (=> (ent v q x y) (and (= v u) (= x s) (= y t))))
       (forall ((v Unit)) (not (dirtyQ v q)))))
(define-fun assign.assigned ((q Req) (e Dom) (u Unit) (s Space) (t Tag) (a Req) (b Dom)) Bool
  (or (assigned a b) (and (= a q) (= b e))))
(define-fun assign.ent
    ((q Req) (e Dom) (u Unit) (s Space) (t Tag) (a Unit) (r Req) (b Space) (c Tag)) Bool
  (or (ent a r b c) (and (= a u) (at r u) (= b s) (= c t))))
(define-fun assign.undrained ((q Req) (e Dom) (u Unit) (s Space) (t Tag) (a Unit) (r Req)) Bool
  (or (undrained a r) (and (= a u) (at r u))))
(define-fun assign.paysF ((q Req) (e Dom) (u Unit) (s Space) (t Tag) (i Inv) (a Unit) (r Req)) Bool
  (and (paysF i a r) (not (and (= a u) (at r u)))))
(set-info :clear-context "a node is switched off: no device of it is led by the table; addresses are then those of memory")
(define-fun clear-context.guard ((u Unit) (q Req)) Bool (at q u))
(define-fun clear-context.ent ((u Unit) (q Req) (a Unit) (r Req) (b Space) (c Tag)) Bool
  (and (ent a r b c) (not (and (= a u) (at r u)))))
(define-fun clear-context.dirtyQ ((u Unit) (q Req) (a Unit) (r Req)) Bool (or (dirtyQ a r) (and (= a u) (at r u))))
(define-fun clear-context.paysQ ((u Unit) (q Req) (i Inv) (a Unit) (r Req)) Bool
  (and (paysQ i a r) (not (and (= a u) (at r u)))))
(set-info :set-entry-ro "an empty table entry is made, for reading; nothing in it forbids writing")
(define-fun set-entry-ro.guard ((s Space) (p Page) (f Frame) (e Dom)) Bool
  (and (for s e) (names e p f) (entitled e f)
       (forall ((x Frame)) (and (not (mapR s p x)) (not (mapW s p x))))))
(define-fun set-entry-ro.mapR ((s Space) (p Page) (f Frame) (e Dom) (a Space) (b Page) (c Frame)) Bool
  (ite (and (= a s) (= b p)) (= c f) (mapR a b c)))
(define-fun set-entry-ro.mapW ((s Space) (p Page) (f Frame) (e Dom) (a Space) (b Page) (c Frame)) Bool
  (ite (and (= a s) (= b p)) (= c f) (mapW a b c)))
(set-info :demote-entry "no entry can lose the right to write alone")
(define-fun demote-entry.guard ((s Space) (p Page)) Bool false)
; An address outside of the aperture is that of memory, whatever is cached, and a GART that is off has no aperture: so there is no guard. No
; invalidation ends such a request, and none is filed in a TLB.
(set-info :reach-past "a device's request outside of the aperture, or while its node is off, is in flight to any frame")
(define-fun reach-past.guard ((u Unit) (q Req) (f Frame)) Bool true)
(define-fun reach-past.past ((u Unit) (q Req) (f Frame) (a Unit) (r Req) (d Frame)) Bool
  (or (past a r d) (and (= a u) (= r q) (= d f))))
(define-fun end-walk.besides ((u Unit) (q Req)) Bool true)
(define-fun end-walk.past ((u Unit) (q Req) (a Unit) (r Req) (d Frame)) Bool
  (and (past a r d) (not (and (= a u) (= r q)))))
