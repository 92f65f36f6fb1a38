; SW12. The reservation lock is a spin lock with interrupts off, and the region functions are called in interrupts. Purging vmap aliases takes a
; mutex; that is why lazy unmapping is inhibited instead.
(set-info :says "No CPU does what may sleep while it has the reservation lock.")
(set-info :kind safety)
(set-info :source "Seed 004: xen/mmu: inhibit vmap aliases rather than trying to clear them out")

(define-fun invariant () Bool
  (forall ((c Vcpu)) (not (and (hasReservationLock c) (maySleep c)))))

; The lock is taken.
(define-fun witness () Bool
  (exists ((c Vcpu)) (hasReservationLock c)))
