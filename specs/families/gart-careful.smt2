; GART inside of its aperture: one table for all devices of all nodes, whose entries have no bits for rights. Software that knows it maps only
; what may be written, and all devices are one domain's.
(set-info :assumes-one-table "GART: there is one table, which leads all devices of all nodes; requests are not told apart")
(set-info :assumes-no-rights "GART: an entry that can be read can be written")
(set-info :assumes-whole-cache "GART: an invalidation forgets all that a node has cached")
(set-info :assumes-careful "GART: software maps only what may be written, and devices are one domain's together")
(set-info :assumes-inside "GART: no device sends an address outside of the aperture")
(set-info :assumes-over-nothing "GART: at addresses of the aperture a node that is off reaches no domain's memory")
(define-fun initially () Bool
  (and
    (forall ((u Unit) (v Unit) (t Tag) (x Tag) (s Space) (r Space)) (=> (stands u t s) (stands v x r) (= s r)))
    (forall ((u Unit) (t Tag) (x Tag) (s Space) (r Space)) (=> (stands u t s) (stands u x r) (= t x)))
    (forall ((i Inv) (u Unit) (t Tag) (p Page) (x Tag) (y Page)) (=> (covers i u t p) (covers i u x y)))
    (forall ((u Unit) (q Req) (s Space) (t Tag)) (not (cent u q s t)))
    (forall ((u Unit) (q Req) (r Req) (s Space) (t Tag)) (=> (ent u q s t) (at q u) (at r u) (ent u r s t)))
    (forall ((s Space) (p Page) (f Frame)) (and (=> (mapR s p f) (mapW s p f)) (=> (mapW s p f) (mapR s p f))))
    (forall ((q Req)) (not (moving q)))))

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
(set-info :give-device "the devices of a node are given away together")
(define-fun give-device.guard ((q Req) (e Dom)) Bool false)

(set-info :assign "all devices of a node, none of which has a domain, are given to the one that has the table, and the node is switched on")
(define-fun assign.guard ((q Req) (e Dom) (u Unit) (s Space) (t Tag)) Bool
  (and (for s e) (stands u t s) (at q u)
       (forall ((r Req))
         (=> (at r u)
             (and (forall ((x Dom)) (not (assigned r x)))
                  (forall ((v Unit) (x Space) (y Tag)) (not (ent v r x y)))
                  (forall ((v Unit)) (not (dirtyQ v r))))))))
(define-fun assign.assigned ((q Req) (e Dom) (u Unit) (s Space) (t Tag) (a Req) (b Dom)) Bool
  (or (assigned a b) (and (at a u) (= b e))))
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
(set-info :set-entry-ro "an empty table entry is made, for a frame that may be written; nothing in it forbids that")
(define-fun set-entry-ro.guard ((s Space) (p Page) (f Frame) (e Dom)) Bool
  (and (for s e) (names e p f) (entitledW e f)
       (forall ((x Frame)) (and (not (mapR s p x)) (not (mapW s p x))))))
(define-fun set-entry-ro.mapR ((s Space) (p Page) (f Frame) (e Dom) (a Space) (b Page) (c Frame)) Bool
  (ite (and (= a s) (= b p)) (= c f) (mapR a b c)))
(define-fun set-entry-ro.mapW ((s Space) (p Page) (f Frame) (e Dom) (a Space) (b Page) (c Frame)) Bool
  (ite (and (= a s) (= b p)) (= c f) (mapW a b c)))
(set-info :demote-entry "no entry can lose the right to write alone")
(define-fun demote-entry.guard ((s Space) (p Page)) Bool false)
