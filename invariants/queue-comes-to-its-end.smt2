; VC3: any descriptor, any tail, changed while they are read.
(set-info :says "Whatever a guest has in its queue and writes to the tail, Xen takes no more descriptors than the queue holds, and the guest lives.")
(set-info :kind safety)
(set-info :source "fact sheet viommu, VC3; vvtd drafts, V6 and V9; VT-d specification 2.x, chapter 6.5.2")

(define-fun invariant () Bool
  (forall ((e Dom)) (and (not (queueOverran e)) (not (domainCrashed e)))))

; A queue stands at an error.
(define-fun witness () Bool
  (exists ((e Dom)) (queueStopped e)))
