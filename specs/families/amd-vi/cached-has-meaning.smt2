; Also what is cached under a tag that no domain's device uses any more: a page of tables is reached by none of it. Tables that are no domain's
; may be walked, and lead nowhere.
(set-info :says "What is cached or in flight is so under a tag that means a space, and a domain's where it leads to a frame.")
(set-info :kind lemma)
(set-info :source "the family amd-vi")

(define-fun walks ((u Unit) (t Tag) (p Page) (x Frame)) Bool
  (or (pde u t p x) (not (forall ((q Req)) (and (not (onWay u q t p x)) (not (lateOn u q t p x)))))))
(define-fun invariant () Bool
  (forall ((u Unit) (t Tag))
    (and
      (=> (forall ((s Space)) (not (stands u t s))) (forall ((p Page) (x Frame)) (not (walks u t p x))))
      (=> (forall ((s Space) (e Dom)) (not (and (stands u t s) (for s e))))
          (forall ((p Page) (f Frame))
            (and (not (mayR u t p f)) (not (mayW u t p f))
                 (forall ((x Frame)) (=> (walks u t p x) (and (not (leafR x p f)) (not (leafW x p f)))))
                 (forall ((q Req))
                   (and (not (flyR u q t p f)) (not (flyW u q t p f))))))))))

(define-fun witness () Bool
  (exists ((u Unit) (t Tag) (s Space) (e Dom) (p Page) (f Frame)) (and (stands u t s) (for s e) (pde u t p f))))
