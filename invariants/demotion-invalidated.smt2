; Taking away only the right to write is a weakening like any other: while the tables still let a frame be read but
; no longer written, no cache serves a write to it, unless the invalidation is still owed. It follows from no-stale
; and is kept apart because it names the mistake: an unmap that leaves a read-only mapping behind and therefore skips
; the flush.
(set-info :says "No cache serves a write through a read-only entry, unless its invalidation is pending.")
(set-info :kind safety)
(set-info :source "Intel VT-d specification, chapter 6: reducing permissions needs an invalidation, as clearing does")

(define-fun invariant () Bool
  (forall ((u Unit) (t Tag) (s Space))
    (=> (stands u t s)
        (forall ((p Page) (f Frame))
          (=> (mapR s p f) (not (mapW s p f))
              (=> (mayW u t p f) (dirty u t p)))))))

; A read-only translation is in the tables and in a cache.
(define-fun witness () Bool
  (exists ((u Unit) (t Tag) (s Space) (p Page) (f Frame))
    (and (stands u t s) (mapR s p f) (not (mapW s p f)) (mayR u t p f) (not (mayW u t p f)))))
