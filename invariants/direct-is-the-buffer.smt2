; SW5. A buffer that is mapped directly is contiguous in the machine over its whole length, and within the device's mask.
(set-info :says "A direct mapping's address leads the device to the buffer's own frames, which it can address.")
(set-info :kind safety)
(set-info :source "Linux drivers/xen/swiotlb-xen.c: xen_swiotlb_map_page")

(define-fun invariant () Bool
  (forall ((m Xfer) (p Part))
    (=> (direct m)
        (and (not (leadsBeyond m p))
             (forall ((f Frame)) (=> (leads m p f) (and (backs m p f) (inReach f))))))))

; A buffer is mapped directly.
(define-fun witness () Bool
  (exists ((m Xfer) (p Part) (f Frame)) (and (direct m) (leads m p f))))
