; Intel VT-d: what the bits of its tables, registers and descriptors are, and what walks and descriptors mean.
; Numbers before the colon are sections of the fact sheet on VT-d (made from the specification, the drivers of
; Linux and Xen, QEMU and data sheets).
; A field is a function of the word that answers its bits; RSVD are the bits that are reserved, REST those of
; which the sheet says nothing or that are ignored. Written from the sheet alone; moat prove --layouts compares
; the code with it.
(define-sort W () (_ BitVec 64))

; ---- Legacy root and context tables (5)

; 5: root entry, first word
(define-fun root.lo.P    ((e W)) (_ BitVec 1) ((_ extract 0 0) e))
(define-fun root.lo.CTP  ((e W)) (_ BitVec 52) ((_ extract 63 12) e))
(define-fun root.lo.RSVD ((e W)) W (bvand e #x0000000000000ffe))
(define-fun root.lo.REST ((e W)) W (bvand e #x0000000000000000))

; 5: root entry, second word: must be 0
(define-fun root.hi.RSVD ((e W)) W (bvand e #xffffffffffffffff))
(define-fun root.hi.REST ((e W)) W (bvand e #x0000000000000000))

; 5: context entry, first word
(define-fun context.lo.P       ((e W)) (_ BitVec 1) ((_ extract 0 0) e))
(define-fun context.lo.FPD     ((e W)) (_ BitVec 1) ((_ extract 1 1) e))
(define-fun context.lo.TT      ((e W)) (_ BitVec 2) ((_ extract 3 2) e))
(define-fun context.lo.SLPTPTR ((e W)) (_ BitVec 52) ((_ extract 63 12) e))
(define-fun context.lo.RSVD    ((e W)) W (bvand e #x0000000000000ff0))
(define-fun context.lo.REST    ((e W)) W (bvand e #x0000000000000000))

; 5: context entry, second word ("add 64")
(define-fun context.hi.AW    ((e W)) (_ BitVec 3) ((_ extract 2 0) e))
(define-fun context.hi.AVAIL ((e W)) (_ BitVec 4) ((_ extract 6 3) e))
(define-fun context.hi.DID   ((e W)) (_ BitVec 16) ((_ extract 23 8) e))
(define-fun context.hi.RSVD  ((e W)) W (bvand e #xffffffffff000080))
(define-fun context.hi.REST  ((e W)) W (bvand e #x0000000000000000))

; ---- Scalable mode (5)

; 5: scalable-mode context entry, first word
(define-fun scalable-context.w0.P           ((e W)) (_ BitVec 1) ((_ extract 0 0) e))
(define-fun scalable-context.w0.FPD         ((e W)) (_ BitVec 1) ((_ extract 1 1) e))
(define-fun scalable-context.w0.DTE         ((e W)) (_ BitVec 1) ((_ extract 2 2) e))
(define-fun scalable-context.w0.PASIDE      ((e W)) (_ BitVec 1) ((_ extract 3 3) e))
(define-fun scalable-context.w0.PRE         ((e W)) (_ BitVec 1) ((_ extract 4 4) e))
(define-fun scalable-context.w0.PDTS        ((e W)) (_ BitVec 3) ((_ extract 11 9) e))
(define-fun scalable-context.w0.PASIDDIRPTR ((e W)) (_ BitVec 52) ((_ extract 63 12) e))
(define-fun scalable-context.w0.RSVD        ((e W)) W (bvand e #x00000000000001e0))
(define-fun scalable-context.w0.REST        ((e W)) W (bvand e #x0000000000000000))

; 5: scalable-mode context entry, second word; "rest rsvd"
(define-fun scalable-context.w1.RID_PASID ((e W)) (_ BitVec 20) ((_ extract 19 0) e))
(define-fun scalable-context.w1.RID_PRIV  ((e W)) (_ BitVec 1) ((_ extract 20 20) e))
(define-fun scalable-context.w1.RSVD      ((e W)) W (bvand e #xffffffffffe00000))
(define-fun scalable-context.w1.REST      ((e W)) W (bvand e #x0000000000000000))

; 5: PASID directory entry; bits 11:2 are not named
(define-fun pasid-directory.P         ((e W)) (_ BitVec 1) ((_ extract 0 0) e))
(define-fun pasid-directory.FPD       ((e W)) (_ BitVec 1) ((_ extract 1 1) e))
(define-fun pasid-directory.SMPTBLPTR ((e W)) (_ BitVec 52) ((_ extract 63 12) e))
(define-fun pasid-directory.RSVD      ((e W)) W (bvand e #x0000000000000000))
(define-fun pasid-directory.REST      ((e W)) W (bvand e #x0000000000000ffc))

; 5: PASID table entry, val0; bits 5, 11:10 are not named
(define-fun pasid.w0.P       ((e W)) (_ BitVec 1) ((_ extract 0 0) e))
(define-fun pasid.w0.FPD     ((e W)) (_ BitVec 1) ((_ extract 1 1) e))
(define-fun pasid.w0.AW      ((e W)) (_ BitVec 3) ((_ extract 4 2) e))
(define-fun pasid.w0.PGTT    ((e W)) (_ BitVec 3) ((_ extract 8 6) e))
(define-fun pasid.w0.SLADE   ((e W)) (_ BitVec 1) ((_ extract 9 9) e))
(define-fun pasid.w0.SLPTPTR ((e W)) (_ BitVec 52) ((_ extract 63 12) e))
(define-fun pasid.w0.RSVD    ((e W)) W (bvand e #x0000000000000000))
(define-fun pasid.w0.REST    ((e W)) W (bvand e #x0000000000000c20))

; 5: PASID table entry, val1
(define-fun pasid.w1.DID  ((e W)) (_ BitVec 16) ((_ extract 15 0) e))
(define-fun pasid.w1.RSVD ((e W)) W (bvand e #x0000000000000000))
(define-fun pasid.w1.REST ((e W)) W (bvand e #xffffffffffff0000))

; 5: PASID table entry, val2: bits 128.. of the entry are 0.. here
(define-fun pasid.w2.SRE     ((e W)) (_ BitVec 1) ((_ extract 0 0) e))
(define-fun pasid.w2.FLPM    ((e W)) (_ BitVec 2) ((_ extract 3 2) e))
(define-fun pasid.w2.WPE     ((e W)) (_ BitVec 1) ((_ extract 4 4) e))
(define-fun pasid.w2.NXE     ((e W)) (_ BitVec 1) ((_ extract 5 5) e))
(define-fun pasid.w2.EAFE    ((e W)) (_ BitVec 1) ((_ extract 7 7) e))
(define-fun pasid.w2.FLPTPTR ((e W)) (_ BitVec 52) ((_ extract 63 12) e))
(define-fun pasid.w2.RSVD    ((e W)) W (bvand e #x0000000000000000))
(define-fun pasid.w2.REST    ((e W)) W (bvand e #x0000000000000f42))

; ---- Paging structures (6)

; 6: second-level entry; which bits are reserved depends on level and capabilities, see the walk
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

; 6: first-level entry, of the x86 format
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

; ---- Fault recording registers (8)

; 8: FRCD, first word; below the page address nothing is named
(define-fun fault.lo.FI   ((e W)) (_ BitVec 52) ((_ extract 63 12) e))
(define-fun fault.lo.RSVD ((e W)) W (bvand e #x0000000000000000))
(define-fun fault.lo.REST ((e W)) W (bvand e #x0000000000000fff))

; 8: FRCD, second word: bits 64.. of the register are 0.. here
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

; 8: FSTS
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

; ---- Registers (1 to 4, 10)

; 2: CAP; SLLPS 37:34
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

; 3: ECAP
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

; 4: GCMD
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

; 4: GSTS
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

; 1: RTADDR
(define-fun rtaddr.TTM  ((e W)) (_ BitVec 2) ((_ extract 11 10) e))
(define-fun rtaddr.RTA  ((e W)) (_ BitVec 52) ((_ extract 63 12) e))
(define-fun rtaddr.RSVD ((e W)) W (bvand e #x0000000000000000))
(define-fun rtaddr.REST ((e W)) W (bvand e #x00000000000003ff))

; 1: IRTA
(define-fun irta.S    ((e W)) (_ BitVec 4) ((_ extract 3 0) e))
(define-fun irta.EIME ((e W)) (_ BitVec 1) ((_ extract 11 11) e))
(define-fun irta.BASE ((e W)) (_ BitVec 52) ((_ extract 63 12) e))
(define-fun irta.RSVD ((e W)) W (bvand e #x0000000000000000))
(define-fun irta.REST ((e W)) W (bvand e #x00000000000007f0))

; 1: IQA
(define-fun iqa.QS   ((e W)) (_ BitVec 3) ((_ extract 2 0) e))
(define-fun iqa.DW   ((e W)) (_ BitVec 1) ((_ extract 11 11) e))
(define-fun iqa.BASE ((e W)) (_ BitVec 52) ((_ extract 63 12) e))
(define-fun iqa.RSVD ((e W)) W (bvand e #x0000000000000000))
(define-fun iqa.REST ((e W)) W (bvand e #x00000000000007f8))

; 1: IQH and IQT, of descriptors of 128 bits
(define-fun queue-offset.INDEX ((e W)) (_ BitVec 15) ((_ extract 18 4) e))
(define-fun queue-offset.RSVD  ((e W)) W (bvand e #x0000000000000000))
(define-fun queue-offset.REST  ((e W)) W (bvand e #xfffffffffff8000f))

; 10: CCMD
(define-fun ccmd.DID  ((e W)) (_ BitVec 16) ((_ extract 15 0) e))
(define-fun ccmd.SID  ((e W)) (_ BitVec 16) ((_ extract 31 16) e))
(define-fun ccmd.FM   ((e W)) (_ BitVec 2) ((_ extract 33 32) e))
(define-fun ccmd.CAIG ((e W)) (_ BitVec 2) ((_ extract 60 59) e))
(define-fun ccmd.CIRG ((e W)) (_ BitVec 2) ((_ extract 62 61) e))
(define-fun ccmd.ICC  ((e W)) (_ BitVec 1) ((_ extract 63 63) e))
(define-fun ccmd.RSVD ((e W)) W (bvand e #x0000000000000000))
(define-fun ccmd.REST ((e W)) W (bvand e #x07fffffc00000000))

; 10: IVA
(define-fun iva.AM   ((e W)) (_ BitVec 6) ((_ extract 5 0) e))
(define-fun iva.IH   ((e W)) (_ BitVec 1) ((_ extract 6 6) e))
(define-fun iva.ADDR ((e W)) (_ BitVec 52) ((_ extract 63 12) e))
(define-fun iva.RSVD ((e W)) W (bvand e #x0000000000000000))
(define-fun iva.REST ((e W)) W (bvand e #x0000000000000f80))

; 10: IOTLB
(define-fun iotlb-command.DID  ((e W)) (_ BitVec 16) ((_ extract 47 32) e))
(define-fun iotlb-command.DW   ((e W)) (_ BitVec 1) ((_ extract 48 48) e))
(define-fun iotlb-command.DR   ((e W)) (_ BitVec 1) ((_ extract 49 49) e))
(define-fun iotlb-command.IAIG ((e W)) (_ BitVec 2) ((_ extract 58 57) e))
(define-fun iotlb-command.IIRG ((e W)) (_ BitVec 2) ((_ extract 61 60) e))
(define-fun iotlb-command.IVT  ((e W)) (_ BitVec 1) ((_ extract 63 63) e))
(define-fun iotlb-command.RSVD ((e W)) W (bvand e #x0000000000000000))
(define-fun iotlb-command.REST ((e W)) W (bvand e #x49fc0000ffffffff))

; ---- Invalidation descriptors (11)

; 11: type 1; reserved are 0xfffc00000000ffc0, of which 11:9 extend the type
(define-fun invalidate-context.lo.TYPE      ((e W)) (_ BitVec 4) ((_ extract 3 0) e))
(define-fun invalidate-context.lo.G         ((e W)) (_ BitVec 2) ((_ extract 5 4) e))
(define-fun invalidate-context.lo.TYPE_HIGH ((e W)) (_ BitVec 3) ((_ extract 11 9) e))
(define-fun invalidate-context.lo.DID       ((e W)) (_ BitVec 16) ((_ extract 31 16) e))
(define-fun invalidate-context.lo.SID       ((e W)) (_ BitVec 16) ((_ extract 47 32) e))
(define-fun invalidate-context.lo.FM        ((e W)) (_ BitVec 2) ((_ extract 49 48) e))
(define-fun invalidate-context.lo.RSVD      ((e W)) W (bvand e #xfffc00000000f1c0))
(define-fun invalidate-context.lo.REST      ((e W)) W (bvand e #x0000000000000000))

; 11: 0
(define-fun invalidate-context.hi.RSVD ((e W)) W (bvand e #xffffffffffffffff))
(define-fun invalidate-context.hi.REST ((e W)) W (bvand e #x0000000000000000))

; 11: type 2; reserved are 0xffffffff0000ff00, of which 11:9 extend the type
(define-fun invalidate-iotlb.lo.TYPE      ((e W)) (_ BitVec 4) ((_ extract 3 0) e))
(define-fun invalidate-iotlb.lo.G         ((e W)) (_ BitVec 2) ((_ extract 5 4) e))
(define-fun invalidate-iotlb.lo.DW        ((e W)) (_ BitVec 1) ((_ extract 6 6) e))
(define-fun invalidate-iotlb.lo.DR        ((e W)) (_ BitVec 1) ((_ extract 7 7) e))
(define-fun invalidate-iotlb.lo.TYPE_HIGH ((e W)) (_ BitVec 3) ((_ extract 11 9) e))
(define-fun invalidate-iotlb.lo.DID       ((e W)) (_ BitVec 16) ((_ extract 31 16) e))
(define-fun invalidate-iotlb.lo.RSVD      ((e W)) W (bvand e #xffffffff0000f100))
(define-fun invalidate-iotlb.lo.REST      ((e W)) W (bvand e #x0000000000000000))

; 11: reserved are 0xf80
(define-fun invalidate-iotlb.hi.AM   ((e W)) (_ BitVec 6) ((_ extract 5 0) e))
(define-fun invalidate-iotlb.hi.IH   ((e W)) (_ BitVec 1) ((_ extract 6 6) e))
(define-fun invalidate-iotlb.hi.ADDR ((e W)) (_ BitVec 52) ((_ extract 63 12) e))
(define-fun invalidate-iotlb.hi.RSVD ((e W)) W (bvand e #x0000000000000f80))
(define-fun invalidate-iotlb.hi.REST ((e W)) W (bvand e #x0000000000000000))

; 11: type 3
(define-fun invalidate-device-tlb.lo.TYPE      ((e W)) (_ BitVec 4) ((_ extract 3 0) e))
(define-fun invalidate-device-tlb.lo.TYPE_HIGH ((e W)) (_ BitVec 3) ((_ extract 11 9) e))
(define-fun invalidate-device-tlb.lo.PFSID_LO  ((e W)) (_ BitVec 4) ((_ extract 15 12) e))
(define-fun invalidate-device-tlb.lo.MIP       ((e W)) (_ BitVec 5) ((_ extract 20 16) e))
(define-fun invalidate-device-tlb.lo.SID       ((e W)) (_ BitVec 16) ((_ extract 47 32) e))
(define-fun invalidate-device-tlb.lo.PFSID_HI  ((e W)) (_ BitVec 12) ((_ extract 63 52) e))
(define-fun invalidate-device-tlb.lo.RSVD      ((e W)) W (bvand e #x0000000000000000))
(define-fun invalidate-device-tlb.lo.REST      ((e W)) W (bvand e #x000f0000ffe001f0))

; 11: type 3
(define-fun invalidate-device-tlb.hi.S    ((e W)) (_ BitVec 1) ((_ extract 0 0) e))
(define-fun invalidate-device-tlb.hi.ADDR ((e W)) (_ BitVec 52) ((_ extract 63 12) e))
(define-fun invalidate-device-tlb.hi.RSVD ((e W)) W (bvand e #x0000000000000000))
(define-fun invalidate-device-tlb.hi.REST ((e W)) W (bvand e #x0000000000000ffe))

; 11: type 4
(define-fun invalidate-interrupt-entry.lo.TYPE      ((e W)) (_ BitVec 4) ((_ extract 3 0) e))
(define-fun invalidate-interrupt-entry.lo.G         ((e W)) (_ BitVec 1) ((_ extract 4 4) e))
(define-fun invalidate-interrupt-entry.lo.TYPE_HIGH ((e W)) (_ BitVec 3) ((_ extract 11 9) e))
(define-fun invalidate-interrupt-entry.lo.IM        ((e W)) (_ BitVec 5) ((_ extract 31 27) e))
(define-fun invalidate-interrupt-entry.lo.IIDX      ((e W)) (_ BitVec 16) ((_ extract 47 32) e))
(define-fun invalidate-interrupt-entry.lo.RSVD      ((e W)) W (bvand e #x0000000000000000))
(define-fun invalidate-interrupt-entry.lo.REST      ((e W)) W (bvand e #xffff000007fff1e0))

; 11: 0
(define-fun invalidate-interrupt-entry.hi.RSVD ((e W)) W (bvand e #xffffffffffffffff))
(define-fun invalidate-interrupt-entry.hi.REST ((e W)) W (bvand e #x0000000000000000))

; 11: type 5
(define-fun wait.lo.TYPE      ((e W)) (_ BitVec 4) ((_ extract 3 0) e))
(define-fun wait.lo.IF        ((e W)) (_ BitVec 1) ((_ extract 4 4) e))
(define-fun wait.lo.SW        ((e W)) (_ BitVec 1) ((_ extract 5 5) e))
(define-fun wait.lo.FN        ((e W)) (_ BitVec 1) ((_ extract 6 6) e))
(define-fun wait.lo.PD        ((e W)) (_ BitVec 1) ((_ extract 7 7) e))
(define-fun wait.lo.TYPE_HIGH ((e W)) (_ BitVec 3) ((_ extract 11 9) e))
(define-fun wait.lo.DATA      ((e W)) (_ BitVec 32) ((_ extract 63 32) e))
(define-fun wait.lo.RSVD      ((e W)) W (bvand e #x0000000000000000))
(define-fun wait.lo.REST      ((e W)) W (bvand e #x00000000fffff100))

; 11: type 5; bits 1:0 are not named
(define-fun wait.hi.ADDR ((e W)) (_ BitVec 62) ((_ extract 63 2) e))
(define-fun wait.hi.RSVD ((e W)) W (bvand e #x0000000000000000))
(define-fun wait.hi.REST ((e W)) W (bvand e #x0000000000000003))

; 11: types 6 and 7
(define-fun invalidate-pasid.lo.TYPE      ((e W)) (_ BitVec 4) ((_ extract 3 0) e))
(define-fun invalidate-pasid.lo.G         ((e W)) (_ BitVec 2) ((_ extract 5 4) e))
(define-fun invalidate-pasid.lo.TYPE_HIGH ((e W)) (_ BitVec 3) ((_ extract 11 9) e))
(define-fun invalidate-pasid.lo.DID       ((e W)) (_ BitVec 16) ((_ extract 31 16) e))
(define-fun invalidate-pasid.lo.PASID     ((e W)) (_ BitVec 20) ((_ extract 51 32) e))
(define-fun invalidate-pasid.lo.RSVD      ((e W)) W (bvand e #x0000000000000000))
(define-fun invalidate-pasid.lo.REST      ((e W)) W (bvand e #xfff000000000f1c0))

; 11: type 6
(define-fun invalidate-pasid-iotlb.hi.AM   ((e W)) (_ BitVec 6) ((_ extract 5 0) e))
(define-fun invalidate-pasid-iotlb.hi.IH   ((e W)) (_ BitVec 1) ((_ extract 6 6) e))
(define-fun invalidate-pasid-iotlb.hi.ADDR ((e W)) (_ BitVec 52) ((_ extract 63 12) e))
(define-fun invalidate-pasid-iotlb.hi.RSVD ((e W)) W (bvand e #x0000000000000000))
(define-fun invalidate-pasid-iotlb.hi.REST ((e W)) W (bvand e #x0000000000000f80))

; 11: type 7: 0
(define-fun invalidate-pasid-cache.hi.RSVD ((e W)) W (bvand e #xffffffffffffffff))
(define-fun invalidate-pasid-cache.hi.REST ((e W)) W (bvand e #x0000000000000000))

; 11: type 8; PFSID as in type 3
(define-fun invalidate-pasid-device-tlb.lo.TYPE      ((e W)) (_ BitVec 4) ((_ extract 3 0) e))
(define-fun invalidate-pasid-device-tlb.lo.MIP       ((e W)) (_ BitVec 5) ((_ extract 8 4) e))
(define-fun invalidate-pasid-device-tlb.lo.TYPE_HIGH ((e W)) (_ BitVec 3) ((_ extract 11 9) e))
(define-fun invalidate-pasid-device-tlb.lo.SID       ((e W)) (_ BitVec 16) ((_ extract 31 16) e))
(define-fun invalidate-pasid-device-tlb.lo.PASID     ((e W)) (_ BitVec 20) ((_ extract 51 32) e))
(define-fun invalidate-pasid-device-tlb.lo.RSVD      ((e W)) W (bvand e #x0000000000000000))
(define-fun invalidate-pasid-device-tlb.lo.REST      ((e W)) W (bvand e #xfff000000000f000))

; 11: type 8
(define-fun invalidate-pasid-device-tlb.hi.G    ((e W)) (_ BitVec 1) ((_ extract 0 0) e))
(define-fun invalidate-pasid-device-tlb.hi.S    ((e W)) (_ BitVec 1) ((_ extract 11 11) e))
(define-fun invalidate-pasid-device-tlb.hi.ADDR ((e W)) (_ BitVec 52) ((_ extract 63 12) e))
(define-fun invalidate-pasid-device-tlb.hi.RSVD ((e W)) W (bvand e #x0000000000000000))
(define-fun invalidate-pasid-device-tlb.hi.REST ((e W)) W (bvand e #x00000000000007fe))

; ---- Interrupt remapping (14)

; 14: remapped interrupt entry, first word
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

; 14: remapped interrupt entry, second word: bits 64.. of the entry are 0.. here
(define-fun remapped.hi.SID  ((e W)) (_ BitVec 16) ((_ extract 15 0) e))
(define-fun remapped.hi.SQ   ((e W)) (_ BitVec 2) ((_ extract 17 16) e))
(define-fun remapped.hi.SVT  ((e W)) (_ BitVec 2) ((_ extract 19 18) e))
(define-fun remapped.hi.RSVD ((e W)) W (bvand e #xfffffffffff00000))
(define-fun remapped.hi.REST ((e W)) W (bvand e #x0000000000000000))

; 14: posted interrupt entry, first word; bits 7:2 and 13:12 are not named; PDA_LO is address 31:6
(define-fun posted.lo.P      ((e W)) (_ BitVec 1) ((_ extract 0 0) e))
(define-fun posted.lo.FPD    ((e W)) (_ BitVec 1) ((_ extract 1 1) e))
(define-fun posted.lo.AVAIL  ((e W)) (_ BitVec 4) ((_ extract 11 8) e))
(define-fun posted.lo.URG    ((e W)) (_ BitVec 1) ((_ extract 14 14) e))
(define-fun posted.lo.IM     ((e W)) (_ BitVec 1) ((_ extract 15 15) e))
(define-fun posted.lo.VECTOR ((e W)) (_ BitVec 8) ((_ extract 23 16) e))
(define-fun posted.lo.PDA_LO ((e W)) (_ BitVec 26) ((_ extract 63 38) e))
(define-fun posted.lo.RSVD   ((e W)) W (bvand e #x0000003fff000000))
(define-fun posted.lo.REST   ((e W)) W (bvand e #x00000000000030fc))

; 14: posted interrupt entry, second word: PDA_HI is address 63:32
(define-fun posted.hi.SID    ((e W)) (_ BitVec 16) ((_ extract 15 0) e))
(define-fun posted.hi.SQ     ((e W)) (_ BitVec 2) ((_ extract 17 16) e))
(define-fun posted.hi.SVT    ((e W)) (_ BitVec 2) ((_ extract 19 18) e))
(define-fun posted.hi.PDA_HI ((e W)) (_ BitVec 32) ((_ extract 63 32) e))
(define-fun posted.hi.RSVD   ((e W)) W (bvand e #x00000000fff00000))
(define-fun posted.hi.REST   ((e W)) W (bvand e #x0000000000000000))

; 14: posted-interrupt descriptor, bits 256..319 are 0.. here
(define-fun posted-descriptor.control.ON   ((e W)) (_ BitVec 1) ((_ extract 0 0) e))
(define-fun posted-descriptor.control.SN   ((e W)) (_ BitVec 1) ((_ extract 1 1) e))
(define-fun posted-descriptor.control.NV   ((e W)) (_ BitVec 8) ((_ extract 23 16) e))
(define-fun posted-descriptor.control.NDST ((e W)) (_ BitVec 32) ((_ extract 63 32) e))
(define-fun posted-descriptor.control.RSVD ((e W)) W (bvand e #x0000000000000000))
(define-fun posted-descriptor.control.REST ((e W)) W (bvand e #x00000000ff00fffc))

; 14: address of a remappable request; FORMAT says that it is one
(define-fun message-address.HANDLE_15 ((e W)) (_ BitVec 1) ((_ extract 2 2) e))
(define-fun message-address.SHV       ((e W)) (_ BitVec 1) ((_ extract 3 3) e))
(define-fun message-address.FORMAT    ((e W)) (_ BitVec 1) ((_ extract 4 4) e))
(define-fun message-address.HANDLE_14 ((e W)) (_ BitVec 15) ((_ extract 19 5) e))
(define-fun message-address.HEAD      ((e W)) (_ BitVec 12) ((_ extract 31 20) e))
(define-fun message-address.RSVD      ((e W)) W (bvand e #x0000000000000000))
(define-fun message-address.REST      ((e W)) W (bvand e #xffffffff00000003))

; 14: data of a remappable request with SHV
(define-fun message-data.SUBHANDLE ((e W)) (_ BitVec 16) ((_ extract 15 0) e))
(define-fun message-data.RSVD      ((e W)) W (bvand e #x00000000ffff0000))
(define-fun message-data.REST      ((e W)) W (bvand e #xffffffff00000000))

; 14: IOAPIC redirection entry, remappable; bits 12 and 14 are not named
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

; ---- The second-level walk (6, 7)
; Levels count from 1, that of 4 KiB pages. Of a unit: haw, the bits of a host address; sllps, which superpages there are (bit 0
; 2 MiB, bit 1 1 GiB); sc, whether SNP is supported; dt, whether TM is.

(define-fun ones ((n W)) W (bvsub (bvshl #x0000000000000001 n) #x0000000000000001))

; 6: level L uses the bits 12+9L-1 to 12+9(L-1)
(define-fun walk.shift ((level W)) W
  (bvadd #x000000000000000c (bvmul #x0000000000000009 (bvsub level #x0000000000000001))))
(define-fun walk.index ((iova W) (level W)) W
  (bvand (bvlshr iova (walk.shift level)) #x00000000000001ff))

; 6: entries of 8 bytes
(define-fun walk.entry ((table W) (iova W) (level W)) W
  (bvadd table (bvmul #x0000000000000008 (walk.index iova level))))

; 6: the address of a table, or of a page
(define-fun walk.table ((e W) (haw W)) W (bvand (bvand e #x000ffffffffff000) (ones haw)))

; 6: a leaf is level 1, or has SP set; that bit is one of the reserved above level 3
(define-fun walk.leaf ((e W) (level W)) Bool
  (or (= level #x0000000000000001) (= (second-level.SP e) #b1)))

; 7.8: what a request wants
(define-fun walk.allowed ((e W) (write Bool)) Bool
  (ite write (= (second-level.W e) #b1) (= (second-level.R e) #b1)))

; 6: address bits from haw on, and below the size of a superpage; SP where there is none of that size; SNP but in a leaf with sc;
; TM in a leaf without dt
(define-fun walk.reserved ((e W) (level W) (haw W) (sllps W) (sc Bool) (dt Bool)) Bool
  (let ((leaf (walk.leaf e level)) (sp (= (second-level.SP e) #b1)))
    (or (distinct (bvand (bvand e #x000ffffffffff000) (bvnot (ones haw))) #x0000000000000000)
        (and sp (bvugt level #x0000000000000003))
        (and sp (= level #x0000000000000003) (= ((_ extract 1 1) sllps) #b0))
        (and sp (= level #x0000000000000002) (= ((_ extract 0 0) sllps) #b0))
        (and sp (bvugt level #x0000000000000001)
             (distinct (bvand (bvand e #x000ffffffffff000) (ones (walk.shift level))) #x0000000000000000))
        (and (= (second-level.SNP e) #b1) (not (and leaf sc)))
        (and leaf (= (second-level.TM e) #b1) (not dt)))))

; 7.8: one entry: 1 go on to the table that it leads to, 0 it is the leaf, else the reason of the fault; permission before reserved
(define-fun walk.step ((e W) (level W) (write Bool) (haw W) (sllps W) (sc Bool) (dt Bool)) W
  (ite (not (walk.allowed e write)) (ite write #x0000000000000005 #x0000000000000006)
  (ite (walk.reserved e level haw sllps sc dt) #x000000000000000c
  (ite (walk.leaf e level) #x0000000000000000 #x0000000000000001))))

; 6: address of a leaf, with the low bits of the request
(define-fun walk.reached ((e W) (level W) (iova W) (haw W)) W
  (bvor (bvand (walk.table e haw) (bvnot (ones (walk.shift level))))
        (bvand iova (ones (walk.shift level)))))

; 5, 7.6: a request beyond the width of the table (30+9AW) or of the unit (mgaw bits) is answered by 4
(define-fun walk.beyond ((iova W) (aw W) (mgaw W)) Bool
  (let ((width (bvadd #x000000000000001e (bvmul #x0000000000000009 aw))))
    (let ((bits (ite (bvult mgaw width) mgaw width)))
      (distinct (bvlshr iova bits) #x0000000000000000))))

; ---- What a descriptor covers (11); pages and addresses are numbers of 4 KiB pages
; AM: ADDR aligned down to 2^AM pages, and as many
(define-fun iotlb.covers ((hi W) (page W)) Bool
  (let ((am ((_ zero_extend 58) (invalidate-iotlb.hi.AM hi))) (first ((_ zero_extend 12) (invalidate-iotlb.hi.ADDR hi))))
    (= (bvlshr page am) (bvlshr first am))))

; S=0: one page; S=1: twice 4K << trailing ones of ADDR; the last of these and the next bit are no part of the address
(define-fun device-tlb.covers ((hi W) (page W)) Bool
  (let ((address ((_ zero_extend 12) (invalidate-device-tlb.hi.ADDR hi))))
    (ite (= (invalidate-device-tlb.hi.S hi) #b0) (= page address)
      (= (bvand (bvxor page address) (bvnot (bvxor address (bvadd address #x0000000000000001)))) #x0000000000000000))))

; IEC index-selective: indices equal to IIDX in all bits but the low IM ones (14); global: all
(define-fun interrupt-entry.covers ((lo W) (index W)) Bool
  (let ((im ((_ zero_extend 59) (invalidate-interrupt-entry.lo.IM lo)))
        (first ((_ zero_extend 48) (invalidate-interrupt-entry.lo.IIDX lo))))
    (or (= (invalidate-interrupt-entry.lo.G lo) #b0) (= (bvlshr index im) (bvlshr first im)))))

; ---- Which sources (10, 14)
; FM of a context invalidation: function bits that are not compared: none, 2, 2:1, 2:0
(define-fun sid.compared ((fm W)) W
  (ite (= fm #x0000000000000000) #x000000000000ffff
  (ite (= fm #x0000000000000001) #x000000000000fffb
  (ite (= fm #x0000000000000002) #x000000000000fff9 #x000000000000fff8))))

; 14: whether an entry accepts a source: SVT 0 any; 1 equal to SID under the mask of SQ; 2 a bus from SID 15:8 to SID 7:0
(define-fun remap.accepts ((hi W) (sid W)) Bool
  (let ((svt (remapped.hi.SVT hi)) (of ((_ zero_extend 48) (remapped.hi.SID hi)))
        (sq ((_ zero_extend 62) (remapped.hi.SQ hi))) (bus (bvlshr sid #x0000000000000008)))
    (or (= svt #b00)
        (and (= svt #b01) (= (bvand (bvxor of sid) (sid.compared sq)) #x0000000000000000))
        (and (= svt #b10) (bvuge bus (bvlshr of #x0000000000000008))
             (bvule bus (bvand of #x00000000000000ff))))))

; 14: the index that a message asks for; more than 16 bits is an overflow
(define-fun remap.index ((address W) (data W)) W
  (let ((handle (concat #x000000000000 (message-address.HANDLE_15 address) (message-address.HANDLE_14 address))))
    (bvadd handle (ite (= (message-address.SHV address) #b1)
                       ((_ zero_extend 48) (message-data.SUBHANDLE data)) #x0000000000000000))))

; 8, 14: which reasons FPD keeps from being recorded
(define-fun fault.qualified ((reason W)) Bool
  (or (= reason #x0000000000000002) (= reason #x0000000000000003) (= reason #x0000000000000004)
      (= reason #x0000000000000005) (= reason #x0000000000000006) (= reason #x0000000000000007)
      (= reason #x000000000000000c) (= reason #x000000000000000d)))
(define-fun fault.interrupt-qualified ((reason W)) Bool
  (or (= reason #x0000000000000022) (= reason #x0000000000000024) (= reason #x0000000000000026)))
