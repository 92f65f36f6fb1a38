; What was asked for and made to follow still follows: a guest that changes its entry again has not asked for that.
(set-info :says "Where a guest has asked, and the shadow was made to follow, it does; and the p2m has frames of the guest's own.")
(set-info :kind lemma)
(set-info :source "the family guest-tables")

(define-fun invariant () Bool
  (and
    (forall ((e Dom) (g Page) (f Frame)) (=> (p2mOf e g f) (and (owner f e) (not (notdma f)))))
    (forall ((s Space) (e Dom) (p Page) (f Frame))
      (=> (for s e) (asked s p) (synced s p)
          (and (=> (mapR s p f) (guestR s p))
               (=> (mapW s p f) (guestW s p))
               (forall ((g Page)) (=> (or (mapR s p f) (mapW s p f)) (guestTo s p g) (p2mOf e g f))))))))

(define-fun witness () Bool
  (exists ((s Space) (e Dom) (p Page) (f Frame)) (and (for s e) (asked s p) (synced s p) (mapR s p f))))
