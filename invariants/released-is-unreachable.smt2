; SW9. A frame that went back to Xen is another domain's soon. The kernel's entries, aliases, TLBs of all its CPUs, its device's addresses, and
; guests' mappings of it are gone by then.
(set-info :says "A domain without right to a frame reaches it by no entry, TLB or mapping, and does not lend it.")
(set-info :kind safety)
(set-info :source "Xen memory.c: steal_page demands one reference; Linux arch/x86/xen/mmu_pv.c")

(define-fun invariant () Bool
  (forall ((e Dom) (f Frame))
    (=> (ours e)
        (and (=> (kernelReaches f) (entitled e f))
             (=> (lentOut f) (owner f e))
             (forall ((m Xfer) (p Part)) (=> (leads m p f) (entitled e f)))))))

; A frame is free while the kernel reaches another one.
(define-fun witness () Bool
  (exists ((f Frame) (g Frame)) (and (free f) (kernelReaches g))))
