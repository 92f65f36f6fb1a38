; The queue, root and context tables, interrupt entries and page tables are where the guest's registers and words say.
(set-info :says "A guest's unit reads only the guest's own memory, whatever its registers and tables name.")
(set-info :kind safety)
(set-info :source "derived: Xen reads a guest's tables with the rights of that guest")

(define-fun invariant () Bool
  (forall ((e Dom)) (not (othersRead e))))

; The guest has put its queue there, and the unit stands at what it may not read.
(define-fun witness () Bool
  (exists ((e Dom)) (and (queueAbroad e) (queueStopped e))))
