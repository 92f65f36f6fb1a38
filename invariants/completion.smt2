; When a guest sees its wait descriptor done, what it asked to be forgotten is forgotten by everybody: the shadow, the physical unit's
; caches and requests in flight, and the caches that virtual devices are served from. One invalidation never pays for a later change.
(set-info :says "After a guest has seen its invalidation complete, its devices get only translations of that moment or later.")
(set-info :kind safety)
(set-info :source "VT-d specification 2.x, chapter 6.5.2.8: a wait descriptor is done after the invalidations before it")

(define-fun invariant () Bool
  (forall ((q Req) (e Dom) (p Page) (f Frame))
    (=> (assigned q e) (not (guestOwes q p))
        (and (=> (getsR q p f) (composedR q p f))
             (=> (getsW q p f) (composedW q p f))
             (forall ((u Unit) (t Tag))
               (and (=> (flyR u q t p f) (composedR q p f))
                    (=> (flyW u q t p f) (composedW q p f))))))))

; A device gets a frame where nothing is owed.
(define-fun witness () Bool
  (exists ((q Req) (p Page) (f Frame)) (and (getsR q p f) (not (guestOwes q p)))))
