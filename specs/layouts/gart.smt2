; The GART of AMD K8: what the bits of its entries and registers are, and what the walk means.
; A field is a function of a word that answers its bits; WORD.RSVD has the bits that are reserved, WORD.REST those
; that are ignored or of which the sources say nothing, WORD.ALONE those of them that the code holds to be reserved, by
; its own source alone. NAME.given is what a piece of code may be given, NAME.means
; what its answer is to be. What stands before a colon is the source, by its id in specs/SOURCES.md. Fields, and the
; functions of walks, ranges and sources, were written from these before the code was looked at; "moat prove --code
; layouts" compares the code with it.
(define-sort W () (_ BitVec 64))

; ---- Entry of the aperture's table, 32 bits

; GART-PTE: entry; FRAME_HIGH is address 39:32, FRAME_LOW is address 31:12; bits 3:2 are zero
(define-fun gart.VALID      ((e W)) (_ BitVec 1) ((_ extract 0 0) e))
(define-fun gart.COHERENT   ((e W)) (_ BitVec 1) ((_ extract 1 1) e))
(define-fun gart.FRAME_HIGH ((e W)) (_ BitVec 8) ((_ extract 11 4) e))
(define-fun gart.FRAME_LOW  ((e W)) (_ BitVec 20) ((_ extract 31 12) e))
(define-fun gart.RSVD       ((e W)) W (bvand e #x000000000000000c))
(define-fun gart.REST       ((e W)) W (bvand e #xffffffff00000000))

; ---- Registers of a northbridge

; GART-REGISTERS: 0x90
(define-fun aperture-control.GARTEN        ((e W)) (_ BitVec 1) ((_ extract 0 0) e))
(define-fun aperture-control.ORDER         ((e W)) (_ BitVec 3) ((_ extract 3 1) e))
(define-fun aperture-control.DISGARTCPU    ((e W)) (_ BitVec 1) ((_ extract 4 4) e))
(define-fun aperture-control.DISGARTIO     ((e W)) (_ BitVec 1) ((_ extract 5 5) e))
(define-fun aperture-control.DISTLBWALKPRB ((e W)) (_ BitVec 1) ((_ extract 6 6) e))
(define-fun aperture-control.RSVD          ((e W)) W (bvand e #x0000000000000000))
(define-fun aperture-control.REST          ((e W)) W (bvand e #xffffffffffffff80))
(define-fun aperture-control.ALONE         ((e W)) W (bvand e #x00000000ffffff80))

; GART-REGISTERS: 0x94
(define-fun aperture-base.BASE ((e W)) (_ BitVec 15) ((_ extract 14 0) e))
(define-fun aperture-base.RSVD ((e W)) W (bvand e #x0000000000000000))
(define-fun aperture-base.REST ((e W)) W (bvand e #xffffffffffff8000))
(define-fun aperture-base.ALONE ((e W)) W (bvand e #x00000000ffff8000))

; GART-REGISTERS: 0x98: (phys >> 12) << 4
(define-fun table-base.FRAME ((e W)) (_ BitVec 28) ((_ extract 31 4) e))
(define-fun table-base.RSVD  ((e W)) W (bvand e #x0000000000000000))
(define-fun table-base.REST  ((e W)) W (bvand e #xffffffff0000000f))
(define-fun table-base.ALONE ((e W)) W (bvand e #x000000000000000f))

; GART-REGISTERS: 0x9c
(define-fun cache-control.INVGART    ((e W)) (_ BitVec 1) ((_ extract 0 0) e))
(define-fun cache-control.GARTPTEERR ((e W)) (_ BitVec 1) ((_ extract 1 1) e))
(define-fun cache-control.RSVD       ((e W)) W (bvand e #x0000000000000000))
(define-fun cache-control.REST       ((e W)) W (bvand e #xfffffffffffffffc))
(define-fun cache-control.ALONE      ((e W)) W (bvand e #x00000000fffffffc))

; ---- The walk
; GART-REGISTERS: bytes of the aperture, and where it begins
(define-fun aperture.size ((control W)) W
  (bvshl #x0000000002000000 ((_ zero_extend 61) (aperture-control.ORDER control))))
(define-fun aperture.first ((base W)) W
  (bvshl ((_ zero_extend 49) (aperture-base.BASE base)) #x0000000000000019))

; GART-TRANSLATION: translated if switched on, for devices, and within the aperture; else as it is
(define-fun walk.translates ((address W) (control W) (base W)) Bool
  (and (= (aperture-control.GARTEN control) #b1) (= (aperture-control.DISGARTIO control) #b0)
       (bvult (bvsub address (aperture.first base)) (aperture.size control))))

; GART-TRANSLATION: the index of the entry
(define-fun walk.index ((address W) (base W)) W
  (bvlshr (bvsub address (aperture.first base)) #x000000000000000c))

; GART-PTE, GART-TRANSLATION: no permission is looked at
(define-fun walk.reached ((e W) (address W)) W
  (concat #x000000 (gart.FRAME_HIGH e) (gart.FRAME_LOW e) ((_ extract 11 0) address)))

; ---- What code makes
; GART-PTE: valid and coherent, of frames below 2^28; others it refuses
(define-fun gart-entry.given ((frame W)) Bool (bvult frame #x0000000010000000))
(define-fun gart-entry.means ((w W) (frame W)) Bool
  (and (= (gart.VALID w) #b1) (= (gart.COHERENT w) #b1) (= (gart.RSVD w) #x0000000000000000)
       (= (gart.REST w) #x0000000000000000)
       (= (walk.reached w #x0000000000000000) (bvshl frame #x000000000000000c))))
(define-fun gart-frame.means ((frame W) (e W)) Bool
  (= frame (bvlshr (walk.reached e #x0000000000000000) #x000000000000000c)))
(define-fun gart-entry.refused ((frame W)) Bool (bvuge frame #x0000000010000000))

; ---- The walk; pages are numbers of 4 KiB
; GART-REGISTERS: size and place of the aperture
(define-fun size.means ((bytes W) (control W)) Bool (= bytes (aperture.size control)))
(define-fun place.means ((address W) (base W)) Bool (= address (aperture.first base)))
; GART-TRANSLATION: which entry, all ones where nothing is translated
(define-fun index.given ((page W) (control W) (base W)) Bool (bvult page #x0010000000000000))
(define-fun index.means ((n W) (page W) (control W) (base W)) Bool
  (let ((address (bvshl page #x000000000000000c)))
    (= n (ite (walk.translates address control base) (walk.index address base) #xffffffffffffffff))))
; GART-REGISTERS, GART-TRANSLATION: where the entry is: 4 bytes each, from the frame that the register names
(define-fun entry.given ((register W) (n W)) Bool (bvult n #x0000000000080000))
(define-fun entry.means ((at W) (register W) (n W)) Bool
  (= at (bvadd (bvshl ((_ zero_extend 36) (table-base.FRAME register)) #x000000000000000c) (bvmul #x0000000000000004 n))))
