; An invalidation that is too wide harms no isolation: what the caches lose they find again in the tables. So nothing else forbids it,
; and a driver that empties the whole cache for each page passes as correct. Judged where the policy is to pay each entry by itself
; on a unit that can forget single pages; what hardware forgets beyond what it is asked is its own affair.
(set-info :says "If the policy names single pages, each requested invalidation covers the pending page and no other.")
(set-info :kind completeness)
(set-info :source "Intel VT-d specification 6.5.2.3: granularity of IOTLB invalidation; Xen 4.17 iommu_flush_iotlb_pages")

(define-fun invariant () Bool
  (forall ((i Inv) (u Unit) (t Tag) (p Page)) (not (beyond i u t p))))

; An invalidation is asked for and not done.
(define-fun witness () Bool
  (exists ((i Inv) (u Unit) (t Tag) (p Page)) (and (queued i) (covers i u t p))))
