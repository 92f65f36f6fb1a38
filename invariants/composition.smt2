; What the guest has changed and not yet had invalidated may still be in the shadow: it was the guest's own
; memory, and no-foreign judges it. Rights are those of both: neither the guest's tables nor the p2m can be gone beyond. Under nesting the
; physical tables are the p2m alone, and the unit composes; what devices get there, completion judges.
(set-info :says "A shadow grants only what guest tables and p2m both grant, except for changes not yet invalidated.")
(set-info :kind safety)
(set-info :source "derived: VT-d specification 2.x, chapter 6.1: caching mode, for a shadow of guest tables and p2m")

(define-fun invariant () Bool
  (forall ((u Unit) (q Req) (s Space) (t Tag) (e Dom) (p Page) (f Frame))
    (=> (composes q) (ent u q s t) (assigned q e) (not (guestOwes q p))
        (and (=> (mapR s p f) (composedR q p f))
             (=> (mapW s p f) (composedW q p f))))))

; A shadow leads somewhere, and nothing is owed there.
(define-fun witness () Bool
  (exists ((u Unit) (q Req) (s Space) (t Tag) (p Page) (f Frame))
    (and (composes q) (ent u q s t) (not (guestOwes q p)) (mapR s p f))))
