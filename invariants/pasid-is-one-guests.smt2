; PASIDs of two guests are kept apart, though guests number their processes alike and one device serves both.
(set-info :says "A request with a PASID gets only memory of the guest whose process has the PASID.")
(set-info :kind safety)
(set-info :source "xen-devel 2016, Discussion about virtual iommu support for Xen guest: shared virtual memory")

(define-fun invariant () Bool
  (forall ((h Pasid) (x Process) (e Dom) (p Page) (f Frame))
    (=> (pasidOf h x) (processOf x e)
        (and (=> (servesR h p f) (owner f e))
             (=> (servesW h p f) (owner f e))))))

; A request of a bound process gets something.
(define-fun witness () Bool
  (exists ((h Pasid) (x Process) (p Page) (f Frame)) (and (pasidOf h x) (servesR h p f))))
