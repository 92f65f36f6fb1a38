; The strict promise of the 2008 series: when unmap returns, no cache serves what it removed; until then the running unmap
; owes the invalidation. Stronger than no-stale, which is content with a debt that a returned unmap left behind: a policy that
; defers invalidations breaks this promise within a bounded window, and only this one: frames in limbo keep their pins.
(set-info :says "No cache serves more than the tables give, except what a running unmap will invalidate.")
(set-info :kind safety)
(set-info :source "xen-devel 2008, VT-d support for PV guests (V2): no lingering mappings after an unmap operation has completed")

(define-fun invariant () Bool
  (forall ((u Unit) (t Tag) (s Space) (p Page) (f Frame))
    (=> (stands u t s)
        (and (=> (mayR u t p f) (or (mapR s p f) (and (dirty u t p) (not (limbo s p)))))
             (=> (mayW u t p f) (or (mapW s p f) (and (dirty u t p) (not (limbo s p)))))))))

(define-fun witness () Bool
  (exists ((u Unit) (t Tag) (s Space) (p Page) (f Frame))
    (and (stands u t s) (mayR u t p f))))
