; The tables of a domain give no more than its rights, whether a device uses them now or not.
(set-info :says "No table of a domain maps a frame beyond the domain's rights.")
(set-info :kind lemma)
(set-info :source "the discipline")

(define-fun invariant () Bool
  (forall ((s Space) (e Dom) (p Page) (f Frame))
    (=> (for s e)
        (and (=> (mapR s p f) (entitled e f))
             (=> (mapW s p f) (entitledW e f))))))

(define-fun witness () Bool
  (exists ((s Space) (e Dom) (p Page) (f Frame)) (and (for s e) (mapW s p f))))
