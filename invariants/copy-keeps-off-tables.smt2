; Who writes a page table, of a CPU or of an IOMMU, has all of memory. A copy writes by the hypervisor's own mapping of all memory,
; which no table and no cache shows, so that no other property sees what it is about to write. Before its last check a copy may
; still be refused; after it, the frame is no table, and becomes none before the bytes are moved.
(set-info :says "What a copy writes next is neither a page table nor a page of I/O tables.")
(set-info :kind safety)
(set-info :source "Xen grant_table.c: gnttab_copy takes the destination with get_page_and_type (PGT_writable_page)")

(define-fun invariant () Bool
  (forall ((k Hold) (f Frame))
    (=> (copyStores k f) (and (not (table f)) (not (ioTable f))))))

; A copy writes next.
(define-fun witness () Bool
  (exists ((k Hold) (f Frame)) (copyStores k f)))
