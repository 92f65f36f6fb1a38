; released-is-blank, said of the pool: what mappings left in a slot does not leave with its frame.
(set-info :says "Bytes of former mappings lie in frames of the pool only, which are somebody's: one that leaves it was blanked before.")
(set-info :kind safety)
(set-info :source "Linux arch/x86/xen/mmu_pv.c: a region is cleared before it is exchanged; Xen does not scrub what is ballooned")

(define-fun invariant () Bool
  (and
    (forall ((f Frame)) (=> (othersBytes f) (bouncesPart f)))
    (forall ((f Frame)) (=> (bouncesPart f) (not (forall ((d Dom)) (not (owner f d))))))))

(define-fun witness () Bool
  (exists ((f Frame) (g Frame)) (and (bouncesPart f) (othersBytes f))))
