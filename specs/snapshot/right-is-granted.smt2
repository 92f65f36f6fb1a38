; Of frames that are in a grant table the owner is known: the domain whose table it is. A right that is wider than the grant shows here.
(set-info :says "A domain's tables reach another domain's frame only with the rights of a grant that is pinned.")
(set-info :kind safety)
(set-info :source "Xen grant_table.c and iommu_legacy_map: an I/O entry follows the mappings of a grant; XSA-224")

(define-fun invariant () Bool
  (forall ((e Dom) (d Dom) (s Space) (p Page) (f Frame))
    (=> (for s e) (owner f d) (not (= e d))
        (and (=> (mapR s p f) (exists ((k Hold)) (hold k e f)))
             (=> (mapW s p f) (exists ((k Hold)) (and (hold k e f) (holdW k))))))))

(define-fun witness () Bool
  (exists ((e Dom) (d Dom) (s Space) (p Page) (f Frame)) (and (for s e) (owner f d) (not (= e d)) (mapR s p f))))
