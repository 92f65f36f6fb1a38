; How one pin counter of a grant entry counts its mappings, without arithmetic. The counter is the set of numbers below its
; value ("pins": the counter exceeds the number); every pinned side of a mapping has one of these numbers for its own
; ("unit"). Taking a pin adds the least number that is not in the set, which is the value itself; dropping one removes the
; greatest, and the mapping that had it moves to the number that became free. "pinned" is what is counted.

(set-info :assumes-guard "a counter is not incremented at its limit, nor decremented at 0; specs/pins/bytes shows what happens otherwise")

(define-fun initially () Bool
  (and
    (forall ((n Nat)) (not (below n n)))
    (forall ((n Nat) (m Nat) (l Nat)) (=> (below n m) (below m l) (below n l)))
    (forall ((n Nat) (m Nat)) (or (= n m) (below n m) (below m n)))
    (forall ((g Gref) (x Pin) (n Nat)) (not (pins g x n)))
    (forall ((k Hold) (g Gref) (x Pin) (n Nat)) (not (unit k g x n)))
    (forall ((k Hold) (g Gref) (x Pin)) (not (pinned k g x)))))

(set-info :take "a side of a mapping is pinned, the counter goes from n to n + 1")
(define-fun take.guard ((k Hold) (g Gref) (x Pin) (n Nat)) Bool
  (and (not (pinned k g x))
       (not (pins g x n))
       (forall ((m Nat)) (=> (below m n) (pins g x m)))))
(define-fun take.pins ((k Hold) (g Gref) (x Pin) (n Nat) (a Gref) (b Pin) (c Nat)) Bool
  (or (pins a b c) (and (= a g) (= b x) (= c n))))
(define-fun take.unit ((k Hold) (g Gref) (x Pin) (n Nat) (j Hold) (a Gref) (b Pin) (c Nat)) Bool
  (or (unit j a b c) (and (= j k) (= a g) (= b x) (= c n))))
(define-fun take.pinned ((k Hold) (g Gref) (x Pin) (n Nat) (j Hold) (a Gref) (b Pin)) Bool
  (or (pinned j a b) (and (= j k) (= a g) (= b x))))

(set-info :drop "a side of a mapping is unpinned, the counter goes from m + 1 to m")
(define-fun drop.guard ((k Hold) (g Gref) (x Pin) (n Nat) (m Nat)) Bool
  (and (unit k g x n)
       (pins g x m)
       (forall ((l Nat)) (=> (pins g x l) (or (= l m) (below l m))))))
(define-fun drop.pins ((k Hold) (g Gref) (x Pin) (n Nat) (m Nat) (a Gref) (b Pin) (c Nat)) Bool
  (and (pins a b c) (not (and (= a g) (= b x) (= c m)))))
(define-fun drop.unit ((k Hold) (g Gref) (x Pin) (n Nat) (m Nat) (j Hold) (a Gref) (b Pin) (c Nat)) Bool
  (ite (and (= a g) (= b x))
       (ite (= c m) false (ite (= c n) (unit j g x m) (unit j a b c)))
       (unit j a b c)))
(define-fun drop.pinned ((k Hold) (g Gref) (x Pin) (n Nat) (m Nat) (j Hold) (a Gref) (b Pin)) Bool
  (and (pinned j a b) (not (and (= j k) (= a g) (= b x)))))
