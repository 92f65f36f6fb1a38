; SW12. The reservation lock is a spin lock with interrupts off, and the region functions are called in interrupts. Purging vmap aliases takes a
; mutex; that is why lazy unmapping is inhibited instead.
(set-info :says "No CPU calls a function that may sleep while it holds the reservation lock.")
(set-info :kind safety)
(set-info :source "linux-kernel 2010, Xen-SWIOTLB v0.8.6: inhibit vmap aliases rather than trying to clear them out")

(define-fun invariant () Bool
  (forall ((c Vcpu)) (not (and (hasReservationLock c) (maySleep c)))))

; The lock is taken.
(define-fun witness () Bool
  (exists ((c Vcpu)) (hasReservationLock c)))
