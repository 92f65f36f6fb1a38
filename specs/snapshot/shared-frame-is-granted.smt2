; Two domains reach one frame. Nothing but a grant makes that right.
(set-info :says "A frame that the tables of two domains reach is mapped by one of them by a grant.")
(set-info :kind safety)
(set-info :source "Xen: a frame has one owner, and another domain reaches it by a grant only")

(define-fun invariant () Bool
  (forall ((s Space) (x Space) (e Dom) (d Dom) (p Page) (o Page) (f Frame))
    (=> (for s e) (for x d) (not (= e d)) (mapR s p f) (mapR x o f)
        (exists ((k Hold)) (or (hold k e f) (hold k d f))))))

(define-fun witness () Bool
  (exists ((s Space) (e Dom) (p Page) (f Frame)) (and (for s e) (mapR s p f))))
