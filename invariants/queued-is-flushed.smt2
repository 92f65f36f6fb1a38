; The window in which a device keeps an address that was unmapped is as long as its timer says, and not until another call comes: an entry of a
; flush queue has a timer that goes off, or a call is under way that will arm it, or flush.
(set-info :says "While an address waits in a flush queue, the queue's timer is armed, or a call is under way.")
(set-info :kind safety)
(set-info :source "Linux dma-iommu.c, queue_iova: fq_timer_on and mod_timer behind fq_ring_add; fq_flush_timeout")

(define-fun invariant () Bool
  (forall ((s Space) (p Page)) (=> (flushQueued s p) (flushDue s))))

(define-fun witness () Bool
  (exists ((s Space) (p Page)) (and (flushQueued s p) (flushDue s))))
