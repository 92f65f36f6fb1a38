; CVE-2022-0854 from the CPU's side: a device that writes less than it said leaves in the slot what was there before.
(set-info :says "What is copied out of a slot into a buffer was written for this mapping, by CPU or device.")
(set-info :kind safety)
(set-info :source "CVE-2022-0854; Linux kernel/dma/swiotlb.c: swiotlb_tbl_map_single copies in whatever the direction")

(define-fun invariant () Bool
  (forall ((k Hold)) (not (spoiledBuffer k))))

(define-fun witness () Bool
  (exists ((k Hold) (e Dom) (f Frame)) (and (bouncesPart f) (hold k e f) (live k))))
