; Debts for the right to write are kept apart: a cache that allows writing beyond the tables is owed an invalidation that
; was noted as one for writing.
(set-info :says "No cache or walk allows a write that the tables do not, unless an invalidation for writing is owed.")
(set-info :kind lemma)
(set-info :source "the discipline")

(define-fun invariant () Bool
  (forall ((u Unit) (t Tag) (s Space) (p Page) (f Frame))
    (and
      (=> (stands u t s) (mayW u t p f) (or (mapW s p f) (dirtyW u t p)))
      (forall ((q Req)) (=> (stands u t s) (flyW u q t p f) (or (mapW s p f) (dirtyW u t p)))))))

(define-fun witness () Bool
  (exists ((u Unit) (t Tag) (p Page) (f Frame)) (and (mayW u t p f) (dirtyW u t p))))
