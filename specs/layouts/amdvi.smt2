; AMD-Vi: what the bits of its tables, registers, commands and events are, and what walks, decisions and commands
; mean.
; A field is a function of a word that answers its bits; WORD.RSVD has the bits that are reserved, WORD.REST those
; that are ignored or of which the sources say nothing, WORD.ALONE those of them that the code holds to be reserved, by
; its own source alone. NAME.given is what a piece of code may be given, NAME.means
; what its answer is to be. What stands before a colon is the source, by its id in specs/SOURCES.md. Fields, and the
; functions of walks, ranges and sources, were written from these before the code was looked at; "moat prove --code
; layouts" compares the code with it.
(define-sort W () (_ BitVec 64))

; ---- Device table entry

; AMDVI-DTE: d0
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

; AMDVI-DTE: d1, bits 64..127 are 0.. here; bit 106 is not named
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

; AMDVI-DTE: d2, bits 128..191 are 0.. here; bits 183:182 and 187 are not named
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

; AMDVI-DTE: d3, bits 192..255 are 0.. here
(define-fun device.q3.AttrV          ((e W)) (_ BitVec 1) ((_ extract 54 54) e))
(define-fun device.q3.Mode0FC        ((e W)) (_ BitVec 1) ((_ extract 55 55) e))
(define-fun device.q3.SnoopAttribute ((e W)) (_ BitVec 8) ((_ extract 63 56) e))
(define-fun device.q3.RSVD           ((e W)) W (bvand e #x003f000000007fff))
(define-fun device.q3.REST           ((e W)) W (bvand e #x0000ffffffff8000))

; ---- I/O page table

; AMDVI-PTE: entry; bits 4:1 and 63 are ignored, A and D are of newer ones; bits 58:52 are not named
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
(define-fun page-table.ALONE     ((e W)) W (bvand e #x07f0000000000000))

; ---- Commands: the first word is dw1:dw0, the second dw3:dw2; the opcode is dw1 31:28

; AMDVI-COMMANDS: 1; the store address is given without its bits 2:0, dw1 19:0 goes on where dw0 ends
(define-fun completion-wait.lo.s            ((e W)) (_ BitVec 1) ((_ extract 0 0) e))
(define-fun completion-wait.lo.i            ((e W)) (_ BitVec 1) ((_ extract 1 1) e))
(define-fun completion-wait.lo.f            ((e W)) (_ BitVec 1) ((_ extract 2 2) e))
(define-fun completion-wait.lo.StoreAddress ((e W)) (_ BitVec 49) ((_ extract 51 3) e))
(define-fun completion-wait.lo.Opcode       ((e W)) (_ BitVec 4) ((_ extract 63 60) e))
(define-fun completion-wait.lo.RSVD         ((e W)) W (bvand e #x0000000000000000))
(define-fun completion-wait.lo.REST         ((e W)) W (bvand e #x0ff0000000000000))
(define-fun completion-wait.lo.ALONE        ((e W)) W (bvand e #x0ff0000000000000))

; AMDVI-COMMANDS: 1
(define-fun completion-wait.hi.StoreData ((e W)) (_ BitVec 64) ((_ extract 63 0) e))
(define-fun completion-wait.hi.RSVD      ((e W)) W (bvand e #x0000000000000000))
(define-fun completion-wait.hi.REST      ((e W)) W (bvand e #x0000000000000000))

; AMDVI-COMMANDS: 2 and 5
(define-fun invalidate-device.lo.DeviceID ((e W)) (_ BitVec 16) ((_ extract 15 0) e))
(define-fun invalidate-device.lo.Opcode   ((e W)) (_ BitVec 4) ((_ extract 63 60) e))
(define-fun invalidate-device.lo.RSVD     ((e W)) W (bvand e #x0000000000000000))
(define-fun invalidate-device.lo.REST     ((e W)) W (bvand e #x0fffffffffff0000))
(define-fun invalidate-device.lo.ALONE    ((e W)) W (bvand e #x0fffffffffff0000))

; AMDVI-COMMANDS: 3
(define-fun invalidate-pages.lo.PASID    ((e W)) (_ BitVec 20) ((_ extract 19 0) e))
(define-fun invalidate-pages.lo.DomainID ((e W)) (_ BitVec 16) ((_ extract 47 32) e))
(define-fun invalidate-pages.lo.Opcode   ((e W)) (_ BitVec 4) ((_ extract 63 60) e))
(define-fun invalidate-pages.lo.RSVD     ((e W)) W (bvand e #x0000000000000000))
(define-fun invalidate-pages.lo.REST     ((e W)) W (bvand e #x0fff0000fff00000))
(define-fun invalidate-pages.lo.ALONE    ((e W)) W (bvand e #x0fff0000fff00000))

; AMDVI-COMMANDS: 3; the address goes on in dw3
(define-fun invalidate-pages.hi.S       ((e W)) (_ BitVec 1) ((_ extract 0 0) e))
(define-fun invalidate-pages.hi.PDE     ((e W)) (_ BitVec 1) ((_ extract 1 1) e))
(define-fun invalidate-pages.hi.GN      ((e W)) (_ BitVec 1) ((_ extract 2 2) e))
(define-fun invalidate-pages.hi.Address ((e W)) (_ BitVec 52) ((_ extract 63 12) e))
(define-fun invalidate-pages.hi.RSVD    ((e W)) W (bvand e #x0000000000000000))
(define-fun invalidate-pages.hi.REST    ((e W)) W (bvand e #x0000000000000ff8))
(define-fun invalidate-pages.hi.ALONE   ((e W)) W (bvand e #x0000000000000ff8))

; AMDVI-COMMANDS: 4
(define-fun invalidate-iotlb-pages.lo.DeviceID    ((e W)) (_ BitVec 16) ((_ extract 15 0) e))
(define-fun invalidate-iotlb-pages.lo.PASID_15_8  ((e W)) (_ BitVec 8) ((_ extract 23 16) e))
(define-fun invalidate-iotlb-pages.lo.Maxpend     ((e W)) (_ BitVec 8) ((_ extract 31 24) e))
(define-fun invalidate-iotlb-pages.lo.QueueID     ((e W)) (_ BitVec 16) ((_ extract 47 32) e))
(define-fun invalidate-iotlb-pages.lo.PASID_7_0   ((e W)) (_ BitVec 8) ((_ extract 55 48) e))
(define-fun invalidate-iotlb-pages.lo.PASID_19_16 ((e W)) (_ BitVec 4) ((_ extract 59 56) e))
(define-fun invalidate-iotlb-pages.lo.Opcode      ((e W)) (_ BitVec 4) ((_ extract 63 60) e))
(define-fun invalidate-iotlb-pages.lo.RSVD        ((e W)) W (bvand e #x0000000000000000))
(define-fun invalidate-iotlb-pages.lo.REST        ((e W)) W (bvand e #x0000000000000000))

; AMDVI-COMMANDS: 4
(define-fun invalidate-iotlb-pages.hi.S       ((e W)) (_ BitVec 1) ((_ extract 0 0) e))
(define-fun invalidate-iotlb-pages.hi.GN      ((e W)) (_ BitVec 1) ((_ extract 2 2) e))
(define-fun invalidate-iotlb-pages.hi.Address ((e W)) (_ BitVec 52) ((_ extract 63 12) e))
(define-fun invalidate-iotlb-pages.hi.RSVD    ((e W)) W (bvand e #x0000000000000000))
(define-fun invalidate-iotlb-pages.hi.REST    ((e W)) W (bvand e #x0000000000000ffa))
(define-fun invalidate-iotlb-pages.hi.ALONE   ((e W)) W (bvand e #x0000000000000fca))

; AMDVI-COMMANDS: 8
(define-fun invalidate-all.lo.Opcode ((e W)) (_ BitVec 4) ((_ extract 63 60) e))
(define-fun invalidate-all.lo.RSVD   ((e W)) W (bvand e #x0000000000000000))
(define-fun invalidate-all.lo.REST   ((e W)) W (bvand e #x0fffffffffffffff))
(define-fun invalidate-all.lo.ALONE  ((e W)) W (bvand e #x0fffffffffffffff))

; ---- Interrupt table

; AMDVI-IRTE: entry of 32 bits
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
(define-fun interrupt.ALONE       ((e W)) W (bvand e #x00000000ff000000))

; AMDVI-IRTE: entries of 128 bits (GAEn), remapped (GuestMode = 0), bits 63:0; bits 31:16 belong to it with XTEn alone
(define-fun interrupt-128.lo.RemapEn     ((e W)) (_ BitVec 1) ((_ extract 0 0) e))
(define-fun interrupt-128.lo.SupIOPF     ((e W)) (_ BitVec 1) ((_ extract 1 1) e))
(define-fun interrupt-128.lo.IntType     ((e W)) (_ BitVec 3) ((_ extract 4 2) e))
(define-fun interrupt-128.lo.RqEoi       ((e W)) (_ BitVec 1) ((_ extract 5 5) e))
(define-fun interrupt-128.lo.DM          ((e W)) (_ BitVec 1) ((_ extract 6 6) e))
(define-fun interrupt-128.lo.GuestMode   ((e W)) (_ BitVec 1) ((_ extract 7 7) e))
(define-fun interrupt-128.lo.Destination_23_0 ((e W)) (_ BitVec 24) ((_ extract 31 8) e))
(define-fun interrupt-128.lo.RSVD        ((e W)) W (bvand e #xffffffff00000000))
(define-fun interrupt-128.lo.REST        ((e W)) W (bvand e #x0000000000000000))

; AMDVI-IRTE: the same, bits 127:64 are 63..0 here
(define-fun interrupt-128.hi.Vector      ((e W)) (_ BitVec 8) ((_ extract 7 0) e))
(define-fun interrupt-128.hi.Destination_31_24 ((e W)) (_ BitVec 8) ((_ extract 63 56) e))
(define-fun interrupt-128.hi.RSVD        ((e W)) W (bvand e #x00ffffffffffff00))
(define-fun interrupt-128.hi.REST        ((e W)) W (bvand e #x0000000000000000))

; AMDVI-IRTE: posted to a guest (GuestMode = 1), bits 63:0
(define-fun interrupt-guest.lo.RemapEn   ((e W)) (_ BitVec 1) ((_ extract 0 0) e))
(define-fun interrupt-guest.lo.SupIOPF   ((e W)) (_ BitVec 1) ((_ extract 1 1) e))
(define-fun interrupt-guest.lo.GALogIntr ((e W)) (_ BitVec 1) ((_ extract 2 2) e))
(define-fun interrupt-guest.lo.IsRun     ((e W)) (_ BitVec 1) ((_ extract 6 6) e))
(define-fun interrupt-guest.lo.GuestMode ((e W)) (_ BitVec 1) ((_ extract 7 7) e))
(define-fun interrupt-guest.lo.Destination_23_0 ((e W)) (_ BitVec 24) ((_ extract 31 8) e))
(define-fun interrupt-guest.lo.GATag     ((e W)) (_ BitVec 32) ((_ extract 63 32) e))
(define-fun interrupt-guest.lo.RSVD      ((e W)) W (bvand e #x0000000000000038))
(define-fun interrupt-guest.lo.REST      ((e W)) W (bvand e #x0000000000000000))

; AMDVI-IRTE: the same, bits 127:64 are 63..0 here
(define-fun interrupt-guest.hi.Vector    ((e W)) (_ BitVec 8) ((_ extract 7 0) e))
(define-fun interrupt-guest.hi.GARoot    ((e W)) (_ BitVec 40) ((_ extract 51 12) e))
(define-fun interrupt-guest.hi.Destination_31_24 ((e W)) (_ BitVec 8) ((_ extract 63 56) e))
(define-fun interrupt-guest.hi.RSVD      ((e W)) W (bvand e #x00f0000000000f00))
(define-fun interrupt-guest.hi.REST      ((e W)) W (bvand e #x0000000000000000))

; ---- Event log: the first word is dw1:dw0, the second dw3:dw2

; AMDVI-EVENTS: flags are dw1 27:16
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
(define-fun event.lo.ALONE      ((e W)) W (bvand e #x08000000fff00000))

; AMDVI-EVENTS: address
(define-fun event.hi.Address ((e W)) (_ BitVec 64) ((_ extract 63 0) e))
(define-fun event.hi.RSVD    ((e W)) W (bvand e #x0000000000000000))
(define-fun event.hi.REST    ((e W)) W (bvand e #x0000000000000000))

; ---- Registers

; AMDVI-REGISTERS: dword at capability offset 0
(define-fun capability-header.IotlbSup ((e W)) (_ BitVec 1) ((_ extract 24 24) e))
(define-fun capability-header.HtTunnel ((e W)) (_ BitVec 1) ((_ extract 25 25) e))
(define-fun capability-header.NpCache  ((e W)) (_ BitVec 1) ((_ extract 26 26) e))
(define-fun capability-header.EFRSup   ((e W)) (_ BitVec 1) ((_ extract 27 27) e))
(define-fun capability-header.CapExt   ((e W)) (_ BitVec 1) ((_ extract 28 28) e))
(define-fun capability-header.RSVD     ((e W)) W (bvand e #x0000000000000000))
(define-fun capability-header.REST     ((e W)) W (bvand e #xffffffffe0ffffff))
(define-fun capability-header.ALONE    ((e W)) W (bvand e #x00000000e0000000))

; AMDVI-REGISTERS: 0x0000
(define-fun device-table-base.Size       ((e W)) (_ BitVec 9) ((_ extract 8 0) e))
(define-fun device-table-base.DevTabBase ((e W)) (_ BitVec 40) ((_ extract 51 12) e))
(define-fun device-table-base.RSVD       ((e W)) W (bvand e #x0000000000000000))
(define-fun device-table-base.REST       ((e W)) W (bvand e #xfff0000000000e00))
(define-fun device-table-base.ALONE      ((e W)) W (bvand e #xfff0000000000e00))

; AMDVI-REGISTERS: 0x0008, 0x0010
(define-fun ring-base.Base   ((e W)) (_ BitVec 40) ((_ extract 51 12) e))
(define-fun ring-base.Length ((e W)) (_ BitVec 4) ((_ extract 59 56) e))
(define-fun ring-base.RSVD   ((e W)) W (bvand e #x0000000000000000))
(define-fun ring-base.REST   ((e W)) W (bvand e #xf0f0000000000fff))
(define-fun ring-base.ALONE  ((e W)) W (bvand e #xf0f0000000000fff))

; AMDVI-REGISTERS: 0x0018
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

; AMDVI-REGISTERS: 0x0020
(define-fun exclusion-base.ExEn          ((e W)) (_ BitVec 1) ((_ extract 0 0) e))
(define-fun exclusion-base.Allow         ((e W)) (_ BitVec 1) ((_ extract 1 1) e))
(define-fun exclusion-base.ExclusionBase ((e W)) (_ BitVec 40) ((_ extract 51 12) e))
(define-fun exclusion-base.RSVD          ((e W)) W (bvand e #x0000000000000000))
(define-fun exclusion-base.REST          ((e W)) W (bvand e #xfff0000000000ffc))
(define-fun exclusion-base.ALONE         ((e W)) W (bvand e #xfff0000000000ffc))

; AMDVI-REGISTERS: 0x0028
(define-fun exclusion-limit.ExclusionLimit ((e W)) (_ BitVec 40) ((_ extract 51 12) e))
(define-fun exclusion-limit.RSVD           ((e W)) W (bvand e #x0000000000000000))
(define-fun exclusion-limit.REST           ((e W)) W (bvand e #xfff0000000000fff))
(define-fun exclusion-limit.ALONE          ((e W)) W (bvand e #xfff0000000000fff))

; AMDVI-REGISTERS: 0x0030
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

; AMDVI-REGISTERS: 0x2000 to 0x2018
(define-fun ring-pointer.Pointer ((e W)) (_ BitVec 15) ((_ extract 18 4) e))
(define-fun ring-pointer.RSVD    ((e W)) W (bvand e #x0000000000000000))
(define-fun ring-pointer.REST    ((e W)) W (bvand e #xfffffffffff8000f))
(define-fun ring-pointer.ALONE   ((e W)) W (bvand e #xfffffffffff8000f))

; AMDVI-REGISTERS: 0x2020
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
(define-fun status.ALONE         ((e W)) W (bvand e #xfffffffffffff800))

; ---- The walk of host tables
; Levels count from 1, that of 4 KiB pages; a table of mode m begins at level m.

(define-fun ones ((n W)) W (bvsub (bvshl #x0000000000000001 n) #x0000000000000001))

; AMDVI-PTE: level L uses the bits 12+9L-1 to 12+9(L-1); at level 6 only 7 of them are there
(define-fun walk.shift ((level W)) W
  (bvadd #x000000000000000c (bvmul #x0000000000000009 (bvsub level #x0000000000000001))))
(define-fun walk.index ((iova W) (level W)) W
  (bvand (bvlshr iova (walk.shift level)) #x00000000000001ff))
(define-fun walk.entry ((table W) (iova W) (level W)) W
  (bvadd table (bvmul #x0000000000000008 (walk.index iova level))))
(define-fun walk.table ((e W)) W (bvand e #x000ffffffffff000))

; AMDVI-PTE: beyond the width of modes 1 to 5
(define-fun walk.beyond ((iova W) (mode W)) Bool
  (and (bvult mode #x0000000000000006)
       (distinct (bvlshr iova (walk.shift (bvadd mode #x0000000000000001))) #x0000000000000000)))

(define-fun walk.next ((e W)) W ((_ zero_extend 61) (page-table.NextLevel e)))

; AMDVI-PTE: the mask of a page whose size stands in the address: the ones from bit 12 on, the first zero, and what is below bit 12
(define-fun walk.sized ((e W)) W
  (let ((a (bvor (walk.table e) #x0000000000000fff))) (bvxor a (bvadd a #x0000000000000001))))

; AMDVI-WALK: its size lies strictly between that of a page of this level and that of the next one
(define-fun walk.size-fits ((e W) (level W)) Bool
  (and (bvugt (walk.sized e) (ones (walk.shift level)))
       (bvult (walk.sized e) (ones (walk.shift (bvadd level #x0000000000000001))))))

; AMDVI-WALK: bits of the address at the levels that are skipped
(define-fun walk.skipped ((e W) (level W) (iova W)) W
  (bvand iova (bvand (ones (walk.shift level))
                     (bvnot (ones (walk.shift (bvadd (walk.next e) #x0000000000000001)))))))

; AMDVI-WALK: one entry: 0 a page, 1 a table, 2 not present, 3 a level that is not below this one or a size that is none, 4 skipped bits set
(define-fun walk.step ((e W) (level W) (iova W)) W
  (let ((next (walk.next e)))
    (ite (= (page-table.PR e) #b0) #x0000000000000002
    (ite (= next #x0000000000000000) #x0000000000000000
    (ite (= next #x0000000000000007) (ite (walk.size-fits e level) #x0000000000000000 #x0000000000000003)
    (ite (bvuge next level) #x0000000000000003
    (ite (distinct (walk.skipped e level iova) #x0000000000000000) #x0000000000000004
         #x0000000000000001)))))))

; AMDVI-PTE: low bits of the address that are the page's own
(define-fun walk.page ((e W) (level W)) W
  (ite (= (walk.next e) #x0000000000000007) (walk.sized e) (ones (walk.shift level))))
(define-fun walk.reached ((e W) (level W) (iova W)) W
  (bvor (bvand (walk.table e) (bvnot (walk.page e level))) (bvand iova (walk.page e level))))

; AMDVI-PTE: effective rights are those that all on the way have: bit 0 reading, bit 1 writing
(define-fun walk.rights ((e W)) W (concat #b00000000000000000000000000000000000000000000000000000000000000
                                         (page-table.IW e) (page-table.IR e)))

; ---- What a command covers; page numbers of 4 KiB
; S=0: one page; S=1: the first zero of the address from bit 12 on gives the size
(define-fun pages.covers ((hi W) (page W)) Bool
  (let ((address ((_ zero_extend 12) (invalidate-pages.hi.Address hi))))
    (ite (= (invalidate-pages.hi.S hi) #b0) (= page address)
      (= (bvand (bvand (bvxor page address) (bvnot (bvxor address (bvadd address #x0000000000000001))))
                #x000fffffffffffff)
         #x0000000000000000))))

; ---- What code makes: the fields that it is told, and nothing else

; AMDVI-DTE: d1 of an entry
(define-fun quad1.given ((domain W)) Bool
  (= (bvlshr domain #x0000000000000010) #x0000000000000000))
(define-fun quad1.means ((w W) (domain W)) Bool
  (and (= (device.q1.DomainID w) ((_ extract 15 0) domain))
       (= (device.q1.GCR3_30_15 w) #b0000000000000000)
       (= (device.q1.I w) #b0)
       (= (device.q1.SE w) #b0)
       (= (device.q1.SA w) #b0)
       (= (device.q1.IoCtl w) #b00)
       (= (device.q1.Cache w) #b0)
       (= (device.q1.SD w) #b0)
       (= (device.q1.EX w) #b0)
       (= (device.q1.SysMgt w) #b00)
       (= (device.q1.GCR3_51_31 w) #b000000000000000000000)
       (= (device.q1.RSVD w) #x0000000000000000)
       (= (device.q1.REST w) #x0000000000000000)))

; AMDVI-DTE: d0 of an entry that translates
(define-fun quad0.given ((mode W) (root W) (rights W)) Bool
  (and (bvult mode #x0000000000000008) (= (bvlshr root #x0000000000000028) #x0000000000000000)
       (bvult rights #x0000000000000004)))
(define-fun quad0.means ((w W) (mode W) (root W) (rights W)) Bool
  (and (= (device.q0.V w) #b1) (= (device.q0.TV w) #b1) (= (device.q0.Mode w) ((_ extract 2 0) mode))
       (= (device.q0.PageTableRoot w) ((_ extract 39 0) root)) (= (device.q0.IR w) ((_ extract 0 0) rights))
       (= (device.q0.IW w) ((_ extract 1 1) rights)) (= (device.q0.RSVD w) #x0000000000000000)
       (= (device.q0.HAD w) #b00) (= ((_ extract 60 52) w) #b000000000)))

; AMDVI-PTE: an entry that is present
(define-fun page-table-entry.given ((next W) (frame W) (rights W)) Bool
  (and (bvult next #x0000000000000008) (= (bvlshr frame #x0000000000000028) #x0000000000000000)
       (bvult rights #x0000000000000004)))
(define-fun page-table-entry.means ((w W) (next W) (frame W) (rights W)) Bool
  (and (= (page-table.PR w) #b1) (= (page-table.NextLevel w) ((_ extract 2 0) next))
       (= (page-table.Address w) ((_ extract 39 0) frame)) (= (page-table.IR w) ((_ extract 0 0) rights))
       (= (page-table.IW w) ((_ extract 1 1) rights)) (= (page-table.A w) #b0) (= (page-table.D w) #b0)
       (= (page-table.U w) #b0) (= (page-table.FC w) #b0) (= (page-table.REST w) #x0000000000000000)))

; AMDVI-PTE: a page of any size: frames of it are aligned to its size, and the entry says so much and nothing else
(define-fun sized-page.given ((frame W) (shift W) (rights W)) Bool
  (and (bvuge shift #x000000000000000d) (bvule shift #x0000000000000034) (bvult rights #x0000000000000004)
       (= (bvlshr frame #x0000000000000028) #x0000000000000000)
       (= (bvand frame (ones (bvsub shift #x000000000000000c))) #x0000000000000000)))
(define-fun sized-page.means ((w W) (frame W) (shift W) (rights W)) Bool
  (and (= (page-table.PR w) #b1) (= (page-table.NextLevel w) #b111) (= (walk.sized w) (ones shift))
       (= (bvand (walk.table w) (bvnot (walk.sized w))) (bvshl frame #x000000000000000c))
       (= (walk.rights w) rights) (= (page-table.REST w) #x0000000000000000)))

; AMDVI-PTE: the size that an entry says
(define-fun size.given ((e W)) Bool (= (page-table.NextLevel e) #b111))
(define-fun size.means ((shift W) (e W)) Bool (= (ones shift) (walk.sized e)))

; AMDVI-PTE: rights of an entry; and others, with all else the same
(define-fun page-table-rights.means ((rights W) (e W)) Bool (= rights (walk.rights e)))
(define-fun page-table-other-rights.given ((e W) (rights W)) Bool (bvult rights #x0000000000000004))
(define-fun page-table-other-rights.means ((w W) (e W) (rights W)) Bool
  (and (= (walk.rights w) rights) (= (bvand w #x9fffffffffffffff) (bvand e #x9fffffffffffffff))))

; AMDVI-COMMANDS: the address that a wait stores to, a multiple of 8 below 2^52
(define-fun wait-store.given ((address W)) Bool
  (and (= (bvlshr address #x0000000000000034) #x0000000000000000) (= ((_ extract 2 0) address) #b000)))
(define-fun wait-store.means ((w W) (address W)) Bool
  (and (= (completion-wait.lo.Opcode w) #x1) (= (completion-wait.lo.s w) #b1) (= (completion-wait.lo.i w) #b0)
       (= (completion-wait.lo.f w) #b0) (= (completion-wait.lo.StoreAddress w) ((_ extract 51 3) address))
       (= (completion-wait.lo.REST w) #x0000000000000000)))

; AMDVI-COMMANDS: a wait that sets ComWaitInt
(define-fun wait-interrupt.means ((w W)) Bool
  (and (= (completion-wait.lo.s w) #b0)
       (= (completion-wait.lo.i w) #b1)
       (= (completion-wait.lo.f w) #b0)
       (= (completion-wait.lo.StoreAddress w) #b0000000000000000000000000000000000000000000000000)
       (= (completion-wait.lo.Opcode w) #b0001)
       (= (completion-wait.lo.RSVD w) #x0000000000000000)
       (= (completion-wait.lo.REST w) #x0000000000000000)))

; AMDVI-COMMANDS: a command of a device
(define-fun device-command.given ((op W) (device W)) Bool
  (and (= (bvlshr device #x0000000000000010) #x0000000000000000)
       (= (bvlshr op #x0000000000000004) #x0000000000000000)))
(define-fun device-command.means ((w W) (op W) (device W)) Bool
  (and (= (invalidate-device.lo.DeviceID w) ((_ extract 15 0) device))
       (= (invalidate-device.lo.Opcode w) ((_ extract 3 0) op))
       (= (invalidate-device.lo.RSVD w) #x0000000000000000)
       (= (invalidate-device.lo.REST w) #x0000000000000000)))

; AMDVI-COMMANDS: pages of a domain
(define-fun pages-command.given ((domain W)) Bool
  (= (bvlshr domain #x0000000000000010) #x0000000000000000))
(define-fun pages-command.means ((w W) (domain W)) Bool
  (and (= (invalidate-pages.lo.PASID w) #b00000000000000000000)
       (= (invalidate-pages.lo.DomainID w) ((_ extract 15 0) domain))
       (= (invalidate-pages.lo.Opcode w) #b0011)
       (= (invalidate-pages.lo.RSVD w) #x0000000000000000)
       (= (invalidate-pages.lo.REST w) #x0000000000000000)))

; AMDVI-COMMANDS: a command with nothing but its opcode
(define-fun opcode-command.given ((op W)) Bool
  (= (bvlshr op #x0000000000000004) #x0000000000000000))
(define-fun opcode-command.means ((w W) (op W)) Bool
  (and (= (invalidate-all.lo.Opcode w) ((_ extract 3 0) op))
       (= (invalidate-all.lo.RSVD w) #x0000000000000000)
       (= (invalidate-all.lo.REST w) #x0000000000000000)))

; AMDVI-IRTE: an interrupt of the first processor
(define-fun remapped-interrupt.given ((vector W)) Bool
  (= (bvlshr vector #x0000000000000008) #x0000000000000000))
(define-fun remapped-interrupt.means ((w W) (vector W)) Bool
  (and (= (interrupt.RemapEn w) #b1)
       (= (interrupt.SupIOPF w) #b0)
       (= (interrupt.IntType w) #b000)
       (= (interrupt.RqEoi w) #b0)
       (= (interrupt.DM w) #b0)
       (= (interrupt.GuestMode w) #b0)
       (= (interrupt.Destination w) #b00000000)
       (= (interrupt.Vector w) ((_ extract 7 0) vector))
       (= (interrupt.RSVD w) #x0000000000000000)
       (= (interrupt.REST w) #x0000000000000000)))

; AMDVI-EVENTS: what an event says: kind, device, DomainID of a page fault, flags; RW tells a write
(define-fun page-fault.fits ((device W) (domain W) (write W)) Bool
  (and (bvult device #x0000000000010000) (bvult domain #x0000000000010000)))
; kinds of fault: not present (PR 0), without permission (PR, PE), a reserved bit (PR, RZ), an illegal level (PR)
(define-fun page-fault.says ((w W) (device W) (domain W) (write W) (pr (_ BitVec 1)) (pe (_ BitVec 1)) (rz (_ BitVec 1))) Bool
  (and (= (event.lo.EventCode w) #x2) (= (event.lo.DeviceID w) ((_ extract 15 0) device))
       (= (event.lo.DomainID w) ((_ extract 15 0) domain)) (= (event.lo.PR w) pr) (= (event.lo.PE w) pe) (= (event.lo.RZ w) rz)
       (= (= (event.lo.RW w) #b1) (distinct write #x0000000000000000)) (= (event.lo.GN w) #b0) (= (event.lo.NX w) #b0)
       (= (event.lo.US w) #b0) (= (event.lo.I w) #b0) (= (event.lo.TR w) #b0) (= (event.lo.PASID_high w) #x0)
       (= (event.lo.REST w) #x0000000000000000)))
(define-fun not-present.given ((device W) (domain W) (write W)) Bool (page-fault.fits device domain write))
(define-fun not-present.means ((w W) (device W) (domain W) (write W)) Bool (page-fault.says w device domain write #b0 #b0 #b0))
(define-fun denied.given ((device W) (domain W) (write W)) Bool (page-fault.fits device domain write))
(define-fun denied.means ((w W) (device W) (domain W) (write W)) Bool (page-fault.says w device domain write #b1 #b1 #b0))
(define-fun reserved-set.given ((device W) (domain W) (write W)) Bool (page-fault.fits device domain write))
(define-fun reserved-set.means ((w W) (device W) (domain W) (write W)) Bool (page-fault.says w device domain write #b1 #b0 #b1))
(define-fun level-illegal.given ((device W) (domain W) (write W)) Bool (page-fault.fits device domain write))
(define-fun level-illegal.means ((w W) (device W) (domain W) (write W)) Bool (page-fault.says w device domain write #b1 #b0 #b0))

; AMDVI-REGISTERS: 4 KiB units of the device table, minus 1, of entries of 32 bytes; 2^length entries of a ring
(define-fun device-entries.means ((n W) (register W)) Bool
  (= n (bvmul #x0000000000000080 (bvadd #x0000000000000001 ((_ zero_extend 55) (device-table-base.Size register))))))
(define-fun ring-entries.means ((n W) (register W)) Bool
  (= n (bvshl #x0000000000000001 ((_ zero_extend 60) (ring-base.Length register)))))
(define-fun ring-address.given ((register W) (n W)) Bool (bvult n #x0000000000008000))
(define-fun ring-address.means ((address W) (register W) (n W)) Bool
  (= address (bvadd (bvand register #x000ffffffffff000) (bvmul #x0000000000000010 n))))

; ---- Decisions
; AMDVI-DTE: a device table entry without exclusion range: kind 0 tables, 1 untranslated, 2 reserved bits, 3 translation invalid, 4 Mode 7 or
; more levels than there are, 5 Mode 0 without the right, 6 beyond the width
(define-fun device.means ((kind W) (q0 W) (iova W) (write W) (levels W)) Bool
  (let ((mode ((_ zero_extend 61) (device.q0.Mode q0)))
        (right (ite (= write #x0000000000000000) (device.q0.IR q0) (device.q0.IW q0))))
    (= kind
      (ite (= (device.q0.TV q0) #b0) #x0000000000000003
      (ite (bvugt mode levels) #x0000000000000004
      (ite (= mode #x0000000000000000) (ite (= right #b1) #x0000000000000001 #x0000000000000005)
      (ite (walk.beyond iova mode) #x0000000000000006 #x0000000000000000)))))))
(define-fun illegal.means ((is W) (q0 W) (q1 W)) Bool
  (= (distinct is #x0000000000000000)
     (and (= (device.q0.V q0) #b1) (distinct (device.q0.RSVD q0) #x0000000000000000))))

; ---- Walks
; A whole walk through words that were met, r: bit n whether the nth can be read. kind as of a step, 5 a bit of 58:52, of which
; other sources say nothing and the code, by its source, that they are reserved; 7 cannot be read
(define-fun met.kind ((e W) (level W) (n W) (iova W) (r W)) W
  (ite (= (bvand (bvlshr r n) #x0000000000000001) #x0000000000000000) #x0000000000000007
  (ite (= (page-table.PR e) #b0) #x0000000000000002
  (ite (distinct ((_ extract 58 52) e) #b0000000) #x0000000000000005
       (walk.step e level iova)))))
(define-fun met5.kind ((e5 W) (level W) (iova W) (r W)) W (met.kind e5 level #x0000000000000005 iova r))
(define-fun met5.rights ((e5 W) (level W) (iova W) (r W)) W (walk.rights e5))
(define-fun met5.page ((e5 W) (level W) (iova W) (r W)) W (walk.page e5 level))
(define-fun met5.reached ((e5 W) (level W) (iova W) (r W)) W (walk.reached e5 level iova))
(define-fun met4.kind ((e4 W) (e5 W) (level W) (iova W) (r W)) W
  (let ((is (met.kind e4 level #x0000000000000004 iova r))) (ite (= is #x0000000000000001) (met5.kind e5 (walk.next e4) iova r) is)))
(define-fun met4.rights ((e4 W) (e5 W) (level W) (iova W) (r W)) W
  (ite (= (met.kind e4 level #x0000000000000004 iova r) #x0000000000000001) (bvand (walk.rights e4) (met5.rights e5 (walk.next e4) iova r)) (walk.rights e4)))
(define-fun met4.page ((e4 W) (e5 W) (level W) (iova W) (r W)) W
  (ite (= (met.kind e4 level #x0000000000000004 iova r) #x0000000000000001) (met5.page e5 (walk.next e4) iova r) (walk.page e4 level)))
(define-fun met4.reached ((e4 W) (e5 W) (level W) (iova W) (r W)) W
  (ite (= (met.kind e4 level #x0000000000000004 iova r) #x0000000000000001) (met5.reached e5 (walk.next e4) iova r) (walk.reached e4 level iova)))
(define-fun met3.kind ((e3 W) (e4 W) (e5 W) (level W) (iova W) (r W)) W
  (let ((is (met.kind e3 level #x0000000000000003 iova r))) (ite (= is #x0000000000000001) (met4.kind e4 e5 (walk.next e3) iova r) is)))
(define-fun met3.rights ((e3 W) (e4 W) (e5 W) (level W) (iova W) (r W)) W
  (ite (= (met.kind e3 level #x0000000000000003 iova r) #x0000000000000001) (bvand (walk.rights e3) (met4.rights e4 e5 (walk.next e3) iova r)) (walk.rights e3)))
(define-fun met3.page ((e3 W) (e4 W) (e5 W) (level W) (iova W) (r W)) W
  (ite (= (met.kind e3 level #x0000000000000003 iova r) #x0000000000000001) (met4.page e4 e5 (walk.next e3) iova r) (walk.page e3 level)))
(define-fun met3.reached ((e3 W) (e4 W) (e5 W) (level W) (iova W) (r W)) W
  (ite (= (met.kind e3 level #x0000000000000003 iova r) #x0000000000000001) (met4.reached e4 e5 (walk.next e3) iova r) (walk.reached e3 level iova)))
(define-fun met2.kind ((e2 W) (e3 W) (e4 W) (e5 W) (level W) (iova W) (r W)) W
  (let ((is (met.kind e2 level #x0000000000000002 iova r))) (ite (= is #x0000000000000001) (met3.kind e3 e4 e5 (walk.next e2) iova r) is)))
(define-fun met2.rights ((e2 W) (e3 W) (e4 W) (e5 W) (level W) (iova W) (r W)) W
  (ite (= (met.kind e2 level #x0000000000000002 iova r) #x0000000000000001) (bvand (walk.rights e2) (met3.rights e3 e4 e5 (walk.next e2) iova r)) (walk.rights e2)))
(define-fun met2.page ((e2 W) (e3 W) (e4 W) (e5 W) (level W) (iova W) (r W)) W
  (ite (= (met.kind e2 level #x0000000000000002 iova r) #x0000000000000001) (met3.page e3 e4 e5 (walk.next e2) iova r) (walk.page e2 level)))
(define-fun met2.reached ((e2 W) (e3 W) (e4 W) (e5 W) (level W) (iova W) (r W)) W
  (ite (= (met.kind e2 level #x0000000000000002 iova r) #x0000000000000001) (met3.reached e3 e4 e5 (walk.next e2) iova r) (walk.reached e2 level iova)))
(define-fun met1.kind ((e1 W) (e2 W) (e3 W) (e4 W) (e5 W) (level W) (iova W) (r W)) W
  (let ((is (met.kind e1 level #x0000000000000001 iova r))) (ite (= is #x0000000000000001) (met2.kind e2 e3 e4 e5 (walk.next e1) iova r) is)))
(define-fun met1.rights ((e1 W) (e2 W) (e3 W) (e4 W) (e5 W) (level W) (iova W) (r W)) W
  (ite (= (met.kind e1 level #x0000000000000001 iova r) #x0000000000000001) (bvand (walk.rights e1) (met2.rights e2 e3 e4 e5 (walk.next e1) iova r)) (walk.rights e1)))
(define-fun met1.page ((e1 W) (e2 W) (e3 W) (e4 W) (e5 W) (level W) (iova W) (r W)) W
  (ite (= (met.kind e1 level #x0000000000000001 iova r) #x0000000000000001) (met2.page e2 e3 e4 e5 (walk.next e1) iova r) (walk.page e1 level)))
(define-fun met1.reached ((e1 W) (e2 W) (e3 W) (e4 W) (e5 W) (level W) (iova W) (r W)) W
  (ite (= (met.kind e1 level #x0000000000000001 iova r) #x0000000000000001) (met2.reached e2 e3 e4 e5 (walk.next e1) iova r) (walk.reached e1 level iova)))
(define-fun met0.kind ((e0 W) (e1 W) (e2 W) (e3 W) (e4 W) (e5 W) (level W) (iova W) (r W)) W
  (let ((is (met.kind e0 level #x0000000000000000 iova r))) (ite (= is #x0000000000000001) (met1.kind e1 e2 e3 e4 e5 (walk.next e0) iova r) is)))
(define-fun met0.rights ((e0 W) (e1 W) (e2 W) (e3 W) (e4 W) (e5 W) (level W) (iova W) (r W)) W
  (ite (= (met.kind e0 level #x0000000000000000 iova r) #x0000000000000001) (bvand (walk.rights e0) (met1.rights e1 e2 e3 e4 e5 (walk.next e0) iova r)) (walk.rights e0)))
(define-fun met0.page ((e0 W) (e1 W) (e2 W) (e3 W) (e4 W) (e5 W) (level W) (iova W) (r W)) W
  (ite (= (met.kind e0 level #x0000000000000000 iova r) #x0000000000000001) (met1.page e1 e2 e3 e4 e5 (walk.next e0) iova r) (walk.page e0 level)))
(define-fun met0.reached ((e0 W) (e1 W) (e2 W) (e3 W) (e4 W) (e5 W) (level W) (iova W) (r W)) W
  (ite (= (met.kind e0 level #x0000000000000000 iova r) #x0000000000000001) (met1.reached e1 e2 e3 e4 e5 (walk.next e0) iova r) (walk.reached e0 level iova)))
(define-fun walk1.given ((e0 W) (e1 W) (e2 W) (e3 W) (e4 W) (e5 W) (iova W) (root W) (r W)) Bool
  (and (bvult root #x0000010000000000) (not (walk.beyond iova #x0000000000000001))))
(define-fun walk2.given ((e0 W) (e1 W) (e2 W) (e3 W) (e4 W) (e5 W) (iova W) (root W) (r W)) Bool
  (and (bvult root #x0000010000000000) (not (walk.beyond iova #x0000000000000002))))
(define-fun walk3.given ((e0 W) (e1 W) (e2 W) (e3 W) (e4 W) (e5 W) (iova W) (root W) (r W)) Bool
  (and (bvult root #x0000010000000000) (not (walk.beyond iova #x0000000000000003))))
(define-fun walk4.given ((e0 W) (e1 W) (e2 W) (e3 W) (e4 W) (e5 W) (iova W) (root W) (r W)) Bool
  (and (bvult root #x0000010000000000) (not (walk.beyond iova #x0000000000000004))))
(define-fun walk5.given ((e0 W) (e1 W) (e2 W) (e3 W) (e4 W) (e5 W) (iova W) (root W) (r W)) Bool
  (and (bvult root #x0000010000000000) (not (walk.beyond iova #x0000000000000005))))
(define-fun walk6.given ((e0 W) (e1 W) (e2 W) (e3 W) (e4 W) (e5 W) (iova W) (root W) (r W)) Bool
  (and (bvult root #x0000010000000000) (not (walk.beyond iova #x0000000000000006))))
(define-fun walk.kind ((kind W) (e0 W) (e1 W) (e2 W) (e3 W) (e4 W) (e5 W) (iova W) (root W) (r W)
    (n W) (other W) (reached W) (rights W) (page W) (at0 W) (at1 W) (at2 W) (at3 W) (at4 W) (at5 W) (mode W)) Bool
  (= kind (met0.kind e0 e1 e2 e3 e4 e5 mode iova r)))
(define-fun walk.rights-of ((kind W) (e0 W) (e1 W) (e2 W) (e3 W) (e4 W) (e5 W) (iova W) (root W) (r W)
    (n W) (other W) (reached W) (rights W) (page W) (at0 W) (at1 W) (at2 W) (at3 W) (at4 W) (at5 W) (mode W)) Bool
  (=> (= kind #x0000000000000000) (= rights (met0.rights e0 e1 e2 e3 e4 e5 mode iova r))))
(define-fun walk.page-of ((kind W) (e0 W) (e1 W) (e2 W) (e3 W) (e4 W) (e5 W) (iova W) (root W) (r W)
    (n W) (other W) (reached W) (rights W) (page W) (at0 W) (at1 W) (at2 W) (at3 W) (at4 W) (at5 W) (mode W)) Bool
  (=> (= kind #x0000000000000000) (= page (met0.page e0 e1 e2 e3 e4 e5 mode iova r))))
(define-fun walk.reached-of ((kind W) (e0 W) (e1 W) (e2 W) (e3 W) (e4 W) (e5 W) (iova W) (root W) (r W)
    (n W) (other W) (reached W) (rights W) (page W) (at0 W) (at1 W) (at2 W) (at3 W) (at4 W) (at5 W) (mode W)) Bool
  (=> (= kind #x0000000000000000) (= reached (met0.reached e0 e1 e2 e3 e4 e5 mode iova r))))
; whether the nth entry is read: it is met, and can be read; each is read once, where it was asked for
(define-fun read.one ((on Bool) (n W) (r W)) W
  (ite (and on (= (bvand (bvlshr r n) #x0000000000000001) #x0000000000000001)) #x0000000000000001 #x0000000000000000))
(define-fun walk.asked ((kind W) (e0 W) (e1 W) (e2 W) (e3 W) (e4 W) (e5 W) (iova W) (root W) (r W)
    (n W) (other W) (reached W) (rights W) (page W) (at0 W) (at1 W) (at2 W) (at3 W) (at4 W) (at5 W) (mode W)) Bool
  (let ((l0 mode) (on0 true))
  (let ((l1 (walk.next e0)) (on1 (and on0 (= (met.kind e0 l0 #x0000000000000000 iova r) #x0000000000000001))))
  (let ((l2 (walk.next e1)) (on2 (and on1 (= (met.kind e1 l1 #x0000000000000001 iova r) #x0000000000000001))))
  (let ((l3 (walk.next e2)) (on3 (and on2 (= (met.kind e2 l2 #x0000000000000002 iova r) #x0000000000000001))))
  (let ((l4 (walk.next e3)) (on4 (and on3 (= (met.kind e3 l3 #x0000000000000003 iova r) #x0000000000000001))))
  (let ((l5 (walk.next e4)) (on5 (and on4 (= (met.kind e4 l4 #x0000000000000004 iova r) #x0000000000000001))))
    (and (= n (bvadd (read.one on0 #x0000000000000000 r) (bvadd (read.one on1 #x0000000000000001 r) (bvadd (read.one on2 #x0000000000000002 r) (bvadd (read.one on3 #x0000000000000003 r) (bvadd (read.one on4 #x0000000000000004 r) (read.one on5 #x0000000000000005 r)))))))
         (= other #x0000000000000000)
         (= at0 (ite on0 (walk.entry (bvshl root #x000000000000000c) iova l0) #x0000000000000000))
         (= at1 (ite on1 (walk.entry (walk.table e0) iova l1) #x0000000000000000))
         (= at2 (ite on2 (walk.entry (walk.table e1) iova l2) #x0000000000000000))
         (= at3 (ite on3 (walk.entry (walk.table e2) iova l3) #x0000000000000000))
         (= at4 (ite on4 (walk.entry (walk.table e3) iova l4) #x0000000000000000))
         (= at5 (ite on5 (walk.entry (walk.table e4) iova l5) #x0000000000000000))))))))))
; mode 1: which mode it is and how it ends; then rights, size, address, and which entries are read
(define-fun walk1.means ((kind W) (e0 W) (e1 W) (e2 W) (e3 W) (e4 W) (e5 W) (iova W) (root W) (r W)
    (n W) (other W) (reached W) (rights W) (page W) (at0 W) (at1 W) (at2 W) (at3 W) (at4 W) (at5 W) (mode W)) Bool
  (and (= mode #x0000000000000001) (walk.kind kind e0 e1 e2 e3 e4 e5 iova root r n other reached rights page at0 at1 at2 at3 at4 at5 mode)))
(define-fun walk1.means-rights ((kind W) (e0 W) (e1 W) (e2 W) (e3 W) (e4 W) (e5 W) (iova W) (root W) (r W)
    (n W) (other W) (reached W) (rights W) (page W) (at0 W) (at1 W) (at2 W) (at3 W) (at4 W) (at5 W) (mode W)) Bool
  (walk.rights-of kind e0 e1 e2 e3 e4 e5 iova root r n other reached rights page at0 at1 at2 at3 at4 at5 mode))
(define-fun walk1.means-size ((kind W) (e0 W) (e1 W) (e2 W) (e3 W) (e4 W) (e5 W) (iova W) (root W) (r W)
    (n W) (other W) (reached W) (rights W) (page W) (at0 W) (at1 W) (at2 W) (at3 W) (at4 W) (at5 W) (mode W)) Bool
  (walk.page-of kind e0 e1 e2 e3 e4 e5 iova root r n other reached rights page at0 at1 at2 at3 at4 at5 mode))
(define-fun walk1.means-address ((kind W) (e0 W) (e1 W) (e2 W) (e3 W) (e4 W) (e5 W) (iova W) (root W) (r W)
    (n W) (other W) (reached W) (rights W) (page W) (at0 W) (at1 W) (at2 W) (at3 W) (at4 W) (at5 W) (mode W)) Bool
  (walk.reached-of kind e0 e1 e2 e3 e4 e5 iova root r n other reached rights page at0 at1 at2 at3 at4 at5 mode))
(define-fun walk1.means-entries ((kind W) (e0 W) (e1 W) (e2 W) (e3 W) (e4 W) (e5 W) (iova W) (root W) (r W)
    (n W) (other W) (reached W) (rights W) (page W) (at0 W) (at1 W) (at2 W) (at3 W) (at4 W) (at5 W) (mode W)) Bool
  (walk.asked kind e0 e1 e2 e3 e4 e5 iova root r n other reached rights page at0 at1 at2 at3 at4 at5 mode))
; mode 2: which mode it is and how it ends; then rights, size, address, and which entries are read
(define-fun walk2.means ((kind W) (e0 W) (e1 W) (e2 W) (e3 W) (e4 W) (e5 W) (iova W) (root W) (r W)
    (n W) (other W) (reached W) (rights W) (page W) (at0 W) (at1 W) (at2 W) (at3 W) (at4 W) (at5 W) (mode W)) Bool
  (and (= mode #x0000000000000002) (walk.kind kind e0 e1 e2 e3 e4 e5 iova root r n other reached rights page at0 at1 at2 at3 at4 at5 mode)))
(define-fun walk2.means-rights ((kind W) (e0 W) (e1 W) (e2 W) (e3 W) (e4 W) (e5 W) (iova W) (root W) (r W)
    (n W) (other W) (reached W) (rights W) (page W) (at0 W) (at1 W) (at2 W) (at3 W) (at4 W) (at5 W) (mode W)) Bool
  (walk.rights-of kind e0 e1 e2 e3 e4 e5 iova root r n other reached rights page at0 at1 at2 at3 at4 at5 mode))
(define-fun walk2.means-size ((kind W) (e0 W) (e1 W) (e2 W) (e3 W) (e4 W) (e5 W) (iova W) (root W) (r W)
    (n W) (other W) (reached W) (rights W) (page W) (at0 W) (at1 W) (at2 W) (at3 W) (at4 W) (at5 W) (mode W)) Bool
  (walk.page-of kind e0 e1 e2 e3 e4 e5 iova root r n other reached rights page at0 at1 at2 at3 at4 at5 mode))
(define-fun walk2.means-address ((kind W) (e0 W) (e1 W) (e2 W) (e3 W) (e4 W) (e5 W) (iova W) (root W) (r W)
    (n W) (other W) (reached W) (rights W) (page W) (at0 W) (at1 W) (at2 W) (at3 W) (at4 W) (at5 W) (mode W)) Bool
  (walk.reached-of kind e0 e1 e2 e3 e4 e5 iova root r n other reached rights page at0 at1 at2 at3 at4 at5 mode))
(define-fun walk2.means-entries ((kind W) (e0 W) (e1 W) (e2 W) (e3 W) (e4 W) (e5 W) (iova W) (root W) (r W)
    (n W) (other W) (reached W) (rights W) (page W) (at0 W) (at1 W) (at2 W) (at3 W) (at4 W) (at5 W) (mode W)) Bool
  (walk.asked kind e0 e1 e2 e3 e4 e5 iova root r n other reached rights page at0 at1 at2 at3 at4 at5 mode))
; mode 3: which mode it is and how it ends; then rights, size, address, and which entries are read
(define-fun walk3.means ((kind W) (e0 W) (e1 W) (e2 W) (e3 W) (e4 W) (e5 W) (iova W) (root W) (r W)
    (n W) (other W) (reached W) (rights W) (page W) (at0 W) (at1 W) (at2 W) (at3 W) (at4 W) (at5 W) (mode W)) Bool
  (and (= mode #x0000000000000003) (walk.kind kind e0 e1 e2 e3 e4 e5 iova root r n other reached rights page at0 at1 at2 at3 at4 at5 mode)))
(define-fun walk3.means-rights ((kind W) (e0 W) (e1 W) (e2 W) (e3 W) (e4 W) (e5 W) (iova W) (root W) (r W)
    (n W) (other W) (reached W) (rights W) (page W) (at0 W) (at1 W) (at2 W) (at3 W) (at4 W) (at5 W) (mode W)) Bool
  (walk.rights-of kind e0 e1 e2 e3 e4 e5 iova root r n other reached rights page at0 at1 at2 at3 at4 at5 mode))
(define-fun walk3.means-size ((kind W) (e0 W) (e1 W) (e2 W) (e3 W) (e4 W) (e5 W) (iova W) (root W) (r W)
    (n W) (other W) (reached W) (rights W) (page W) (at0 W) (at1 W) (at2 W) (at3 W) (at4 W) (at5 W) (mode W)) Bool
  (walk.page-of kind e0 e1 e2 e3 e4 e5 iova root r n other reached rights page at0 at1 at2 at3 at4 at5 mode))
(define-fun walk3.means-address ((kind W) (e0 W) (e1 W) (e2 W) (e3 W) (e4 W) (e5 W) (iova W) (root W) (r W)
    (n W) (other W) (reached W) (rights W) (page W) (at0 W) (at1 W) (at2 W) (at3 W) (at4 W) (at5 W) (mode W)) Bool
  (walk.reached-of kind e0 e1 e2 e3 e4 e5 iova root r n other reached rights page at0 at1 at2 at3 at4 at5 mode))
(define-fun walk3.means-entries ((kind W) (e0 W) (e1 W) (e2 W) (e3 W) (e4 W) (e5 W) (iova W) (root W) (r W)
    (n W) (other W) (reached W) (rights W) (page W) (at0 W) (at1 W) (at2 W) (at3 W) (at4 W) (at5 W) (mode W)) Bool
  (walk.asked kind e0 e1 e2 e3 e4 e5 iova root r n other reached rights page at0 at1 at2 at3 at4 at5 mode))
; mode 4: which mode it is and how it ends; then rights, size, address, and which entries are read
(define-fun walk4.means ((kind W) (e0 W) (e1 W) (e2 W) (e3 W) (e4 W) (e5 W) (iova W) (root W) (r W)
    (n W) (other W) (reached W) (rights W) (page W) (at0 W) (at1 W) (at2 W) (at3 W) (at4 W) (at5 W) (mode W)) Bool
  (and (= mode #x0000000000000004) (walk.kind kind e0 e1 e2 e3 e4 e5 iova root r n other reached rights page at0 at1 at2 at3 at4 at5 mode)))
(define-fun walk4.means-rights ((kind W) (e0 W) (e1 W) (e2 W) (e3 W) (e4 W) (e5 W) (iova W) (root W) (r W)
    (n W) (other W) (reached W) (rights W) (page W) (at0 W) (at1 W) (at2 W) (at3 W) (at4 W) (at5 W) (mode W)) Bool
  (walk.rights-of kind e0 e1 e2 e3 e4 e5 iova root r n other reached rights page at0 at1 at2 at3 at4 at5 mode))
(define-fun walk4.means-size ((kind W) (e0 W) (e1 W) (e2 W) (e3 W) (e4 W) (e5 W) (iova W) (root W) (r W)
    (n W) (other W) (reached W) (rights W) (page W) (at0 W) (at1 W) (at2 W) (at3 W) (at4 W) (at5 W) (mode W)) Bool
  (walk.page-of kind e0 e1 e2 e3 e4 e5 iova root r n other reached rights page at0 at1 at2 at3 at4 at5 mode))
(define-fun walk4.means-address ((kind W) (e0 W) (e1 W) (e2 W) (e3 W) (e4 W) (e5 W) (iova W) (root W) (r W)
    (n W) (other W) (reached W) (rights W) (page W) (at0 W) (at1 W) (at2 W) (at3 W) (at4 W) (at5 W) (mode W)) Bool
  (walk.reached-of kind e0 e1 e2 e3 e4 e5 iova root r n other reached rights page at0 at1 at2 at3 at4 at5 mode))
(define-fun walk4.means-entries ((kind W) (e0 W) (e1 W) (e2 W) (e3 W) (e4 W) (e5 W) (iova W) (root W) (r W)
    (n W) (other W) (reached W) (rights W) (page W) (at0 W) (at1 W) (at2 W) (at3 W) (at4 W) (at5 W) (mode W)) Bool
  (walk.asked kind e0 e1 e2 e3 e4 e5 iova root r n other reached rights page at0 at1 at2 at3 at4 at5 mode))
; mode 5: which mode it is and how it ends; then rights, size, address, and which entries are read
(define-fun walk5.means ((kind W) (e0 W) (e1 W) (e2 W) (e3 W) (e4 W) (e5 W) (iova W) (root W) (r W)
    (n W) (other W) (reached W) (rights W) (page W) (at0 W) (at1 W) (at2 W) (at3 W) (at4 W) (at5 W) (mode W)) Bool
  (and (= mode #x0000000000000005) (walk.kind kind e0 e1 e2 e3 e4 e5 iova root r n other reached rights page at0 at1 at2 at3 at4 at5 mode)))
(define-fun walk5.means-rights ((kind W) (e0 W) (e1 W) (e2 W) (e3 W) (e4 W) (e5 W) (iova W) (root W) (r W)
    (n W) (other W) (reached W) (rights W) (page W) (at0 W) (at1 W) (at2 W) (at3 W) (at4 W) (at5 W) (mode W)) Bool
  (walk.rights-of kind e0 e1 e2 e3 e4 e5 iova root r n other reached rights page at0 at1 at2 at3 at4 at5 mode))
(define-fun walk5.means-size ((kind W) (e0 W) (e1 W) (e2 W) (e3 W) (e4 W) (e5 W) (iova W) (root W) (r W)
    (n W) (other W) (reached W) (rights W) (page W) (at0 W) (at1 W) (at2 W) (at3 W) (at4 W) (at5 W) (mode W)) Bool
  (walk.page-of kind e0 e1 e2 e3 e4 e5 iova root r n other reached rights page at0 at1 at2 at3 at4 at5 mode))
(define-fun walk5.means-address ((kind W) (e0 W) (e1 W) (e2 W) (e3 W) (e4 W) (e5 W) (iova W) (root W) (r W)
    (n W) (other W) (reached W) (rights W) (page W) (at0 W) (at1 W) (at2 W) (at3 W) (at4 W) (at5 W) (mode W)) Bool
  (walk.reached-of kind e0 e1 e2 e3 e4 e5 iova root r n other reached rights page at0 at1 at2 at3 at4 at5 mode))
(define-fun walk5.means-entries ((kind W) (e0 W) (e1 W) (e2 W) (e3 W) (e4 W) (e5 W) (iova W) (root W) (r W)
    (n W) (other W) (reached W) (rights W) (page W) (at0 W) (at1 W) (at2 W) (at3 W) (at4 W) (at5 W) (mode W)) Bool
  (walk.asked kind e0 e1 e2 e3 e4 e5 iova root r n other reached rights page at0 at1 at2 at3 at4 at5 mode))
; mode 6: which mode it is and how it ends; then rights, size, address, and which entries are read
(define-fun walk6.means ((kind W) (e0 W) (e1 W) (e2 W) (e3 W) (e4 W) (e5 W) (iova W) (root W) (r W)
    (n W) (other W) (reached W) (rights W) (page W) (at0 W) (at1 W) (at2 W) (at3 W) (at4 W) (at5 W) (mode W)) Bool
  (and (= mode #x0000000000000006) (walk.kind kind e0 e1 e2 e3 e4 e5 iova root r n other reached rights page at0 at1 at2 at3 at4 at5 mode)))
(define-fun walk6.means-rights ((kind W) (e0 W) (e1 W) (e2 W) (e3 W) (e4 W) (e5 W) (iova W) (root W) (r W)
    (n W) (other W) (reached W) (rights W) (page W) (at0 W) (at1 W) (at2 W) (at3 W) (at4 W) (at5 W) (mode W)) Bool
  (walk.rights-of kind e0 e1 e2 e3 e4 e5 iova root r n other reached rights page at0 at1 at2 at3 at4 at5 mode))
(define-fun walk6.means-size ((kind W) (e0 W) (e1 W) (e2 W) (e3 W) (e4 W) (e5 W) (iova W) (root W) (r W)
    (n W) (other W) (reached W) (rights W) (page W) (at0 W) (at1 W) (at2 W) (at3 W) (at4 W) (at5 W) (mode W)) Bool
  (walk.page-of kind e0 e1 e2 e3 e4 e5 iova root r n other reached rights page at0 at1 at2 at3 at4 at5 mode))
(define-fun walk6.means-address ((kind W) (e0 W) (e1 W) (e2 W) (e3 W) (e4 W) (e5 W) (iova W) (root W) (r W)
    (n W) (other W) (reached W) (rights W) (page W) (at0 W) (at1 W) (at2 W) (at3 W) (at4 W) (at5 W) (mode W)) Bool
  (walk.reached-of kind e0 e1 e2 e3 e4 e5 iova root r n other reached rights page at0 at1 at2 at3 at4 at5 mode))
(define-fun walk6.means-entries ((kind W) (e0 W) (e1 W) (e2 W) (e3 W) (e4 W) (e5 W) (iova W) (root W) (r W)
    (n W) (other W) (reached W) (rights W) (page W) (at0 W) (at1 W) (at2 W) (at3 W) (at4 W) (at5 W) (mode W)) Bool
  (walk.asked kind e0 e1 e2 e3 e4 e5 iova root r n other reached rights page at0 at1 at2 at3 at4 at5 mode))

; AMDVI-COMMANDS: rights of the device and of the path: what is missing denies
(define-fun limited.given ((path W) (rights W) (write W)) Bool
  (and (bvult path #x0000000000000004) (bvult rights #x0000000000000004)))
(define-fun limited.means ((denied W) (path W) (rights W) (write W)) Bool
  (= (distinct denied #x0000000000000000)
     (= (bvand (bvand path rights) (ite (= write #x0000000000000000) #x0000000000000001 #x0000000000000002))
        #x0000000000000000)))

; ---- Ranges: pages are numbers of 4 KiB
; AMDVI-COMMANDS: a driver names the smallest aligned range of pages: every page from the first to the last is in it; directories as it was told
(define-fun range.given ((first W) (last W) (directories W) (page W)) Bool
  (and (bvule first page) (bvule page last) (bvult last #x0010000000000000) (bvult (bvxor first last) #x0000010000000000)))
(define-fun range.means ((hi W) (first W) (last W) (directories W) (page W)) Bool
  (and (pages.covers hi page) (= (= (invalidate-pages.hi.PDE hi) #b1) (distinct directories #x0000000000000000))
       (= (invalidate-pages.hi.GN hi) #b0) (= (invalidate-pages.hi.REST hi) #x0000000000000000)))
; the order of the smallest aligned range that has the first and the last page
(define-fun range-order.given ((first W) (last W)) Bool
  (and (bvult first #x0010000000000000) (bvult last #x0010000000000000)))
(define-fun range-order.means ((order W) (first W) (last W)) Bool
  (and (= (bvlshr first order) (bvlshr last order))
       (or (= order #x0000000000000000)
           (distinct (bvlshr first (bvsub order #x0000000000000001)) (bvlshr last (bvsub order #x0000000000000001))))))
; a range of an order is the 2^order pages around a page, and no other
(define-fun range-tight.given ((first W) (order W) (page W)) Bool
  (and (bvult first #x0010000000000000) (bvule order #x0000000000000027) (bvult page #x0010000000000000)))
(define-fun range-tight.means ((hi W) (first W) (order W) (page W)) Bool
  (= (pages.covers hi page) (= (bvlshr page order) (bvlshr first order))))
; all ones: everything of the domain
(define-fun everything.given ((page W)) Bool (bvult page #x0010000000000000))
(define-fun everything.means ((hi W) (page W)) Bool (pages.covers hi page))
; AMDVI-COMMANDS: sizes of whole tables (Xen): at least the range, from the order of the smallest one
(define-fun table-order.given ((order W)) Bool (bvule order #x0000000000000040))
(define-fun table-order.means ((whole W) (order W)) Bool
  (and (bvuge whole order) (bvult whole (bvadd order #x0000000000000009)) (= (bvurem whole #x0000000000000009) #x0000000000000000)))

; AMDVI-COMMANDS: the unit forgets every page that is named
(define-fun named.given ((hi W) (page W)) Bool (bvult page #x0010000000000000))
(define-fun named.means ((is W) (hi W) (page W)) Bool (=> (pages.covers hi page) (distinct is #x0000000000000000)))
; and every table of a level that a walk of such a page comes through, of the pages from start on
(define-fun named-tables.given ((hi W) (start W) (level W) (page W)) Bool
  (and (bvuge level #x0000000000000001) (bvule level #x0000000000000005) (bvult page #x0010000000000000)
       (= start (bvand page (bvnot (ones (bvmul #x0000000000000009 level)))))))
(define-fun named-tables.means ((is W) (hi W) (start W) (level W) (page W)) Bool
  (=> (pages.covers hi page) (distinct is #x0000000000000000)))
; and no other, but that it takes sizes from 2^52 bytes on (S, and ones from bit 12 to bit 50) for all pages, which the sources say of the
; largest one alone
(define-fun only-named.given ((hi W) (page W)) Bool (bvult page #x0010000000000000))
(define-fun only-named.means ((is W) (hi W) (page W)) Bool
  (= (distinct is #x0000000000000000)
     (or (pages.covers hi page)
         (and (= (invalidate-pages.hi.S hi) #b1) (= (bvand hi #x0007fffffffff000) #x0007fffffffff000)))))
