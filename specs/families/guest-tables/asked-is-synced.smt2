; What was asked for and made to follow still follows: a guest that changes its entry again has not asked for that.
(set-info :says "Where the shadow was made to follow after a guest had asked, or as none of its changes is pending, it does.")
(set-info :kind lemma)
(set-info :source "the family guest-tables")

(define-fun invariant () Bool
  (forall ((s Space) (e Dom) (p Page) (f Frame))
    (=> (for s e) (synced s p) (or (asked s p) (not (guestDirty s p)))
        (and (=> (mapR s p f) (guestR s p))
             (=> (mapW s p f) (guestW s p))
             (forall ((g Page))
               (=> (guestTo s p g)
                   (and (=> (or (mapR s p f) (mapW s p f)) (p2mOf e g f))
                        (=> (mapW s p f) (p2mW e g))
                        (=> (p2mOf e g f) (guestR s p) (mapR s p f))
                        (=> (p2mOf e g f) (guestW s p) (p2mW e g) (mapW s p f)))))))))

(define-fun witness () Bool
  (exists ((s Space) (e Dom) (p Page) (f Frame)) (and (for s e) (asked s p) (synced s p) (mapR s p f))))
