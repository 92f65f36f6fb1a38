; Found by a walk that goes on behind cached upper levels, or by a late request: what a domain's rights and pages are.
(set-info :says "What a walk finds behind cached upper levels is its domain's to read or write, at a page that is known; so is what late requests reach.")
(set-info :kind lemma)
(set-info :source "the family amd-vi")

(define-fun invariant () Bool
  (forall ((u Unit) (t Tag) (s Space) (e Dom) (p Page) (f Frame))
    (=> (stands u t s) (for s e)
        (and (forall ((x Frame))
               (=> (or (pde u t p x) (not (forall ((q Req)) (and (not (onWay u q t p x)) (not (lateOn u q t p x))))))
                   (and (=> (leafR x p f) (and (entitled e f) (names e p f)))
                        (=> (leafW x p f) (and (entitledW e f) (names e p f))))))
             (forall ((q Req)) (=> (or (lateR u q t p f) (lateW u q t p f)) (names e p f)))
             (forall ((q Req)) (=> (lateW u q t p f) (or (mapW s p f) (dirtyW u t p))))
             (forall ((q Req)) (=> (or (onWay u q t p f) (lateOn u q t p f) (lateR u q t p f) (lateW u q t p f)) (undrained u q)))
             (forall ((q Req)) (=> (or (onWay u q t p f) (lateOn u q t p f)) (or (assigned q e) (moving q))))))))

(define-fun witness () Bool
  (exists ((u Unit) (q Req) (t Tag) (s Space) (e Dom) (p Page) (f Frame)) (and (stands u t s) (for s e) (lateR u q t p f))))
