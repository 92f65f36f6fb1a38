; The unit walks the first level itself; what the guest took away may be cached until the guest has seen its invalidation done.
(set-info :says "A bound process's requests get only its first-level table's entries, or removed ones not yet seen invalidated.")
(set-info :kind safety)
(set-info :source "VT-d specification 3.x, chapters 3.6 and 6.5.2.4")

(define-fun invariant () Bool
  (and (forall ((h Pasid) (x Process) (p Page) (f Frame))
         (=> (pasidOf h x) (not (firstOwed x p))
             (and (=> (servesR h p f) (firstR x p f))
                  (=> (servesW h p f) (firstW x p f)))))
       ; Of a process that is not bound nothing is owed.
       (forall ((x Process) (p Page)) (=> (firstOwed x p) (bound x)))))

; A request of a bound process gets something, and nothing is owed.
(define-fun witness () Bool
  (exists ((h Pasid) (x Process) (p Page) (f Frame)) (and (pasidOf h x) (not (firstOwed x p)) (servesR h p f))))
