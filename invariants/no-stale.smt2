; What a cache may serve, or a request in flight may use, is what the tables say now, unless an invalidation that
; covers the page is still owed.
(set-info :says "No cache serves a translation that the tables no longer give, unless its invalidation is pending.")
(set-info :kind safety)
(set-info :source "Intel VT-d specification, chapter 6: caching of translations and invalidation after weakening an entry")

(define-fun invariant () Bool
  (forall ((u Unit) (t Tag) (s Space))
    (=> (stands u t s)
        (forall ((p Page) (f Frame))
          (and (=> (mayR u t p f) (or (mapR s p f) (dirty u t p)))
               (=> (mayW u t p f) (or (mapW s p f) (dirty u t p)))
               (forall ((q Req))
                 (and (=> (flyR u q t p f) (or (mapR s p f) (dirty u t p)))
                      (=> (flyW u q t p f) (or (mapW s p f) (dirty u t p))))))))))

; A cache serves a translation.
(define-fun witness () Bool
  (exists ((u Unit) (t Tag) (s Space) (p Page) (f Frame))
    (and (stands u t s) (mayR u t p f))))
