; Intel VT-d: what the bits of its tables, registers and descriptors are, and what walks, decisions and descriptors
; mean.
; A field is a function of a word that answers its bits; WORD.RSVD has the bits that are reserved, WORD.REST those
; that are ignored or of which the sources say nothing, WORD.ALONE those of them that the code holds to be reserved, by
; its own source alone. NAME.given is what a piece of code may be given, NAME.means
; what its answer is to be. What stands before a colon is the source, by its id in specs/SOURCES.md. Fields, and the
; functions of walks, ranges and sources, were written from these before the code was looked at; "moat prove --code
; layouts" compares the code with it.
(define-sort W () (_ BitVec 64))

; ---- Legacy root and context tables

; VTD-LEGACY-ROOT: root entry, first word
(define-fun root.lo.P    ((e W)) (_ BitVec 1) ((_ extract 0 0) e))
(define-fun root.lo.CTP  ((e W)) (_ BitVec 52) ((_ extract 63 12) e))
(define-fun root.lo.RSVD ((e W)) W (bvand e #x0000000000000ffe))
(define-fun root.lo.REST ((e W)) W (bvand e #x0000000000000000))

; VTD-LEGACY-ROOT: root entry, second word: must be 0
(define-fun root.hi.RSVD ((e W)) W (bvand e #xffffffffffffffff))
(define-fun root.hi.REST ((e W)) W (bvand e #x0000000000000000))

; VTD-LEGACY-CONTEXT: context entry, first word
(define-fun context.lo.P       ((e W)) (_ BitVec 1) ((_ extract 0 0) e))
(define-fun context.lo.FPD     ((e W)) (_ BitVec 1) ((_ extract 1 1) e))
(define-fun context.lo.TT      ((e W)) (_ BitVec 2) ((_ extract 3 2) e))
(define-fun context.lo.SLPTPTR ((e W)) (_ BitVec 52) ((_ extract 63 12) e))
(define-fun context.lo.RSVD    ((e W)) W (bvand e #x0000000000000ff0))
(define-fun context.lo.REST    ((e W)) W (bvand e #x0000000000000000))

; VTD-LEGACY-CONTEXT: context entry, second word ("add 64")
(define-fun context.hi.AW    ((e W)) (_ BitVec 3) ((_ extract 2 0) e))
(define-fun context.hi.AVAIL ((e W)) (_ BitVec 4) ((_ extract 6 3) e))
(define-fun context.hi.DID   ((e W)) (_ BitVec 16) ((_ extract 23 8) e))
(define-fun context.hi.RSVD  ((e W)) W (bvand e #xffffffffff000080))
(define-fun context.hi.REST  ((e W)) W (bvand e #x0000000000000000))

; ---- Scalable mode

; VTD-SCALABLE-CONTEXT: scalable-mode context entry, first word
(define-fun scalable-context.w0.P           ((e W)) (_ BitVec 1) ((_ extract 0 0) e))
(define-fun scalable-context.w0.FPD         ((e W)) (_ BitVec 1) ((_ extract 1 1) e))
(define-fun scalable-context.w0.DTE         ((e W)) (_ BitVec 1) ((_ extract 2 2) e))
(define-fun scalable-context.w0.PASIDE      ((e W)) (_ BitVec 1) ((_ extract 3 3) e))
(define-fun scalable-context.w0.PRE         ((e W)) (_ BitVec 1) ((_ extract 4 4) e))
(define-fun scalable-context.w0.PDTS        ((e W)) (_ BitVec 3) ((_ extract 11 9) e))
(define-fun scalable-context.w0.PASIDDIRPTR ((e W)) (_ BitVec 52) ((_ extract 63 12) e))
(define-fun scalable-context.w0.RSVD        ((e W)) W (bvand e #x00000000000001e0))
(define-fun scalable-context.w0.REST        ((e W)) W (bvand e #x0000000000000000))

; VTD-SCALABLE-CONTEXT: scalable-mode context entry, second word; "rest rsvd"
(define-fun scalable-context.w1.RID_PASID ((e W)) (_ BitVec 20) ((_ extract 19 0) e))
(define-fun scalable-context.w1.RID_PRIV  ((e W)) (_ BitVec 1) ((_ extract 20 20) e))
(define-fun scalable-context.w1.RSVD      ((e W)) W (bvand e #xffffffffffe00000))
(define-fun scalable-context.w1.REST      ((e W)) W (bvand e #x0000000000000000))

; VTD-PASID-DIRECTORY: PASID directory entry; bits 11:2 are not named
(define-fun pasid-directory.P         ((e W)) (_ BitVec 1) ((_ extract 0 0) e))
(define-fun pasid-directory.FPD       ((e W)) (_ BitVec 1) ((_ extract 1 1) e))
(define-fun pasid-directory.SMPTBLPTR ((e W)) (_ BitVec 52) ((_ extract 63 12) e))
(define-fun pasid-directory.RSVD      ((e W)) W (bvand e #x0000000000000000))
(define-fun pasid-directory.REST      ((e W)) W (bvand e #x0000000000000ffc))
(define-fun pasid-directory.ALONE     ((e W)) W (bvand e #x0000000000000ffc))

; VTD-PASID-ENTRY: PASID table entry, val0; bits 5, 11:10 are not named
(define-fun pasid.w0.P       ((e W)) (_ BitVec 1) ((_ extract 0 0) e))
(define-fun pasid.w0.FPD     ((e W)) (_ BitVec 1) ((_ extract 1 1) e))
(define-fun pasid.w0.AW      ((e W)) (_ BitVec 3) ((_ extract 4 2) e))
(define-fun pasid.w0.PGTT    ((e W)) (_ BitVec 3) ((_ extract 8 6) e))
(define-fun pasid.w0.SLADE   ((e W)) (_ BitVec 1) ((_ extract 9 9) e))
(define-fun pasid.w0.SLPTPTR ((e W)) (_ BitVec 52) ((_ extract 63 12) e))
(define-fun pasid.w0.RSVD    ((e W)) W (bvand e #x0000000000000000))
(define-fun pasid.w0.REST    ((e W)) W (bvand e #x0000000000000c20))
(define-fun pasid.w0.ALONE   ((e W)) W (bvand e #x0000000000000c00))

; VTD-PASID-ENTRY: PASID table entry, val1: bits 64.. of the entry are 0.. here
(define-fun pasid.w1.DID   ((e W)) (_ BitVec 16) ((_ extract 15 0) e))
(define-fun pasid.w1.PWSNP ((e W)) (_ BitVec 1) ((_ extract 23 23) e))
(define-fun pasid.w1.PGSNP ((e W)) (_ BitVec 1) ((_ extract 24 24) e))
(define-fun pasid.w1.RSVD  ((e W)) W (bvand e #x0000000000000000))
(define-fun pasid.w1.REST  ((e W)) W (bvand e #xfffffffffe7f0000))

; VTD-PASID-ENTRY: PASID table entry, val2: bits 128.. of the entry are 0.. here
(define-fun pasid.w2.SRE     ((e W)) (_ BitVec 1) ((_ extract 0 0) e))
(define-fun pasid.w2.FLPM    ((e W)) (_ BitVec 2) ((_ extract 3 2) e))
(define-fun pasid.w2.WPE     ((e W)) (_ BitVec 1) ((_ extract 4 4) e))
(define-fun pasid.w2.NXE     ((e W)) (_ BitVec 1) ((_ extract 5 5) e))
(define-fun pasid.w2.EAFE    ((e W)) (_ BitVec 1) ((_ extract 7 7) e))
(define-fun pasid.w2.FLPTPTR ((e W)) (_ BitVec 52) ((_ extract 63 12) e))
(define-fun pasid.w2.RSVD    ((e W)) W (bvand e #x0000000000000000))
(define-fun pasid.w2.REST    ((e W)) W (bvand e #x0000000000000f42))

; ---- Paging structures

; VTD-SL-ENTRY: second-level entry; which bits are reserved depends on level and capabilities, see the walk
(define-fun second-level.R    ((e W)) (_ BitVec 1) ((_ extract 0 0) e))
(define-fun second-level.W    ((e W)) (_ BitVec 1) ((_ extract 1 1) e))
(define-fun second-level.X    ((e W)) (_ BitVec 1) ((_ extract 2 2) e))
(define-fun second-level.EMT  ((e W)) (_ BitVec 3) ((_ extract 5 3) e))
(define-fun second-level.SP   ((e W)) (_ BitVec 1) ((_ extract 7 7) e))
(define-fun second-level.A    ((e W)) (_ BitVec 1) ((_ extract 8 8) e))
(define-fun second-level.D    ((e W)) (_ BitVec 1) ((_ extract 9 9) e))
(define-fun second-level.SNP  ((e W)) (_ BitVec 1) ((_ extract 11 11) e))
(define-fun second-level.ADDR ((e W)) (_ BitVec 40) ((_ extract 51 12) e))
(define-fun second-level.TM   ((e W)) (_ BitVec 1) ((_ extract 62 62) e))
(define-fun second-level.RSVD ((e W)) W (bvand e #x0000000000000000))
(define-fun second-level.REST ((e W)) W (bvand e #xbff0000000000440))

; VTD-FL-ENTRY: first-level entry, of the x86 format
(define-fun first-level.P    ((e W)) (_ BitVec 1) ((_ extract 0 0) e))
(define-fun first-level.R/W  ((e W)) (_ BitVec 1) ((_ extract 1 1) e))
(define-fun first-level.U/S  ((e W)) (_ BitVec 1) ((_ extract 2 2) e))
(define-fun first-level.PWT  ((e W)) (_ BitVec 1) ((_ extract 3 3) e))
(define-fun first-level.PCD  ((e W)) (_ BitVec 1) ((_ extract 4 4) e))
(define-fun first-level.A    ((e W)) (_ BitVec 1) ((_ extract 5 5) e))
(define-fun first-level.D    ((e W)) (_ BitVec 1) ((_ extract 6 6) e))
(define-fun first-level.PS   ((e W)) (_ BitVec 1) ((_ extract 7 7) e))
(define-fun first-level.G    ((e W)) (_ BitVec 1) ((_ extract 8 8) e))
(define-fun first-level.ADDR ((e W)) (_ BitVec 40) ((_ extract 51 12) e))
(define-fun first-level.XD   ((e W)) (_ BitVec 1) ((_ extract 63 63) e))
(define-fun first-level.RSVD ((e W)) W (bvand e #x0000000000000000))
(define-fun first-level.REST ((e W)) W (bvand e #x7ff0000000000e00))

; ---- Fault recording registers

; VTD-FAULT-RECORDING: FRCD, first word; below the page address nothing is named
(define-fun fault.lo.FI   ((e W)) (_ BitVec 52) ((_ extract 63 12) e))
(define-fun fault.lo.RSVD ((e W)) W (bvand e #x0000000000000000))
(define-fun fault.lo.REST ((e W)) W (bvand e #x0000000000000fff))
(define-fun fault.lo.ALONE ((e W)) W (bvand e #x0000000000000fff))

; VTD-FAULT-RECORDING: FRCD, second word: bits 64.. of the register are 0.. here
(define-fun fault.hi.SID   ((e W)) (_ BitVec 16) ((_ extract 15 0) e))
(define-fun fault.hi.T2    ((e W)) (_ BitVec 1) ((_ extract 28 28) e))
(define-fun fault.hi.PRIV  ((e W)) (_ BitVec 1) ((_ extract 29 29) e))
(define-fun fault.hi.EXE   ((e W)) (_ BitVec 1) ((_ extract 30 30) e))
(define-fun fault.hi.PP    ((e W)) (_ BitVec 1) ((_ extract 31 31) e))
(define-fun fault.hi.FR    ((e W)) (_ BitVec 8) ((_ extract 39 32) e))
(define-fun fault.hi.PASID ((e W)) (_ BitVec 20) ((_ extract 59 40) e))
(define-fun fault.hi.AT    ((e W)) (_ BitVec 2) ((_ extract 61 60) e))
(define-fun fault.hi.T     ((e W)) (_ BitVec 1) ((_ extract 62 62) e))
(define-fun fault.hi.F     ((e W)) (_ BitVec 1) ((_ extract 63 63) e))
(define-fun fault.hi.RSVD  ((e W)) W (bvand e #x0000000000000000))
(define-fun fault.hi.REST  ((e W)) W (bvand e #x000000000fff0000))
(define-fun fault.hi.ALONE ((e W)) W (bvand e #x000000000fff0000))

; VTD-FAULT-RECORDING: FSTS
(define-fun fsts.PFO  ((e W)) (_ BitVec 1) ((_ extract 0 0) e))
(define-fun fsts.PPF  ((e W)) (_ BitVec 1) ((_ extract 1 1) e))
(define-fun fsts.AFO  ((e W)) (_ BitVec 1) ((_ extract 2 2) e))
(define-fun fsts.APF  ((e W)) (_ BitVec 1) ((_ extract 3 3) e))
(define-fun fsts.IQE  ((e W)) (_ BitVec 1) ((_ extract 4 4) e))
(define-fun fsts.ICE  ((e W)) (_ BitVec 1) ((_ extract 5 5) e))
(define-fun fsts.ITE  ((e W)) (_ BitVec 1) ((_ extract 6 6) e))
(define-fun fsts.PRO  ((e W)) (_ BitVec 1) ((_ extract 7 7) e))
(define-fun fsts.FRI  ((e W)) (_ BitVec 8) ((_ extract 15 8) e))
(define-fun fsts.RSVD ((e W)) W (bvand e #x0000000000000000))
(define-fun fsts.REST ((e W)) W (bvand e #xffffffffffff0000))
(define-fun fsts.ALONE ((e W)) W (bvand e #x00000000ffff0000))

; ---- Registers

; VTD-REGISTERS: CAP; SLLPS 37:34
(define-fun cap.ND      ((e W)) (_ BitVec 3) ((_ extract 2 0) e))
(define-fun cap.AFL     ((e W)) (_ BitVec 1) ((_ extract 3 3) e))
(define-fun cap.RWBF    ((e W)) (_ BitVec 1) ((_ extract 4 4) e))
(define-fun cap.PLMR    ((e W)) (_ BitVec 1) ((_ extract 5 5) e))
(define-fun cap.PHMR    ((e W)) (_ BitVec 1) ((_ extract 6 6) e))
(define-fun cap.CM      ((e W)) (_ BitVec 1) ((_ extract 7 7) e))
(define-fun cap.SAGAW   ((e W)) (_ BitVec 5) ((_ extract 12 8) e))
(define-fun cap.MGAW    ((e W)) (_ BitVec 6) ((_ extract 21 16) e))
(define-fun cap.ZLR     ((e W)) (_ BitVec 1) ((_ extract 22 22) e))
(define-fun cap.ISOCH   ((e W)) (_ BitVec 1) ((_ extract 23 23) e))
(define-fun cap.FRO     ((e W)) (_ BitVec 10) ((_ extract 33 24) e))
(define-fun cap.SLLPS   ((e W)) (_ BitVec 4) ((_ extract 37 34) e))
(define-fun cap.PSI     ((e W)) (_ BitVec 1) ((_ extract 39 39) e))
(define-fun cap.NFR     ((e W)) (_ BitVec 8) ((_ extract 47 40) e))
(define-fun cap.MAMV    ((e W)) (_ BitVec 6) ((_ extract 53 48) e))
(define-fun cap.DWD     ((e W)) (_ BitVec 1) ((_ extract 54 54) e))
(define-fun cap.DRD     ((e W)) (_ BitVec 1) ((_ extract 55 55) e))
(define-fun cap.FL1GP   ((e W)) (_ BitVec 1) ((_ extract 56 56) e))
(define-fun cap.PI      ((e W)) (_ BitVec 1) ((_ extract 59 59) e))
(define-fun cap.FL5LP   ((e W)) (_ BitVec 1) ((_ extract 60 60) e))
(define-fun cap.ECMDS   ((e W)) (_ BitVec 1) ((_ extract 61 61) e))
(define-fun cap.ESIRTPS ((e W)) (_ BitVec 1) ((_ extract 62 62) e))
(define-fun cap.ESRTPS  ((e W)) (_ BitVec 1) ((_ extract 63 63) e))
(define-fun cap.RSVD    ((e W)) W (bvand e #x0000000000000000))
(define-fun cap.REST    ((e W)) W (bvand e #x060000400000e000))
(define-fun cap.ALONE   ((e W)) W (bvand e #x060000400000e000))

; VTD-REGISTERS: ECAP
(define-fun ecap.C     ((e W)) (_ BitVec 1) ((_ extract 0 0) e))
(define-fun ecap.QI    ((e W)) (_ BitVec 1) ((_ extract 1 1) e))
(define-fun ecap.DT    ((e W)) (_ BitVec 1) ((_ extract 2 2) e))
(define-fun ecap.IR    ((e W)) (_ BitVec 1) ((_ extract 3 3) e))
(define-fun ecap.EIM   ((e W)) (_ BitVec 1) ((_ extract 4 4) e))
(define-fun ecap.CH    ((e W)) (_ BitVec 1) ((_ extract 5 5) e))
(define-fun ecap.PT    ((e W)) (_ BitVec 1) ((_ extract 6 6) e))
(define-fun ecap.SC    ((e W)) (_ BitVec 1) ((_ extract 7 7) e))
(define-fun ecap.IRO   ((e W)) (_ BitVec 10) ((_ extract 17 8) e))
(define-fun ecap.MHMV  ((e W)) (_ BitVec 4) ((_ extract 23 20) e))
(define-fun ecap.MTS   ((e W)) (_ BitVec 1) ((_ extract 25 25) e))
(define-fun ecap.NEST  ((e W)) (_ BitVec 1) ((_ extract 26 26) e))
(define-fun ecap.DIS   ((e W)) (_ BitVec 1) ((_ extract 27 27) e))
(define-fun ecap.PRS   ((e W)) (_ BitVec 1) ((_ extract 29 29) e))
(define-fun ecap.ERS   ((e W)) (_ BitVec 1) ((_ extract 30 30) e))
(define-fun ecap.SRS   ((e W)) (_ BitVec 1) ((_ extract 31 31) e))
(define-fun ecap.NWFS  ((e W)) (_ BitVec 1) ((_ extract 33 33) e))
(define-fun ecap.EAFS  ((e W)) (_ BitVec 1) ((_ extract 34 34) e))
(define-fun ecap.PSS   ((e W)) (_ BitVec 5) ((_ extract 39 35) e))
(define-fun ecap.PASID ((e W)) (_ BitVec 1) ((_ extract 40 40) e))
(define-fun ecap.DIT   ((e W)) (_ BitVec 1) ((_ extract 41 41) e))
(define-fun ecap.PDS   ((e W)) (_ BitVec 1) ((_ extract 42 42) e))
(define-fun ecap.SMTS  ((e W)) (_ BitVec 1) ((_ extract 43 43) e))
(define-fun ecap.VCS   ((e W)) (_ BitVec 1) ((_ extract 44 44) e))
(define-fun ecap.SLADS ((e W)) (_ BitVec 1) ((_ extract 45 45) e))
(define-fun ecap.SLTS  ((e W)) (_ BitVec 1) ((_ extract 46 46) e))
(define-fun ecap.FLTS  ((e W)) (_ BitVec 1) ((_ extract 47 47) e))
(define-fun ecap.SMPWC ((e W)) (_ BitVec 1) ((_ extract 48 48) e))
(define-fun ecap.RPS   ((e W)) (_ BitVec 1) ((_ extract 49 49) e))
(define-fun ecap.PMS   ((e W)) (_ BitVec 1) ((_ extract 51 51) e))
(define-fun ecap.RSVD  ((e W)) W (bvand e #x0000000000000000))
(define-fun ecap.REST  ((e W)) W (bvand e #xfff40001110c0000))
(define-fun ecap.ALONE ((e W)) W (bvand e #xfff40001110c0000))

; VTD-REGISTERS: GCMD
(define-fun gcmd.CFI   ((e W)) (_ BitVec 1) ((_ extract 23 23) e))
(define-fun gcmd.SIRTP ((e W)) (_ BitVec 1) ((_ extract 24 24) e))
(define-fun gcmd.IRE   ((e W)) (_ BitVec 1) ((_ extract 25 25) e))
(define-fun gcmd.QIE   ((e W)) (_ BitVec 1) ((_ extract 26 26) e))
(define-fun gcmd.WBF   ((e W)) (_ BitVec 1) ((_ extract 27 27) e))
(define-fun gcmd.EAFL  ((e W)) (_ BitVec 1) ((_ extract 28 28) e))
(define-fun gcmd.SFL   ((e W)) (_ BitVec 1) ((_ extract 29 29) e))
(define-fun gcmd.SRTP  ((e W)) (_ BitVec 1) ((_ extract 30 30) e))
(define-fun gcmd.TE    ((e W)) (_ BitVec 1) ((_ extract 31 31) e))
(define-fun gcmd.RSVD  ((e W)) W (bvand e #x0000000000000000))
(define-fun gcmd.REST  ((e W)) W (bvand e #xffffffff007fffff))
(define-fun gcmd.ALONE ((e W)) W (bvand e #x00000000007fffff))

; VTD-REGISTERS: GSTS
(define-fun gsts.CFIS  ((e W)) (_ BitVec 1) ((_ extract 23 23) e))
(define-fun gsts.IRTPS ((e W)) (_ BitVec 1) ((_ extract 24 24) e))
(define-fun gsts.IRES  ((e W)) (_ BitVec 1) ((_ extract 25 25) e))
(define-fun gsts.QIES  ((e W)) (_ BitVec 1) ((_ extract 26 26) e))
(define-fun gsts.WBFS  ((e W)) (_ BitVec 1) ((_ extract 27 27) e))
(define-fun gsts.AFLS  ((e W)) (_ BitVec 1) ((_ extract 28 28) e))
(define-fun gsts.FLS   ((e W)) (_ BitVec 1) ((_ extract 29 29) e))
(define-fun gsts.RTPS  ((e W)) (_ BitVec 1) ((_ extract 30 30) e))
(define-fun gsts.TES   ((e W)) (_ BitVec 1) ((_ extract 31 31) e))
(define-fun gsts.RSVD  ((e W)) W (bvand e #x0000000000000000))
(define-fun gsts.REST  ((e W)) W (bvand e #xffffffff007fffff))
(define-fun gsts.ALONE ((e W)) W (bvand e #x00000000007fffff))

; VTD-REGISTERS: RTADDR
(define-fun rtaddr.TTM  ((e W)) (_ BitVec 2) ((_ extract 11 10) e))
(define-fun rtaddr.RTA  ((e W)) (_ BitVec 52) ((_ extract 63 12) e))
(define-fun rtaddr.RSVD ((e W)) W (bvand e #x0000000000000000))
(define-fun rtaddr.REST ((e W)) W (bvand e #x00000000000003ff))
(define-fun rtaddr.ALONE ((e W)) W (bvand e #x00000000000003ff))

; VTD-REGISTERS: IRTA
(define-fun irta.S    ((e W)) (_ BitVec 4) ((_ extract 3 0) e))
(define-fun irta.EIME ((e W)) (_ BitVec 1) ((_ extract 11 11) e))
(define-fun irta.BASE ((e W)) (_ BitVec 52) ((_ extract 63 12) e))
(define-fun irta.RSVD ((e W)) W (bvand e #x0000000000000000))
(define-fun irta.REST ((e W)) W (bvand e #x00000000000007f0))
(define-fun irta.ALONE ((e W)) W (bvand e #x00000000000007f0))

; VTD-REGISTERS: IQA
(define-fun iqa.QS   ((e W)) (_ BitVec 3) ((_ extract 2 0) e))
(define-fun iqa.DW   ((e W)) (_ BitVec 1) ((_ extract 11 11) e))
(define-fun iqa.BASE ((e W)) (_ BitVec 52) ((_ extract 63 12) e))
(define-fun iqa.RSVD ((e W)) W (bvand e #x0000000000000000))
(define-fun iqa.REST ((e W)) W (bvand e #x00000000000007f8))
(define-fun iqa.ALONE ((e W)) W (bvand e #x00000000000007f8))

; VTD-REGISTERS: IQH and IQT, of descriptors of 128 bits
(define-fun queue-offset.INDEX ((e W)) (_ BitVec 15) ((_ extract 18 4) e))
(define-fun queue-offset.RSVD  ((e W)) W (bvand e #x0000000000000000))
(define-fun queue-offset.REST  ((e W)) W (bvand e #xfffffffffff8000f))
(define-fun queue-offset.ALONE ((e W)) W (bvand e #xfffffffffff8000f))

; VTD-REGISTER-INVALIDATION: CCMD
(define-fun ccmd.DID  ((e W)) (_ BitVec 16) ((_ extract 15 0) e))
(define-fun ccmd.SID  ((e W)) (_ BitVec 16) ((_ extract 31 16) e))
(define-fun ccmd.FM   ((e W)) (_ BitVec 2) ((_ extract 33 32) e))
(define-fun ccmd.CAIG ((e W)) (_ BitVec 2) ((_ extract 60 59) e))
(define-fun ccmd.CIRG ((e W)) (_ BitVec 2) ((_ extract 62 61) e))
(define-fun ccmd.ICC  ((e W)) (_ BitVec 1) ((_ extract 63 63) e))
(define-fun ccmd.RSVD ((e W)) W (bvand e #x0000000000000000))
(define-fun ccmd.REST ((e W)) W (bvand e #x07fffffc00000000))
(define-fun ccmd.ALONE ((e W)) W (bvand e #x07fffffc00000000))

; VTD-REGISTER-INVALIDATION: IVA
(define-fun iva.AM   ((e W)) (_ BitVec 6) ((_ extract 5 0) e))
(define-fun iva.IH   ((e W)) (_ BitVec 1) ((_ extract 6 6) e))
(define-fun iva.ADDR ((e W)) (_ BitVec 52) ((_ extract 63 12) e))
(define-fun iva.RSVD ((e W)) W (bvand e #x0000000000000000))
(define-fun iva.REST ((e W)) W (bvand e #x0000000000000f80))
(define-fun iva.ALONE ((e W)) W (bvand e #x0000000000000f80))

; VTD-REGISTER-INVALIDATION: IOTLB
(define-fun iotlb-command.DID  ((e W)) (_ BitVec 16) ((_ extract 47 32) e))
(define-fun iotlb-command.DW   ((e W)) (_ BitVec 1) ((_ extract 48 48) e))
(define-fun iotlb-command.DR   ((e W)) (_ BitVec 1) ((_ extract 49 49) e))
(define-fun iotlb-command.IAIG ((e W)) (_ BitVec 2) ((_ extract 58 57) e))
(define-fun iotlb-command.IIRG ((e W)) (_ BitVec 2) ((_ extract 61 60) e))
(define-fun iotlb-command.IVT  ((e W)) (_ BitVec 1) ((_ extract 63 63) e))
(define-fun iotlb-command.RSVD ((e W)) W (bvand e #x0000000000000000))
(define-fun iotlb-command.REST ((e W)) W (bvand e #x49fc0000ffffffff))
(define-fun iotlb-command.ALONE ((e W)) W (bvand e #x49fc0000ffffffff))

; ---- Invalidation descriptors

; VTD-QI: type 1; reserved are 0xfffc00000000ffc0, of which 11:9 extend the type
(define-fun invalidate-context.lo.TYPE      ((e W)) (_ BitVec 4) ((_ extract 3 0) e))
(define-fun invalidate-context.lo.G         ((e W)) (_ BitVec 2) ((_ extract 5 4) e))
(define-fun invalidate-context.lo.TYPE_HIGH ((e W)) (_ BitVec 3) ((_ extract 11 9) e))
(define-fun invalidate-context.lo.DID       ((e W)) (_ BitVec 16) ((_ extract 31 16) e))
(define-fun invalidate-context.lo.SID       ((e W)) (_ BitVec 16) ((_ extract 47 32) e))
(define-fun invalidate-context.lo.FM        ((e W)) (_ BitVec 2) ((_ extract 49 48) e))
(define-fun invalidate-context.lo.RSVD      ((e W)) W (bvand e #xfffc00000000f1c0))
(define-fun invalidate-context.lo.REST      ((e W)) W (bvand e #x0000000000000000))

; VTD-QI: 0
(define-fun invalidate-context.hi.RSVD ((e W)) W (bvand e #xffffffffffffffff))
(define-fun invalidate-context.hi.REST ((e W)) W (bvand e #x0000000000000000))

; VTD-QI: type 2; reserved are 0xffffffff0000ff00, of which 11:9 extend the type
(define-fun invalidate-iotlb.lo.TYPE      ((e W)) (_ BitVec 4) ((_ extract 3 0) e))
(define-fun invalidate-iotlb.lo.G         ((e W)) (_ BitVec 2) ((_ extract 5 4) e))
(define-fun invalidate-iotlb.lo.DW        ((e W)) (_ BitVec 1) ((_ extract 6 6) e))
(define-fun invalidate-iotlb.lo.DR        ((e W)) (_ BitVec 1) ((_ extract 7 7) e))
(define-fun invalidate-iotlb.lo.TYPE_HIGH ((e W)) (_ BitVec 3) ((_ extract 11 9) e))
(define-fun invalidate-iotlb.lo.DID       ((e W)) (_ BitVec 16) ((_ extract 31 16) e))
(define-fun invalidate-iotlb.lo.RSVD      ((e W)) W (bvand e #xffffffff0000f100))
(define-fun invalidate-iotlb.lo.REST      ((e W)) W (bvand e #x0000000000000000))

; VTD-QI: reserved are 0xf80
(define-fun invalidate-iotlb.hi.AM   ((e W)) (_ BitVec 6) ((_ extract 5 0) e))
(define-fun invalidate-iotlb.hi.IH   ((e W)) (_ BitVec 1) ((_ extract 6 6) e))
(define-fun invalidate-iotlb.hi.ADDR ((e W)) (_ BitVec 52) ((_ extract 63 12) e))
(define-fun invalidate-iotlb.hi.RSVD ((e W)) W (bvand e #x0000000000000f80))
(define-fun invalidate-iotlb.hi.REST ((e W)) W (bvand e #x0000000000000000))

; VTD-QI: type 3
(define-fun invalidate-device-tlb.lo.TYPE      ((e W)) (_ BitVec 4) ((_ extract 3 0) e))
(define-fun invalidate-device-tlb.lo.TYPE_HIGH ((e W)) (_ BitVec 3) ((_ extract 11 9) e))
(define-fun invalidate-device-tlb.lo.PFSID_LO  ((e W)) (_ BitVec 4) ((_ extract 15 12) e))
(define-fun invalidate-device-tlb.lo.MIP       ((e W)) (_ BitVec 5) ((_ extract 20 16) e))
(define-fun invalidate-device-tlb.lo.SID       ((e W)) (_ BitVec 16) ((_ extract 47 32) e))
(define-fun invalidate-device-tlb.lo.PFSID_HI  ((e W)) (_ BitVec 12) ((_ extract 63 52) e))
(define-fun invalidate-device-tlb.lo.RSVD      ((e W)) W (bvand e #x0000000000000000))
(define-fun invalidate-device-tlb.lo.REST      ((e W)) W (bvand e #x000f0000ffe001f0))
(define-fun invalidate-device-tlb.lo.ALONE     ((e W)) W (bvand e #x000f0000ffe001f0))

; VTD-QI: type 3
(define-fun invalidate-device-tlb.hi.S    ((e W)) (_ BitVec 1) ((_ extract 0 0) e))
(define-fun invalidate-device-tlb.hi.ADDR ((e W)) (_ BitVec 52) ((_ extract 63 12) e))
(define-fun invalidate-device-tlb.hi.RSVD ((e W)) W (bvand e #x0000000000000000))
(define-fun invalidate-device-tlb.hi.REST ((e W)) W (bvand e #x0000000000000ffe))
(define-fun invalidate-device-tlb.hi.ALONE ((e W)) W (bvand e #x0000000000000ffe))

; VTD-QI: type 4
(define-fun invalidate-interrupt-entry.lo.TYPE      ((e W)) (_ BitVec 4) ((_ extract 3 0) e))
(define-fun invalidate-interrupt-entry.lo.G         ((e W)) (_ BitVec 1) ((_ extract 4 4) e))
(define-fun invalidate-interrupt-entry.lo.TYPE_HIGH ((e W)) (_ BitVec 3) ((_ extract 11 9) e))
(define-fun invalidate-interrupt-entry.lo.IM        ((e W)) (_ BitVec 5) ((_ extract 31 27) e))
(define-fun invalidate-interrupt-entry.lo.IIDX      ((e W)) (_ BitVec 16) ((_ extract 47 32) e))
(define-fun invalidate-interrupt-entry.lo.RSVD      ((e W)) W (bvand e #x0000000000000000))
(define-fun invalidate-interrupt-entry.lo.REST      ((e W)) W (bvand e #xffff000007fff1e0))
(define-fun invalidate-interrupt-entry.lo.ALONE     ((e W)) W (bvand e #xffff000007fff1e0))

; VTD-QI: 0
(define-fun invalidate-interrupt-entry.hi.RSVD ((e W)) W (bvand e #xffffffffffffffff))
(define-fun invalidate-interrupt-entry.hi.REST ((e W)) W (bvand e #x0000000000000000))

; VTD-QI: type 5
(define-fun wait.lo.TYPE      ((e W)) (_ BitVec 4) ((_ extract 3 0) e))
(define-fun wait.lo.IF        ((e W)) (_ BitVec 1) ((_ extract 4 4) e))
(define-fun wait.lo.SW        ((e W)) (_ BitVec 1) ((_ extract 5 5) e))
(define-fun wait.lo.FN        ((e W)) (_ BitVec 1) ((_ extract 6 6) e))
(define-fun wait.lo.PD        ((e W)) (_ BitVec 1) ((_ extract 7 7) e))
(define-fun wait.lo.TYPE_HIGH ((e W)) (_ BitVec 3) ((_ extract 11 9) e))
(define-fun wait.lo.DATA      ((e W)) (_ BitVec 32) ((_ extract 63 32) e))
(define-fun wait.lo.RSVD      ((e W)) W (bvand e #x0000000000000000))
(define-fun wait.lo.REST      ((e W)) W (bvand e #x00000000fffff100))
(define-fun wait.lo.ALONE     ((e W)) W (bvand e #x00000000fffff100))

; VTD-QI: type 5; bits 1:0 are not named
(define-fun wait.hi.ADDR ((e W)) (_ BitVec 62) ((_ extract 63 2) e))
(define-fun wait.hi.RSVD ((e W)) W (bvand e #x0000000000000000))
(define-fun wait.hi.REST ((e W)) W (bvand e #x0000000000000003))
(define-fun wait.hi.ALONE ((e W)) W (bvand e #x0000000000000003))

; VTD-QI: types 6 and 7
(define-fun invalidate-pasid.lo.TYPE      ((e W)) (_ BitVec 4) ((_ extract 3 0) e))
(define-fun invalidate-pasid.lo.G         ((e W)) (_ BitVec 2) ((_ extract 5 4) e))
(define-fun invalidate-pasid.lo.TYPE_HIGH ((e W)) (_ BitVec 3) ((_ extract 11 9) e))
(define-fun invalidate-pasid.lo.DID       ((e W)) (_ BitVec 16) ((_ extract 31 16) e))
(define-fun invalidate-pasid.lo.PASID     ((e W)) (_ BitVec 20) ((_ extract 51 32) e))
(define-fun invalidate-pasid.lo.RSVD      ((e W)) W (bvand e #x0000000000000000))
(define-fun invalidate-pasid.lo.REST      ((e W)) W (bvand e #xfff000000000f1c0))
(define-fun invalidate-pasid.lo.ALONE     ((e W)) W (bvand e #xfff000000000f1c0))

; VTD-QI: type 6
(define-fun invalidate-pasid-iotlb.hi.AM   ((e W)) (_ BitVec 6) ((_ extract 5 0) e))
(define-fun invalidate-pasid-iotlb.hi.IH   ((e W)) (_ BitVec 1) ((_ extract 6 6) e))
(define-fun invalidate-pasid-iotlb.hi.ADDR ((e W)) (_ BitVec 52) ((_ extract 63 12) e))
(define-fun invalidate-pasid-iotlb.hi.RSVD ((e W)) W (bvand e #x0000000000000000))
(define-fun invalidate-pasid-iotlb.hi.REST ((e W)) W (bvand e #x0000000000000f80))
(define-fun invalidate-pasid-iotlb.hi.ALONE ((e W)) W (bvand e #x0000000000000f80))

; VTD-QI: type 7: 0
(define-fun invalidate-pasid-cache.hi.RSVD ((e W)) W (bvand e #xffffffffffffffff))
(define-fun invalidate-pasid-cache.hi.REST ((e W)) W (bvand e #x0000000000000000))

; VTD-QI: type 8; PFSID as in type 3
(define-fun invalidate-pasid-device-tlb.lo.TYPE      ((e W)) (_ BitVec 4) ((_ extract 3 0) e))
(define-fun invalidate-pasid-device-tlb.lo.MIP       ((e W)) (_ BitVec 5) ((_ extract 8 4) e))
(define-fun invalidate-pasid-device-tlb.lo.TYPE_HIGH ((e W)) (_ BitVec 3) ((_ extract 11 9) e))
(define-fun invalidate-pasid-device-tlb.lo.PFSID_LO  ((e W)) (_ BitVec 4) ((_ extract 15 12) e))
(define-fun invalidate-pasid-device-tlb.lo.SID       ((e W)) (_ BitVec 16) ((_ extract 31 16) e))
(define-fun invalidate-pasid-device-tlb.lo.PASID     ((e W)) (_ BitVec 20) ((_ extract 51 32) e))
(define-fun invalidate-pasid-device-tlb.lo.PFSID_HI  ((e W)) (_ BitVec 12) ((_ extract 63 52) e))
(define-fun invalidate-pasid-device-tlb.lo.RSVD      ((e W)) W (bvand e #x0000000000000000))
(define-fun invalidate-pasid-device-tlb.lo.REST      ((e W)) W (bvand e #x0000000000000000))

; VTD-QI: type 8
(define-fun invalidate-pasid-device-tlb.hi.G    ((e W)) (_ BitVec 1) ((_ extract 0 0) e))
(define-fun invalidate-pasid-device-tlb.hi.S    ((e W)) (_ BitVec 1) ((_ extract 11 11) e))
(define-fun invalidate-pasid-device-tlb.hi.ADDR ((e W)) (_ BitVec 52) ((_ extract 63 12) e))
(define-fun invalidate-pasid-device-tlb.hi.RSVD ((e W)) W (bvand e #x0000000000000000))
(define-fun invalidate-pasid-device-tlb.hi.REST ((e W)) W (bvand e #x00000000000007fe))
(define-fun invalidate-pasid-device-tlb.hi.ALONE ((e W)) W (bvand e #x00000000000007fe))

; ---- Interrupt remapping

; VTD-IRTE: remapped interrupt entry, first word
(define-fun remapped.lo.P      ((e W)) (_ BitVec 1) ((_ extract 0 0) e))
(define-fun remapped.lo.FPD    ((e W)) (_ BitVec 1) ((_ extract 1 1) e))
(define-fun remapped.lo.DM     ((e W)) (_ BitVec 1) ((_ extract 2 2) e))
(define-fun remapped.lo.RH     ((e W)) (_ BitVec 1) ((_ extract 3 3) e))
(define-fun remapped.lo.TM     ((e W)) (_ BitVec 1) ((_ extract 4 4) e))
(define-fun remapped.lo.DLM    ((e W)) (_ BitVec 3) ((_ extract 7 5) e))
(define-fun remapped.lo.AVAIL  ((e W)) (_ BitVec 4) ((_ extract 11 8) e))
(define-fun remapped.lo.IM     ((e W)) (_ BitVec 1) ((_ extract 15 15) e))
(define-fun remapped.lo.VECTOR ((e W)) (_ BitVec 8) ((_ extract 23 16) e))
(define-fun remapped.lo.DST    ((e W)) (_ BitVec 32) ((_ extract 63 32) e))
(define-fun remapped.lo.RSVD   ((e W)) W (bvand e #x00000000ff007000))
(define-fun remapped.lo.REST   ((e W)) W (bvand e #x0000000000000000))

; VTD-IRTE: remapped interrupt entry, second word: bits 64.. of the entry are 0.. here
(define-fun remapped.hi.SID  ((e W)) (_ BitVec 16) ((_ extract 15 0) e))
(define-fun remapped.hi.SQ   ((e W)) (_ BitVec 2) ((_ extract 17 16) e))
(define-fun remapped.hi.SVT  ((e W)) (_ BitVec 2) ((_ extract 19 18) e))
(define-fun remapped.hi.RSVD ((e W)) W (bvand e #xfffffffffff00000))
(define-fun remapped.hi.REST ((e W)) W (bvand e #x0000000000000000))

; VTD-IRTE: posted interrupt entry, first word; bits 7:2 and 13:12 are not named; PDA_LO is address 31:6
(define-fun posted.lo.P      ((e W)) (_ BitVec 1) ((_ extract 0 0) e))
(define-fun posted.lo.FPD    ((e W)) (_ BitVec 1) ((_ extract 1 1) e))
(define-fun posted.lo.AVAIL  ((e W)) (_ BitVec 4) ((_ extract 11 8) e))
(define-fun posted.lo.URG    ((e W)) (_ BitVec 1) ((_ extract 14 14) e))
(define-fun posted.lo.IM     ((e W)) (_ BitVec 1) ((_ extract 15 15) e))
(define-fun posted.lo.VECTOR ((e W)) (_ BitVec 8) ((_ extract 23 16) e))
(define-fun posted.lo.PDA_LO ((e W)) (_ BitVec 26) ((_ extract 63 38) e))
(define-fun posted.lo.RSVD   ((e W)) W (bvand e #x0000003fff000000))
(define-fun posted.lo.REST   ((e W)) W (bvand e #x00000000000030fc))
(define-fun posted.lo.ALONE  ((e W)) W (bvand e #x00000000000030fc))

; VTD-IRTE: posted interrupt entry, second word: PDA_HI is address 63:32
(define-fun posted.hi.SID    ((e W)) (_ BitVec 16) ((_ extract 15 0) e))
(define-fun posted.hi.SQ     ((e W)) (_ BitVec 2) ((_ extract 17 16) e))
(define-fun posted.hi.SVT    ((e W)) (_ BitVec 2) ((_ extract 19 18) e))
(define-fun posted.hi.PDA_HI ((e W)) (_ BitVec 32) ((_ extract 63 32) e))
(define-fun posted.hi.RSVD   ((e W)) W (bvand e #x00000000fff00000))
(define-fun posted.hi.REST   ((e W)) W (bvand e #x0000000000000000))

; VTD-POSTED-DESCRIPTOR: posted-interrupt descriptor, bits 256..319 are 0.. here
(define-fun posted-descriptor.control.ON   ((e W)) (_ BitVec 1) ((_ extract 0 0) e))
(define-fun posted-descriptor.control.SN   ((e W)) (_ BitVec 1) ((_ extract 1 1) e))
(define-fun posted-descriptor.control.NV   ((e W)) (_ BitVec 8) ((_ extract 23 16) e))
(define-fun posted-descriptor.control.NDST ((e W)) (_ BitVec 32) ((_ extract 63 32) e))
(define-fun posted-descriptor.control.RSVD ((e W)) W (bvand e #x0000000000000000))
(define-fun posted-descriptor.control.REST ((e W)) W (bvand e #x00000000ff00fffc))
(define-fun posted-descriptor.control.ALONE ((e W)) W (bvand e #x00000000ff00fffc))

; VTD-INTERRUPT-REQUEST: address of a remappable request; FORMAT says that it is one
(define-fun message-address.HANDLE_15 ((e W)) (_ BitVec 1) ((_ extract 2 2) e))
(define-fun message-address.SHV       ((e W)) (_ BitVec 1) ((_ extract 3 3) e))
(define-fun message-address.FORMAT    ((e W)) (_ BitVec 1) ((_ extract 4 4) e))
(define-fun message-address.HANDLE_14 ((e W)) (_ BitVec 15) ((_ extract 19 5) e))
(define-fun message-address.HEAD      ((e W)) (_ BitVec 12) ((_ extract 31 20) e))
(define-fun message-address.RSVD      ((e W)) W (bvand e #x0000000000000000))
(define-fun message-address.REST      ((e W)) W (bvand e #xffffffff00000003))

; VTD-INTERRUPT-REQUEST: data of a remappable request with SHV
(define-fun message-data.SUBHANDLE ((e W)) (_ BitVec 16) ((_ extract 15 0) e))
(define-fun message-data.RSVD      ((e W)) W (bvand e #x00000000ffff0000))
(define-fun message-data.REST      ((e W)) W (bvand e #xffffffff00000000))

; VTD-INTERRUPT-REQUEST: IOAPIC redirection entry, remappable; bits 12, 14 and 47:17 are not named
(define-fun redirection.VECTOR   ((e W)) (_ BitVec 8) ((_ extract 7 0) e))
(define-fun redirection.DLM      ((e W)) (_ BitVec 3) ((_ extract 10 8) e))
(define-fun redirection.INDEX_15 ((e W)) (_ BitVec 1) ((_ extract 11 11) e))
(define-fun redirection.POLARITY ((e W)) (_ BitVec 1) ((_ extract 13 13) e))
(define-fun redirection.TRIGGER  ((e W)) (_ BitVec 1) ((_ extract 15 15) e))
(define-fun redirection.MASK     ((e W)) (_ BitVec 1) ((_ extract 16 16) e))
(define-fun redirection.FORMAT   ((e W)) (_ BitVec 1) ((_ extract 48 48) e))
(define-fun redirection.INDEX    ((e W)) (_ BitVec 15) ((_ extract 63 49) e))
(define-fun redirection.RSVD     ((e W)) W (bvand e #x0000000000000000))
(define-fun redirection.REST     ((e W)) W (bvand e #x0000fffffffe5000))

; ---- The second-level walk
; Levels count from 1, that of 4 KiB pages. Of a unit: haw, the bits of a host address; sllps, which superpages there are (bit 0
; 2 MiB, bit 1 1 GiB); sc, whether SNP is supported; dt, whether TM is.

; VTD-REGISTERS: of a unit by CAP: bits of a guest address (MGAW+1), sizes of superpages, whether tables of AW+2 levels are there, and the
; largest AW, all ones where there is none
(define-fun unit.mgaw ((cap W)) W (bvadd ((_ zero_extend 58) (cap.MGAW cap)) #x0000000000000001))
(define-fun unit.sllps ((cap W)) W ((_ zero_extend 60) (cap.SLLPS cap)))
(define-fun unit.has-width ((cap W) (aw W)) Bool
  (= (bvand (bvlshr ((_ zero_extend 59) (cap.SAGAW cap)) aw) #x0000000000000001) #x0000000000000001))
(define-fun unit.largest ((cap W)) W
  (ite (unit.has-width cap #x0000000000000004) #x0000000000000004 (ite (unit.has-width cap #x0000000000000003) #x0000000000000003
  (ite (unit.has-width cap #x0000000000000002) #x0000000000000002 (ite (unit.has-width cap #x0000000000000001) #x0000000000000001
  (ite (unit.has-width cap #x0000000000000000) #x0000000000000000 #xffffffffffffffff))))))

(define-fun ones ((n W)) W (bvsub (bvshl #x0000000000000001 n) #x0000000000000001))

; VTD-SL-ENTRY: level L uses the bits 12+9L-1 to 12+9(L-1)
(define-fun walk.shift ((level W)) W
  (bvadd #x000000000000000c (bvmul #x0000000000000009 (bvsub level #x0000000000000001))))
(define-fun walk.index ((iova W) (level W)) W
  (bvand (bvlshr iova (walk.shift level)) #x00000000000001ff))

; VTD-SL-ENTRY: entries of 8 bytes
(define-fun walk.entry ((table W) (iova W) (level W)) W
  (bvadd table (bvmul #x0000000000000008 (walk.index iova level))))

; VTD-SL-ENTRY: the address of a table, or of a page
(define-fun walk.table ((e W) (haw W)) W (bvand (bvand e #x000ffffffffff000) (ones haw)))

; VTD-SL-ENTRY: a leaf is level 1, or has SP set; that bit is one of the reserved above level 3
(define-fun walk.leaf ((e W) (level W)) Bool
  (or (= level #x0000000000000001) (= (second-level.SP e) #b1)))

; VTD-WALK: what a request wants
(define-fun walk.allowed ((e W) (write Bool)) Bool
  (ite write (= (second-level.W e) #b1) (= (second-level.R e) #b1)))

; VTD-SL-ENTRY: address bits from haw on, and below the size of a superpage; SP where there is none of that size; SNP but in a leaf with sc;
; TM but in a leaf with dt. X is reserved without support of execution by the sources; by no unit that was recorded, and not here
(define-fun walk.reserved ((e W) (level W) (haw W) (sllps W) (sc Bool) (dt Bool)) Bool
  (let ((leaf (walk.leaf e level)) (sp (= (second-level.SP e) #b1)))
    (or (distinct (bvand (bvand e #x000ffffffffff000) (bvnot (ones haw))) #x0000000000000000)
        (and sp (bvugt level #x0000000000000003))
        (and sp (= level #x0000000000000003) (= ((_ extract 1 1) sllps) #b0))
        (and sp (= level #x0000000000000002) (= ((_ extract 0 0) sllps) #b0))
        (and sp (bvugt level #x0000000000000001)
             (distinct (bvand (bvand e #x000ffffffffff000) (ones (walk.shift level))) #x0000000000000000))
        (and (= (second-level.SNP e) #b1) (not (and leaf sc)))
        (and (= (second-level.TM e) #b1) (not (and leaf dt))))))

; VTD-WALK: one entry: 1 go on to the table that it leads to, 0 it is the leaf, else the reason of the fault; permission before reserved
(define-fun walk.step ((e W) (level W) (write Bool) (haw W) (sllps W) (sc Bool) (dt Bool)) W
  (ite (not (walk.allowed e write)) (ite write #x0000000000000005 #x0000000000000006)
  (ite (walk.reserved e level haw sllps sc dt) #x000000000000000c
  (ite (walk.leaf e level) #x0000000000000000 #x0000000000000001))))

; VTD-SL-ENTRY: address of a leaf, with the low bits of the request
(define-fun walk.reached ((e W) (level W) (iova W) (haw W)) W
  (bvor (bvand (walk.table e haw) (bvnot (ones (walk.shift level))))
        (bvand iova (ones (walk.shift level)))))

; VTD-LEGACY-CONTEXT, VTD-WALK: a request beyond the width of the table (30+9AW) or of the unit (mgaw bits) is answered by 4
(define-fun walk.beyond ((iova W) (aw W) (mgaw W)) Bool
  (let ((width (bvadd #x000000000000001e (bvmul #x0000000000000009 aw))))
    (let ((bits (ite (bvult mgaw width) mgaw width)))
      (distinct (bvlshr iova bits) #x0000000000000000))))

; ---- What a descriptor covers; pages and addresses are numbers of 4 KiB pages
; AM: ADDR aligned down to 2^AM pages, and as many
(define-fun iotlb.covers ((hi W) (page W)) Bool
  (let ((am ((_ zero_extend 58) (invalidate-iotlb.hi.AM hi))) (first ((_ zero_extend 12) (invalidate-iotlb.hi.ADDR hi))))
    (= (bvlshr page am) (bvlshr first am))))

; IEC index-selective: indices equal to IIDX in all bits but the low IM ones; global: all
(define-fun interrupt-entry.covers ((lo W) (index W)) Bool
  (let ((im ((_ zero_extend 59) (invalidate-interrupt-entry.lo.IM lo)))
        (first ((_ zero_extend 48) (invalidate-interrupt-entry.lo.IIDX lo))))
    (or (= (invalidate-interrupt-entry.lo.G lo) #b0) (= (bvlshr index im) (bvlshr first im)))))

; ---- Which sources
; FM of a context invalidation: function bits that are not compared: none, 2, 2:1, 2:0
(define-fun sid.compared ((fm W)) W
  (ite (= fm #x0000000000000000) #x000000000000ffff
  (ite (= fm #x0000000000000001) #x000000000000fffb
  (ite (= fm #x0000000000000002) #x000000000000fff9 #x000000000000fff8))))

; VTD-IRTE: whether an entry accepts a source: SVT 0 any; 1 equal to SID under the mask of SQ; 2 a bus from SID 15:8 to SID 7:0
(define-fun remap.accepts ((hi W) (sid W)) Bool
  (let ((svt (remapped.hi.SVT hi)) (of ((_ zero_extend 48) (remapped.hi.SID hi)))
        (sq ((_ zero_extend 62) (remapped.hi.SQ hi))) (bus (bvlshr sid #x0000000000000008)))
    (or (= svt #b00)
        (and (= svt #b01) (= (bvand (bvxor of sid) (sid.compared sq)) #x0000000000000000))
        (and (= svt #b10) (bvuge bus (bvlshr of #x0000000000000008))
             (bvule bus (bvand of #x00000000000000ff))))))

; VTD-INTERRUPT-REQUEST: the index that a message asks for; more than 16 bits is an overflow
(define-fun remap.index ((address W) (data W)) W
  (let ((handle (concat #x000000000000 (message-address.HANDLE_15 address) (message-address.HANDLE_14 address))))
    (bvadd handle (ite (= (message-address.SHV address) #b1)
                       ((_ zero_extend 48) (message-data.SUBHANDLE data)) #x0000000000000000))))

; VTD-FAULT-RECORDING, VTD-IRTE: which reasons FPD keeps from being recorded
(define-fun fault.qualified ((reason W)) Bool
  (or (= reason #x0000000000000002) (= reason #x0000000000000003) (= reason #x0000000000000004)
      (= reason #x0000000000000005) (= reason #x0000000000000006) (= reason #x0000000000000007)
      (= reason #x000000000000000b) (= reason #x000000000000000c) (= reason #x000000000000000d)))
(define-fun fault.interrupt-qualified ((reason W)) Bool
  (or (= reason #x0000000000000022) (= reason #x0000000000000024) (= reason #x0000000000000026)
      (= reason #x0000000000000027) (= reason #x0000000000000028)))

; ---- What code makes: the fields that it is told, and nothing else

; VTD-LEGACY-ROOT: a present root entry; the second word is 0
(define-fun root-entry.given ((table W)) Bool
  (= (bvlshr table #x0000000000000034) #x0000000000000000))
(define-fun root-entry.means ((w W) (table W)) Bool
  (and (= (root.lo.P w) #b1)
       (= (root.lo.CTP w) ((_ extract 51 0) table))
       (= (root.lo.RSVD w) #x0000000000000000)
       (= (root.lo.REST w) #x0000000000000000)))

; VTD-LEGACY-CONTEXT: the first word of a present context entry
(define-fun context-entry.first.given ((type W) (table W)) Bool
  (and (= (bvlshr type #x0000000000000002) #x0000000000000000)
       (= (bvlshr table #x0000000000000034) #x0000000000000000)))
(define-fun context-entry.first.means ((w W) (type W) (table W)) Bool
  (and (= (context.lo.P w) #b1)
       (= (context.lo.FPD w) #b0)
       (= (context.lo.TT w) ((_ extract 1 0) type))
       (= (context.lo.SLPTPTR w) ((_ extract 51 0) table))
       (= (context.lo.RSVD w) #x0000000000000000)
       (= (context.lo.REST w) #x0000000000000000)))

; VTD-LEGACY-CONTEXT: the second word of a context entry
(define-fun context-entry.second.given ((aw W) (did W)) Bool
  (and (= (bvlshr aw #x0000000000000003) #x0000000000000000)
       (= (bvlshr did #x0000000000000010) #x0000000000000000)))
(define-fun context-entry.second.means ((w W) (aw W) (did W)) Bool
  (and (= (context.hi.AW w) ((_ extract 2 0) aw))
       (= (context.hi.AVAIL w) #b0000)
       (= (context.hi.DID w) ((_ extract 15 0) did))
       (= (context.hi.RSVD w) #x0000000000000000)
       (= (context.hi.REST w) #x0000000000000000)))

; VTD-QI: type 1, global
(define-fun context-global.means ((w W)) Bool
  (and (= (invalidate-context.lo.TYPE w) #b0001)
       (= (invalidate-context.lo.G w) #b01)
       (= (invalidate-context.lo.TYPE_HIGH w) #b000)
       (= (invalidate-context.lo.DID w) #b0000000000000000)
       (= (invalidate-context.lo.SID w) #b0000000000000000)
       (= (invalidate-context.lo.FM w) #b00)
       (= (invalidate-context.lo.RSVD w) #x0000000000000000)
       (= (invalidate-context.lo.REST w) #x0000000000000000)))

; VTD-QI: type 1, of a domain
(define-fun context-domain.given ((did W)) Bool
  (= (bvlshr did #x0000000000000010) #x0000000000000000))
(define-fun context-domain.means ((w W) (did W)) Bool
  (and (= (invalidate-context.lo.TYPE w) #b0001)
       (= (invalidate-context.lo.G w) #b10)
       (= (invalidate-context.lo.TYPE_HIGH w) #b000)
       (= (invalidate-context.lo.DID w) ((_ extract 15 0) did))
       (= (invalidate-context.lo.SID w) #b0000000000000000)
       (= (invalidate-context.lo.FM w) #b00)
       (= (invalidate-context.lo.RSVD w) #x0000000000000000)
       (= (invalidate-context.lo.REST w) #x0000000000000000)))

; VTD-QI: type 1, of devices
(define-fun context-device.given ((did W) (sid W) (fm W)) Bool
  (and (= (bvlshr did #x0000000000000010) #x0000000000000000)
       (= (bvlshr sid #x0000000000000010) #x0000000000000000)
       (= (bvlshr fm #x0000000000000002) #x0000000000000000)))
(define-fun context-device.means ((w W) (did W) (sid W) (fm W)) Bool
  (and (= (invalidate-context.lo.TYPE w) #b0001)
       (= (invalidate-context.lo.G w) #b11)
       (= (invalidate-context.lo.TYPE_HIGH w) #b000)
       (= (invalidate-context.lo.DID w) ((_ extract 15 0) did))
       (= (invalidate-context.lo.SID w) ((_ extract 15 0) sid))
       (= (invalidate-context.lo.FM w) ((_ extract 1 0) fm))
       (= (invalidate-context.lo.RSVD w) #x0000000000000000)
       (= (invalidate-context.lo.REST w) #x0000000000000000)))

; VTD-QI: type 2, global, with what is in flight
(define-fun iotlb-global.means ((w W)) Bool
  (and (= (invalidate-iotlb.lo.TYPE w) #b0010)
       (= (invalidate-iotlb.lo.G w) #b01)
       (= (invalidate-iotlb.lo.DW w) #b1)
       (= (invalidate-iotlb.lo.DR w) #b1)
       (= (invalidate-iotlb.lo.TYPE_HIGH w) #b000)
       (= (invalidate-iotlb.lo.DID w) #b0000000000000000)
       (= (invalidate-iotlb.lo.RSVD w) #x0000000000000000)
       (= (invalidate-iotlb.lo.REST w) #x0000000000000000)))

; VTD-QI: type 2, of a domain
(define-fun iotlb-domain.given ((did W)) Bool
  (= (bvlshr did #x0000000000000010) #x0000000000000000))
(define-fun iotlb-domain.means ((w W) (did W)) Bool
  (and (= (invalidate-iotlb.lo.TYPE w) #b0010)
       (= (invalidate-iotlb.lo.G w) #b10)
       (= (invalidate-iotlb.lo.DW w) #b1)
       (= (invalidate-iotlb.lo.DR w) #b1)
       (= (invalidate-iotlb.lo.TYPE_HIGH w) #b000)
       (= (invalidate-iotlb.lo.DID w) ((_ extract 15 0) did))
       (= (invalidate-iotlb.lo.RSVD w) #x0000000000000000)
       (= (invalidate-iotlb.lo.REST w) #x0000000000000000)))

; VTD-QI: type 2, of pages
(define-fun iotlb-page.first.given ((did W)) Bool
  (= (bvlshr did #x0000000000000010) #x0000000000000000))
(define-fun iotlb-page.first.means ((w W) (did W)) Bool
  (and (= (invalidate-iotlb.lo.TYPE w) #b0010)
       (= (invalidate-iotlb.lo.G w) #b11)
       (= (invalidate-iotlb.lo.DW w) #b1)
       (= (invalidate-iotlb.lo.DR w) #b1)
       (= (invalidate-iotlb.lo.TYPE_HIGH w) #b000)
       (= (invalidate-iotlb.lo.DID w) ((_ extract 15 0) did))
       (= (invalidate-iotlb.lo.RSVD w) #x0000000000000000)
       (= (invalidate-iotlb.lo.REST w) #x0000000000000000)))

; VTD-QI: type 2, of pages, second word
(define-fun iotlb-page.second.given ((page W) (am W) (leaf W)) Bool
  (and (= (bvlshr am #x0000000000000006) #x0000000000000000)
       (= (bvlshr page #x0000000000000034) #x0000000000000000)))
(define-fun iotlb-page.second.means ((w W) (page W) (am W) (leaf W)) Bool
  (and (= (invalidate-iotlb.hi.AM w) ((_ extract 5 0) am))
       (= (= (invalidate-iotlb.hi.IH w) #b1) (distinct leaf #x0000000000000000))
       (= (invalidate-iotlb.hi.ADDR w) ((_ extract 51 0) page))
       (= (invalidate-iotlb.hi.RSVD w) #x0000000000000000)
       (= (invalidate-iotlb.hi.REST w) #x0000000000000000)))

; VTD-QI: type 5, that writes a status
(define-fun wait-status.given ((data W)) Bool
  (= (bvlshr data #x0000000000000020) #x0000000000000000))
(define-fun wait-status.means ((w W) (data W)) Bool
  (and (= (wait.lo.TYPE w) #b0101)
       (= (wait.lo.IF w) #b0)
       (= (wait.lo.SW w) #b1)
       (= (wait.lo.FN w) #b0)
       (= (wait.lo.PD w) #b0)
       (= (wait.lo.TYPE_HIGH w) #b000)
       (= (wait.lo.DATA w) ((_ extract 31 0) data))
       (= (wait.lo.RSVD w) #x0000000000000000)
       (= (wait.lo.REST w) #x0000000000000000)))

; VTD-REGISTER-INVALIDATION: a command of CCMD
(define-fun ccmd-request.given ((g W) (did W) (sid W) (fm W)) Bool
  (and (= (bvlshr did #x0000000000000010) #x0000000000000000)
       (= (bvlshr sid #x0000000000000010) #x0000000000000000)
       (= (bvlshr fm #x0000000000000002) #x0000000000000000)
       (= (bvlshr g #x0000000000000002) #x0000000000000000)))
(define-fun ccmd-request.means ((w W) (g W) (did W) (sid W) (fm W)) Bool
  (and (= (ccmd.DID w) ((_ extract 15 0) did))
       (= (ccmd.SID w) ((_ extract 15 0) sid))
       (= (ccmd.FM w) ((_ extract 1 0) fm))
       (= (ccmd.CAIG w) #b00)
       (= (ccmd.CIRG w) ((_ extract 1 0) g))
       (= (ccmd.ICC w) #b1)
       (= (ccmd.RSVD w) #x0000000000000000)
       (= (ccmd.REST w) #x0000000000000000)))

; VTD-REGISTER-INVALIDATION: a command of IOTLB
(define-fun iotlb-request.given ((g W) (did W)) Bool
  (and (= (bvlshr did #x0000000000000010) #x0000000000000000)
       (= (bvlshr g #x0000000000000002) #x0000000000000000)))
(define-fun iotlb-request.means ((w W) (g W) (did W)) Bool
  (and (= (iotlb-command.DID w) ((_ extract 15 0) did))
       (= (iotlb-command.DW w) #b1)
       (= (iotlb-command.DR w) #b1)
       (= (iotlb-command.IAIG w) #b00)
       (= (iotlb-command.IIRG w) ((_ extract 1 0) g))
       (= (iotlb-command.IVT w) #b1)
       (= (iotlb-command.RSVD w) #x0000000000000000)
       (= (iotlb-command.REST w) #x0000000000000000)))

; VTD-QI: type 5, second word: an address of which bits 1:0 are 0
(define-fun wait-address.given ((address W)) Bool (= ((_ extract 1 0) address) #b00))
(define-fun wait-address.means ((w W) (address W)) Bool
  (and (= (wait.hi.ADDR w) ((_ extract 63 2) address)) (= (wait.hi.RSVD w) #x0000000000000000)
       (= (wait.hi.REST w) #x0000000000000000)))

; VTD-SL-ENTRY: an entry of no rights is 0; else the rights and the frame, and nothing else
(define-fun second-level-entry.given ((frame W) (rights W)) Bool
  (and (= (bvlshr frame #x0000000000000028) #x0000000000000000) (bvult rights #x0000000000000004)))
(define-fun second-level-entry.means ((w W) (frame W) (rights W)) Bool
  (ite (= rights #x0000000000000000) (= w #x0000000000000000)
    (and (= (second-level.R w) ((_ extract 0 0) rights)) (= (second-level.W w) ((_ extract 1 1) rights))
         (= (second-level.ADDR w) ((_ extract 39 0) frame)) (= (second-level.X w) #b0) (= (second-level.EMT w) #b000)
         (= (second-level.SP w) #b0) (= (second-level.A w) #b0) (= (second-level.D w) #b0) (= (second-level.SNP w) #b0)
         (= (second-level.TM w) #b0) (= (second-level.REST w) #x0000000000000000))))

; VTD-SL-ENTRY: the rights of an entry, reading as bit 0 and writing as bit 1; and other rights with all else the same
(define-fun second-level-rights.means ((rights W) (e W)) Bool
  (= rights (concat #b00000000000000000000000000000000000000000000000000000000000000 (second-level.W e) (second-level.R e))))
(define-fun second-level-other-rights.given ((e W) (rights W)) Bool (bvult rights #x0000000000000004))
(define-fun second-level-other-rights.means ((w W) (e W) (rights W)) Bool
  (= w (concat ((_ extract 63 2) e) ((_ extract 1 0) rights))))

; VTD-REGISTERS: 2^(S+1) interrupt entries, 2^(QS+8) descriptors of 128 bits or half as many of 256
(define-fun interrupt-entries.means ((n W) (irta W)) Bool
  (= n (bvshl #x0000000000000002 ((_ zero_extend 60) (irta.S irta)))))
(define-fun queue-entries.means ((n W) (iqa W)) Bool
  (= n (bvshl (ite (= (iqa.DW iqa) #b1) #x0000000000000080 #x0000000000000100) ((_ zero_extend 61) (iqa.QS iqa)))))

; VTD-SCALABLE-CONTEXT: 2^(PDTS+7) entries of a directory, each of a table of 64
(define-fun pasids.means ((n W) (w0 W)) Bool
  (= n (bvshl #x0000000000002000 ((_ zero_extend 61) (scalable-context.w0.PDTS w0)))))

; VTD-REGISTERS: what a write of GCMD leads to: states are as asked, what starts something once stays reported, the write buffer is flushed
(define-fun status-after.given ((status W) (command W)) Bool (bvult command #x0000000100000000))
(define-fun status-after.means ((s W) (status W) (command W)) Bool
  (and (= (gsts.TES s) (gcmd.TE command)) (= (gsts.QIES s) (gcmd.QIE command)) (= (gsts.IRES s) (gcmd.IRE command))
       (= (gsts.CFIS s) (gcmd.CFI command)) (= (gsts.AFLS s) (gcmd.EAFL command)) (= (gsts.WBFS s) #b0)
       (= (gsts.RTPS s) (bvor (gsts.RTPS status) (gcmd.SRTP command)))
       (= (gsts.IRTPS s) (bvor (gsts.IRTPS status) (gcmd.SIRTP command)))
       (= (gsts.FLS s) (bvor (gsts.FLS status) (gcmd.SFL command)))
       (= (gsts.REST s) (gsts.REST status))))

; VTD-POSTED-DESCRIPTOR: 31:6 and 63:32 of the address of a posted-interrupt descriptor
(define-fun posted-address.means ((address W) (lo W) (hi W)) Bool
  (= address (concat (posted.hi.PDA_HI hi) (posted.lo.PDA_LO lo) #b000000)))

; VTD-INTERRUPT-REQUEST: the message of a redirection entry in remappable format
(define-fun redirected.given ((rte W)) Bool (= (redirection.FORMAT rte) #b1))
(define-fun redirected.means ((address W) (rte W)) Bool
  (and (= (message-address.HEAD address) #xfee) (= (message-address.FORMAT address) #b1)
       (= (message-address.HANDLE_14 address) (redirection.INDEX rte))
       (= (message-address.HANDLE_15 address) (redirection.INDEX_15 rte))
       (= (message-address.SHV address) #b0) (= (message-address.REST address) #x0000000000000000)))

; VTD-SOURCE-ID: SID = bus<<8 | dev<<3 | fn
(define-fun source-id.given ((bus W) (devfn W)) Bool
  (and (bvult bus #x0000000000000100) (bvult devfn #x0000000000000100)))
(define-fun source-id.means ((sid W) (bus W) (devfn W)) Bool (= sid (bvor (bvshl bus #x0000000000000008) devfn)))

; ---- Decisions
; VTD-REGISTER-INVALIDATION, VTD-IRTE: which bits of a source count
(define-fun compared.given ((fm W)) Bool (bvult fm #x0000000000000004))
(define-fun compared.means ((mask W) (fm W)) Bool (= mask (sid.compared fm)))

; VTD-INTERRUPT-REQUEST: which entry a message asks for
(define-fun index.means ((n W) (address W) (data W)) Bool (= n (remap.index address data)))

; VTD-FAULT-RECORDING, VTD-IRTE: what FPD suppresses
(define-fun qualified.given ((reason W)) Bool
  (and (bvuge reason #x0000000000000001) (bvule reason #x000000000000000d)))
(define-fun qualified.means ((suppressed W) (reason W)) Bool
  (= (distinct suppressed #x0000000000000000) (fault.qualified reason)))
; VTD-FAULT-RECORDING: what FPD suppresses, of conditions by their numbers, by the reason that reports each in legacy mode
(define-fun condition-qualified.given ((condition W)) Bool (bvult condition #x0000000000000026))
(define-fun condition-qualified.means ((suppressed W) (condition W) (reason W)) Bool
  (=> (and (bvuge reason #x0000000000000001) (bvule reason #x000000000000000d))
      (= (distinct suppressed #x0000000000000000) (fault.qualified reason))))
(define-fun interrupt-qualified.given ((reason W)) Bool (bvult reason #x0000000000000100))
(define-fun interrupt-qualified.means ((suppressed W) (reason W)) Bool
  (= (distinct suppressed #x0000000000000000) (fault.interrupt-qualified reason)))

; VTD-QI: a descriptor is executed if its type is one that the unit knows and no reserved bit is set. Of the unit: ECAP, which says whether
; page requests can be drained (PD of a wait) and PASIDs (types 6 to 8, of which 6 and 8 need a queue of 256 bits). PFSID is reserved without ECAP.DIT; as recorded, a
; PASID-cache descriptor is not looked at. more: the upper half of 256 bits
(define-fun descriptor.reserved ((type W) (lo W) (hi W) (pds Bool) (dit Bool)) W
  (ite (= type #x0000000000000001) (bvor (invalidate-context.lo.RSVD lo) (invalidate-context.hi.RSVD hi))
  (ite (= type #x0000000000000002) (bvor (invalidate-iotlb.lo.RSVD lo) (invalidate-iotlb.hi.RSVD hi))
  (ite (= type #x0000000000000003)
       (bvor (bvor (invalidate-device-tlb.lo.ALONE lo) (invalidate-device-tlb.hi.ALONE hi))
             (ite dit #x0000000000000000
                  ((_ zero_extend 48) (concat (invalidate-device-tlb.lo.PFSID_HI lo) (invalidate-device-tlb.lo.PFSID_LO lo)))))
  (ite (= type #x0000000000000004) (bvor (invalidate-interrupt-entry.lo.ALONE lo) (invalidate-interrupt-entry.hi.RSVD hi))
  (ite (= type #x0000000000000005)
       (bvor (bvor (wait.lo.ALONE lo) (wait.hi.ALONE hi)) (ite pds #x0000000000000000 ((_ zero_extend 63) (wait.lo.PD lo))))
  (ite (= type #x0000000000000006) (bvor (invalidate-pasid.lo.ALONE lo) (invalidate-pasid-iotlb.hi.ALONE hi))
  (ite (= type #x0000000000000008)
       (bvor (invalidate-pasid-device-tlb.hi.ALONE hi)
             (ite dit #x0000000000000000
                  ((_ zero_extend 48) (concat (invalidate-pasid-device-tlb.lo.PFSID_HI lo) (invalidate-pasid-device-tlb.lo.PFSID_LO lo)))))
       #x0000000000000000))))))))
(define-fun descriptor.means ((is W) (lo W) (hi W) (more W) (wide W) (ecap W)) Bool
  (let ((type ((_ zero_extend 57) (concat (invalidate-iotlb.lo.TYPE_HIGH lo) (invalidate-iotlb.lo.TYPE lo))))
        (pasids (= (ecap.SMTS ecap) #b1)) (pds (= (ecap.PDS ecap) #b1)) (dit (= (ecap.DIT ecap) #b1)))
    (= (distinct is #x0000000000000000)
       (ite (= type #x0000000000000007) pasids
         (and (bvuge type #x0000000000000001)
              (or (bvule type #x0000000000000005)
                  (and pasids (distinct wide #x0000000000000000) (or (= type #x0000000000000006) (= type #x0000000000000008))))
              (= more #x0000000000000000)
              (= (descriptor.reserved type lo hi pds dit) #x0000000000000000))))))

; VTD-LEGACY-CONTEXT: a context entry. Of the unit: CAP, ECAP, haw. P, reserved, a pointer beyond haw too but in pass-through, then AW not
; in SAGAW, TT 3, TT 1 without dt, TT 2 without pt or with another AW than the largest
(define-fun context.means ((reason W) (lo W) (hi W) (cap W) (ecap W) (haw W)) Bool
  (let ((aw ((_ zero_extend 61) (context.hi.AW hi)))
        (beyond (distinct (bvand (bvand lo #xfffffffffffff000) (bvnot (ones haw))) #x0000000000000000)))
    (= reason
      (ite (= (context.lo.P lo) #b0) #x0000000000000002
      (ite (or (distinct (context.lo.RSVD lo) #x0000000000000000) (distinct (context.hi.RSVD hi) #x0000000000000000)
               (and beyond (distinct (context.lo.TT lo) #b10)))
           #x000000000000000b
      (ite (or (not (unit.has-width cap aw))
               (= (context.lo.TT lo) #b11)
               (and (= (context.lo.TT lo) #b01) (= (ecap.DT ecap) #b0))
               (and (= (context.lo.TT lo) #b10) (or (= (ecap.PT ecap) #b0) (distinct aw (unit.largest cap)))))
           #x0000000000000003 #x0000000000000000))))))

; VTD-IRTE: an interrupt entry. P, reserved fields, source, then what is delivered. Not in the other sources, from the code's own source: delivery
; modes 3 and 6 and, without extended mode, destination bits but 47:40 are reserved in the remapped format
(define-fun remap.reserved ((lo W) (hi W) (extended W) (posts W)) Bool
  (or (= (remapped.hi.SVT hi) #b11)
      (ite (and (distinct posts #x0000000000000000) (= (remapped.lo.IM lo) #b1))
        (or (distinct (posted.lo.RSVD lo) #x0000000000000000) (distinct (posted.hi.RSVD hi) #x0000000000000000)
            (distinct (bvand (posted.lo.REST lo) #x00000000000030fc) #x0000000000000000))
        (or (= (remapped.lo.IM lo) #b1)
            (distinct (remapped.lo.RSVD lo) #x0000000000000000) (distinct (remapped.hi.RSVD hi) #x0000000000000000)
            (= (remapped.lo.DLM lo) #b011) (= (remapped.lo.DLM lo) #b110)
            (and (= extended #x0000000000000000)
                 (distinct (bvand (remapped.lo.DST lo) #xffff00ff) #x00000000))))))
(define-fun remap.given ((lo W) (hi W) (sid W) (extended W)) Bool (bvult sid #x0000000000010000))
(define-fun remap.means ((outcome W) (lo W) (hi W) (sid W) (extended W) (posts W) (vector W) (mode W) (dest W) (silent W)) Bool
  (let ((silenced (= (remapped.lo.FPD lo) #b1)))
    (ite (= (remapped.lo.P lo) #b0) (and (= outcome #x0000000000000022) (= (distinct silent #x0000000000000000) silenced))
    (ite (remap.reserved lo hi extended posts)
         (and (= outcome #x0000000000000024) (= (distinct silent #x0000000000000000) silenced))
    (ite (not (remap.accepts hi sid))
         (and (= outcome #x0000000000000026) (= (distinct silent #x0000000000000000) silenced))
    (ite (= (remapped.lo.IM lo) #b1) (= outcome #x00000000000000ff)
      (and (= outcome #x0000000000000000)
           (= vector ((_ zero_extend 56) (remapped.lo.VECTOR lo))) (= mode ((_ zero_extend 61) (remapped.lo.DLM lo)))
           (= dest (ite (= extended #x0000000000000000)
                        ((_ zero_extend 56) ((_ extract 15 8) (remapped.lo.DST lo)))
                        ((_ zero_extend 32) (remapped.lo.DST lo)))))))))))

; ---- Walks
; One step of the walk; of the unit: CAP, ECAP, haw. The reason, 0 for a leaf, all ones for a table
(define-fun step.given ((e W) (level W) (write W)) Bool
  (and (bvuge level #x0000000000000001) (bvule level #x0000000000000005)))
(define-fun step.means ((came W) (e W) (level W) (write W) (cap W) (ecap W) (haw W)) Bool
  (let ((is (walk.step e level (distinct write #x0000000000000000) haw (unit.sllps cap)
                       (= (ecap.SC ecap) #b1) (= (ecap.DT ecap) #b1))))
    (= came (ite (= is #x0000000000000001) #xffffffffffffffff is))))

; which entry of a table, of the number of a 4 KiB page
(define-fun entry.given ((page W) (level W)) Bool
  (and (bvuge level #x0000000000000001) (bvule level #x0000000000000005) (bvult page #x0010000000000000)))
(define-fun entry.means ((n W) (page W) (level W)) Bool
  (= n (walk.index (bvshl page #x000000000000000c) level)))

; where a leaf that passes the step leads to: the frame of the request's 4 KiB
(define-fun leaf.given ((e W) (level W) (page W) (haw W) (sllps W)) Bool
  (and (bvuge level #x0000000000000001) (bvule level #x0000000000000003) (bvult page #x0010000000000000)
       (= haw #x0000000000000034)
       (= (walk.step e level false haw sllps true true) #x0000000000000000)))
(define-fun leaf.means ((frame W) (e W) (level W) (page W) (haw W) (sllps W)) Bool
  (= frame (bvlshr (walk.reached e level (bvshl page #x000000000000000c) haw) #x000000000000000c)))

; whether an address is beyond the tables or the unit
(define-fun beyond.means ((is W) (iova W) (hi W) (cap W)) Bool
  (= (distinct is #x0000000000000000) (walk.beyond iova ((_ zero_extend 61) (context.hi.AW hi)) (unit.mgaw cap))))

; A whole walk of at most five levels through words that were read, the first at the top; those that are left over are not looked at.
; kind: 0 reached, else the reason that is recorded in legacy mode: as above, with 7 for an entry that cannot be read; with 3 for the first one,
; as the unit that was recorded has it, where the specification has 7, too
(define-fun walk.kind ((e W) (level W) (top W) (readable Bool) (write Bool) (haw W) (sllps W) (sc Bool) (dt Bool)) W
  (ite (not readable) (ite (= level top) #x0000000000000003 #x0000000000000007) (walk.step e level write haw sllps sc dt)))

; f: bit 0 sc, 1 dt, 2 write
(define-fun unit.flags ((ecap W) (write W)) W
  (concat #x000000000000000 #b0 (ite (= write #x0000000000000000) #b0 #b1) (ecap.DT ecap) (ecap.SC ecap)))

; r: bit n whether the nth entry that is met can be read, of a walk from level top
(define-fun met.kind ((e W) (level W) (top W) (f W) (haw W) (sllps W) (r W)) W
  (walk.kind e level top (= (bvand (bvlshr r (bvsub top level)) #x0000000000000001) #x0000000000000001) (= ((_ extract 2 2) f) #b1) haw sllps
             (= ((_ extract 0 0) f) #b1) (= ((_ extract 1 1) f) #b1)))
(define-fun met1.kind ((e1 W) (top W) (f W) (haw W) (sllps W) (r W)) W (met.kind e1 #x0000000000000001 top f haw sllps r))
(define-fun met1.rights ((e1 W) (top W) (f W) (haw W) (sllps W) (r W)) W (bvand e1 #x0000000000000003))
(define-fun met1.reached ((e1 W) (iova W) (top W) (f W) (haw W) (sllps W) (r W)) W (walk.reached e1 #x0000000000000001 iova haw))
(define-fun met2.kind ((e2 W) (e1 W) (top W) (f W) (haw W) (sllps W) (r W)) W
  (let ((is (met.kind e2 #x0000000000000002 top f haw sllps r))) (ite (= is #x0000000000000001) (met1.kind e1 top f haw sllps r) is)))
(define-fun met2.rights ((e2 W) (e1 W) (top W) (f W) (haw W) (sllps W) (r W)) W
  (ite (walk.leaf e2 #x0000000000000002) (bvand e2 #x0000000000000003) (bvand e2 (met1.rights e1 top f haw sllps r))))
(define-fun met2.reached ((e2 W) (e1 W) (iova W) (top W) (f W) (haw W) (sllps W) (r W)) W
  (ite (walk.leaf e2 #x0000000000000002) (walk.reached e2 #x0000000000000002 iova haw) (met1.reached e1 iova top f haw sllps r)))
(define-fun met3.kind ((e3 W) (e2 W) (e1 W) (top W) (f W) (haw W) (sllps W) (r W)) W
  (let ((is (met.kind e3 #x0000000000000003 top f haw sllps r))) (ite (= is #x0000000000000001) (met2.kind e2 e1 top f haw sllps r) is)))
(define-fun met3.rights ((e3 W) (e2 W) (e1 W) (top W) (f W) (haw W) (sllps W) (r W)) W
  (ite (walk.leaf e3 #x0000000000000003) (bvand e3 #x0000000000000003) (bvand e3 (met2.rights e2 e1 top f haw sllps r))))
(define-fun met3.reached ((e3 W) (e2 W) (e1 W) (iova W) (top W) (f W) (haw W) (sllps W) (r W)) W
  (ite (walk.leaf e3 #x0000000000000003) (walk.reached e3 #x0000000000000003 iova haw) (met2.reached e2 e1 iova top f haw sllps r)))
(define-fun met4.kind ((e4 W) (e3 W) (e2 W) (e1 W) (top W) (f W) (haw W) (sllps W) (r W)) W
  (let ((is (met.kind e4 #x0000000000000004 top f haw sllps r))) (ite (= is #x0000000000000001) (met3.kind e3 e2 e1 top f haw sllps r) is)))
(define-fun met4.rights ((e4 W) (e3 W) (e2 W) (e1 W) (top W) (f W) (haw W) (sllps W) (r W)) W
  (ite (walk.leaf e4 #x0000000000000004) (bvand e4 #x0000000000000003) (bvand e4 (met3.rights e3 e2 e1 top f haw sllps r))))
(define-fun met4.reached ((e4 W) (e3 W) (e2 W) (e1 W) (iova W) (top W) (f W) (haw W) (sllps W) (r W)) W
  (ite (walk.leaf e4 #x0000000000000004) (walk.reached e4 #x0000000000000004 iova haw) (met3.reached e3 e2 e1 iova top f haw sllps r)))
(define-fun met5.kind ((e5 W) (e4 W) (e3 W) (e2 W) (e1 W) (top W) (f W) (haw W) (sllps W) (r W)) W
  (let ((is (met.kind e5 #x0000000000000005 top f haw sllps r))) (ite (= is #x0000000000000001) (met4.kind e4 e3 e2 e1 top f haw sllps r) is)))
(define-fun met5.rights ((e5 W) (e4 W) (e3 W) (e2 W) (e1 W) (top W) (f W) (haw W) (sllps W) (r W)) W
  (ite (walk.leaf e5 #x0000000000000005) (bvand e5 #x0000000000000003) (bvand e5 (met4.rights e4 e3 e2 e1 top f haw sllps r))))
(define-fun met5.reached ((e5 W) (e4 W) (e3 W) (e2 W) (e1 W) (iova W) (top W) (f W) (haw W) (sllps W) (r W)) W
  (ite (walk.leaf e5 #x0000000000000005) (walk.reached e5 #x0000000000000005 iova haw) (met4.reached e4 e3 e2 e1 iova top f haw sllps r)))

; whether the nth entry is read: it is met, and can be read; each is read once, where it was asked for
(define-fun read.one ((on Bool) (n W) (r W)) W
  (ite (and on (= (bvand (bvlshr r n) #x0000000000000001) #x0000000000000001)) #x0000000000000001 #x0000000000000000))

; a walk through tables of 3 levels
(define-fun walk3.given ((a W) (b W) (c W) (d W) (e W) (iova W) (write W) (root W) (r W)) Bool (bvult root #x0000010000000000))
(define-fun walk3.means ((kind W) (a W) (b W) (c W) (d W) (e W) (iova W) (write W) (root W) (r W)
    (n W) (other W) (reached W) (rights W) (at0 W) (at1 W) (at2 W) (at3 W) (at4 W) (cap W) (ecap W) (haw W)) Bool
  (let ((f (unit.flags ecap write)) (mgaw (unit.mgaw cap)) (sllps (unit.sllps cap)) (top #x0000000000000003))
  (let ((is (ite (walk.beyond iova #x0000000000000001 mgaw) #x0000000000000004 (met3.kind a b c top f haw sllps r)))
        (on0 (not (walk.beyond iova #x0000000000000001 mgaw))))
  (let ((on1 (and on0 (= (met.kind a #x0000000000000003 top f haw sllps r) #x0000000000000001))))
  (let ((on2 (and on1 (= (met.kind b #x0000000000000002 top f haw sllps r) #x0000000000000001))))
    (and (= kind is)
         (= n (bvadd (read.one on0 #x0000000000000000 r) (bvadd (read.one on1 #x0000000000000001 r) (read.one on2 #x0000000000000002 r)))) (= other #x0000000000000000)
         (=> (= is #x0000000000000000) (and (= rights (met3.rights a b c top f haw sllps r)) (= reached (met3.reached a b c iova top f haw sllps r))))
         (= at0 (ite on0 (walk.entry (bvshl root #x000000000000000c) iova #x0000000000000003) #x0000000000000000))
         (= at1 (ite on1 (walk.entry (walk.table a haw) iova #x0000000000000002) #x0000000000000000))
         (= at2 (ite on2 (walk.entry (walk.table b haw) iova #x0000000000000001) #x0000000000000000))
         (= at3 #x0000000000000000)
         (= at4 #x0000000000000000)))))))

; a walk through tables of 4 levels
(define-fun walk4.given ((a W) (b W) (c W) (d W) (e W) (iova W) (write W) (root W) (r W)) Bool (bvult root #x0000010000000000))
(define-fun walk4.means ((kind W) (a W) (b W) (c W) (d W) (e W) (iova W) (write W) (root W) (r W)
    (n W) (other W) (reached W) (rights W) (at0 W) (at1 W) (at2 W) (at3 W) (at4 W) (cap W) (ecap W) (haw W)) Bool
  (let ((f (unit.flags ecap write)) (mgaw (unit.mgaw cap)) (sllps (unit.sllps cap)) (top #x0000000000000004))
  (let ((is (ite (walk.beyond iova #x0000000000000002 mgaw) #x0000000000000004 (met4.kind a b c d top f haw sllps r)))
        (on0 (not (walk.beyond iova #x0000000000000002 mgaw))))
  (let ((on1 (and on0 (= (met.kind a #x0000000000000004 top f haw sllps r) #x0000000000000001))))
  (let ((on2 (and on1 (= (met.kind b #x0000000000000003 top f haw sllps r) #x0000000000000001))))
  (let ((on3 (and on2 (= (met.kind c #x0000000000000002 top f haw sllps r) #x0000000000000001))))
    (and (= kind is)
         (= n (bvadd (read.one on0 #x0000000000000000 r) (bvadd (read.one on1 #x0000000000000001 r) (bvadd (read.one on2 #x0000000000000002 r) (read.one on3 #x0000000000000003 r))))) (= other #x0000000000000000)
         (=> (= is #x0000000000000000) (and (= rights (met4.rights a b c d top f haw sllps r)) (= reached (met4.reached a b c d iova top f haw sllps r))))
         (= at0 (ite on0 (walk.entry (bvshl root #x000000000000000c) iova #x0000000000000004) #x0000000000000000))
         (= at1 (ite on1 (walk.entry (walk.table a haw) iova #x0000000000000003) #x0000000000000000))
         (= at2 (ite on2 (walk.entry (walk.table b haw) iova #x0000000000000002) #x0000000000000000))
         (= at3 (ite on3 (walk.entry (walk.table c haw) iova #x0000000000000001) #x0000000000000000))
         (= at4 #x0000000000000000))))))))

; a walk through tables of 5 levels
(define-fun walk5.given ((a W) (b W) (c W) (d W) (e W) (iova W) (write W) (root W) (r W)) Bool (bvult root #x0000010000000000))
(define-fun walk5.means ((kind W) (a W) (b W) (c W) (d W) (e W) (iova W) (write W) (root W) (r W)
    (n W) (other W) (reached W) (rights W) (at0 W) (at1 W) (at2 W) (at3 W) (at4 W) (cap W) (ecap W) (haw W)) Bool
  (let ((f (unit.flags ecap write)) (mgaw (unit.mgaw cap)) (sllps (unit.sllps cap)) (top #x0000000000000005))
  (let ((is (ite (walk.beyond iova #x0000000000000003 mgaw) #x0000000000000004 (met5.kind a b c d e top f haw sllps r)))
        (on0 (not (walk.beyond iova #x0000000000000003 mgaw))))
  (let ((on1 (and on0 (= (met.kind a #x0000000000000005 top f haw sllps r) #x0000000000000001))))
  (let ((on2 (and on1 (= (met.kind b #x0000000000000004 top f haw sllps r) #x0000000000000001))))
  (let ((on3 (and on2 (= (met.kind c #x0000000000000003 top f haw sllps r) #x0000000000000001))))
  (let ((on4 (and on3 (= (met.kind d #x0000000000000002 top f haw sllps r) #x0000000000000001))))
    (and (= kind is)
         (= n (bvadd (read.one on0 #x0000000000000000 r) (bvadd (read.one on1 #x0000000000000001 r) (bvadd (read.one on2 #x0000000000000002 r) (bvadd (read.one on3 #x0000000000000003 r) (read.one on4 #x0000000000000004 r)))))) (= other #x0000000000000000)
         (=> (= is #x0000000000000000) (and (= rights (met5.rights a b c d e top f haw sllps r)) (= reached (met5.reached a b c d e iova top f haw sllps r))))
         (= at0 (ite on0 (walk.entry (bvshl root #x000000000000000c) iova #x0000000000000005) #x0000000000000000))
         (= at1 (ite on1 (walk.entry (walk.table a haw) iova #x0000000000000004) #x0000000000000000))
         (= at2 (ite on2 (walk.entry (walk.table b haw) iova #x0000000000000003) #x0000000000000000))
         (= at3 (ite on3 (walk.entry (walk.table c haw) iova #x0000000000000002) #x0000000000000000))
         (= at4 (ite on4 (walk.entry (walk.table d haw) iova #x0000000000000001) #x0000000000000000))))))))))

; ---- Ranges: pages are numbers of 4 KiB
; VTD-QI: a driver names the smallest aligned range of pages: every page from the first to the last is in it
(define-fun range.given ((first W) (last W) (page W)) Bool
  (and (bvule first page) (bvule page last) (bvult last #x0010000000000000)))
(define-fun range.means ((hi W) (first W) (last W) (page W)) Bool
  (and (iotlb.covers hi page) (= (invalidate-iotlb.hi.RSVD hi) #x0000000000000000)
       (= (invalidate-iotlb.hi.REST hi) #x0000000000000000)))
; the order of the smallest aligned range that has the first and the last page
(define-fun range-order.given ((first W) (last W)) Bool
  (and (bvult first #x0010000000000000) (bvult last #x0010000000000000)))
(define-fun range-order.means ((order W) (first W) (last W)) Bool
  (and (= (bvlshr first order) (bvlshr last order))
       (or (= order #x0000000000000000)
           (distinct (bvlshr first (bvsub order #x0000000000000001)) (bvlshr last (bvsub order #x0000000000000001))))))
; and a range of an order is the 2^order pages around a page, and no other
(define-fun range-tight.given ((first W) (order W) (page W)) Bool
  (and (bvult first #x0010000000000000) (bvule order #x0000000000000033) (bvult page #x0010000000000000)))
(define-fun range-tight.means ((hi W) (first W) (order W) (page W)) Bool
  (= (iotlb.covers hi page) (= (bvlshr page order) (bvlshr first order))))

; VTD-QI: the unit takes a page for one of the range exactly if it is
(define-fun named.given ((hi W) (page W)) Bool
  (and (bvult ((_ zero_extend 58) (invalidate-iotlb.hi.AM hi)) #x0000000000000034) (bvult page #x0010000000000000)))
(define-fun named.means ((is W) (hi W) (page W)) Bool (= (distinct is #x0000000000000000) (iotlb.covers hi page)))

; and the tables of a level above it, of the pages from start on: two aligned ranges meet if they are the same but for the low bits of the larger
(define-fun named-tables.given ((hi W) (start W) (level W)) Bool
  (and (bvult ((_ zero_extend 58) (invalidate-iotlb.hi.AM hi)) #x0000000000000034) (bvult start #x0010000000000000)
       (bvuge level #x0000000000000001) (bvule level #x0000000000000005)
       (= (bvand start (ones (bvmul #x0000000000000009 level))) #x0000000000000000)))
(define-fun named-tables.means ((is W) (hi W) (start W) (level W)) Bool
  (let ((am ((_ zero_extend 58) (invalidate-iotlb.hi.AM hi))) (below (bvmul #x0000000000000009 level)))
    (let ((bits (ite (bvult am below) below am)))
      (= (distinct is #x0000000000000000)
         (= (bvlshr ((_ zero_extend 12) (invalidate-iotlb.hi.ADDR hi)) bits) (bvlshr start bits))))))
; and of 2^20 pages in a row, from 0x12345 on, by their places
(define-fun named-run.given ((hi W) (place W)) Bool
  (and (bvult ((_ zero_extend 58) (invalidate-iotlb.hi.AM hi)) #x0000000000000034) (bvult place #x0000000000100000)))
(define-fun named-run.means ((is W) (hi W) (place W)) Bool
  (= (distinct is #x0000000000000000) (iotlb.covers hi (bvadd #x0000000000012345 place))))

; VTD-QI: a cached page of a level goes if any 4 KiB of it is in the range
(define-fun overlaps.given ((hi W) (first W) (level W) (page W)) Bool
  (and (bvuge level #x0000000000000001) (bvule level #x0000000000000005) (bvult page #x0010000000000000)
       (bvult first #x0010000000000000)
       (= (bvand first (ones (bvmul #x0000000000000009 (bvsub level #x0000000000000001)))) #x0000000000000000)))
(define-fun overlaps.means ((is W) (hi W) (first W) (level W) (page W)) Bool
  (=> (and (iotlb.covers hi page)
           (= (bvlshr page (bvmul #x0000000000000009 (bvsub level #x0000000000000001)))
              (bvlshr first (bvmul #x0000000000000009 (bvsub level #x0000000000000001)))))
      (distinct is #x0000000000000000)))

; VTD-QI: an interrupt entry goes exactly if its index is named
(define-fun indices.given ((lo W) (index W)) Bool (bvult index #x0000000000010000))
(define-fun indices.means ((is W) (lo W) (index W)) Bool
  (= (distinct is #x0000000000000000) (interrupt-entry.covers lo index)))
