; VI9: the queue, root and context tables, interrupt entries and page tables are where the guest's registers and words say.
(set-info :says "A guest's unit reads the guest's own memory: nothing of Xen's or of another guest's, wherever registers and tables lead.")
(set-info :kind safety)
(set-info :source "fact sheet viommu, VI9: tables are read with the access rights of the domain")

(define-fun invariant () Bool
  (forall ((e Dom)) (not (othersRead e))))

; The guest has put its queue there, and the unit stands at what it may not read.
(define-fun witness () Bool
  (exists ((e Dom)) (and (queueAbroad e) (queueStopped e))))
