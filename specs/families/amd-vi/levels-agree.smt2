; mapR and mapW are what a walk of all levels gives; where a page of tables is linked, that is what lies in it.
(set-info :says "What is mapped at a page is what lies in the page of tables that is linked there.")
(set-info :kind safety)
(set-info :source "AMD IOMMU specification 2.2.3: I/O page tables")

(define-fun invariant () Bool
  (forall ((s Space) (p Page) (x Frame) (f Frame))
    (=> (link s p x)
        (and (=> (leafR x p f) (mapR s p f)) (=> (mapR s p f) (leafR x p f))
             (=> (leafW x p f) (mapW s p f)) (=> (mapW s p f) (leafW x p f))))))

(define-fun witness () Bool
  (exists ((s Space) (p Page) (x Frame)) (link s p x)))
