; An entry may also be of an alias, which no device has and which is attached to nothing: those say nothing here.
(set-info :says "The entry of a device that is attached to a domain leads to that domain's tables.")
(set-info :kind safety)
(set-info :source "Linux drivers/iommu/intel/iommu.c: domain_context_mapping; debugfs.c: domain_translation_struct")

(define-fun invariant () Bool
  (forall ((u Unit) (q Req) (s Space) (t Tag) (e Dom))
    (=> (ent u q s t) (assigned q e) (for s e))))

(define-fun witness () Bool
  (exists ((u Unit) (q Req) (s Space) (t Tag) (e Dom)) (and (ent u q s t) (assigned q e) (for s e))))
