; Translations are filed under the DID, not under the device: two devices whose entries at a unit carry the same DID share
; what is cached, so they must have the same tables. A DID that is given to another domain while the entry of a device
; still carries it, in memory or cached, breaks this. Each unit has its own DIDs.
(set-info :says "At one unit, device entries with the same DID, in memory or cached, lead to the same tables.")
(set-info :kind safety)
(set-info :source "Intel VT-d specification, chapter 6: cached translations are tagged with the domain-id; Xen domid_map")

(define-fun invariant () Bool
  (forall ((u Unit) (t Tag) (q Req) (s Space) (r Req) (x Space))
    (=> (or (ent u q s t) (cent u q s t)) (or (ent u r x t) (cent u r x t)) (= s x))))

; A device has an entry.
(define-fun witness () Bool
  (exists ((u Unit) (t Tag) (q Req) (s Space)) (ent u q s t)))
