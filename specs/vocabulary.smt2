; The vocabulary: the sorts and relations in which every invariant and the discipline speak. An implementation gives
; each relation a meaning by decoding its own state (its abstraction); nothing here knows an entry format.
;
; A component that lacks a mechanism declares its sorts anyway. It either gives a sort no elements, and then need not
; define the relations over it, or it defines the relation as constant false. "none: false" marks the relations for
; which constant false says that the mechanism is absent.
;
; Fragment: relations only, no functions. A variable of sort Hold, Pin or Nat may be sought (exists) for given others,
; in the order Gref before Pin and Nat before Hold; Dom only as "nobody", the premise that a device has no domain; never Frame,
; Page, Req, Unit, Tag or Space. This keeps proofs decidable. What is judged and not proved may also seek a Page for a Req.

(declare-sort Dom 0)    ; a domain: a guest
(declare-sort Frame 0)  ; a page frame of the machine
(declare-sort Page 0)   ; the page number of an address that a device uses
(declare-sort Req 0)    ; a requester: the source-id of a device
(declare-sort Unit 0)   ; an IOMMU
(declare-sort Tag 0)    ; what a cached translation is filed under: VT-d's domain id, DID
(declare-sort Space 0)  ; an I/O address space: one set of page tables
(declare-sort Gref 0)   ; an entry of some domain's grant table
(declare-sort Hold 0)   ; ghost: one mapping of a foreign frame, from its first pin to its last
(declare-sort Pin 0)    ; what a pin is for: host-write, host-read, dev-write, dev-read
(declare-sort Inv 0)    ; one submitted invalidation; a token that is used again after its completion was seen
(declare-sort Nat 0)    ; 0, 1, 2, ... up to the largest value of a pin counter, less one

; --- Frames and rights
(declare-fun owner (Frame Dom) Bool)       ; the domain owns the frame; a free frame has no owner
(declare-fun free (Frame) Bool)            ; in the heap: anybody may get it; none: false
(declare-fun givenUp (Frame) Bool)         ; its owner has given it up, or an exchange found it, and nobody refers to it; none: false
(declare-fun goesBack (Frame) Bool)        ; a call is at it; or has left it in its owner's tables, as a wait was given up, and there it is
(declare-fun notdma (Frame) Bool)          ; in a use that no device may touch (table, queue); none: false
(declare-fun table (Frame) Bool)           ; a page table of its owner, completely made one; none: false
(declare-fun ioTable (Frame) Bool)         ; a page of I/O tables, in use or to be used as one; none: false
(declare-fun tableKept (Frame) Bool)       ; a call of the DMA layer, or a flush queue, has the page of I/O tables, which it has taken or unlinked
(declare-fun buffer (Frame) Bool)          ; taken from the heap for coherent memory, or to bounce a part of a page by; or a driver's that is being mapped
(declare-fun bufferKept (Frame) Bool)      ; a mapping of it has begun and is not over, or a call of the DMA layer has it
(declare-fun bouncesPart (Frame) Bool)     ; part of a page is bounced by it, for a device that is not trusted; none: false
(declare-fun othersBytes (Frame) Bool)     ; such a frame, with bytes of the page around the part, or of whoever had the frame before; none: false
(declare-fun walked (Frame) Bool)          ; a walk can go on in it as in a page of I/O tables: linked, or cached as linked; none: false
(declare-fun settling (Frame) Bool)        ; its use or its owner is being changed by a running operation; none: false
(declare-fun hold (Hold Dom Frame) Bool)   ; the hold is this domain's, on this frame; at most one of each
(declare-fun holdW (Hold) Bool)            ; it allows writing
(declare-fun opening (Hold) Bool)          ; pins are taken, tables not yet written; none: false
(declare-fun live (Hold) Bool)             ; in use
(declare-fun closing (Hold) Bool)          ; being torn down, pins still taken; none: false

(declare-fun entered (Hold) Bool)          ; the tables may hold its entry: what its map does to them is done, what its unmap does not; none: false

; The domain may read the frame by DMA: it owns it, or holds a mapping of it that is not finished.
(define-fun entitled ((e Dom) (f Frame)) Bool
  (or (and (owner f e) (not (notdma f)))
      (exists ((k Hold)) (and (hold k e f) (or (opening k) (live k) (closing k))))))

; The domain may write it.
(define-fun entitledW ((e Dom) (f Frame)) Bool
  (or (and (owner f e) (not (notdma f)))
      (exists ((k Hold)) (and (hold k e f) (holdW k) (or (opening k) (live k) (closing k))))))

; --- Devices and device entries
(declare-fun assigned (Req Dom) Bool)          ; the device was given to the domain
(declare-fun untrusted (Req) Bool)             ; the device is behind a port that faces outside: anybody may plug one in; none: false
(declare-fun moving (Req) Bool)                ; it is being moved from one domain to another, and is neither's; none: false
(declare-fun between (Req Dom Dom) Bool)       ; it is being moved from the first domain to the second; none: false
(declare-fun settlingQ (Req) Bool)            ; its owner or its entry is being changed by a running operation; none: false
(declare-fun at (Req Unit) Bool)               ; its requests pass through this IOMMU
(declare-fun ent (Unit Req Space Tag) Bool)    ; entry in memory: translated by the space, under the tag
(declare-fun trafficStopped (Unit) Bool)       ; it was told to let no request in
(declare-fun blasting (Unit) Bool)             ; its driver has stopped the requests to have everything forgotten, and not let them on
(declare-fun cent (Unit Req Space Tag) Bool)   ; the same as cached by the IOMMU; none: false
(declare-fun dirtyQ (Unit Req) Bool)           ; an invalidation of the cached entry is owed; none: false
(declare-fun stands (Unit Tag Space) Bool)     ; ghost: at this IOMMU the tag means this space
(declare-fun tagTaken (Unit Tag) Bool)         ; the tag is out of the free ones of this IOMMU; none: false
(declare-fun tagUsed (Unit Tag) Bool)          ; it is that of a domain with a device there, or one that an operation is taking away; none: false
(declare-fun for (Space Dom) Bool)             ; the space was built for the domain
(declare-fun notFor (Space Req) Bool)          ; the space was built for other devices than this one, where a domain has several; none: false
(declare-fun scratch (Space Req) Bool)         ; the space of the page to which this device is led while nobody has it; none: false

; --- Translations
(declare-fun mapR (Space Page Frame) Bool)     ; a walk of the tables in memory allows reading the frame at the page
(declare-fun mapW (Space Page Frame) Bool)     ; and writing; permissions of all levels combined
(declare-fun mayR (Unit Tag Page Frame) Bool)  ; some cache may serve a read of the page from this frame
(declare-fun mayW (Unit Tag Page Frame) Bool)  ; and a write
(declare-fun flyR (Unit Req Tag Page Frame) Bool)  ; a walk or a request in flight will still read it; none: false
(declare-fun flyW (Unit Req Tag Page Frame) Bool)  ; and write it; none: false
; What a request gets from the IOMMU as it stands, by the IOMMU's own answer: translated or not, from tables or a cache.
(declare-fun getsR (Req Page Frame) Bool)      ; a read of the page by the device would read this frame
(declare-fun getsW (Req Page Frame) Bool)      ; and a write would write it
(declare-fun strayR (Req Page) Bool)           ; a read, or one in flight, ends in memory that is none of the frames: a page of I/O tables, or beyond
(declare-fun strayW (Req Page) Bool)           ; and a write
(declare-fun blockedR (Req Page) Bool)         ; a read is refused now, by something cached or not yet seen, that the tables allow; none: false
(declare-fun blockedW (Req Page) Bool)         ; and a write
(declare-fun owing (Dom Page) Bool)            ; a call that has not returned owes an invalidation: a batch of the domain that of the page, to be paid at its end; whoever unlinked the table that the page lay in that of the table; none: false
(declare-fun dirty (Unit Tag Page) Bool)       ; weakened since the last covering invalidation completed; none: false
(declare-fun dirtyW (Unit Tag Page) Bool)      ; weakened in the right to write; none: false

; --- Grant entries
(declare-fun pins (Gref Pin Nat) Bool)         ; the entry's counter of this kind is greater than the number
(declare-fun unit (Hold Gref Pin Nat) Bool)    ; this unfinished side of a hold is the entry's n-th of the kind, from 0
(declare-fun pinned (Hold Gref Pin) Bool)      ; the hold's side of this kind is pinned; only specs/pins speaks of it
(declare-fun below (Nat Nat) Bool)             ; the numbers' order; only specs/pins speaks of it
(declare-fun isWriter (Pin) Bool)              ; host-write and dev-write
(declare-fun reading (Gref) Bool)              ; status bit in the shared entry: mapped or being accessed
(declare-fun writing (Gref) Bool)              ; status bit: mapped or being accessed for writing
(declare-fun stored (Gref) Bool)               ; ghost: the granter stored to the entry while it was pinned; none: false
(declare-fun withdrawn (Gref) Bool)            ; ghost: the granter took the offer back while it was pinned, which version 2 allows; none: false
(declare-fun busyEntry (Gref) Bool)            ; the lock of the active entry is held; none: false

; --- Types of frames
(declare-fun uses (Frame Nat) Bool)            ; the count of the frame's type is greater than the number
(declare-fun ownUse (Frame Nat) Bool)          ; its owner's own uses of the type are; they come first
(declare-fun useUnit (Hold Frame Nat) Bool)    ; this side of an unfinished hold is the n-th use of the type, from 0

; --- What ends with a hold, or with a map that fails
(declare-fun refs (Frame Nat) Bool)            ; references to the frame are more than the number
(declare-fun ownRef (Frame Nat) Bool)          ; its owner's own references are: page table entries and pins; they come first
(declare-fun refUnit (Hold Frame Nat) Bool)    ; this hold has the frame's n-th reference, from 0
(declare-fun taken (Hold) Bool)                ; the handle that this hold is named after is out of the free list
(declare-fun claimed (Hold) Bool)              ; an operation has it: not yet published, or not yet put back
(declare-fun cpuR (Dom Frame) Bool)            ; a TLB of the domain's CPUs may serve a read of the frame by a grant; none: false
(declare-fun ownPte (Dom Frame) Bool)          ; the domain's page tables map the frame as its own status frame; none: false
(declare-fun cpuW (Dom Frame) Bool)            ; and a write; none: false

; --- Copies in flight
(declare-fun copyR (Hold Frame) Bool)          ; a copy that this hold is of will read the frame; none: false
(declare-fun copyW (Hold Frame) Bool)          ; or write it; none: false
(declare-fun copyStores (Hold Frame) Bool)     ; and does so next, with every check behind it; none: false
(declare-fun via (Hold Gref) Bool)             ; by this entry, whether it is still pinned or not; none: false
(declare-fun lentBy (Hold Dom) Bool)           ; ghost: the frame was this domain's when the copy took it; none: false

; --- Where a device finds a frame
(declare-fun names (Dom Page Frame) Bool)      ; the page at which the domain's devices are to find the frame; PV: identity
(declare-fun revoked (Dom Frame) Bool)         ; the domain gave its mapping back, its devices have not let go; still the granter's; none: false
(declare-fun limbo (Space Page) Bool)          ; an unmap of the page has returned and its invalidation is deferred; none: false
(declare-fun handed (Space Page) Bool)         ; a map has returned the page's address, and its unmap has not begun; none: false
(declare-fun returned (Dom Page Frame) Bool)   ; a map of the DMA layer has returned the page for the frame, and its unmap has not begun; none: false
(declare-fun writeOnly (Space Page Frame) Bool) ; a map of the DMA layer has returned the page for the frame, for writing only; none: false
(declare-fun promised (Space Page Frame) Bool) ; a map hypercall has returned the page for the frame, and neither domain nor hypervisor took it back; none: false
(declare-fun promisedW (Space Page) Bool)      ; for writing too; none: false
(declare-fun inUse (Space Page) Bool)          ; the DMA layer that mapped the page has a transfer there, or is about to, or its pool; none: false
(declare-fun heldBack (Page) Bool)             ; the address is never handed out; none: false
(declare-fun beyondReach (Space Page) Bool)    ; the device that the address is for cannot send it, or its list crosses a boundary of the segments there; none: false
(declare-fun outOfTree (Space Page) Bool)      ; the allocator of addresses has given the address out and not had it back; none: false
(declare-fun accountedFor (Space Page) Bool)   ; a mapping has it that has not ended, a magazine, the depot or a flush queue; none: false
(declare-fun flushQueued (Space Page) Bool)    ; a flush queue has the address
(declare-fun flushDue (Space) Bool)            ; the timer of the space's flush queue is armed, or a call on the space is under way
(declare-fun exposed (Req Dom) Bool)           ; the domain sees the device and may drive it; none: false
(declare-fun mastering (Req) Bool)             ; the device may do DMA of its own accord; none: false
(declare-fun dead (Dom) Bool)                  ; the domain was destroyed, and nobody is at it any more; none: false
(declare-fun driven (Req) Bool)                ; a frontend works with the device: it has not given it back, and has not died; none: false

; --- Guests' p2ms under Xen (docs/explanation/hvm-p2m.md); only the component xen-p2m gives these a meaning
(declare-fun p2mLeadsR (Dom Page Frame) Bool)       ; the p2m has the frame at the gfn, with a type that lets the guest read it
(declare-fun p2mLeadsW (Dom Page Frame) Bool)       ; and write it
(declare-fun p2mLocked (Dom) Bool)             ; the p2m lock is held: an entry, and what follows it, may be being changed

; --- Used by the discipline and its lemmas only; no file under invariants/ speaks of them
(declare-fun tableOf (Gref Dom) Bool)          ; the entry is in this domain's grant table; never changes
(declare-fun offer (Gref Dom Frame) Bool)      ; the entry, as its granter left it, offers the frame to the domain
(declare-fun offerW (Gref) Bool)               ; for writing too
(declare-fun by (Hold Gref) Bool)              ; the entry that the hold came from; at most one
(declare-fun covers (Inv Unit Tag Page) Bool)  ; what the invalidation removes from the caches; never changes
(declare-fun beyond (Inv Unit Tag Page) Bool)  ; and what else, though it is not owed and the policy is to name pages one by one; none: false
(declare-fun coversQ (Inv Unit Req) Bool)      ; and which cached device entries; never changes
(declare-fun pays (Inv Unit Tag Page) Bool)    ; covered, and not weakened since the invalidation was submitted
(declare-fun paysQ (Inv Unit Req) Bool)        ; the same for a device entry
(declare-fun drains (Inv Unit Req) Bool)       ; and the requests of which device it ends, whatever their tag; never changes
(declare-fun paysF (Inv Unit Req) Bool)        ; they are ended, and none can follow, the device entry being absent since before it was submitted
(declare-fun undrained (Unit Req) Bool)        ; the device's entry was written, and since it was emptied no drain of its requests was seen to end
(declare-fun queued (Inv) Bool)                ; submitted, not yet completed by the hardware
(declare-fun done (Inv) Bool)                  ; completed by the hardware, not yet seen by the software

; --- A paravirtual domain's memory and its bounced DMA (docs/explanation/xen-swiotlb.md); only the layer's component has these sorts
(declare-sort Gfn 0)    ; a page of the layer's domain, or of a guest with a vIOMMU, by the guest's own number
(declare-sort Slot 0)   ; a slot of the bounce pool
(declare-sort Xfer 0)   ; a streaming mapping of a buffer; a number that is used again when the mapping is over
(declare-sort Part 0)   ; a part of a mapping, one slot long
(declare-sort Vcpu 0)   ; a virtual CPU of the layer's domain

(declare-fun ours (Dom) Bool)                  ; the domain whose kernel has the layer; each one that has a vIOMMU
(declare-fun p2m (Gfn Frame) Bool)             ; its own table, foreign frames included
(declare-fun m2p (Frame Gfn) Bool)             ; Xen's table, of any domain's frame by its owner's number
(declare-fun foreignAt (Gfn) Bool)             ; a foreign frame is mapped at the page; none: false
(declare-fun unsettled (Gfn) Bool)             ; the page's frame is being exchanged, or its p2m changed: something half done; none: false
(declare-fun pte (Gfn Frame) Bool)             ; the kernel's own entry for the page
(declare-fun kernelReaches (Frame) Bool)       ; an entry of the kernel, an alias or a CPU's TLB leads to the frame
(declare-fun givenUpAlias (Frame) Bool)        ; a vmap alias that the kernel has given up leads to it
(declare-fun beingExchanged (Vcpu Frame) Bool) ; the CPU has taken it from under its page, and Xen has not taken it yet
(declare-fun lentOut (Frame) Bool)             ; a guest maps it as a frame of the layer's domain; none: false
(declare-fun iomap (Dom Frame) Bool)           ; the domain has an entry with _PAGE_IOMAP that leads to it; none: false
(declare-fun coherentAt (Gfn) Bool)            ; the page is coherent memory of a device; none: false
(declare-fun coherentInUse (Gfn) Bool)         ; the same, and no operation is about it; none: false
(declare-fun nextInPiece (Gfn Gfn) Bool)       ; coherent memory that has the first page goes on with the second
(declare-fun nextFrame (Frame Frame) Bool)     ; the second frame is behind the first in the machine
(declare-fun exchangedAt (Gfn) Bool)           ; frames were exchanged for coherent memory that begins there; none: false
(declare-fun owns (Dom Nat) Bool)              ; the domain owns more frames than the number
(declare-fun due (Dom Nat) Bool)               ; it has more pages that are not ballooned
(declare-fun low (Frame) Bool)                 ; the frame is below 4 GiB
(declare-fun inReach (Frame) Bool)             ; the device can address it
(declare-fun poolFrame (Frame) Bool)           ; it lies under a page of the pool
(declare-fun poolInUse (Frame) Bool)           ; the same, of a pool that has been set up
(declare-fun takenForPool (Frame) Bool)        ; the layer takes a bus address in it for the pool's
(declare-fun holdsData (Frame) Bool)           ; something in it is not zero
(declare-fun dataOf (Frame Dom) Bool)          ; what is in it was written by the domain; declared where a device copies
(declare-fun spoiled (Frame) Bool)             ; it holds what neither its owner wrote nor a mapping of that place
(declare-fun hasReservationLock (Vcpu) Bool)   ; none: false
(declare-fun maySleep (Vcpu) Bool)             ; it does what may sleep; none: false
(declare-fun liveTransfer (Xfer) Bool)         ; mapped and not unmapped
(declare-fun direct (Xfer) Bool)               ; live, and the device uses the buffer itself
(declare-fun bounced (Xfer) Bool)              ; live, and it uses slots
(declare-fun toDevice (Xfer) Bool)             ; the device is to read
(declare-fun leads (Xfer Part Frame) Bool)     ; where the device's address for the part leads, while the mapping is live
(declare-fun leadsBeyond (Xfer Part) Bool)     ; to no memory at all
(declare-fun backs (Xfer Part Frame) Bool)     ; the frame under this part of the buffer
(declare-fun slotBacks (Xfer Part Frame) Bool) ; the frame under this part's slot
(declare-fun forCpu (Xfer Part) Bool)          ; the CPU may look: unmapped, or synchronised for it
(declare-fun forDevice (Xfer Part) Bool)       ; the device may: mapped, and not synchronised for the CPU since
(declare-fun deviceWrote (Xfer Part) Bool)     ; what was written last was written by the device
(declare-fun cpuFindsOwn (Xfer Part) Bool)     ; the CPU would read in the buffer what the CPU wrote for this mapping
(declare-fun cpuFindsDevices (Xfer Part) Bool) ; what the device wrote for it
(declare-fun deviceFindsCpus (Xfer Part) Bool) ; the device would read at its address what the CPU wrote for this mapping
(declare-fun deviceFindsDevices (Xfer Part) Bool) ; what it wrote itself
(declare-fun busy (Slot Xfer) Bool)            ; the mapping uses the slot
(declare-fun counts (Slot Nat) Bool)           ; the bookkeeping counts more free slots from this one on than the number
(declare-fun run (Slot Nat) Bool)              ; more slots from this one to the end of its segment are used by no mapping

; --- Virtual IOMMUs of guests (docs/explanation/viommu.md); only the component xen-viommu gives these a meaning
(declare-fun composedR (Req Page Frame) Bool)  ; the guest's tables, if it translates, and its p2m let the device read the frame at the page
(declare-fun composedW (Req Page Frame) Bool)  ; and write it: rights of both
(declare-fun guestOwes (Req Page) Bool)        ; the guest changed what leads there and saw no invalidation of it end, or Xen is changing it
(declare-fun sameEntry (Req Req) Bool)         ; the guest's entries of both devices lead to the same tables, or nowhere
(declare-fun shadows (Req) Bool)               ; something is in the shadow of the device, or cached from there
(declare-fun composes (Req) Bool)              ; its tables are its guest's, composed with the p2m: a shadow, not the second of two levels
(declare-fun xenMemory (Frame) Bool)           ; memory of Xen's: the vIOMMU's register page, no guest's; none: false
(declare-fun messagePage (Page) Bool)          ; what devices write at the page are interrupt messages, which no table translates; none: false
(declare-fun messageFrame (Frame) Bool)        ; what is behind the gfn of that window: interrupt controllers, no memory; none: false
(declare-fun ledToMessages (Req Page) Bool)    ; the guest's tables, if it translates, lead the device's page to that gfn
(declare-fun hasModel (Dom) Bool)              ; a device model asks for the guest's virtual devices, not Xen's own host bridge
(declare-fun hasUnit (Dom) Bool)               ; the guest has a vIOMMU, where they are created and destroyed
(declare-fun deviceOf (Req Dom) Bool)          ; the device is the guest's, attached to its vIOMMU or not
(declare-fun refusedDma (Req Page) Bool)       ; ghost: a request was blocked since the guest cleared its record, or that record is on the way
(declare-fun mayBeToldDma (Req Page) Bool)     ; ghost: that, or one while the guest had not had invalidated whether it wants to hear of it
(declare-fun recordedDma (Req) Bool)           ; software, reading its fault records in turn, comes to one of the device (of xen-vtd, too)
(declare-fun inRecordDma (Req) Bool)           ; a record is of the device, whoever comes to it (of xen-vtd, too)
(declare-fun nextRecordUsed (Req) Bool)        ; a fault that comes now finds the record that is written next in use, and is lost (of xen-vtd, too)
(declare-fun lostEarly (Req) Bool)             ; ghost: its guest's unit, or the physical one, lost a fault while a record was free
(declare-fun someRecordFree (Req) Bool)        ; a record is not in use (of xen-vtd, too)
(declare-fun recordedDmaAt (Req Page) Bool)    ; and that is of a request at this page
(declare-fun dmaFaultsLost (Req) Bool)         ; the device's guest can see that faults were lost
(declare-fun dmaFaultUnderway (Req) Bool)      ; the physical unit has a record of the device, or has lost some, that Xen has yet to look at
(declare-fun alike (Req Req Page Frame Frame) Bool) ; both guests' registers and tables say the same of the page, and the frames are their own memory of one gfn

; --- Interrupts of guests with virtual IOMMUs (docs/explanation/viommu.md); only the component xen-viommu-interrupts has these sorts
(declare-sort Line 0)     ; where an interrupt ends: a vector of the host's CPUs, or one of a guest's virtual CPU
(declare-sort Index 0)    ; an index of the physical unit's table of interrupt entries
(declare-sort Message 0)  ; what a device writes to raise an interrupt: an index, or a vector in compatibility format
(declare-sort Command 0)  ; a bit of the global command register that a level is set by

(declare-fun reachesLine (Req Line) Bool)      ; some message of the device ends there now, by the tables, a cache, or Xen's reading
(declare-fun routesTo (Req Line) Bool)         ; the guest's own table, as it is in memory, leads some message of its device there
(declare-fun endsAt (Req Line) Bool)           ; what it is programmed to send ends there: by what the unit has cached of the entry, else by memory; of a virtual device some message
(declare-fun lineOf (Line Dom) Bool)           ; the domain was given the line: its own vectors, and those of its devices' indices
(declare-fun guestLine (Line) Bool)            ; it is a vector of a guest's virtual CPU
(declare-fun interruptOwed (Req) Bool)         ; the guest changed the entry and saw no invalidation of it end, or Xen is changing it
(declare-fun interruptMoves (Req) Bool)        ; Xen is changing its entry to lead to another line, and the former one is not free yet; none: false
(declare-fun passesIndex (Req Index) Bool)     ; the entry at the index, in memory or cached, lets the device's messages through
(declare-fun indexOf (Index Req) Bool)         ; Xen gave the device the index
(declare-fun wasBlocked (Req Message) Bool)    ; ghost: the first of the device's messages that was refused since its guest cleared the record
(declare-fun recordedFault (Req Message) Bool) ; one of the guest's fault records, as it reads them, says so
(declare-fun overflowed (Req) Bool)            ; the guest sees that faults are lost, and none of its records is of the device
(declare-fun faultUnderway (Req) Bool)         ; the physical unit has a record of a refused message of the device, or has lost some, and Xen will read that; none: false
(declare-fun recordOf (Req) Bool)              ; the guest's fault record is of the device
(declare-fun faultsLost (Dom) Bool)            ; the guest's fault record says that others are lost
(declare-fun someLost (Dom) Bool)              ; ghost: a message that is to be recorded was refused, of a device whose the record is not
(declare-fun someBlocked (Req) Bool)           ; ghost: a message of it was refused by an entry whose faults are recorded, or by none
(declare-fun messageEnds (Req Message Line) Bool) ; this message of a virtual device ends there now, by Xen's reading
(declare-fun messageRoutes (Req Message Line) Bool) ; the entry of the guest that it names, handle and subhandle, leads it there
(declare-fun posted (Line) Bool)               ; the vector's bit in the virtual CPU's posted descriptor is set
(declare-fun runs (Line) Bool)                 ; the virtual CPU runs
(declare-fun notified (Line) Bool)             ; the CPU that runs it has a notification to look at
(declare-fun requested (Line) Bool)            ; the vector was taken out of the descriptor, and the virtual CPU is to see it
(declare-fun waits (Line) Bool)                ; the virtual CPU waits for an interrupt, and Xen is not moving it
(declare-fun urgentlyStopped (Line) Bool)      ; it is stopped, Xen is not moving it, and entries of the vector are urgent
(declare-fun wokenSoon (Line) Bool)            ; a wake-up notification is at the CPU that has it on its list, or Xen was told to run it soon
(declare-fun disturbed (Line) Bool)            ; ghost: a notification was sent for it under SN, and not for an urgent interrupt
(declare-fun raised (Line) Bool)               ; ghost: a device has raised it and the virtual CPU has not seen it
(declare-fun statusBit (Dom Command) Bool)     ; the bit of the status register
(declare-fun commandedBit (Dom Command) Bool)  ; ghost: what the guest's commands come to
(declare-fun statusStrayed (Dom) Bool)         ; ghost: the status of a wait of the guest's was stored outside of its memory
(declare-fun trapped (Dom) Bool)               ; ghost: the guest has written a register (xen-viommu-registers)
(declare-fun othersRead (Dom) Bool)            ; ghost: the guest's unit read memory that is not the guest's, and got what is there (xen-viommu-registers)
(declare-fun queueAbroad (Dom) Bool)           ; the guest's queue is where no memory of the guest's is (xen-viommu-registers)
(declare-fun overworked (Dom) Bool)            ; ghost: Xen's trap of one write, or one request, read and wrote more of the guest's memory than its bound allows
(declare-fun queueStopped (Dom) Bool)          ; the guest's queue stands at an error, and the guest can see it

; --- Shared virtual memory of guests with virtual IOMMUs (docs/explanation/viommu.md); only the component xen-viommu-svm has these sorts
(declare-sort Pasid 0)    ; a PASID that the device sends
(declare-sort Process 0)  ; a process of a guest, by the guest's own number

(declare-fun processOf (Process Dom) Bool)     ; the guest whose process it is
(declare-fun pasidOf (Pasid Process) Bool)     ; Xen has given the process the PASID
(declare-fun pasidTaken (Pasid) Bool)          ; some process has it
(declare-fun bound (Process) Bool)             ; the guest has bound the process, or not seen it unbound yet
(declare-fun servesR (Pasid Page Frame) Bool)  ; a read with the PASID may get the frame: by the device's TLB, the unit's, or a walk
(declare-fun servesW (Pasid Page Frame) Bool)  ; a write may
(declare-fun firstR (Process Page Frame) Bool) ; the process's first-level table and the p2m let it read the frame at the page
(declare-fun firstW (Process Page Frame) Bool) ; and write it
(declare-fun firstOwed (Process Page) Bool)    ; the guest took something away there and saw no invalidation of it end, or the process is being bound or unbound
(declare-fun requestPending (Pasid Page) Bool) ; the device has asked for the page and heard nothing yet
(declare-fun requestOf (Pasid Page Process) Bool) ; ghost: that request is at a guest, and was sent for the process
(declare-fun requestAt (Process Page) Bool)    ; a request for the process's page is in its guest's queue
(declare-fun respondedUnasked (Pasid) Bool)    ; ghost: the device was sent a response that no request waits for
