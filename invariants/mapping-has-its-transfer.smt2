; Roll-back. A list of which an element is refused leaves nothing mapped behind: what a kernel's DMA layer had mapped by hypercalls, and no
; driver was told, nobody would ever unmap, and the device could go on using the buffer when its pages are something else.
(set-info :says "Each hypercall mapping of the DMA layer belongs to a transfer, to its pool, or to a running call.")
(set-info :kind safety)
(set-info :source "xen-devel 2006, Xen Calgary IOMMU support: the DMA API makes hypercalls; Linux 6.1 dma-iommu.c: iommu_dma_map_sg, out_restore_sg")

(define-fun invariant () Bool
  (forall ((s Space) (p Page)) (=> (handed s p) (inUse s p))))

; A page is handed out, and another one is not in use.
(define-fun witness () Bool
  (exists ((s Space) (p Page) (q Page)) (and (handed s p) (not (inUse s q)))))
