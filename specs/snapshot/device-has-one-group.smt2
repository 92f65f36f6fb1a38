; A device in two groups would join them.
(set-info :says "A device is in one group.")
(set-info :kind safety)
(set-info :source "Linux drivers/iommu/iommu.c: a device has one group")

(define-fun invariant () Bool
  (forall ((q Req) (g Group) (h Group)) (=> (inGroup q g) (inGroup q h) (= g h))))

(define-fun witness () Bool
  (exists ((q Req) (g Group)) (inGroup q g)))
