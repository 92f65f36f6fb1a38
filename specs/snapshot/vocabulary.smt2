; What snapshots of running systems show and machines of Moat have no use for. 'moat snapshot' judges by these properties and by those of
; invariants/ and specs/properties that speak only of what a snapshot shows: docs/howto/check-a-snapshot.md.

(declare-sort Level 0)       ; a level of I/O page tables, from 1
(declare-sort Group 0)       ; devices that Linux keeps together, because the IOMMU cannot tell them apart
(declare-sort Descriptor 0)  ; a place of an invalidation queue or a command buffer
(declare-sort Redirection 0) ; an entry of an I/O APIC

(declare-fun usesLevel (Space Page Level) Bool)      ; the page's address, or an entry on the way to it, needs the level
(declare-fun hasLevel (Space Level) Bool)            ; the address width of the tables has the level
(declare-fun legalEntry (Unit Req) Bool)             ; the device's entry has no reserved bit, mode or width
(declare-fun inGroup (Req Group) Bool)               ; Linux lists the device in the group
(declare-fun hasRoom (Dom) Bool)                     ; its maptrack table can hold as many mappings as it has pins
(declare-fun written (Descriptor) Bool)              ; software has put a descriptor there
(declare-fun legalDescriptor (Descriptor) Bool)      ; of a type that exists, with no reserved bit
(declare-fun isWait (Descriptor) Bool)               ; it is a wait descriptor
(declare-fun unanswered (Descriptor) Bool)           ; its status still says that it is in use
(declare-fun inQueue (Descriptor) Bool)              ; from the head on, before the tail: the unit has not taken it
(declare-fun lastSubmitted (Descriptor) Bool)        ; the last before the tail
(declare-fun presentIndex (Index) Bool)              ; the interrupt entry is present
(declare-fun verifiesSource (Index) Bool)            ; it lets through only the requesters that it names
(declare-fun legalInterrupt (Index) Bool)            ; it has no reserved bit
(declare-fun legalVector (Index) Bool)               ; its vector is 16 or more, or not needed: by its delivery mode, or because only masked pins go by it
(declare-fun presentSomewhere (Index) Bool)          ; at some unit the entry of this number is present
(declare-fun goesBy (Redirection Index) Bool)        ; what the pin sends is remapped by the entry, and the pin is not masked
