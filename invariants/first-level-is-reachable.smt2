; No invalidation is needed for what becomes present in a first level.
(set-info :says "A bound process's requests get what its first-level table gives.")
(set-info :kind completeness)
(set-info :source "VT-d specification 3.x, chapter 6.1: caching mode is not about first levels")

(define-fun invariant () Bool
  (forall ((h Pasid) (x Process) (p Page) (f Frame))
    (=> (pasidOf h x) (not (firstOwed x p))
        (and (=> (firstR x p f) (servesR h p f))
             (=> (firstW x p f) (servesW h p f))))))

; The table gives something, and nothing is owed.
(define-fun witness () Bool
  (exists ((h Pasid) (x Process) (p Page) (f Frame)) (and (pasidOf h x) (not (firstOwed x p)) (firstR x p f))))
