; Nothing of what a guest stores in its tables leads further, for its p2m has nothing else.
(set-info :says "Whatever a guest stores in its tables, its devices reach frames of its own or that it maps, with the rights that it has, and so does its p2m.")
(set-info :kind safety)
(set-info :source "derived: VT-d specification 2.x, chapter 6.1")

(define-fun invariant () Bool
  (and
    (forall ((e Dom) (g Page) (f Frame)) (=> (p2mOf e g f) (and (entitled e f) (=> (p2mW e g) (entitledW e f)))))
    (forall ((s Space) (e Dom) (p Page) (f Frame))
      (=> (for s e)
          (and (=> (mapR s p f) (entitled e f))
               (=> (mapW s p f) (entitledW e f))
               (forall ((u Unit) (t Tag))
                 (=> (stands u t s)
                     (and (=> (mayR u t p f) (entitled e f))
                          (=> (mayW u t p f) (entitledW e f))
                          (forall ((q Req))
                            (and (=> (flyR u q t p f) (entitled e f)) (=> (flyW u q t p f) (entitledW e f))))))))))))

(define-fun witness () Bool
  (exists ((u Unit) (t Tag) (s Space) (e Dom) (p Page) (f Frame)) (and (stands u t s) (for s e) (guestR s p) (mayR u t p f))))
