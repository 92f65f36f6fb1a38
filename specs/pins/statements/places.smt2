; The numbers below a counter's value are all the numbers below one of them; a mapping's own number is one of these, no two
; mappings share one, and no mapping has two.
(set-info :says "A counter is a stretch of numbers from 0, and each of them is the own number of at most one mapping.")
(set-info :kind lemma)
(set-info :source "Hyperkernel (SOSP 2017): reference counts as a permutation")

(define-fun invariant () Bool
  (and
    (forall ((n Nat)) (not (below n n)))
    (forall ((n Nat) (m Nat) (l Nat)) (=> (below n m) (below m l) (below n l)))
    (forall ((n Nat) (m Nat)) (or (= n m) (below n m) (below m n)))
    (forall ((g Gref) (x Pin) (n Nat) (m Nat)) (=> (pins g x n) (below m n) (pins g x m)))
    (forall ((k Hold) (g Gref) (x Pin) (n Nat) (m Nat)) (=> (unit k g x n) (unit k g x m) (= n m)))
    (forall ((k Hold) (j Hold) (g Gref) (x Pin) (n Nat)) (=> (unit k g x n) (unit j g x n) (= k j)))
    (forall ((k Hold) (g Gref) (x Pin) (n Nat)) (=> (unit k g x n) (and (pins g x n) (pinned k g x))))))

; Two mappings are pinned.
(define-fun witness () Bool
  (exists ((k Hold) (j Hold) (g Gref) (x Pin) (n Nat) (m Nat)) (and (unit k g x n) (unit j g x m) (not (= n m)))))
