; IBM Calgary and CalIOC2: what the bits of a TCE and of the registers are, and what the walk means.
; A field is a function of a word that answers its bits; WORD.RSVD has the bits that are reserved, WORD.REST those
; that are ignored or of which the sources say nothing, WORD.ALONE those of them that the code holds to be reserved, by
; its own source alone. NAME.given is what a piece of code may be given, NAME.means
; what its answer is to be. What stands before a colon is the source, by its id in specs/SOURCES.md. Fields, and the
; functions of walks, ranges and sources, were written from these before the code was looked at; "moat prove --code
; layouts" compares the code with it.
(define-sort W () (_ BitVec 64))

; ---- Translation control entry, as a number; in memory it stands big-endian

; CALGARY-TCE: hub id 0, 11:8 reserved, 63:48 unused
(define-fun tce.READ   ((e W)) (_ BitVec 1) ((_ extract 0 0) e))
(define-fun tce.WRITE  ((e W)) (_ BitVec 1) ((_ extract 1 1) e))
(define-fun tce.HUB_ID ((e W)) (_ BitVec 6) ((_ extract 7 2) e))
(define-fun tce.RPN    ((e W)) (_ BitVec 36) ((_ extract 47 12) e))
(define-fun tce.RSVD   ((e W)) W (bvand e #x0000000000000f00))
(define-fun tce.REST   ((e W)) W (bvand e #xffff000000000000))

; ---- Registers

; CALGARY-REGISTERS: table address register
(define-fun tar.SIZE  ((e W)) (_ BitVec 3) ((_ extract 2 0) e))
(define-fun tar.VALID ((e W)) (_ BitVec 1) ((_ extract 3 3) e))
(define-fun tar.BASE  ((e W)) (_ BitVec 33) ((_ extract 47 15) e))
(define-fun tar.RSVD  ((e W)) W (bvand e #x0000000000000000))
(define-fun tar.REST  ((e W)) W (bvand e #xffff000000007ff0))

; CALGARY-REGISTERS: CONFIG_RW
(define-fun config-rw.MCSR_ENABLE  ((e W)) (_ BitVec 1) ((_ extract 20 20) e))
(define-fun config-rw.MEM2_ENABLE  ((e W)) (_ BitVec 1) ((_ extract 22 22) e))
(define-fun config-rw.DAC_DISABLE  ((e W)) (_ BitVec 1) ((_ extract 24 24) e))
(define-fun config-rw.SLOT_DISABLE ((e W)) (_ BitVec 3) ((_ extract 28 26) e))
(define-fun config-rw.TCE_ENABLE   ((e W)) (_ BitVec 1) ((_ extract 29 29) e))
(define-fun config-rw.RSVD         ((e W)) W (bvand e #x0000000000000000))
(define-fun config-rw.REST         ((e W)) W (bvand e #xffffffffc2afffff))

; CALGARY-REGISTERS: PAGE_MIG_CTRL
(define-fun page-migration.HARDSTOP      ((e W)) (_ BitVec 1) ((_ extract 29 29) e))
(define-fun page-migration.SOFTSTOPFAULT ((e W)) (_ BitVec 1) ((_ extract 30 30) e))
(define-fun page-migration.SOFTSTOP      ((e W)) (_ BitVec 1) ((_ extract 31 31) e))
(define-fun page-migration.RSVD          ((e W)) W (bvand e #x0000000000000000))
(define-fun page-migration.REST          ((e W)) W (bvand e #xffffffff1fffffff))

; ---- The walk
; CALGARY-TRANSLATION: entries of a table, by the size in the register
(define-fun walk.entries ((size W)) W (bvshl #x0000000000002000 size))

; CALGARY-TRANSLATION: an entry for each 4 KiB
(define-fun walk.index ((io W)) W (bvlshr io #x000000000000000c))

; CALGARY-TRANSLATION: addresses of more than 32 bits are no index
(define-fun walk.beyond ((io W) (tar W)) Bool
  (or (distinct (bvlshr io #x0000000000000020) #x0000000000000000)
      (bvuge (walk.index io) (walk.entries ((_ zero_extend 61) (tar.SIZE tar))))))

; CALGARY-TRANSLATION: where the entry is
(define-fun walk.entry ((io W) (tar W)) W
  (bvadd (bvand tar #x0000ffffffff8000) (bvmul #x0000000000000008 (walk.index io))))

; CALGARY-TCE, CALGARY-TRANSLATION: what a device may do
(define-fun walk.allowed ((tce W) (write Bool)) Bool
  (ite write (= (tce.WRITE tce) #b1) (= (tce.READ tce) #b1)))
(define-fun walk.reached ((tce W) (io W)) W
  (bvor (bvand tce #x0000fffffffff000) (bvand io #x0000000000000fff)))

; CALGARY-TCE: bytes as they stand in memory, read by a processor that is little-endian
(define-fun swapped ((e W)) W
  (concat ((_ extract 7 0) e) ((_ extract 15 8) e) ((_ extract 23 16) e) ((_ extract 31 24) e)
          ((_ extract 39 32) e) ((_ extract 47 40) e) ((_ extract 55 48) e) ((_ extract 63 56) e)))

; ---- What code makes
; CALGARY-TCE: an entry without rights is 0; else rights and frame
(define-fun tce-entry.given ((frame W) (rights W)) Bool
  (and (= (bvlshr frame #x0000000000000024) #x0000000000000000) (bvult rights #x0000000000000004)))
(define-fun tce-entry.means ((w W) (frame W) (rights W)) Bool
  (ite (= rights #x0000000000000000) (= w #x0000000000000000)
    (and (= (tce.READ w) ((_ extract 0 0) rights)) (= (tce.WRITE w) ((_ extract 1 1) rights))
         (= (tce.RPN w) ((_ extract 35 0) frame)) (= (tce.HUB_ID w) #b000000) (= (tce.RSVD w) #x0000000000000000)
         (= (tce.REST w) #x0000000000000000))))
; CALGARY-TCE: the rights of an entry, reading as bit 0 and writing as bit 1; without either it is invalid
(define-fun tce-rights.means ((rights W) (e W)) Bool
  (= rights (concat #b00000000000000000000000000000000000000000000000000000000000000 (tce.WRITE e) (tce.READ e))))
(define-fun tce-valid.means ((is W) (e W)) Bool
  (= (distinct is #x0000000000000000) (or (walk.allowed e true) (walk.allowed e false))))
; CALGARY-TCE: as it stands in memory, and back
(define-fun in-memory.means ((w W) (e W)) Bool (= w (swapped e)))
(define-fun from-memory.means ((w W) (e W)) Bool (= w e))

; ---- The walk; pages are numbers of 4 KiB, of addresses of 64 bits
; CALGARY-TRANSLATION: the table, and how many entries it has
(define-fun entries.means ((n W) (tar W)) Bool (= n (walk.entries ((_ zero_extend 61) (tar.SIZE tar)))))
(define-fun table.means ((address W) (tar W)) Bool (= address (bvand tar #x0000ffffffff8000)))
; CALGARY-TRANSLATION: more than 32 bits, or behind the table
(define-fun beyond.given ((page W) (tar W)) Bool (bvult page #x0010000000000000))
(define-fun beyond.means ((is W) (page W) (tar W)) Bool
  (= (distinct is #x0000000000000000) (walk.beyond (bvshl page #x000000000000000c) tar)))
; CALGARY-TRANSLATION: where the entry is
(define-fun entry.given ((page W) (tar W)) Bool
  (and (bvult page #x0010000000000000) (not (walk.beyond (bvshl page #x000000000000000c) tar))))
(define-fun entry.means ((address W) (page W) (tar W)) Bool
  (= address (walk.entry (bvshl page #x000000000000000c) tar)))
; CALGARY-TRANSLATION: what the entry gives: refused, or the address with the rights
(define-fun through.means ((refused W) (e W) (io W) (write W) (reached W) (rights W)) Bool
  (let ((allowed (walk.allowed e (distinct write #x0000000000000000))))
    (and (= (= refused #x0000000000000000) allowed)
         (=> allowed (and (= reached (walk.reached e io)) (tce-rights.means rights e))))))
