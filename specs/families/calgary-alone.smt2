; Calgary with software that gives devices of a bus to domains one by one: TAR, which is written for one, leads all devices of the bus. Devices
; that are the domain's too, or nobody's, and those of others: nothing tells them apart. A bus has one table, so a second domain's device is led
; nowhere else; software that looks at each device for itself gives it away nevertheless. The hardware is that of calgary.
(set-info :assumes-one-table "Calgary: a bus has one table for all its devices, whoever has them")
(set-info :assumes-whole-cache "Calgary: an invalidation forgets all that a bus has cached, and ends all its requests")
(set-info :assumes-readable "Calgary: what can be written can be read")
(set-info :fails-entries-follow-assignment.1 "assign: TAR leads all devices of the bus, also those that the domain has not")
(set-info :fails-flight-follows-assignment.1 "assign: so requests of devices that the domain has not are in flight")
(set-info :fails-no-foreign.1 "give-device: a device of another domain is led by the table of its neighbour, and reads what that may read")
(set-info :fails-no-foreign.2 "give-device: and writes what that may write")
(define-fun initially () Bool
  (and
    (forall ((u Unit) (t Tag) (x Tag) (s Space) (r Space)) (=> (stands u t s) (stands u x r) (and (= t x) (= s r))))
    (forall ((i Inv) (u Unit) (t Tag) (p Page) (x Tag) (y Page)) (=> (covers i u t p) (covers i u x y)))
    (forall ((i Inv) (u Unit) (t Tag) (p Page) (q Req)) (=> (covers i u t p) (drains i u q)))
    (forall ((u Unit) (q Req) (s Space) (t Tag)) (not (cent u q s t)))
    (forall ((u Unit) (q Req) (r Req) (s Space) (t Tag)) (=> (ent u q s t) (at q u) (at r u) (ent u r s t)))
    (forall ((q Req)) (not (moving q)))))

(set-info :take-tag "a bus without a table gets one")
(define-fun take-tag.guard ((u Unit) (t Tag) (s Space)) Bool
  (and (quiet u t) (forall ((x Tag) (r Space)) (not (stands u x r)))))
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
(set-info :fill-context "TAR is not cached")
(define-fun fill-context.guard ((u Unit) (q Req) (s Space) (t Tag)) Bool false)
(set-info :write-context "the devices of a bus get their entry together")
(define-fun write-context.guard ((q Req) (e Dom) (u Unit) (s Space) (t Tag)) Bool false)
(set-info :lead-context "the devices of a bus get their entry together")
(define-fun lead-context.guard ((q Req) (e Dom) (u Unit) (s Space) (t Tag)) Bool false)
(set-info :park-context "the devices of a bus get their entry together")
(define-fun park-context.guard ((q Req) (u Unit) (s Space) (t Tag)) Bool false)
(set-info :begin-move "a bus does not move")
(define-fun begin-move.guard ((q Req) (d Dom) (e Dom)) Bool false)
(set-info :move-context "a bus does not move")
(define-fun move-context.guard ((q Req) (d Dom) (e Dom) (u Unit) (s Space) (t Tag)) Bool false)
(set-info :end-move "a bus does not move")
(define-fun end-move.guard ((q Req) (d Dom) (e Dom) (x Dom)) Bool false)
(set-info :give-device "a device without a domain is given to one; where its bus leads, if anywhere, is not looked at")
(define-fun give-device.guard ((q Req) (e Dom)) Bool (forall ((x Dom)) (not (assigned q x))))
(define-fun give-device.assigned ((q Req) (e Dom) (a Req) (b Dom)) Bool (or (assigned a b) (and (= a q) (= b e))))

(set-info :assign "a device without a domain is given to one, and TAR is written: all devices of the bus are led")
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
(set-info :clear-context "TAR is emptied: no device of the bus is led anywhere")
(define-fun clear-context.guard ((u Unit) (q Req)) Bool (at q u))
(define-fun clear-context.ent ((u Unit) (q Req) (a Unit) (r Req) (b Space) (c Tag)) Bool
  (and (ent a r b c) (not (and (= a u) (at r u)))))
(define-fun clear-context.dirtyQ ((u Unit) (q Req) (a Unit) (r Req)) Bool (or (dirtyQ a r) (and (= a u) (at r u))))
(define-fun clear-context.paysQ ((u Unit) (q Req) (i Inv) (a Unit) (r Req)) Bool
  (and (paysQ i a r) (not (and (= a u) (at r u)))))
