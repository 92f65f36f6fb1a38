; The head is behind the wait, and the status still says that it is in use: what waits for it waits forever.
(set-info :says "A wait descriptor that the unit has taken has stored its status.")
(set-info :kind safety)
(set-info :source "Linux drivers/iommu/intel/dmar.c: qi_submit_sync waits for QI_DONE; VT-d specification, chapter 6.5.2.8")

(define-fun invariant () Bool
  (forall ((i Descriptor)) (=> (isWait i) (unanswered i) (inQueue i))))

(define-fun witness () Bool
  (exists ((i Descriptor)) (isWait i)))
