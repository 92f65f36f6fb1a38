; Each pin counter of a grant entry equals the number of unfinished sides of holds of that kind on it. Without
; arithmetic: the counter exceeds n exactly when there is an n-th such side, counted from 0 in a fixed order.
(set-info :says "Every pin counter of a grant entry equals the number of unfinished mappings of that kind.")
(set-info :kind safety)
(set-info :source "Xen grant tables, active entry: a pin is taken per mapping and dropped when it is finished; XSA-224")

(define-fun invariant () Bool
  (forall ((g Gref) (x Pin) (n Nat))
    (= (pins g x n) (exists ((k Hold)) (unit k g x n)))))

; An entry is pinned.
(define-fun witness () Bool
  (exists ((g Gref) (x Pin) (n Nat)) (pins g x n)))
