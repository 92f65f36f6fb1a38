; A refusal is behind the tables only where that is owed; and where a token that has ended pays, none is.
(set-info :says "What refuses a page that the tables allow is owed an invalidation, and a completed one has left none where it pays.")
(set-info :kind lemma)
(set-info :source "the family served")

(define-fun invariant () Bool
  (and
    (forall ((u Unit) (t Tag) (s Space) (p Page) (f Frame))
      (=> (stands u t s)
          (and (=> (mapR s p f) (refusesR u t p) (dirty u t p))
               (=> (mapW s p f) (refusesW u t p) (dirty u t p))
               (forall ((q Req))
                 (and (=> (mapR s p f) (flyNoR u q t p) (dirty u t p)) (=> (mapW s p f) (flyNoW u q t p) (dirty u t p))))
               (forall ((i Inv))
                 (=> (done i) (pays i u t p)
                     (and (=> (mapR s p f) (not (refusesR u t p)))
                          (=> (mapW s p f) (not (refusesW u t p)))
                          (forall ((q Req))
                            (and (=> (mapR s p f) (not (flyNoR u q t p))) (=> (mapW s p f) (not (flyNoW u q t p)))))))))))
    (forall ((u Unit) (t Tag) (p Page))
      (=> (or (refusesR u t p) (refusesW u t p) (not (forall ((q Req)) (and (not (flyNoR u q t p)) (not (flyNoW u q t p))))))
          (refusing u)))
    (forall ((i Inv) (u Unit) (q Req) (s Space) (t Tag)) (=> (done i) (paysQ i u q) (refusesQ u q) (not (ent u q s t))))
    (forall ((u Unit) (q Req)) (=> (refusesQ u q) (refusing u)))))

(define-fun witness () Bool
  (exists ((u Unit) (t Tag) (p Page) (s Space) (f Frame)) (and (stands u t s) (mapR s p f) (refusesR u t p))))
