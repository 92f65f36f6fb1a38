; Grant tables of Xen: what the bits of shared entries and of pins are.
; A field is a function of a word that answers its bits; WORD.RSVD has the bits that are reserved, WORD.REST those
; that are ignored or of which the sources say nothing, WORD.ALONE those of them that the code holds to be reserved, by
; its own source alone. NAME.given is what a piece of code may be given, NAME.means
; what its answer is to be. What stands before a colon is the source, by its id in specs/SOURCES.md. Fields, and the
; functions of walks, ranges and sources, were written from these before the code was looked at; "moat prove --code
; layouts" compares the code with it.
(define-sort W () (_ BitVec 64))

; ---- Shared entries, little-endian words

; grant_table.h: version 1: flags at byte 0, domid at 2, frame at 4
(define-fun grant.type     ((e W)) (_ BitVec 2) ((_ extract 1 0) e))
(define-fun grant.readonly ((e W)) (_ BitVec 1) ((_ extract 2 2) e))
(define-fun grant.reading  ((e W)) (_ BitVec 1) ((_ extract 3 3) e))
(define-fun grant.writing  ((e W)) (_ BitVec 1) ((_ extract 4 4) e))
(define-fun grant.PWT      ((e W)) (_ BitVec 1) ((_ extract 5 5) e))
(define-fun grant.PCD      ((e W)) (_ BitVec 1) ((_ extract 6 6) e))
(define-fun grant.PAT      ((e W)) (_ BitVec 1) ((_ extract 7 7) e))
(define-fun grant.sub_page ((e W)) (_ BitVec 1) ((_ extract 8 8) e))
(define-fun grant.domid    ((e W)) (_ BitVec 16) ((_ extract 31 16) e))
(define-fun grant.frame    ((e W)) (_ BitVec 32) ((_ extract 63 32) e))
(define-fun grant.RSVD     ((e W)) W (bvand e #x0000000000000000))
(define-fun grant.REST     ((e W)) W (bvand e #x000000000000fe00))

; grant_table.h: version 2, first word: flags and domid as in version 1; then what the kind of the entry says
(define-fun grant-second.type     ((e W)) (_ BitVec 2) ((_ extract 1 0) e))
(define-fun grant-second.readonly ((e W)) (_ BitVec 1) ((_ extract 2 2) e))
(define-fun grant-second.PWT      ((e W)) (_ BitVec 1) ((_ extract 5 5) e))
(define-fun grant-second.PCD      ((e W)) (_ BitVec 1) ((_ extract 6 6) e))
(define-fun grant-second.PAT      ((e W)) (_ BitVec 1) ((_ extract 7 7) e))
(define-fun grant-second.sub_page ((e W)) (_ BitVec 1) ((_ extract 8 8) e))
(define-fun grant-second.domid    ((e W)) (_ BitVec 16) ((_ extract 31 16) e))
(define-fun grant-second.RSVD     ((e W)) W (bvand e #x0000000000000000))
(define-fun grant-second.REST     ((e W)) W (bvand e #xffffffff0000fe18))

; grant_table.h: version 2, first word of a sub-page entry: page_off at byte 4, length at 6
(define-fun grant-sub-page.page_off ((e W)) (_ BitVec 16) ((_ extract 47 32) e))
(define-fun grant-sub-page.length   ((e W)) (_ BitVec 16) ((_ extract 63 48) e))
(define-fun grant-sub-page.RSVD     ((e W)) W (bvand e #x0000000000000000))
(define-fun grant-sub-page.REST     ((e W)) W (bvand e #x00000000ffffffff))

; grant_table.h: version 2, first word of a transitive entry: trans_domid at byte 4
(define-fun grant-transitive.lo.trans_domid ((e W)) (_ BitVec 16) ((_ extract 47 32) e))
(define-fun grant-transitive.lo.RSVD        ((e W)) W (bvand e #x0000000000000000))
(define-fun grant-transitive.lo.REST        ((e W)) W (bvand e #xffff0000ffffffff))

; grant_table.h: version 2, second word of a transitive entry: gref at byte 8
(define-fun grant-transitive.hi.gref ((e W)) (_ BitVec 32) ((_ extract 31 0) e))
(define-fun grant-transitive.hi.RSVD ((e W)) W (bvand e #x0000000000000000))
(define-fun grant-transitive.hi.REST ((e W)) W (bvand e #xffffffff00000000))

; grant_table.h: version 2, second word of the others: frame at byte 8
(define-fun grant-second.frame.frame ((e W)) (_ BitVec 64) ((_ extract 63 0) e))
(define-fun grant-second.frame.RSVD  ((e W)) W (bvand e #x0000000000000000))
(define-fun grant-second.frame.REST  ((e W)) W (bvand e #x0000000000000000))

; ---- Pins of an active entry

; grant_table.c: four counters of 8 bits
(define-fun pins.hstw ((e W)) (_ BitVec 8) ((_ extract 7 0) e))
(define-fun pins.hstr ((e W)) (_ BitVec 8) ((_ extract 15 8) e))
(define-fun pins.devw ((e W)) (_ BitVec 8) ((_ extract 23 16) e))
(define-fun pins.devr ((e W)) (_ BitVec 8) ((_ extract 31 24) e))
(define-fun pins.RSVD ((e W)) W (bvand e #x0000000000000000))
(define-fun pins.REST ((e W)) W (bvand e #xffffffff00000000))

; ---- What code makes

; grant_table.h: an entry of its three members
(define-fun grant-entry.given ((flags W) (domid W) (frame W)) Bool
  (and (bvult flags #x0000000000010000) (bvult domid #x0000000000010000) (bvult frame #x0000000100000000)))
(define-fun grant-entry.means ((w W) (flags W) (domid W) (frame W)) Bool
  (and (= ((_ extract 15 0) w) ((_ extract 15 0) flags)) (= (grant.domid w) ((_ extract 15 0) domid))
       (= (grant.frame w) ((_ extract 31 0) frame))))

; grant_table.h: an entry that permits access; of frames below 2^31, for the code takes an int: larger ones it refuses
(define-fun permitting.given ((domid W) (frame W) (readonly W)) Bool
  (and (= (bvlshr domid #x0000000000000010) #x0000000000000000)
       (= (bvlshr frame #x000000000000001f) #x0000000000000000)))
(define-fun permitting.means ((w W) (domid W) (frame W) (readonly W)) Bool
  (and (= (grant.type w) #b01)
       (= (= (grant.readonly w) #b1) (distinct readonly #x0000000000000000))
       (= (grant.reading w) #b0)
       (= (grant.writing w) #b0)
       (= (grant.PWT w) #b0)
       (= (grant.PCD w) #b0)
       (= (grant.PAT w) #b0)
       (= (grant.sub_page w) #b0)
       (= (grant.domid w) ((_ extract 15 0) domid))
       (= (grant.frame w) ((_ extract 31 0) frame))
       (= (grant.RSVD w) #x0000000000000000)
       (= (grant.REST w) #x0000000000000000)))

; grant_table.h: the first word of an entry of version 2
(define-fun second-entry.given ((flags W) (domid W) (third W) (fourth W)) Bool
  (and (bvult flags #x0000000000010000) (bvult domid #x0000000000010000) (bvult third #x0000000000010000)
       (bvult fourth #x0000000000010000)))
(define-fun second-entry.means ((w W) (flags W) (domid W) (third W) (fourth W)) Bool
  (and (= ((_ extract 15 0) w) ((_ extract 15 0) flags)) (= (grant-second.domid w) ((_ extract 15 0) domid))
       (= (grant-sub-page.page_off w) ((_ extract 15 0) third)) (= (grant-transitive.lo.trans_domid w) ((_ extract 15 0) third))
       (= (grant-sub-page.length w) ((_ extract 15 0) fourth))))

; grant_table.c: one counter of the pins, by its kind: host writes, host reads, device writes, device reads
(define-fun pins.kind ((pins W) (kind W)) (_ BitVec 8)
  (ite (= kind #x0000000000000000) (pins.hstw pins) (ite (= kind #x0000000000000001) (pins.hstr pins)
  (ite (= kind #x0000000000000002) (pins.devw pins) (pins.devr pins)))))
(define-fun pin-count.given ((pins W) (kind W)) Bool (bvult kind #x0000000000000004))
(define-fun pin-count.means ((n W) (pins W) (kind W)) Bool (= n ((_ zero_extend 56) (pins.kind pins kind))))
; grant_table.c: one pin for each side that is mapped, for reading or for writing; sides: bit 0 host, bit 1 device
(define-fun pin-units.given ((sides W) (readonly W)) Bool (bvult sides #x0000000000000004))
(define-fun pin-units.means ((w W) (sides W) (readonly W)) Bool
  (let ((ro (distinct readonly #x0000000000000000)) (host ((_ extract 0 0) sides)) (device ((_ extract 1 1) sides)))
    (and (= (pins.hstw w) (ite ro #x00 (concat #b0000000 host))) (= (pins.hstr w) (ite ro (concat #b0000000 host) #x00))
         (= (pins.devw w) (ite ro #x00 (concat #b0000000 device))) (= (pins.devr w) (ite ro (concat #b0000000 device) #x00))
         (= (pins.REST w) #x0000000000000000))))
; grant_table.c: refused where the highest bit of a counter that would grow is set; after a pin that is not refused, and after dropping one that is
; there, only its counter is another
(define-fun pinned.given ((pins W) (sides W) (readonly W)) Bool
  (and (bvult sides #x0000000000000004) (bvult pins #x0000000100000000)
       (= (bvand pins #x0000000080808080) #x0000000000000000)))
(define-fun pinned.means ((w W) (pins W) (sides W) (readonly W) (units W) (back W)) Bool
  (and (= (pins.hstw w) (bvadd (pins.hstw pins) (pins.hstw units))) (= (pins.hstr w) (bvadd (pins.hstr pins) (pins.hstr units)))
       (= (pins.devw w) (bvadd (pins.devw pins) (pins.devw units))) (= (pins.devr w) (bvadd (pins.devr pins) (pins.devr units)))
       (= (pins.REST w) #x0000000000000000) (= back pins)))
(define-fun pin-refused.given ((pins W) (sides W) (readonly W)) Bool
  (and (bvult sides #x0000000000000004) (bvult pins #x0000000100000000)))
(define-fun pin-refused.means ((is W) (pins W) (sides W) (readonly W)) Bool
  (let ((ro (distinct readonly #x0000000000000000)))
    (= (distinct is #x0000000000000000)
       (or (and (= ((_ extract 0 0) sides) #b1) (= ((_ extract 7 7) (ite ro (pins.hstr pins) (pins.hstw pins))) #b1))
           (and (= ((_ extract 1 1) sides) #b1) (= ((_ extract 7 7) (ite ro (pins.devr pins) (pins.devw pins))) #b1))))))
