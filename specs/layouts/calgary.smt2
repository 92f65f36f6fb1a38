; IBM Calgary and CalIOC2: what the bits of a TCE and of the registers are, and what the walk means.
; Numbers before the colon are sections of the fact sheet on Calgary (made from the driver of Linux), with its
; corrections.
; A field is a function of the word that answers its bits; RSVD are the bits that are reserved, REST those of
; which the sheet says nothing or that are ignored. Written from the sheet alone; moat prove --layouts compares
; the code with it.
(define-sort W () (_ BitVec 64))

; ---- Translation control entry (2), as a number; in memory it stands big-endian

; 2: hub id 0, 11:8 reserved, 63:48 unused
(define-fun tce.READ   ((e W)) (_ BitVec 1) ((_ extract 0 0) e))
(define-fun tce.WRITE  ((e W)) (_ BitVec 1) ((_ extract 1 1) e))
(define-fun tce.HUB_ID ((e W)) (_ BitVec 6) ((_ extract 7 2) e))
(define-fun tce.RPN    ((e W)) (_ BitVec 36) ((_ extract 47 12) e))
(define-fun tce.RSVD   ((e W)) W (bvand e #x0000000000000f00))
(define-fun tce.REST   ((e W)) W (bvand e #xffff000000000000))

; ---- Registers (4)

; 4: table address register
(define-fun tar.SIZE  ((e W)) (_ BitVec 3) ((_ extract 2 0) e))
(define-fun tar.VALID ((e W)) (_ BitVec 1) ((_ extract 3 3) e))
(define-fun tar.BASE  ((e W)) (_ BitVec 33) ((_ extract 47 15) e))
(define-fun tar.RSVD  ((e W)) W (bvand e #x0000000000000000))
(define-fun tar.REST  ((e W)) W (bvand e #xffff000000007ff0))

; 4: CONFIG_RW
(define-fun config-rw.MCSR_ENABLE  ((e W)) (_ BitVec 1) ((_ extract 20 20) e))
(define-fun config-rw.MEM2_ENABLE  ((e W)) (_ BitVec 1) ((_ extract 22 22) e))
(define-fun config-rw.DAC_DISABLE  ((e W)) (_ BitVec 1) ((_ extract 24 24) e))
(define-fun config-rw.SLOT_DISABLE ((e W)) (_ BitVec 3) ((_ extract 28 26) e))
(define-fun config-rw.TCE_ENABLE   ((e W)) (_ BitVec 1) ((_ extract 29 29) e))
(define-fun config-rw.RSVD         ((e W)) W (bvand e #x0000000000000000))
(define-fun config-rw.REST         ((e W)) W (bvand e #xffffffffc2afffff))

; 4: PAGE_MIG_CTRL
(define-fun page-migration.HARDSTOP      ((e W)) (_ BitVec 1) ((_ extract 29 29) e))
(define-fun page-migration.SOFTSTOPFAULT ((e W)) (_ BitVec 1) ((_ extract 30 30) e))
(define-fun page-migration.SOFTSTOP      ((e W)) (_ BitVec 1) ((_ extract 31 31) e))
(define-fun page-migration.RSVD          ((e W)) W (bvand e #x0000000000000000))
(define-fun page-migration.REST          ((e W)) W (bvand e #xffffffff1fffffff))

; ---- The walk (3, 6, 11)
; 3: entries of a table, by the size in the register
(define-fun walk.entries ((size W)) W (bvshl #x0000000000002000 size))

; 3: an entry for each 4 KiB
(define-fun walk.index ((io W)) W (bvlshr io #x000000000000000c))

; 11: addresses of more than 32 bits are no index
(define-fun walk.beyond ((io W) (tar W)) Bool
  (or (distinct (bvlshr io #x0000000000000020) #x0000000000000000)
      (bvuge (walk.index io) (walk.entries ((_ zero_extend 61) (tar.SIZE tar))))))

; 11: where the entry is
(define-fun walk.entry ((io W) (tar W)) W
  (bvadd (bvand tar #x0000ffffffff8000) (bvmul #x0000000000000008 (walk.index io))))

; 2, 6: what a device may do
(define-fun walk.allowed ((tce W) (write Bool)) Bool
  (ite write (= (tce.WRITE tce) #b1) (= (tce.READ tce) #b1)))
(define-fun walk.reached ((tce W) (io W)) W
  (bvor (bvand tce #x0000fffffffff000) (bvand io #x0000000000000fff)))

; 2: bytes as they stand in memory, read by a processor that is little-endian
(define-fun swapped ((e W)) W
  (concat ((_ extract 7 0) e) ((_ extract 15 8) e) ((_ extract 23 16) e) ((_ extract 31 24) e)
          ((_ extract 39 32) e) ((_ extract 47 40) e) ((_ extract 55 48) e) ((_ extract 63 56) e)))

; ---- What code makes
; 2: an entry without rights is 0; else rights and frame
(define-fun tce-entry.given ((frame W) (rights W)) Bool
  (and (= (bvlshr frame #x0000000000000024) #x0000000000000000) (bvult rights #x0000000000000004)))
(define-fun tce-entry.means ((w W) (frame W) (rights W)) Bool
  (ite (= rights #x0000000000000000) (= w #x0000000000000000)
    (and (= (tce.READ w) ((_ extract 0 0) rights)) (= (tce.WRITE w) ((_ extract 1 1) rights))
         (= (tce.RPN w) ((_ extract 35 0) frame)) (= (tce.HUB_ID w) #b000000) (= (tce.RSVD w) #x0000000000000000)
         (= (tce.REST w) #x0000000000000000))))
; 2: the rights of an entry, reading as bit 0 and writing as bit 1; without either it is invalid
(define-fun tce-rights.means ((rights W) (e W)) Bool
  (= rights (concat #b00000000000000000000000000000000000000000000000000000000000000 (tce.WRITE e) (tce.READ e))))
(define-fun tce-valid.means ((is W) (e W)) Bool
  (= (distinct is #x0000000000000000) (or (walk.allowed e true) (walk.allowed e false))))
; 2: as it stands in memory, and back
(define-fun in-memory.means ((w W) (e W)) Bool (= w (swapped e)))
(define-fun from-memory.means ((w W) (e W)) Bool (= w e))

; ---- The walk; pages are numbers of 4 KiB, of addresses of 64 bits
; 3: the table, and how many entries it has
(define-fun entries.means ((n W) (tar W)) Bool (= n (walk.entries ((_ zero_extend 61) (tar.SIZE tar)))))
(define-fun table.means ((address W) (tar W)) Bool (= address (bvand tar #x0000ffffffff8000)))
; 11: more than 32 bits, or behind the table
(define-fun beyond.given ((page W) (tar W)) Bool (bvult page #x0010000000000000))
(define-fun beyond.means ((is W) (page W) (tar W)) Bool
  (= (distinct is #x0000000000000000) (walk.beyond (bvshl page #x000000000000000c) tar)))
; 11: where the entry is
(define-fun entry.given ((page W) (tar W)) Bool
  (and (bvult page #x0010000000000000) (not (walk.beyond (bvshl page #x000000000000000c) tar))))
(define-fun entry.means ((address W) (page W) (tar W)) Bool
  (= address (walk.entry (bvshl page #x000000000000000c) tar)))
; 6: what the entry gives: refused, or the address with the rights
(define-fun through.means ((refused W) (e W) (io W) (write W) (reached W) (rights W)) Bool
  (let ((allowed (walk.allowed e (distinct write #x0000000000000000))))
    (and (= (= refused #x0000000000000000) allowed)
         (=> allowed (and (= reached (walk.reached e io)) (tce-rights.means rights e))))))
