; An address that the allocator gave out and that nobody will give back is lost for ever, and a kernel that loses one in each round stops
; after some hours. It is a mapping's from the map that took it to the return of unmap, or it waits in a magazine, in the depot, or
; in a flush queue.
(set-info :says "Each I/O address is free, or a mapping, magazine, depot or flush queue has it.")
(set-info :kind safety)
(set-info :source "Linux dma-iommu.c: fq_ring_add after fq_full; iova.c: __iova_rcache_insert")

(define-fun invariant () Bool
  (forall ((s Space) (p Page)) (=> (outOfTree s p) (accountedFor s p))))

(define-fun witness () Bool
  (exists ((s Space) (p Page)) (outOfTree s p)))
