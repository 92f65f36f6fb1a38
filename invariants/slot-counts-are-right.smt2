; SW4. A free slot counts the free ones from it to the end of their run in its segment, a taken one counts none; free is what no mapping
; uses. So slots that a failed call keeps, and slots that are used without being taken, break it, too.
(set-info :says "The bookkeeping counts for each slot the slots from it on, in its segment, that no mapping uses.")
(set-info :kind safety)
(set-info :source "Linux kernel/dma/swiotlb.c: struct io_tlb_slot, list")

(define-fun invariant () Bool
  (forall ((z Slot) (n Nat)) (and (=> (counts z n) (run z n)) (=> (run z n) (counts z n)))))

; A slot is free.
(define-fun witness () Bool
  (exists ((z Slot) (n Nat)) (counts z n)))
