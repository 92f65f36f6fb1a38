; VI9: a wait descriptor has an address, and the guest writes it.
(set-info :says "The status of a guest's wait descriptor is stored to the guest's own memory or not at all.")
(set-info :kind safety)
(set-info :source "fact sheet viommu, VI9; vvtd drafts, V10")

(define-fun invariant () Bool
  (forall ((e Dom)) (not (statusStrayed e))))

; A queue stands at an error.
(define-fun witness () Bool
  (exists ((e Dom)) (queueStopped e)))
