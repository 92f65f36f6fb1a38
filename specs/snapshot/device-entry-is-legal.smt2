; A unit refuses every request by such an entry, and reports a fault.
(set-info :says "A device entry that is present has no reserved bit, mode or address width.")
(set-info :kind safety)
(set-info :source "Intel VT-d specification, chapter 9.3; AMD I/O virtualization specification, chapter 2.2.2")

(define-fun invariant () Bool
  (forall ((u Unit) (q Req) (s Space) (t Tag)) (=> (ent u q s t) (legalEntry u q))))

(define-fun witness () Bool
  (exists ((u Unit) (q Req) (s Space) (t Tag)) (ent u q s t)))
