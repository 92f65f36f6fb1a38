; AMD-Vi: what the bits of its tables, registers, commands and events are, and what walks and commands mean.
; Numbers before the colon are sections of the fact sheet on AMD-Vi (made from the drivers of Linux and Xen,
; QEMU, FreeBSD and illumos), with its corrections.
; A field is a function of the word that answers its bits; RSVD are the bits that are reserved, REST those of
; which the sheet says nothing or that are ignored. Written from the sheet alone; moat prove --layouts compares
; the code with it.
(define-sort W () (_ BitVec 64))

; ---- Device table entry (3; reserved bits by the corrections, 2: what QEMU refuses)

; 3: d0
(define-fun device.q0.V             ((e W)) (_ BitVec 1) ((_ extract 0 0) e))
(define-fun device.q0.TV            ((e W)) (_ BitVec 1) ((_ extract 1 1) e))
(define-fun device.q0.HAD           ((e W)) (_ BitVec 2) ((_ extract 8 7) e))
(define-fun device.q0.Mode          ((e W)) (_ BitVec 3) ((_ extract 11 9) e))
(define-fun device.q0.PageTableRoot ((e W)) (_ BitVec 40) ((_ extract 51 12) e))
(define-fun device.q0.PPR           ((e W)) (_ BitVec 1) ((_ extract 52 52) e))
(define-fun device.q0.GPRP          ((e W)) (_ BitVec 1) ((_ extract 53 53) e))
(define-fun device.q0.GIoV          ((e W)) (_ BitVec 1) ((_ extract 54 54) e))
(define-fun device.q0.GV            ((e W)) (_ BitVec 1) ((_ extract 55 55) e))
(define-fun device.q0.GLX           ((e W)) (_ BitVec 2) ((_ extract 57 56) e))
(define-fun device.q0.GCR3_14_12    ((e W)) (_ BitVec 3) ((_ extract 60 58) e))
(define-fun device.q0.IR            ((e W)) (_ BitVec 1) ((_ extract 61 61) e))
(define-fun device.q0.IW            ((e W)) (_ BitVec 1) ((_ extract 62 62) e))
(define-fun device.q0.RSVD          ((e W)) W (bvand e #x800000000000007c))
(define-fun device.q0.REST          ((e W)) W (bvand e #x0000000000000000))

; 3: d1, bits 64..127 are 0.. here; bit 106 is not named
(define-fun device.q1.DomainID   ((e W)) (_ BitVec 16) ((_ extract 15 0) e))
(define-fun device.q1.GCR3_30_15 ((e W)) (_ BitVec 16) ((_ extract 31 16) e))
(define-fun device.q1.I          ((e W)) (_ BitVec 1) ((_ extract 32 32) e))
(define-fun device.q1.SE         ((e W)) (_ BitVec 1) ((_ extract 33 33) e))
(define-fun device.q1.SA         ((e W)) (_ BitVec 1) ((_ extract 34 34) e))
(define-fun device.q1.IoCtl      ((e W)) (_ BitVec 2) ((_ extract 36 35) e))
(define-fun device.q1.Cache      ((e W)) (_ BitVec 1) ((_ extract 37 37) e))
(define-fun device.q1.SD         ((e W)) (_ BitVec 1) ((_ extract 38 38) e))
(define-fun device.q1.EX         ((e W)) (_ BitVec 1) ((_ extract 39 39) e))
(define-fun device.q1.SysMgt     ((e W)) (_ BitVec 2) ((_ extract 41 40) e))
(define-fun device.q1.GCR3_51_31 ((e W)) (_ BitVec 21) ((_ extract 63 43) e))
(define-fun device.q1.RSVD       ((e W)) W (bvand e #x0000000000000000))
(define-fun device.q1.REST       ((e W)) W (bvand e #x0000040000000000))

; 3: d2, bits 128..191 are 0.. here; bits 183:182 and 187 are not named
(define-fun device.q2.IV         ((e W)) (_ BitVec 1) ((_ extract 0 0) e))
(define-fun device.q2.IntTabLen  ((e W)) (_ BitVec 4) ((_ extract 4 1) e))
(define-fun device.q2.IG         ((e W)) (_ BitVec 1) ((_ extract 5 5) e))
(define-fun device.q2.IntTabRoot ((e W)) (_ BitVec 46) ((_ extract 51 6) e))
(define-fun device.q2.INITPass   ((e W)) (_ BitVec 1) ((_ extract 56 56) e))
(define-fun device.q2.EIntPass   ((e W)) (_ BitVec 1) ((_ extract 57 57) e))
(define-fun device.q2.NMIPass    ((e W)) (_ BitVec 1) ((_ extract 58 58) e))
(define-fun device.q2.IntCtl     ((e W)) (_ BitVec 2) ((_ extract 61 60) e))
(define-fun device.q2.Lint0Pass  ((e W)) (_ BitVec 1) ((_ extract 62 62) e))
(define-fun device.q2.Lint1Pass  ((e W)) (_ BitVec 1) ((_ extract 63 63) e))
(define-fun device.q2.RSVD       ((e W)) W (bvand e #x0030000000000000))
(define-fun device.q2.REST       ((e W)) W (bvand e #x08c0000000000000))

; 3: d3, bits 192..255 are 0.. here
(define-fun device.q3.AttrV          ((e W)) (_ BitVec 1) ((_ extract 54 54) e))
(define-fun device.q3.Mode0FC        ((e W)) (_ BitVec 1) ((_ extract 55 55) e))
(define-fun device.q3.SnoopAttribute ((e W)) (_ BitVec 8) ((_ extract 63 56) e))
(define-fun device.q3.RSVD           ((e W)) W (bvand e #x003f000000007fff))
(define-fun device.q3.REST           ((e W)) W (bvand e #x0000ffffffff8000))

; ---- I/O page table (4)

; 4: entry; bits 4:1 and 63 are ignored, A and D are of newer ones; bits 58:52 are not named
(define-fun page-table.PR        ((e W)) (_ BitVec 1) ((_ extract 0 0) e))
(define-fun page-table.A         ((e W)) (_ BitVec 1) ((_ extract 5 5) e))
(define-fun page-table.D         ((e W)) (_ BitVec 1) ((_ extract 6 6) e))
(define-fun page-table.NextLevel ((e W)) (_ BitVec 3) ((_ extract 11 9) e))
(define-fun page-table.Address   ((e W)) (_ BitVec 40) ((_ extract 51 12) e))
(define-fun page-table.U         ((e W)) (_ BitVec 1) ((_ extract 59 59) e))
(define-fun page-table.FC        ((e W)) (_ BitVec 1) ((_ extract 60 60) e))
(define-fun page-table.IR        ((e W)) (_ BitVec 1) ((_ extract 61 61) e))
(define-fun page-table.IW        ((e W)) (_ BitVec 1) ((_ extract 62 62) e))
(define-fun page-table.RSVD      ((e W)) W (bvand e #x0000000000000000))
(define-fun page-table.REST      ((e W)) W (bvand e #x87f000000000019e))

; ---- Commands (6): the first word is dw1:dw0, the second dw3:dw2; the opcode is dw1 31:28

; 6: 1; the store address is given without its bits 2:0, dw1 19:0 goes on where dw0 ends
(define-fun completion-wait.lo.s            ((e W)) (_ BitVec 1) ((_ extract 0 0) e))
(define-fun completion-wait.lo.i            ((e W)) (_ BitVec 1) ((_ extract 1 1) e))
(define-fun completion-wait.lo.f            ((e W)) (_ BitVec 1) ((_ extract 2 2) e))
(define-fun completion-wait.lo.StoreAddress ((e W)) (_ BitVec 49) ((_ extract 51 3) e))
(define-fun completion-wait.lo.Opcode       ((e W)) (_ BitVec 4) ((_ extract 63 60) e))
(define-fun completion-wait.lo.RSVD         ((e W)) W (bvand e #x0000000000000000))
(define-fun completion-wait.lo.REST         ((e W)) W (bvand e #x0ff0000000000000))

; 6: 1
(define-fun completion-wait.hi.StoreData ((e W)) (_ BitVec 64) ((_ extract 63 0) e))
(define-fun completion-wait.hi.RSVD      ((e W)) W (bvand e #x0000000000000000))
(define-fun completion-wait.hi.REST      ((e W)) W (bvand e #x0000000000000000))

; 6: 2 and 5
(define-fun invalidate-device.lo.DeviceID ((e W)) (_ BitVec 16) ((_ extract 15 0) e))
(define-fun invalidate-device.lo.Opcode   ((e W)) (_ BitVec 4) ((_ extract 63 60) e))
(define-fun invalidate-device.lo.RSVD     ((e W)) W (bvand e #x0000000000000000))
(define-fun invalidate-device.lo.REST     ((e W)) W (bvand e #x0fffffffffff0000))

; 6: 3
(define-fun invalidate-pages.lo.PASID    ((e W)) (_ BitVec 20) ((_ extract 19 0) e))
(define-fun invalidate-pages.lo.DomainID ((e W)) (_ BitVec 16) ((_ extract 47 32) e))
(define-fun invalidate-pages.lo.Opcode   ((e W)) (_ BitVec 4) ((_ extract 63 60) e))
(define-fun invalidate-pages.lo.RSVD     ((e W)) W (bvand e #x0000000000000000))
(define-fun invalidate-pages.lo.REST     ((e W)) W (bvand e #x0fff0000fff00000))

; 6: 3; the address goes on in dw3
(define-fun invalidate-pages.hi.S       ((e W)) (_ BitVec 1) ((_ extract 0 0) e))
(define-fun invalidate-pages.hi.PDE     ((e W)) (_ BitVec 1) ((_ extract 1 1) e))
(define-fun invalidate-pages.hi.GN      ((e W)) (_ BitVec 1) ((_ extract 2 2) e))
(define-fun invalidate-pages.hi.Address ((e W)) (_ BitVec 52) ((_ extract 63 12) e))
(define-fun invalidate-pages.hi.RSVD    ((e W)) W (bvand e #x0000000000000000))
(define-fun invalidate-pages.hi.REST    ((e W)) W (bvand e #x0000000000000ff8))

; 6: 4
(define-fun invalidate-iotlb-pages.lo.DeviceID   ((e W)) (_ BitVec 16) ((_ extract 15 0) e))
(define-fun invalidate-iotlb-pages.lo.PASID_low  ((e W)) (_ BitVec 8) ((_ extract 23 16) e))
(define-fun invalidate-iotlb-pages.lo.Maxpend    ((e W)) (_ BitVec 8) ((_ extract 31 24) e))
(define-fun invalidate-iotlb-pages.lo.QueueID    ((e W)) (_ BitVec 16) ((_ extract 47 32) e))
(define-fun invalidate-iotlb-pages.lo.PASID_high ((e W)) (_ BitVec 12) ((_ extract 59 48) e))
(define-fun invalidate-iotlb-pages.lo.Opcode     ((e W)) (_ BitVec 4) ((_ extract 63 60) e))
(define-fun invalidate-iotlb-pages.lo.RSVD       ((e W)) W (bvand e #x0000000000000000))
(define-fun invalidate-iotlb-pages.lo.REST       ((e W)) W (bvand e #x0000000000000000))

; 6: 4
(define-fun invalidate-iotlb-pages.hi.S       ((e W)) (_ BitVec 1) ((_ extract 0 0) e))
(define-fun invalidate-iotlb-pages.hi.GN      ((e W)) (_ BitVec 1) ((_ extract 2 2) e))
(define-fun invalidate-iotlb-pages.hi.Address ((e W)) (_ BitVec 52) ((_ extract 63 12) e))
(define-fun invalidate-iotlb-pages.hi.RSVD    ((e W)) W (bvand e #x0000000000000000))
(define-fun invalidate-iotlb-pages.hi.REST    ((e W)) W (bvand e #x0000000000000ffa))

; 6: 8
(define-fun invalidate-all.lo.Opcode ((e W)) (_ BitVec 4) ((_ extract 63 60) e))
(define-fun invalidate-all.lo.RSVD   ((e W)) W (bvand e #x0000000000000000))
(define-fun invalidate-all.lo.REST   ((e W)) W (bvand e #x0fffffffffffffff))

; ---- Interrupt table (8)

; 8: entry of 32 bits
(define-fun interrupt.RemapEn     ((e W)) (_ BitVec 1) ((_ extract 0 0) e))
(define-fun interrupt.SupIOPF     ((e W)) (_ BitVec 1) ((_ extract 1 1) e))
(define-fun interrupt.IntType     ((e W)) (_ BitVec 3) ((_ extract 4 2) e))
(define-fun interrupt.RqEoi       ((e W)) (_ BitVec 1) ((_ extract 5 5) e))
(define-fun interrupt.DM          ((e W)) (_ BitVec 1) ((_ extract 6 6) e))
(define-fun interrupt.GuestMode   ((e W)) (_ BitVec 1) ((_ extract 7 7) e))
(define-fun interrupt.Destination ((e W)) (_ BitVec 8) ((_ extract 15 8) e))
(define-fun interrupt.Vector      ((e W)) (_ BitVec 8) ((_ extract 23 16) e))
(define-fun interrupt.RSVD        ((e W)) W (bvand e #x0000000000000000))
(define-fun interrupt.REST        ((e W)) W (bvand e #xffffffffff000000))

; ---- Event log (9): the first word is dw1:dw0, the second dw3:dw2

; 9: flags are dw1 27:16
(define-fun event.lo.DeviceID   ((e W)) (_ BitVec 16) ((_ extract 15 0) e))
(define-fun event.lo.PASID_high ((e W)) (_ BitVec 4) ((_ extract 19 16) e))
(define-fun event.lo.DomainID   ((e W)) (_ BitVec 16) ((_ extract 47 32) e))
(define-fun event.lo.GN         ((e W)) (_ BitVec 1) ((_ extract 48 48) e))
(define-fun event.lo.NX         ((e W)) (_ BitVec 1) ((_ extract 49 49) e))
(define-fun event.lo.US         ((e W)) (_ BitVec 1) ((_ extract 50 50) e))
(define-fun event.lo.I          ((e W)) (_ BitVec 1) ((_ extract 51 51) e))
(define-fun event.lo.PR         ((e W)) (_ BitVec 1) ((_ extract 52 52) e))
(define-fun event.lo.RW         ((e W)) (_ BitVec 1) ((_ extract 53 53) e))
(define-fun event.lo.PE         ((e W)) (_ BitVec 1) ((_ extract 54 54) e))
(define-fun event.lo.RZ         ((e W)) (_ BitVec 1) ((_ extract 55 55) e))
(define-fun event.lo.TR         ((e W)) (_ BitVec 1) ((_ extract 56 56) e))
(define-fun event.lo.EventCode  ((e W)) (_ BitVec 4) ((_ extract 63 60) e))
(define-fun event.lo.RSVD       ((e W)) W (bvand e #x0000000000000000))
(define-fun event.lo.REST       ((e W)) W (bvand e #x0e000000fff00000))

; 9: address
(define-fun event.hi.Address ((e W)) (_ BitVec 64) ((_ extract 63 0) e))
(define-fun event.hi.RSVD    ((e W)) W (bvand e #x0000000000000000))
(define-fun event.hi.REST    ((e W)) W (bvand e #x0000000000000000))

; ---- Registers (1, 2)

; 1: dword at capability offset 0
(define-fun capability-header.IotlbSup ((e W)) (_ BitVec 1) ((_ extract 24 24) e))
(define-fun capability-header.HtTunnel ((e W)) (_ BitVec 1) ((_ extract 25 25) e))
(define-fun capability-header.NpCache  ((e W)) (_ BitVec 1) ((_ extract 26 26) e))
(define-fun capability-header.EFRSup   ((e W)) (_ BitVec 1) ((_ extract 27 27) e))
(define-fun capability-header.CapExt   ((e W)) (_ BitVec 1) ((_ extract 28 28) e))
(define-fun capability-header.RSVD     ((e W)) W (bvand e #x0000000000000000))
(define-fun capability-header.REST     ((e W)) W (bvand e #xffffffffe0ffffff))

; 2: 0x0000
(define-fun device-table-base.Size       ((e W)) (_ BitVec 9) ((_ extract 8 0) e))
(define-fun device-table-base.DevTabBase ((e W)) (_ BitVec 40) ((_ extract 51 12) e))
(define-fun device-table-base.RSVD       ((e W)) W (bvand e #x0000000000000000))
(define-fun device-table-base.REST       ((e W)) W (bvand e #xfff0000000000e00))

; 2: 0x0008, 0x0010
(define-fun ring-base.Base   ((e W)) (_ BitVec 40) ((_ extract 51 12) e))
(define-fun ring-base.Length ((e W)) (_ BitVec 4) ((_ extract 59 56) e))
(define-fun ring-base.RSVD   ((e W)) W (bvand e #x0000000000000000))
(define-fun ring-base.REST   ((e W)) W (bvand e #xf0f0000000000fff))

; 2: 0x0018
(define-fun control.IommuEn      ((e W)) (_ BitVec 1) ((_ extract 0 0) e))
(define-fun control.HtTunEn      ((e W)) (_ BitVec 1) ((_ extract 1 1) e))
(define-fun control.EventLogEn   ((e W)) (_ BitVec 1) ((_ extract 2 2) e))
(define-fun control.EventIntEn   ((e W)) (_ BitVec 1) ((_ extract 3 3) e))
(define-fun control.ComWaitIntEn ((e W)) (_ BitVec 1) ((_ extract 4 4) e))
(define-fun control.InvTimeOut   ((e W)) (_ BitVec 3) ((_ extract 7 5) e))
(define-fun control.PassPW       ((e W)) (_ BitVec 1) ((_ extract 8 8) e))
(define-fun control.ResPassPW    ((e W)) (_ BitVec 1) ((_ extract 9 9) e))
(define-fun control.Coherent     ((e W)) (_ BitVec 1) ((_ extract 10 10) e))
(define-fun control.Isoc         ((e W)) (_ BitVec 1) ((_ extract 11 11) e))
(define-fun control.CmdBufEn     ((e W)) (_ BitVec 1) ((_ extract 12 12) e))
(define-fun control.PprLogEn     ((e W)) (_ BitVec 1) ((_ extract 13 13) e))
(define-fun control.PprIntEn     ((e W)) (_ BitVec 1) ((_ extract 14 14) e))
(define-fun control.PprEn        ((e W)) (_ BitVec 1) ((_ extract 15 15) e))
(define-fun control.GTEn         ((e W)) (_ BitVec 1) ((_ extract 16 16) e))
(define-fun control.GAEn         ((e W)) (_ BitVec 1) ((_ extract 17 17) e))
(define-fun control.XTEn         ((e W)) (_ BitVec 1) ((_ extract 50 50) e))
(define-fun control.RSVD         ((e W)) W (bvand e #x0000000000000000))
(define-fun control.REST         ((e W)) W (bvand e #xfffbfffffffc0000))

; 2: 0x0020
(define-fun exclusion-base.ExEn          ((e W)) (_ BitVec 1) ((_ extract 0 0) e))
(define-fun exclusion-base.Allow         ((e W)) (_ BitVec 1) ((_ extract 1 1) e))
(define-fun exclusion-base.ExclusionBase ((e W)) (_ BitVec 40) ((_ extract 51 12) e))
(define-fun exclusion-base.RSVD          ((e W)) W (bvand e #x0000000000000000))
(define-fun exclusion-base.REST          ((e W)) W (bvand e #xfff0000000000ffc))

; 2: 0x0028
(define-fun exclusion-limit.ExclusionLimit ((e W)) (_ BitVec 40) ((_ extract 51 12) e))
(define-fun exclusion-limit.RSVD           ((e W)) W (bvand e #x0000000000000000))
(define-fun exclusion-limit.REST           ((e W)) W (bvand e #xfff0000000000fff))

; 2: 0x0030
(define-fun extended-feature.PreFSup ((e W)) (_ BitVec 1) ((_ extract 0 0) e))
(define-fun extended-feature.PPRSup  ((e W)) (_ BitVec 1) ((_ extract 1 1) e))
(define-fun extended-feature.XTSup   ((e W)) (_ BitVec 1) ((_ extract 2 2) e))
(define-fun extended-feature.NXSup   ((e W)) (_ BitVec 1) ((_ extract 3 3) e))
(define-fun extended-feature.GTSup   ((e W)) (_ BitVec 1) ((_ extract 4 4) e))
(define-fun extended-feature.IASup   ((e W)) (_ BitVec 1) ((_ extract 6 6) e))
(define-fun extended-feature.GASup   ((e W)) (_ BitVec 1) ((_ extract 7 7) e))
(define-fun extended-feature.HESup   ((e W)) (_ BitVec 1) ((_ extract 8 8) e))
(define-fun extended-feature.PCSup   ((e W)) (_ BitVec 1) ((_ extract 9 9) e))
(define-fun extended-feature.HATS    ((e W)) (_ BitVec 2) ((_ extract 11 10) e))
(define-fun extended-feature.GATS    ((e W)) (_ BitVec 2) ((_ extract 13 12) e))
(define-fun extended-feature.GLXSup  ((e W)) (_ BitVec 2) ((_ extract 15 14) e))
(define-fun extended-feature.HDSup   ((e W)) (_ BitVec 1) ((_ extract 52 52) e))
(define-fun extended-feature.RSVD    ((e W)) W (bvand e #x0000000000000000))
(define-fun extended-feature.REST    ((e W)) W (bvand e #xffefffffffff0020))

; 2: 0x2000 to 0x2018
(define-fun ring-pointer.Pointer ((e W)) (_ BitVec 15) ((_ extract 18 4) e))
(define-fun ring-pointer.RSVD    ((e W)) W (bvand e #x0000000000000000))
(define-fun ring-pointer.REST    ((e W)) W (bvand e #xfffffffffff8000f))

; 2: 0x2020
(define-fun status.EventOverflow ((e W)) (_ BitVec 1) ((_ extract 0 0) e))
(define-fun status.EventLogInt   ((e W)) (_ BitVec 1) ((_ extract 1 1) e))
(define-fun status.ComWaitInt    ((e W)) (_ BitVec 1) ((_ extract 2 2) e))
(define-fun status.EventLogRun   ((e W)) (_ BitVec 1) ((_ extract 3 3) e))
(define-fun status.CmdBufRun     ((e W)) (_ BitVec 1) ((_ extract 4 4) e))
(define-fun status.PprOverflow   ((e W)) (_ BitVec 1) ((_ extract 5 5) e))
(define-fun status.PprInt        ((e W)) (_ BitVec 1) ((_ extract 6 6) e))
(define-fun status.PprRun        ((e W)) (_ BitVec 1) ((_ extract 7 7) e))
(define-fun status.GALogRun      ((e W)) (_ BitVec 1) ((_ extract 8 8) e))
(define-fun status.GALogOverflow ((e W)) (_ BitVec 1) ((_ extract 9 9) e))
(define-fun status.GALogInt      ((e W)) (_ BitVec 1) ((_ extract 10 10) e))
(define-fun status.RSVD          ((e W)) W (bvand e #x0000000000000000))
(define-fun status.REST          ((e W)) W (bvand e #xfffffffffffff800))

; ---- The walk of host tables (4, 12; corrections 3 to 5)
; Levels count from 1, that of 4 KiB pages; a table of mode m begins at level m.

(define-fun ones ((n W)) W (bvsub (bvshl #x0000000000000001 n) #x0000000000000001))

; 4: level L uses the bits 12+9L-1 to 12+9(L-1); at level 6 only 7 of them are there
(define-fun walk.shift ((level W)) W
  (bvadd #x000000000000000c (bvmul #x0000000000000009 (bvsub level #x0000000000000001))))
(define-fun walk.index ((iova W) (level W)) W
  (bvand (bvlshr iova (walk.shift level)) #x00000000000001ff))
(define-fun walk.entry ((table W) (iova W) (level W)) W
  (bvadd table (bvmul #x0000000000000008 (walk.index iova level))))
(define-fun walk.table ((e W)) W (bvand e #x000ffffffffff000))

; 4: beyond the width of modes 1 to 5
(define-fun walk.beyond ((iova W) (mode W)) Bool
  (and (bvult mode #x0000000000000006)
       (distinct (bvlshr iova (walk.shift (bvadd mode #x0000000000000001))) #x0000000000000000)))

(define-fun walk.next ((e W)) W ((_ zero_extend 61) (page-table.NextLevel e)))

; 4: the mask of a page whose size stands in the address: the ones from bit 12 on, the first zero, and what is below bit 12
(define-fun walk.sized ((e W)) W
  (let ((a (bvor (walk.table e) #x0000000000000fff))) (bvxor a (bvadd a #x0000000000000001))))

; corrections 4: its size lies strictly between that of a page of this level and that of the next one
(define-fun walk.size-fits ((e W) (level W)) Bool
  (and (bvugt (walk.sized e) (ones (walk.shift level)))
       (bvult (walk.sized e) (ones (walk.shift (bvadd level #x0000000000000001))))))

; 12: bits of the address at the levels that are skipped
(define-fun walk.skipped ((e W) (level W) (iova W)) W
  (bvand iova (bvand (ones (walk.shift level))
                     (bvnot (ones (walk.shift (bvadd (walk.next e) #x0000000000000001)))))))

; 12: one entry: 0 a page, 1 a table, 2 not present, 3 a level that is not below this one or a size that is none, 4 skipped bits set
(define-fun walk.step ((e W) (level W) (iova W)) W
  (let ((next (walk.next e)))
    (ite (= (page-table.PR e) #b0) #x0000000000000002
    (ite (= next #x0000000000000000) #x0000000000000000
    (ite (= next #x0000000000000007) (ite (walk.size-fits e level) #x0000000000000000 #x0000000000000003)
    (ite (bvuge next level) #x0000000000000003
    (ite (distinct (walk.skipped e level iova) #x0000000000000000) #x0000000000000004
         #x0000000000000001)))))))

; 4: low bits of the address that are the page's own
(define-fun walk.page ((e W) (level W)) W
  (ite (= (walk.next e) #x0000000000000007) (walk.sized e) (ones (walk.shift level))))
(define-fun walk.reached ((e W) (level W) (iova W)) W
  (bvor (bvand (walk.table e) (bvnot (walk.page e level))) (bvand iova (walk.page e level))))

; 4: effective rights are those that all on the way have: bit 0 reading, bit 1 writing
(define-fun walk.rights ((e W)) W (concat #b00000000000000000000000000000000000000000000000000000000000000
                                         (page-table.IW e) (page-table.IR e)))

; ---- What a command covers (6); page numbers of 4 KiB
; S=0: one page; S=1: the first zero of the address from bit 12 on gives the size
(define-fun pages.covers ((hi W) (page W)) Bool
  (let ((address ((_ zero_extend 12) (invalidate-pages.hi.Address hi))))
    (ite (= (invalidate-pages.hi.S hi) #b0) (= page address)
      (= (bvand (bvand (bvxor page address) (bvnot (bvxor address (bvadd address #x0000000000000001))))
                #x000fffffffffffff)
         #x0000000000000000))))
