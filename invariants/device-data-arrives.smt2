; SW7. After unmap, and after a sync of the part for the CPU, the CPU reads in its buffer what the device wrote last.
(set-info :says "What the device wrote is what the CPU reads after unmap, or after a sync of that part.")
(set-info :kind safety)
(set-info :source "Linux drivers/xen/swiotlb-xen.c: xen_swiotlb_unmap_page, xen_swiotlb_sync_single_for_cpu")

(define-fun invariant () Bool
  (forall ((m Xfer) (p Part)) (=> (forCpu m p) (deviceWrote m p) (cpuFindsDevices m p))))

; The device wrote and may use the part no more; the CPU may look, and does not find what it wrote itself.
(define-fun witness () Bool
  (exists ((m Xfer) (p Part)) (and (forCpu m p) (deviceWrote m p) (not (cpuFindsOwn m p)) (not (forDevice m p)))))
