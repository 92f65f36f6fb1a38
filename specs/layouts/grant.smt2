; Grant tables of Xen: what the bits of shared entries are.
; Numbers before the colon are sections of the fact sheet on grant tables (made from the public header and the
; source of Xen).
; A field is a function of the word that answers its bits; RSVD are the bits that are reserved, REST those of
; which the sheet says nothing or that are ignored. Written from the sheet alone; moat prove --layouts compares
; the code with it.
(define-sort W () (_ BitVec 64))

; ---- Shared entries (1), little-endian words

; 1: version 1: flags at byte 0, domid at 2, frame at 4
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

; 1: version 2, first word: flags and domid as in version 1; then what the kind of the entry says
(define-fun grant-second.type     ((e W)) (_ BitVec 2) ((_ extract 1 0) e))
(define-fun grant-second.readonly ((e W)) (_ BitVec 1) ((_ extract 2 2) e))
(define-fun grant-second.PWT      ((e W)) (_ BitVec 1) ((_ extract 5 5) e))
(define-fun grant-second.PCD      ((e W)) (_ BitVec 1) ((_ extract 6 6) e))
(define-fun grant-second.PAT      ((e W)) (_ BitVec 1) ((_ extract 7 7) e))
(define-fun grant-second.sub_page ((e W)) (_ BitVec 1) ((_ extract 8 8) e))
(define-fun grant-second.domid    ((e W)) (_ BitVec 16) ((_ extract 31 16) e))
(define-fun grant-second.RSVD     ((e W)) W (bvand e #x0000000000000000))
(define-fun grant-second.REST     ((e W)) W (bvand e #xffffffff0000fe18))

; 1: version 2, first word of a sub-page entry: page_off at byte 4, length at 6
(define-fun grant-sub-page.page_off ((e W)) (_ BitVec 16) ((_ extract 47 32) e))
(define-fun grant-sub-page.length   ((e W)) (_ BitVec 16) ((_ extract 63 48) e))
(define-fun grant-sub-page.RSVD     ((e W)) W (bvand e #x0000000000000000))
(define-fun grant-sub-page.REST     ((e W)) W (bvand e #x00000000ffffffff))

; 1: version 2, first word of a transitive entry: trans_domid at byte 4
(define-fun grant-transitive.lo.trans_domid ((e W)) (_ BitVec 16) ((_ extract 47 32) e))
(define-fun grant-transitive.lo.RSVD        ((e W)) W (bvand e #x0000000000000000))
(define-fun grant-transitive.lo.REST        ((e W)) W (bvand e #xffff0000ffffffff))

; 1: version 2, second word of a transitive entry: gref at byte 8
(define-fun grant-transitive.hi.gref ((e W)) (_ BitVec 32) ((_ extract 31 0) e))
(define-fun grant-transitive.hi.RSVD ((e W)) W (bvand e #x0000000000000000))
(define-fun grant-transitive.hi.REST ((e W)) W (bvand e #xffffffff00000000))

; 1: version 2, second word of the others: frame at byte 8
(define-fun grant-second.frame.frame ((e W)) (_ BitVec 64) ((_ extract 63 0) e))
(define-fun grant-second.frame.RSVD  ((e W)) W (bvand e #x0000000000000000))
(define-fun grant-second.frame.REST  ((e W)) W (bvand e #x0000000000000000))

; ---- Pins of an active entry (3)

; 3: four counters of 8 bits
(define-fun pins.hstw ((e W)) (_ BitVec 8) ((_ extract 7 0) e))
(define-fun pins.hstr ((e W)) (_ BitVec 8) ((_ extract 15 8) e))
(define-fun pins.devw ((e W)) (_ BitVec 8) ((_ extract 23 16) e))
(define-fun pins.devr ((e W)) (_ BitVec 8) ((_ extract 31 24) e))
(define-fun pins.RSVD ((e W)) W (bvand e #x0000000000000000))
(define-fun pins.REST ((e W)) W (bvand e #xffffffff00000000))
