; By an entry without a source any device raises the interrupt of another one.
(set-info :says "An interrupt entry that is present lets through only the requesters that it names.")
(set-info :kind safety)
(set-info :source "CVE-2013-0153, XSA-36; Intel VT-d specification, chapter 9.9: SVT")

(define-fun invariant () Bool
  (forall ((i Index)) (=> (presentIndex i) (verifiesSource i))))

(define-fun witness () Bool
  (exists ((i Index)) (presentIndex i)))
