; A space is one domain's, a tag at a unit means one space, a grant entry is in one table, a frame has one owner, a
; device one domain, a hold one user and frame.
(set-info :says "Spaces, tags, grant entries, frames, devices and holds each belong to at most one.")
(set-info :kind lemma)
(set-info :source "the discipline")

(define-fun invariant () Bool
  (and
    (forall ((s Space) (d Dom) (e Dom)) (=> (for s d) (for s e) (= d e)))
    (forall ((u Unit) (t Tag) (s Space) (r Space)) (=> (stands u t s) (stands u t r) (= s r)))
    (forall ((g Gref) (d Dom) (e Dom)) (=> (tableOf g d) (tableOf g e) (= d e)))
    (forall ((f Frame) (d Dom) (e Dom)) (=> (owner f d) (owner f e) (= d e)))
    (forall ((q Req) (d Dom) (e Dom)) (=> (assigned q d) (assigned q e) (= d e)))
    (forall ((k Hold) (d Dom) (e Dom) (f Frame) (h Frame)) (=> (hold k d f) (hold k e h) (and (= d e) (= f h))))))

(define-fun witness () Bool
  (exists ((u Unit) (t Tag) (s Space) (d Dom) (f Frame)) (and (stands u t s) (for s d) (owner f d))))
