; The device's own side of lingering-is-revoked: under a policy that invalidates after unmap has dropped its pins, a request may still
; get a frame that the device's domain has given back and not acknowledged, and that still belongs to who granted it.
(set-info :says "A device's request gets frames within its domain's rights, or frames whose granter has agreed to wait.")
(set-info :kind safety)
(set-info :source "xen-devel 2008, VT-d support for PV guests (V2): a relaxed model, in which a domain does not reuse a frame until the mapper has flushed")

(define-fun invariant () Bool
  (and
    (forall ((e Dom) (q Req) (p Page) (f Frame))
      (=> (assigned q e)
          (and (=> (getsR q p f) (or (entitled e f) (revoked e f)))
               (=> (getsW q p f) (or (entitledW e f) (revoked e f))))))
    (forall ((q Req) (p Page) (f Frame))
      (=> (forall ((e Dom)) (not (assigned q e))) (not (moving q))
          (and (not (getsR q p f)) (not (getsW q p f)))))))

; A device that a domain has gets a frame.
(define-fun witness () Bool
  (exists ((e Dom) (q Req) (p Page) (f Frame)) (and (assigned q e) (getsR q p f))))
