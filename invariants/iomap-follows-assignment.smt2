; Device memory is no DMA, but who has it mapped drives the device. Xen forbids new entries and looks for none that there are, so the
; driver that is removed gives its own up. There is one device. While a device is being given or taken away, its memory may be permitted already or still.
(set-info :says "Only the domain that has a device has an entry for the device's memory.")
(set-info :kind safety)
(set-info :source "Xen mm.c: get_page_from_l1e, iomem_access_permitted; libxl_pci.c: xc_domain_iomem_permission; XSA-476")

(define-fun invariant () Bool
  (forall ((d Dom) (f Frame) (q Req)) (=> (iomap d f) (or (assigned q d) (settlingQ q)))))

; The domain has it.
(define-fun witness () Bool
  (exists ((d Dom) (f Frame) (q Req)) (and (iomap d f) (assigned q d))))
