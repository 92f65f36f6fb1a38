; Both kinds of device use one vIOMMU. A passed-through device is answered by the physical unit from its shadow, a virtual one by Xen from the
; guest's tables; the guest sees no difference.
(set-info :says "If no invalidation is pending, virtual and passed-through devices with the same tables get the same frames and rights.")
(set-info :kind safety)
(set-info :source "xen-devel 2016, Discussion about virtual iommu support for Xen guest: virtual and passthrough devices use one vIOMMU")

(define-fun invariant () Bool
  (forall ((q Req) (r Req) (e Dom) (p Page) (f Frame))
    (=> (assigned q e) (assigned r e) (sameEntry q r) (not (guestOwes q p)) (not (guestOwes r p))
        (and (=> (getsR q p f) (getsR r p f))
             (=> (getsW q p f) (getsW r p f))))))

; A device and another one get the same frame.
(define-fun witness () Bool
  (exists ((q Req) (r Req) (p Page) (f Frame))
    (and (not (= q r)) (sameEntry q r) (not (guestOwes q p)) (not (guestOwes r p)) (getsR q p f) (getsR r p f))))
