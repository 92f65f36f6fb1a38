; What the wrapper's second duty ends with: devices are attached to a vIOMMU, and none outlives it. That nothing is left of a device which is
; attached to none is detach-leaves-nothing.
(set-info :says "A guest without a vIOMMU has no device attached, and nothing is left of earlier devices.")
(set-info :kind safety)
(set-info :source "xen-devel 2016, Discussion about virtual iommu support for Xen guest: the wrapper creates the vIOMMU and attaches devices")

(define-fun invariant () Bool
  (forall ((q Req) (d Dom)) (=> (deviceOf q d) (not (hasUnit d)) (not (assigned q d)))))

; A guest has none.
(define-fun witness () Bool
  (exists ((q Req) (d Dom)) (and (deviceOf q d) (not (hasUnit d)))))
