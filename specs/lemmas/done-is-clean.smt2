; When the hardware has completed an invalidation, nothing stale is left where it pays a debt.
(set-info :says "After the completion of an invalidation no cache is stale where it pays a debt.")
(set-info :kind lemma)
(set-info :source "the discipline")

(define-fun invariant () Bool
  (forall ((i Inv))
    (and
      (forall ((u Unit) (t Tag) (p Page)) (=> (pays i u t p) (covers i u t p)))
      (forall ((u Unit) (q Req)) (=> (paysQ i u q) (coversQ i u q)))
      (=> (done i)
          (and
            (forall ((u Unit) (q Req) (s Space) (t Tag)) (=> (paysQ i u q) (cent u q s t) (ent u q s t)))
            (forall ((u Unit) (t Tag) (s Space) (p Page) (f Frame))
              (=> (pays i u t p) (stands u t s)
                  (and (=> (mayR u t p f) (mapR s p f))
                       (=> (mayW u t p f) (mapW s p f))
                       (forall ((q Req))
                         (and (=> (flyR u q t p f) (mapR s p f))
                              (=> (flyW u q t p f) (mapW s p f))))))))))))

(define-fun witness () Bool
  (exists ((i Inv) (u Unit) (t Tag) (p Page) (f Frame)) (and (done i) (pays i u t p) (dirty u t p))))
