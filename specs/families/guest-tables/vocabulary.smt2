; Words of the family guest-tables. A guest's own page numbers (gfns) are pages.
(declare-fun guestR (Space Page) Bool)       ; the guest's own entry for the page lets it be read
(declare-fun guestW (Space Page) Bool)       ; and written
(declare-fun guestTo (Space Page Page) Bool) ; and the gfn that it leads to, whether it is present or not; none that was never written
(declare-fun p2mOf (Dom Page Frame) Bool)    ; the frame that the guest has at the gfn, its own or another's that it maps
(declare-fun p2mW (Dom Page) Bool)           ; and may write there
(declare-fun guestDirty (Space Page) Bool)   ; the guest has changed its entry, and has seen no invalidation end that it asked for afterwards
(declare-fun asked (Space Page) Bool)        ; ghost: it has asked for one, and not changed the entry since
(declare-fun behind (Space Page) Bool)       ; the hypervisor has emptied or weakened its entry, or put a frame where it leads, and not answered since
(declare-fun synced (Space Page) Bool)       ; the hypervisor has made the shadow follow the entry since it was asked last, and done nothing to it since
