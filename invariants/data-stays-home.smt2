; What no-foreign-request forbids a device to reach, seen from what it does with it: it reads another domain's memory and writes that to
; its driver's, and the driver has it. No grant lets it: a machine with a device that copies has no foreign frames mapped.
(set-info :says "No domain's memory holds data of another domain.")
(set-info :kind safety)
(set-info :source "linux-kernel 2010, Xen-SWIOTLB v0.8.6: without an IOMMU a guest can have the hardware map pages outside its memory range")

(define-fun invariant () Bool
  (forall ((f Frame) (d Dom) (e Dom))
    (=> (owner f d) (dataOf f e) (= d e))))

; There is such data.
(define-fun witness () Bool
  (exists ((f Frame) (d Dom)) (dataOf f d)))
