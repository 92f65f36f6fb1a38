; What a policy keeps that invalidates after unmap has dropped its pins, by agreement with the granter: a device may linger,
; but only on a frame that its domain has given back and not yet acknowledged, and that still belongs to the domain that
; granted it. So nobody who has not agreed is reached: until the acknowledgement Xen's own references keep the frame from
; going to anybody else. What the granter puts into the frame before that is its own risk, and not modelled. The tables
; themselves may give nothing beyond the rights.
(set-info :says "Only a cache serves a device beyond its domain's rights, while the granter owns the frame and has agreed.")
(set-info :kind safety)
(set-info :source "xen-devel 2008, VT-d support for PV guests (V2): a relaxed model, in which a domain does not reuse a frame until the mapper has flushed")

(define-fun invariant () Bool
  (and
    (forall ((u Unit) (q Req) (s Space) (t Tag) (e Dom))
      (=> (or (ent u q s t) (cent u q s t)) (assigned q e)
          (forall ((p Page) (f Frame))
            (and (=> (mapR s p f) (entitled e f))
                 (=> (mapW s p f) (entitledW e f))))))
    (forall ((u Unit) (t Tag) (s Space) (e Dom))
      (=> (stands u t s) (for s e)
          (forall ((p Page) (f Frame))
            (and (=> (mayR u t p f) (or (entitled e f) (revoked e f)))
                 (=> (mayW u t p f) (or (entitledW e f) (revoked e f)))
                 (forall ((q Req))
                   (and (=> (flyR u q t p f) (or (entitled e f) (revoked e f)))
                        (=> (flyW u q t p f) (or (entitledW e f) (revoked e f)))))))))))

; A cache serves a translation.
(define-fun witness () Bool
  (exists ((u Unit) (t Tag) (s Space) (p Page) (f Frame))
    (and (stands u t s) (mayR u t p f))))
