; A buffer that a device is to fill is none for it to read: what is left in it from before is somebody's. Only hardware with an entry that can be
; written and not read keeps that, and software that stores such entries. What may be cached at the page is judged, too, and so is that it can be
; written at all.
(set-info :says "A page mapped for a device to write leads to its memory for writing, and no device can read it.")
(set-info :kind safety)
(set-info :source "Linux dma-iommu.c, dma_info_to_prot: DMA_FROM_DEVICE is IOMMU_WRITE; AMD-Vi IR, VT-d R; pci-calgary_64.c: tce_build sets TCE_READ always")

(define-fun invariant () Bool
  (forall ((s Space) (p Page) (f Frame))
    (=> (writeOnly s p f)
        (and (mapW s p f)
             (forall ((g Frame)) (not (mapR s p g)))
             (forall ((u Unit) (t Tag) (g Frame)) (=> (stands u t s) (not (mayR u t p g))))))))

(define-fun witness () Bool
  (exists ((s Space) (p Page) (f Frame)) (writeOnly s p f)))
