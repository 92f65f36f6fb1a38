; A device behind a port that faces outside may be anybody's: it reaches what is mapped for it, while it is mapped, and no more; not even
; what its driver was done with a moment ago, as others' devices may under a flush queue, and of a page of which a part is mapped for it
; only a copy. So no command line and no driver has a say in the type of its default domain.
(set-info :says "An untrusted device reaches only its mappings, by tables, by a cache or in flight.")
(set-info :kind safety)
(set-info :source "Linux iommu.c: iommu_get_default_domain_type; dma-iommu.c: dev_use_swiotlb; drivers/pci: external_facing, untrusted")

(define-fun invariant () Bool
  (forall ((u Unit) (q Req) (s Space) (t Tag) (e Dom))
    (=> (untrusted q) (or (ent u q s t) (cent u q s t)) (for s e)
        (forall ((p Page) (f Frame))
          (and (=> (or (mapR s p f) (mayR u t p f) (flyR u q t p f)) (entitled e f))
               (=> (or (mapW s p f) (mayW u t p f) (flyW u q t p f)) (entitledW e f)))))))

; Such a device reaches a frame.
(define-fun witness () Bool
  (exists ((u Unit) (q Req) (s Space) (t Tag) (p Page) (f Frame))
    (and (untrusted q) (ent u q s t) (mapR s p f))))
