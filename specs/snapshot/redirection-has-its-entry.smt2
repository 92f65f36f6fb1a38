; A pin whose entry is gone raises a fault in place of its interrupt. The pin's unit is not printed: an entry of any unit will do.
(set-info :says "A pin of an I/O APIC that is not masked goes by an entry that is present.")
(set-info :kind safety)
(set-info :source "Xen drivers/passthrough/vtd/intremap.c: ioapic_rte_to_remap_entry")

(define-fun invariant () Bool
  (forall ((r Redirection) (i Index)) (=> (goesBy r i) (presentSomewhere i))))

(define-fun witness () Bool
  (exists ((r Redirection) (i Index)) (goesBy r i)))
