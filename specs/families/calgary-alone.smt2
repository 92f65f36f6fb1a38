; Calgary with software that gives one device of a bus to a domain: TAR, which is written for it, leads all devices of the bus. Devices
; that are the domain's too, or nobody's, and those of others: nothing tells them apart.
(set-info :assumes-one-table "Calgary: a bus has one table for all its devices, whoever has them")
(define-fun initially () Bool true)

(set-info :assign "a device without a domain is given to one, and TAR is written: all devices of the bus are led")
(define-fun assign.guard ((q Req) (e Dom) (u Unit) (s Space) (t Tag)) Bool
  (and (for s e) (stands u t s)
       (forall ((x Dom)) (not (assigned q x)))
       (not (moving q))
       (forall ((v Unit) (x Space) (y Tag)) (not (ent v q x y)))
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
