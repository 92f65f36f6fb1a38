; A device entry, in memory or cached, leads to a space of the domain that has the device. That it files what it finds under a tag that
; means this space is a property: entry-means-its-space.
(set-info :says "Device entries lead to the space of the device's domain.")
(set-info :kind lemma)
(set-info :source "the discipline")

(define-fun invariant () Bool
  (forall ((u Unit) (q Req) (s Space) (t Tag) (e Dom))
    (=> (or (ent u q s t) (cent u q s t)) (assigned q e) (for s e))))

(define-fun witness () Bool
  (exists ((u Unit) (q Req) (s Space) (t Tag)) (and (cent u q s t) (not (ent u q s t)))))
