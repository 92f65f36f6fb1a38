; A domain has a DID at a unit from its first device there to its last. One that is lost on an error path is lost until the
; machine is started again, and with the last one no device can be assigned any more; one that is free while a device's entry
; still has it goes to another domain. Only where each unit has a map of DIDs.
(set-info :says "A DID is out of a unit's free ones exactly while its domain has a device there.")
(set-info :kind safety)
(set-info :source "Xen drivers/passthrough/vtd/iommu.c: domid_map; Xen e6252a51fa (2021), a DID leaked on an error path")

(define-fun invariant () Bool
  (forall ((u Unit) (t Tag)) (= (tagTaken u t) (tagUsed u t))))

(define-fun witness () Bool
  (exists ((u Unit) (t Tag)) (tagTaken u t)))
