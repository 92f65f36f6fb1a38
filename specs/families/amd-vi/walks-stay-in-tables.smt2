; walked-is-table, said of levels: a page of tables is given back only when no walk can come to it, nor goes on in it.
(set-info :says "Where a walk goes on, by an entry of an upper level, by what is cached of one, or because it has passed it, is a page of tables.")
(set-info :kind safety)
(set-info :source "AMD IOMMU specification 2.4.3: INVALIDATE_IOMMU_PAGES, PDE bit; Linux: tables are freed after the flush")

(define-fun invariant () Bool
  (forall ((x Frame) (p Page))
    (=> (not (ioTable x))
        (and (forall ((s Space)) (not (link s p x)))
             (forall ((u Unit) (t Tag))
               (and (not (pde u t p x)) (forall ((q Req)) (and (not (onWay u q t p x)) (not (lateOn u q t p x))))))))))

(define-fun witness () Bool
  (exists ((u Unit) (t Tag) (p Page) (x Frame) (s Space)) (and (stands u t s) (pde u t p x) (not (link s p x)))))
