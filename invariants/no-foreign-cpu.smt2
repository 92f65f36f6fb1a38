; The CPUs' side of no-foreign: what a TLB may still serve of a host mapping that is gone lies within the rights of its
; domain, because pins and references are dropped only after the flush of the batch. Only grants' host mappings are in this
; relation.
(set-info :says "No CPU of a domain reaches a granted frame by its TLB beyond the rights of the domain.")
(set-info :kind safety)
(set-info :source "Xen grant_table.c: gnttab_flush_tlb between the phases of an unmap; XSA-218")

(define-fun invariant () Bool
  (forall ((e Dom) (f Frame))
    (and (=> (cpuR e f) (entitled e f))
         (=> (cpuW e f) (entitledW e f)))))

(define-fun witness () Bool
  (exists ((e Dom) (f Frame)) (and (cpuR e f) (cpuW e f))))
