; A unit stops its queue at a descriptor that it does not understand.
(set-info :says "A descriptor has a type that exists and no reserved bit.")
(set-info :kind safety)
(set-info :source "Intel VT-d specification, chapter 6.5.2; AMD I/O virtualization specification, chapter 2.4")

(define-fun invariant () Bool
  (forall ((i Descriptor)) (=> (written i) (legalDescriptor i))))

(define-fun witness () Bool
  (exists ((i Descriptor)) (written i)))
