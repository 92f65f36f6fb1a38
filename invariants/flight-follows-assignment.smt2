; A request that was translated before its device was taken away still reaches what it was translated to. So a domain counts as
; having lost a device only when nothing that was translated by its tables is in flight any more: not when the device entry is gone, nor
; when its cached copy is, but when what is under way has been drained after that. While a device is being moved, its requests may
; still be those of the domain that loses it.
(set-info :says "A request is in flight under a domain's tag only while the domain has the device that sent it.")
(set-info :kind safety)
(set-info :source "Intel VT-d specification, chapter 6: draining of requests; XSA-302 and XSA-306; Xen domain_context_unmap_one flushes the IOTLB last")

(define-fun invariant () Bool
  (forall ((u Unit) (q Req) (t Tag) (s Space) (e Dom) (p Page) (f Frame))
    (=> (stands u t s) (for s e) (or (flyR u q t p f) (flyW u q t p f))
        (or (assigned q e) (moving q)))))

; A request of a domain's device is in flight.
(define-fun witness () Bool
  (exists ((u Unit) (q Req) (t Tag) (s Space) (e Dom) (p Page) (f Frame))
    (and (stands u t s) (for s e) (assigned q e) (flyR u q t p f))))
