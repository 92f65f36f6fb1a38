; A page of tables that nothing leads to, and that nobody will give back, is lost for ever. It is linked, or the call that has taken or unlinked
; it has it still, or a flush queue keeps it until the flush.
(set-info :says "Each allocated I/O table page is linked, or a call or a flush queue has it.")
(set-info :kind safety)
(set-info :source "Linux iommu.h: iommu_iotlb_gather.freelist; dma-iommu.c: iova_fq_entry.freelist; intel/iommu.c: dma_pte_list_pagetables")

(define-fun invariant () Bool
  (forall ((f Frame)) (=> (ioTable f) (or (walked f) (tableKept f)))))

; A table is linked, and nobody else has it.
(define-fun witness () Bool
  (exists ((f Frame)) (and (ioTable f) (walked f) (not (tableKept f)))))
