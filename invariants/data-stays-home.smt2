; What no-foreign-request forbids a device to reach, seen from what it does with it: it reads another domain's memory and writes that to
; its driver's, and the driver has it. Where the domain has mapped some frame of the other one by a grant, its device may read that.
(set-info :says "No domain's memory holds data of another one that has granted it nothing.")
(set-info :kind safety)
(set-info :source "xen-devel and linux-kernel, 2010: without an IOMMU a guest can have the hardware map pages outside its memory range")

(define-fun invariant () Bool
  (forall ((f Frame) (d Dom) (e Dom))
    (=> (owner f d) (dataOf f e) (not (= d e))
        (exists ((k Hold) (g Frame)) (and (hold k d g) (owner g e))))))

; There is such data.
(define-fun witness () Bool
  (exists ((f Frame) (d Dom)) (dataOf f d)))
