; What the CPU reads and writes at a page and what a device is led to are the same memory only if the kernel's own entry says what the p2m
; says.
(set-info :says "The kernel's own entry for a page leads to the p2m's frame, or to none.")
(set-info :kind safety)
(set-info :source "Linux arch/x86/xen/mmu_pv.c: xen_remap_exchanged_ptes")

(define-fun invariant () Bool
  (forall ((x Gfn) (f Frame)) (and (=> (pte x f) (p2m x f)) (=> (p2m x f) (pte x f)))))

; A page is mapped.
(define-fun witness () Bool
  (exists ((x Gfn) (f Frame)) (and (pte x f) (p2m x f))))
