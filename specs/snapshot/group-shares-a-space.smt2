; The IOMMU cannot tell the devices of a group apart. With different tables, each can use the other's.
(set-info :says "Devices of one group are led to the same tables.")
(set-info :kind safety)
(set-info :source "Linux drivers/iommu/iommu.c: a group has one domain")

(define-fun invariant () Bool
  (forall ((q Req) (r Req) (g Group) (u Unit) (v Unit) (s Space) (x Space) (t Tag) (w Tag))
    (=> (inGroup q g) (inGroup r g) (ent u q s t) (ent v r x w) (= s x))))

(define-fun witness () Bool
  (exists ((q Req) (g Group) (u Unit) (s Space) (t Tag)) (and (inGroup q g) (ent u q s t))))
