; Neither devices nor copies write anywhere but to the buffer, its slots, or through them.
(set-info :says "Memory that no mapping covers holds what its owner put there.")
(set-info :kind safety)
(set-info :source "Linux drivers/xen/swiotlb-xen.c")

(define-fun invariant () Bool
  (forall ((f Frame)) (not (spoiled f))))

; A device may write.
(define-fun witness () Bool
  (exists ((m Xfer) (p Part)) (forDevice m p)))
