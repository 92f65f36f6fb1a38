; SW3.
(set-info :says "No two mappings use the same slot.")
(set-info :kind safety)
(set-info :source "Linux kernel/dma/swiotlb.c: swiotlb_find_slots")

(define-fun invariant () Bool
  (forall ((z Slot) (m Xfer) (n Xfer)) (=> (busy z m) (busy z n) (= m n))))

; A slot is used.
(define-fun witness () Bool
  (exists ((z Slot) (m Xfer)) (busy z m)))
