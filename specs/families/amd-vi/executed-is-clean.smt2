; Between the execution of commands and the end of their COMPLETION_WAIT only late requests are behind; then nothing is.
(set-info :says "Executed commands have left nothing stale in a cache or walk where they pay, and a wait that has ended no late request or walk.")
(set-info :kind lemma)
(set-info :source "the family amd-vi")

(define-fun invariant () Bool
  (forall ((i Inv))
    (and
      (forall ((u Unit) (t Tag) (p Page))
        (and (=> (paysP i u t p) (coversP i u t p))
             (=> (pays i u t p) (dirtyP u t p) (coversP i u t p))))
      (=> (or (executed i) (done i))
          (and
            (forall ((u Unit) (q Req) (s Space) (t Tag)) (=> (paysQ i u q) (cent u q s t) (ent u q s t)))
            (forall ((u Unit) (q Req) (t Tag) (p Page) (f Frame))
              (=> (paysF i u q) (and (not (flyR u q t p f)) (not (flyW u q t p f)) (not (onWay u q t p f)))))
            (forall ((u Unit) (t Tag) (s Space) (p Page) (x Frame))
              (=> (paysP i u t p) (stands u t s)
                  (and (=> (pde u t p x) (link s p x)) (forall ((q Req)) (=> (onWay u q t p x) (link s p x))))))
            (forall ((u Unit) (t Tag) (s Space) (p Page) (f Frame))
              (=> (pays i u t p) (stands u t s)
                  (and (=> (mayR u t p f) (mapR s p f))
                       (=> (mayW u t p f) (mapW s p f))
                       (forall ((q Req)) (and (=> (flyR u q t p f) (mapR s p f)) (=> (flyW u q t p f) (mapW s p f))))
                       (forall ((x Frame))
                         (=> (or (pde u t p x) (not (forall ((q Req)) (not (onWay u q t p x)))))
                             (and (=> (leafR x p f) (mapR s p f)) (=> (leafW x p f) (mapW s p f))))))))))
      (=> (done i)
          (and
            (forall ((u Unit) (q Req) (t Tag) (p Page) (f Frame))
              (=> (paysF i u q) (and (not (lateOn u q t p f)) (not (lateR u q t p f)) (not (lateW u q t p f)))))
            (forall ((u Unit) (t Tag) (s Space) (q Req) (p Page) (x Frame))
              (=> (paysP i u t p) (stands u t s) (lateOn u q t p x) (link s p x)))
            (forall ((u Unit) (t Tag) (s Space) (q Req) (p Page) (f Frame))
              (=> (pays i u t p) (stands u t s)
                  (and (=> (lateR u q t p f) (mapR s p f)) (=> (lateW u q t p f) (mapW s p f))
                       (forall ((x Frame))
                         (=> (lateOn u q t p x) (and (=> (leafR x p f) (mapR s p f)) (=> (leafW x p f) (mapW s p f)))))))))))))

(define-fun witness () Bool
  (exists ((i Inv) (u Unit) (t Tag) (p Page)) (and (executed i) (pays i u t p) (dirty u t p))))
