; Commands are executed after they were submitted, and their COMPLETION_WAIT ends after that.
(set-info :says "Commands are in the buffer, executed, or past their COMPLETION_WAIT: one of these at a time.")
(set-info :kind safety)
(set-info :source "AMD IOMMU specification 2.4: command buffer")

(define-fun invariant () Bool
  (forall ((i Inv)) (and (not (and (queued i) (executed i))) (not (and (queued i) (done i))) (not (and (executed i) (done i))))))

(define-fun witness () Bool
  (exists ((i Inv)) (executed i)))
