; A frame is only ever found, in tables, caches and walks in flight, at the pages that its domain has for it; so who
; ends a right knows all places to look at.
(set-info :says "Tables, caches and walks find a frame only at the pages that the domain has for it.")
(set-info :kind lemma)
(set-info :source "the discipline")

(define-fun invariant () Bool
  (forall ((s Space) (e Dom) (p Page) (f Frame))
    (=> (for s e)
        (and (=> (mapR s p f) (names e p f))
             (=> (mapW s p f) (names e p f))
             (forall ((u Unit) (t Tag))
               (=> (stands u t s)
                   (and (=> (mayR u t p f) (names e p f))
                        (=> (mayW u t p f) (names e p f))
                        (forall ((q Req))
                          (and (=> (flyR u q t p f) (names e p f))
                               (=> (flyW u q t p f) (names e p f)))))))))))

(define-fun witness () Bool
  (exists ((u Unit) (t Tag) (s Space) (e Dom) (p Page) (f Frame))
    (and (for s e) (stands u t s) (mayW u t p f))))
