; SW6. Segments of the pool do not follow one another in the machine, so no mapping may leave one; and the pool may lie beyond what
; this device can address.
(set-info :says "Each part of a bounced mapping leads the device to its slots, and the device can address them.")
(set-info :kind safety)
(set-info :source "Linux drivers/xen/swiotlb-xen.c: xen_swiotlb_map_page, the second dma_capable")

(define-fun invariant () Bool
  (forall ((m Xfer) (p Part))
    (=> (bounced m)
        (and (not (leadsBeyond m p))
             (forall ((f Frame)) (=> (leads m p f) (and (slotBacks m p f) (inReach f))))))))

; A buffer bounces.
(define-fun witness () Bool
  (exists ((m Xfer) (p Part) (f Frame)) (and (bounced m) (leads m p f))))
