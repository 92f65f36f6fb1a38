; The other way: what the CPU wrote before map, or before a sync of the part for the device, is what the device reads; and what the
; device wrote itself stays until then.
(set-info :says "The device reads from a buffer what the CPU wrote to it.")
(set-info :kind safety)
(set-info :source "Linux drivers/xen/swiotlb-xen.c: xen_swiotlb_map_page, xen_swiotlb_sync_single_for_device")

(define-fun invariant () Bool
  (forall ((m Xfer) (p Part))
    (=> (toDevice m) (forDevice m p) (or (deviceWrote m p) (deviceFindsCpus m p)))))

; A device may read.
(define-fun witness () Bool
  (exists ((m Xfer) (p Part)) (and (toDevice m) (forDevice m p) (not (deviceWrote m p)))))
