; What is cached of upper levels may be behind the tables only where that is owed; then the page of tables still says what it said.
(set-info :says "A walk by cached upper levels, or one that has passed them, finds what the tables say, unless invalidations are owed.")
(set-info :kind lemma)
(set-info :source "the family amd-vi")

(define-fun invariant () Bool
  (and
    (forall ((s Space) (p Page) (r Space) (q Page) (x Frame)) (=> (link s p x) (link r q x) (= s r)))
    (forall ((s Space) (p Page) (r Space) (q Page) (x Frame)) (=> (link s p x) (unlinked x r q) (= s r)))
    (forall ((u Unit) (t Tag) (s Space) (p Page) (x Frame))
      (=> (stands u t s)
          (or (pde u t p x) (not (forall ((q Req)) (and (not (onWay u q t p x)) (not (lateOn u q t p x))))))
          (and (or (link s p x) (and (unlinked x s p) (dirtyP u t p)))
               (forall ((f Frame))
                 (and (=> (leafR x p f) (or (mapR s p f) (dirty u t p)))
                      (=> (leafW x p f) (or (mapW s p f) (and (dirty u t p) (dirtyW u t p)))))))))))

(define-fun witness () Bool
  (exists ((u Unit) (t Tag) (s Space) (p Page) (x Frame)) (and (stands u t s) (pde u t p x) (dirtyP u t p) (not (link s p x)))))
