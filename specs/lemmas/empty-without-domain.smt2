; Tables that were built for no domain, such as those of a scratch page, lead to no frame that anybody could own.
(set-info :says "The tables of a space that is no domain's map no frame.")
(set-info :kind lemma)
(set-info :source "the discipline")

(define-fun invariant () Bool
  (forall ((s Space) (p Page) (f Frame))
    (=> (or (mapR s p f) (mapW s p f)) (not (forall ((d Dom)) (not (for s d)))))))

(define-fun witness () Bool
  (exists ((s Space) (p Page) (f Frame) (d Dom)) (and (for s d) (mapR s p f))))
