; composition and completion, said of the relations of this family: nothing stale is left anywhere once the guest has seen its invalidation done.
(set-info :says "Where no change of a guest is pending, shadow, caches and requests lead where its tables and its p2m do, with the rights of its tables.")
(set-info :kind safety)
(set-info :source "fact sheet viommu, VI2, VI3 and VI5; VT-d specification 2.x, chapter 6.5.2.8")

(define-fun invariant () Bool
  (forall ((s Space) (e Dom) (p Page) (f Frame))
    (=> (for s e) (not (guestDirty s p))
        (and (=> (mapR s p f) (guestR s p))
             (=> (mapW s p f) (guestW s p))
             (forall ((g Page)) (=> (or (mapR s p f) (mapW s p f)) (guestTo s p g) (p2mOf e g f)))
             (forall ((u Unit) (t Tag))
               (=> (stands u t s)
                   (and (=> (mayR u t p f) (guestR s p))
                        (=> (mayW u t p f) (guestW s p))
                        (forall ((g Page)) (=> (or (mayR u t p f) (mayW u t p f)) (guestTo s p g) (p2mOf e g f)))
                        (forall ((q Req))
                          (and (=> (flyR u q t p f) (guestR s p))
                               (=> (flyW u q t p f) (guestW s p))
                               (forall ((g Page))
                                 (=> (or (flyR u q t p f) (flyW u q t p f)) (guestTo s p g) (p2mOf e g f))))))))))))

(define-fun witness () Bool
  (exists ((u Unit) (t Tag) (s Space) (e Dom) (p Page) (f Frame))
    (and (for s e) (stands u t s) (not (guestDirty s p)) (mayR u t p f))))
