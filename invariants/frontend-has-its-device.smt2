; A device that is taken away while a frontend's driver works with it leaves mappings that nobody ends in good order, and a driver that goes on
; programming what another domain may get next. So pciback asks, and waits for the answer; a frontend that has died is asked nothing.
(set-info :says "While a frontend works with a device, its domain sees the device.")
(set-info :kind safety)
(set-info :source "xen-devel 2006, Xen Calgary IOMMU support: integration with pci frontend and backend; Linux xen-pcifront.c: pcifront_detach_devices")

(define-fun invariant () Bool
  (forall ((q Req)) (=> (driven q) (exists ((e Dom)) (exposed q e)))))

; A frontend works with a device.
(define-fun witness () Bool
  (exists ((q Req)) (driven q)))
