; Every pinned mapping has a number of its own below the counter's value; so a counter of 0 means that nothing is pinned.
(set-info :says "Every pinned mapping is counted once; at 0 nothing is pinned.")
(set-info :kind safety)
(set-info :source "Xen grant tables: end of access looks at the pins to know whether anyone maps the entry")

(define-fun invariant () Bool
  (and
    (forall ((k Hold) (g Gref) (x Pin)) (= (pinned k g x) (exists ((n Nat)) (unit k g x n))))
    (forall ((k Hold) (g Gref) (x Pin)) (=> (forall ((n Nat)) (not (pins g x n))) (not (pinned k g x))))))

; Something is pinned.
(define-fun witness () Bool (exists ((k Hold) (g Gref) (x Pin)) (pinned k g x)))
