; The same as the kernel sees it, without the entries that the unit reads.
(set-info :says "Devices of one group are attached to the same domain.")
(set-info :kind safety)
(set-info :source "Linux drivers/iommu/iommu.c: a group has one domain")

(define-fun invariant () Bool
  (forall ((q Req) (r Req) (g Group) (e Dom) (d Dom))
    (=> (inGroup q g) (inGroup r g) (assigned q e) (assigned r d) (= e d))))

(define-fun witness () Bool
  (exists ((q Req) (g Group) (e Dom)) (and (inGroup q g) (assigned q e))))
