; Completeness of maps: from the return of a map hypercall until the mapping is given back, or Xen takes it back because its frame leaves
; the domain, the entry is there with the rights that were asked for, and no device that is led to the space is refused by something that
; is still cached or not yet seen. Breaking this is no hole but a DMA error in a correct guest.
(set-info :says "Until it is unmapped, an address of a map hypercall is in the table and served with the requested rights.")
(set-info :kind completeness)
(set-info :source "xen-devel 2006, Xen Calgary IOMMU support: the DMA API makes hypercalls to map and unmap pages")

(define-fun invariant () Bool
  (and
    (forall ((s Space) (p Page) (f Frame))
      (=> (promised s p f)
          (and (mapR s p f) (=> (promisedW s p) (mapW s p f)))))
    (forall ((u Unit) (q Req) (s Space) (t Tag) (p Page) (f Frame))
      (=> (promised s p f) (ent u q s t)
          (and (not (blockedR q p)) (=> (promisedW s p) (not (blockedW q p))))))))

; A device is led to a space in which something is mapped for writing, too.
(define-fun witness () Bool
  (exists ((u Unit) (q Req) (s Space) (t Tag) (p Page) (f Frame))
    (and (promised s p f) (promisedW s p) (ent u q s t))))
