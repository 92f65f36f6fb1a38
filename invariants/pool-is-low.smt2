; A pool that 32-bit devices cannot address serves nobody: set-up fails rather than take such frames.
(set-info :says "The frames of a pool that was set up are below 4 GiB.")
(set-info :kind safety)
(set-info :source "Linux drivers/xen/swiotlb-xen.c: xen_swiotlb_fixup, MAX_DMA_BITS")

(define-fun invariant () Bool
  (forall ((f Frame)) (=> (poolInUse f) (low f))))

; The pool is in use.
(define-fun witness () Bool
  (exists ((f Frame)) (poolInUse f)))
