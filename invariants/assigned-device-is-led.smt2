; A device that a domain has works: at its unit, the entry of each of its source-ids leads to the domain's tables, under the DID
; that stands for them there, and under no other. A domain that has several spaces has one for each group of devices, and
; each device is led to its own. The rest of the promise is with quarantine, which says that an entry leads
; to a domain only while it has the device. Not while an operation that gives the device, or takes it away, is under way; and
; not after a deassignment that was given up: then the domain keeps the device, its entry stays absent, and the invalidation
; of what was there before is still owed.
(set-info :says "The entry of each source-id of an assigned device leads to its domain's tables, under the domain's DID.")
(set-info :kind completeness)
(set-info :source "Xen drivers/passthrough/pci.c: assign_device; Xen 4e9950dc1b (2013), entries for all phantom functions; XSA-449")

(define-fun invariant () Bool
  (and
    (forall ((u Unit) (q Req) (s Space) (t Tag) (e Dom))
      (=> (assigned q e) (not (settlingQ q)) (at q u) (not (dirtyQ u q)) (for s e) (not (notFor s q))
          (= (ent u q s t) (stands u t s))))
    ; An entry is one at the device's own unit.
    (forall ((u Unit) (q Req) (s Space) (t Tag)) (=> (ent u q s t) (at q u)))))

; A domain has a device that nobody is changing, and its entry leads to its tables.
(define-fun witness () Bool
  (exists ((u Unit) (q Req) (s Space) (t Tag) (e Dom))
    (and (assigned q e) (not (settlingQ q)) (at q u) (for s e) (not (notFor s q)) (stands u t s) (ent u q s t))))
