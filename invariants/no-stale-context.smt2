; A cached device entry says the same as the entry in memory (the same space, the same tag), unless an invalidation of
; it is still owed.
(set-info :says "No cached device entry differs from the one in memory, unless its invalidation is pending.")
(set-info :kind safety)
(set-info :source "Intel VT-d specification, chapter 6: context-cache invalidation after a context entry is changed")

(define-fun invariant () Bool
  (forall ((u Unit) (q Req) (s Space) (t Tag))
    (=> (cent u q s t) (or (ent u q s t) (dirtyQ u q)))))

; A device entry is cached.
(define-fun witness () Bool
  (exists ((u Unit) (q Req) (s Space) (t Tag)) (cent u q s t)))
