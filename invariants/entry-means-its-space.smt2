; What a device's requests leave in the caches is filed under the tag of its entry, and is invalidated under the tag of the space that was
; changed. If these are two, translations outlive every invalidation, without any cache being wrong about what it was asked.
(set-info :says "A device entry, in memory or cached, carries the tag that means the space it leads to.")
(set-info :kind safety)
(set-info :source "Intel VT-d specification, chapter 6: cached translations are tagged with the domain-id of the context entry")

(define-fun invariant () Bool
  (forall ((u Unit) (q Req) (s Space) (t Tag))
    (=> (or (ent u q s t) (cent u q s t)) (stands u t s))))

; A device has an entry.
(define-fun witness () Bool
  (exists ((u Unit) (q Req) (s Space) (t Tag)) (ent u q s t)))
