; GART: one table for all devices, whose entries have no bits for rights, and memory that is reached past it. It gives reach, not isolation.
(set-info :assumes-no-rights "GART: an entry that can be read can be written")
(set-info :assumes-past "GART: outside of the aperture a device reaches all memory, untranslated")
(define-fun initially () Bool true)

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
(set-info :reach-past "a device's request outside of the aperture is in flight to any frame")
(define-fun reach-past.guard ((u Unit) (q Req) (s Space) (t Tag) (p Page) (f Frame)) Bool (ent u q s t))
(define-fun reach-past.flyR
    ((u Unit) (q Req) (s Space) (t Tag) (p Page) (f Frame) (a Unit) (r Req) (b Tag) (c Page) (d Frame)) Bool
  (or (flyR a r b c d) (and (= a u) (= r q) (= b t) (= c p) (= d f))))
(define-fun reach-past.flyW
    ((u Unit) (q Req) (s Space) (t Tag) (p Page) (f Frame) (a Unit) (r Req) (b Tag) (c Page) (d Frame)) Bool
  (or (flyW a r b c d) (and (= a u) (= r q) (= b t) (= c p) (= d f))))
