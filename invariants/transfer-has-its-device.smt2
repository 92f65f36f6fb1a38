; A device that is taken away while a driver has buffers mapped for it leaves slots that nobody frees, buffers that nobody gets back, and
; where nothing confines it, a device that goes on writing to what it was told. pcifront asks the driver first and waits. All mappings
; are of the one device that there is.
(set-info :says "A buffer is mapped for a device only while the layer's domain sees the device.")
(set-info :kind safety)
(set-info :source "Linux drivers/pci/xen-pcifront.c: pcifront_detach_devices removes the device, and with it what its driver has mapped, before it answers")

(define-fun invariant () Bool
  (forall ((m Xfer) (q Req) (e Dom)) (=> (liveTransfer m) (ours e) (exposed q e))))

; A buffer is mapped.
(define-fun witness () Bool
  (exists ((m Xfer)) (liveTransfer m)))
