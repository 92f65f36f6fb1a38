; A slot that no mapping has is for no device to reach, nor is one that leaves the pool.
(set-info :says "A slot that no mapping uses is in no table, no cache and no request in flight.")
(set-info :kind safety)
(set-info :source "Linux dma-iommu.c: iommu_dma_unmap_page, the slot is released after the entry and its cached copies")

(define-fun invariant () Bool
  (forall ((f Frame))
    (=> (bouncesPart f) (forall ((k Hold) (e Dom)) (=> (hold k e f) (not (unfinished k))))
        (forall ((p Page))
          (and (forall ((s Space)) (and (not (mapR s p f)) (not (mapW s p f))))
               (forall ((u Unit) (t Tag) (s Space))
                 (=> (stands u t s)
                     (and (not (mayR u t p f)) (not (mayW u t p f))
                          (forall ((q Req)) (and (not (flyR u q t p f)) (not (flyW u q t p f))))))))))))

(define-fun witness () Bool
  (exists ((f Frame) (g Frame) (k Hold) (e Dom)) (and (bouncesPart f) (bouncesPart g) (hold k e f) (live k))))
