; Xen takes no frame to which an entry of the guest leads. With lazy unmapping an alias that the kernel has given up still leads there, and
; the caller, who may not sleep, cannot purge it. So the layer has lazy unmapping switched off.
(set-info :says "No exchange meets an alias that the kernel has given up, for which Xen would refuse it.")
(set-info :kind completeness)
(set-info :source "linux-kernel 2010, Xen-SWIOTLB v0.8.6: vmap: add flag to allow lazy unmap to be disabled at runtime; Xen memory.c, steal_page")

(define-fun invariant () Bool
  (forall ((c Vcpu) (f Frame)) (=> (beingExchanged c f) (not (givenUpAlias f)))))

; A frame is being exchanged.
(define-fun witness () Bool
  (exists ((c Vcpu) (f Frame)) (beingExchanged c f)))
