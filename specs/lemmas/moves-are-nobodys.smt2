; A device that is being moved is nobody's, and is moved from one domain to one other.
(set-info :says "A device that is being moved is nobody's, and is moved from one domain to one.")
(set-info :kind lemma)
(set-info :source "the discipline")

(define-fun invariant () Bool
  (and
    (forall ((q Req) (d Dom) (e Dom)) (=> (between q d e) (moving q)))
    (forall ((q Req) (e Dom)) (=> (moving q) (not (assigned q e))))
    (forall ((q Req) (d Dom) (e Dom) (x Dom) (y Dom)) (=> (between q d e) (between q x y) (and (= d x) (= e y))))))

(define-fun witness () Bool
  (exists ((u Unit) (q Req) (s Space) (t Tag) (d Dom) (e Dom))
    (and (between q d e) (not (= d e)) (ent u q s t) (for s e))))
