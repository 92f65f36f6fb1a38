; GART inside of its aperture: one table for all devices, whose entries have no bits for rights. Software that
; knows it maps only what may be written.
(set-info :assumes-no-rights "GART: an entry that can be read can be written")
(set-info :assumes-careful "GART: software maps only what may be written")
(set-info :assumes-inside "GART: no device sends an address outside of the aperture")
(define-fun initially () Bool true)

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
