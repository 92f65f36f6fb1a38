; What devices find by the unit's tables is what the p2m has, with the rights of its type; but for what a call that has the p2m lock
; is just changing. Tables that are one with the p2m follow by themselves; separate ones are stored entry by entry.
(set-info :says "The unit's tables lead where the p2m does, with the rights of its types, unless it is locked.")
(set-info :kind safety)
(set-info :source "Xen p2m-ept.c: ept_set_entry, under the p2m lock; p2m.h: p2m_get_iommu_flags")

(define-fun invariant () Bool
  (forall ((s Space) (e Dom))
    (=> (for s e) (not (p2mLocked e))
        (forall ((p Page) (f Frame))
          (and (=> (mapR s p f) (p2mLeadsR e p f))
               (=> (p2mLeadsR e p f) (mapR s p f))
               (=> (mapW s p f) (p2mLeadsW e p f))
               (=> (p2mLeadsW e p f) (mapW s p f)))))))

; A p2m that nobody changes leads somewhere.
(define-fun witness () Bool
  (exists ((s Space) (e Dom) (p Page) (f Frame)) (and (for s e) (not (p2mLocked e)) (p2mLeadsR e p f))))
