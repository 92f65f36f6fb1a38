; What lets software wait for the last of several invalidations only.
(set-info :says "When an invalidation is complete, all that were submitted before it and not given up are.")
(set-info :kind safety)
(set-info :source "VT-d specification, chapter 6.5.2.8: a wait descriptor is done after those before it; AMD IOMMU specification: COMPLETION_WAIT")

(define-fun invariant () Bool (forall ((i Inv) (j Inv)) (=> (before i j) (done j) (and (done i) (not (queued i))))))

(define-fun witness () Bool (exists ((i Inv) (j Inv)) (and (before i j) (done j))))
