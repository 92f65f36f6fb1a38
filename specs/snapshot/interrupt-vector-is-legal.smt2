; The local APIC reports an error in place of the interrupt.
(set-info :says "An interrupt entry with fixed or lowest-priority delivery has a vector of 16 or more.")
(set-info :kind safety)
(set-info :source "Intel SDM, volume 3, chapter 11.5.2: vectors 0 to 15 are illegal")

(define-fun invariant () Bool
  (forall ((i Index)) (=> (presentIndex i) (legalVector i))))

(define-fun witness () Bool
  (exists ((i Index)) (presentIndex i)))
