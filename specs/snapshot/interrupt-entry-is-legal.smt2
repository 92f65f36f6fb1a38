; A unit refuses every message by such an entry, and reports a fault.
(set-info :says "An interrupt entry that is present has no reserved bit.")
(set-info :kind safety)
(set-info :source "Intel VT-d specification, chapter 9.9")

(define-fun invariant () Bool
  (forall ((i Index)) (=> (presentIndex i) (legalInterrupt i))))

(define-fun witness () Bool
  (exists ((i Index)) (presentIndex i)))
