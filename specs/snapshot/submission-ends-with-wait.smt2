; An invalidation without a wait is never known to be complete.
(set-info :says "The last descriptor before the tail is a wait, so that somebody learns of the end.")
(set-info :kind safety)
(set-info :source "Linux drivers/iommu/intel/dmar.c: qi_submit_sync puts a wait behind what it submits; amd/iommu.c: iommu_completion_wait")

(define-fun invariant () Bool
  (forall ((i Descriptor)) (=> (lastSubmitted i) (written i) (isWait i))))

(define-fun witness () Bool
  (exists ((i Descriptor)) (and (lastSubmitted i) (written i))))
