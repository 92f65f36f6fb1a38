; A device drives as many address lines as it has. An address beyond its mask wraps around, or the map has to fail: caches of addresses that
; were freed are shared by devices with other masks. A list is one run within a boundary of the device's segments.
(set-info :says "No map returns an address that its device cannot send, or a list that crosses a segment boundary.")
(set-info :kind safety)
(set-info :source "Linux iova.c: limit_pfn of alloc_iova_fast, iova_magazine_pop; dma-iommu.c, iommu_dma_alloc_iova; amd_gart_64.c: alloc_iommu, dma_get_seg_boundary")

(define-fun invariant () Bool
  (forall ((s Space) (p Page)) (=> (handed s p) (not (beyondReach s p)))))

; Two addresses are handed out. That another run would cross a boundary, or another address be out of reach, no relation says: the
; controls with area.boundary-ignored and iova.magazine-ignores-limit do.
(define-fun witness () Bool
  (exists ((s Space) (p Page) (q Page)) (and (handed s p) (not (= p q)))))
