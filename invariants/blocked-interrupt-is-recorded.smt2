; VI10 of interrupts. There is one record; of one source only the first fault is kept, of another one the guest sees that some are lost.
(set-info :says "A refused message of a virtual device is in the guest's fault record, or the record says that others are lost.")
(set-info :kind safety)
(set-info :source "VT-d specification 2.x, chapter 7.2; fact sheet viommu, VI10; vvtd drafts, V4, V5 and V11")

(define-fun invariant () Bool
  (forall ((q Req) (m Message))
    (=> (wasBlocked q m) (or (recordedFault q m) (overflowed q)))))

; One was refused and is recorded.
(define-fun witness () Bool
  (exists ((q Req) (m Message)) (and (wasBlocked q m) (recordedFault q m))))
