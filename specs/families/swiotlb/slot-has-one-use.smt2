; What a slot is used for, and by whom; so what its mapping shows is its own.
(set-info :says "A slot has one mapping at a time and is no memory of its owner's otherwise; what leads to a frame finds no bytes of others there.")
(set-info :kind lemma)
(set-info :source "the family swiotlb")

(define-fun invariant () Bool
  (and
    (forall ((f Frame)) (=> (bouncesPart f) (notdma f)))
    (forall ((f Frame) (k Hold) (d Dom) (j Hold) (e Dom))
      (=> (bouncesPart f) (hold k d f) (hold j e f) (unfinished k) (unfinished j) (= k j)))
    (forall ((f Frame) (k Hold) (e Dom)) (=> (hold k e f) (or (live k) (closing k)) (not (othersInPart f))))
    (forall ((f Frame)) (=> (othersInPart f) (othersBytes f)))
    (forall ((s Space) (p Page) (f Frame)) (=> (or (mapR s p f) (mapW s p f)) (not (othersBytes f))))
    (forall ((u Unit) (t Tag) (s Space) (p Page) (f Frame))
      (=> (stands u t s)
          (or (mayR u t p f) (mayW u t p f) (not (forall ((q Req)) (and (not (flyR u q t p f)) (not (flyW u q t p f))))))
          (and (not (othersBytes f)) (not (forall ((e Dom)) (not (for s e)))))))))

(define-fun witness () Bool
  (exists ((u Unit) (t Tag) (s Space) (p Page) (f Frame)) (and (bouncesPart f) (stands u t s) (mayR u t p f))))
