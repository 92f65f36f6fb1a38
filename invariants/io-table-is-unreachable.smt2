; Who writes a page of I/O tables has all of memory. It belongs to no domain, is mapped by none, and no device finds it: not
; by the tables, nor by a cache, nor by a walk in flight.
(set-info :says "No domain owns or maps an I/O table page, and no table, cache or walk leads a device to it.")
(set-info :kind safety)
(set-info :source "Xen iommu_alloc_pgtable: a page from the heap without an owner; XSA-248: pages of Xen with a domain as owner")

(define-fun invariant () Bool
  (forall ((f Frame))
    (=> (ioTable f)
        (and (forall ((e Dom)) (and (not (owner f e)) (forall ((k Hold)) (not (hold k e f)))))
             (forall ((p Page))
               (and (forall ((s Space)) (and (not (mapR s p f)) (not (mapW s p f))))
                    (forall ((u Unit) (t Tag))
                      (and (not (mayR u t p f))
                           (not (mayW u t p f))
                           (forall ((q Req)) (and (not (flyR u q t p f)) (not (flyW u q t p f))))))))))))

; A table leads a device to a frame that somebody maps.
(define-fun witness () Bool
  (exists ((f Frame) (g Frame) (s Space) (p Page) (k Hold) (e Dom))
    (and (ioTable f) (mapR s p g) (hold k e g))))
