; A frame that was taken for coherent memory, or to bounce a part of a page by, and that nothing maps and no call will give back, is lost for ever:
; the pool runs dry and devices that are not trusted stop. A driver's own buffer that is never its own again is lost to it as well.
(set-info :says "A frame taken for coherent memory, for bouncing, or from its driver is mapped, or a running call has it.")
(set-info :kind safety)
(set-info :source "Linux dma-iommu.c: iommu_dma_free, iommu_dma_unmap_page with swiotlb_tbl_unmap_single")

(define-fun invariant () Bool
  (and (forall ((f Frame)) (=> (buffer f) (bufferKept f)))
       ; A part is bounced by a frame that was taken for that: by how the two words are computed, which holds them together.
       (forall ((f Frame)) (=> (bouncesPart f) (buffer f)))))

(define-fun witness () Bool
  (exists ((f Frame)) (and (buffer f) (bufferKept f))))
