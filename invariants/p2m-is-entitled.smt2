; The CPUs' side: they go by the p2m, whatever devices there are. What it has is the guest's own, or mapped by a grant with its reference taken.
(set-info :says "A p2m leads only to frames that the guest owns or has mapped, with the rights that it has.")
(set-info :kind safety)
(set-info :source "Xen memory.c: guest_remove_page takes the entry out before the reference goes; XSA-222")

(define-fun invariant () Bool
  (forall ((e Dom) (p Page) (f Frame))
    (and (=> (p2mLeadsR e p f) (entitled e f))
         (=> (p2mLeadsW e p f) (entitledW e f)))))

; A p2m leads somewhere.
(define-fun witness () Bool
  (exists ((e Dom) (p Page) (f Frame)) (p2mLeadsW e p f)))
