; VI1 of the fact sheet: nothing of what a guest stores in its tables leads further, for its p2m has frames of its own only.
(set-info :says "Whatever a guest stores in its tables, its devices reach frames that it owns and that no table or queue is in, and no others.")
(set-info :kind safety)
(set-info :source "fact sheet viommu, VI1; VT-d specification 2.x, chapter 6.1")

(define-fun invariant () Bool
  (forall ((s Space) (e Dom) (p Page) (f Frame))
    (=> (for s e)
        (and (=> (or (mapR s p f) (mapW s p f)) (and (owner f e) (not (notdma f))))
             (forall ((u Unit) (t Tag))
               (=> (stands u t s)
                   (and (=> (or (mayR u t p f) (mayW u t p f)) (and (owner f e) (not (notdma f))))
                        (forall ((q Req))
                          (=> (or (flyR u q t p f) (flyW u q t p f)) (and (owner f e) (not (notdma f))))))))))))

(define-fun witness () Bool
  (exists ((u Unit) (t Tag) (s Space) (e Dom) (p Page) (f Frame)) (and (stands u t s) (for s e) (guestR s p) (mayR u t p f))))
