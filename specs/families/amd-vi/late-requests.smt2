; A request that was translated before an invalidation was executed, and is to reach memory before its COMPLETION_WAIT ends, is judged as those in
; flight are: no-foreign, no-stale and flight-follows-assignment say the same of those.
(set-info :says "What was translated before a command reaches memory by the rights, tables and assignments that others do, until the wait after it ends.")
(set-info :kind safety)
(set-info :source "AMD IOMMU specification 2.4.1: COMPLETION_WAIT; Xen: iommu/amd-vi: flush IOMMU TLB when flushing the DTE")

(define-fun invariant () Bool
  (forall ((u Unit) (q Req) (t Tag) (s Space) (p Page) (f Frame))
    (=> (stands u t s)
        (and (=> (lateR u q t p f) (or (mapR s p f) (dirty u t p)))
             (=> (lateW u q t p f) (or (mapW s p f) (dirty u t p)))
             (forall ((e Dom))
               (=> (for s e)
                   (and (=> (lateR u q t p f) (entitled e f))
                        (=> (lateW u q t p f) (entitledW e f))
                        (=> (or (lateR u q t p f) (lateW u q t p f)) (or (assigned q e) (moving q))))))))))

(define-fun witness () Bool
  (exists ((u Unit) (q Req) (t Tag) (s Space) (p Page) (f Frame)) (and (stands u t s) (lateR u q t p f) (not (mapR s p f)))))
