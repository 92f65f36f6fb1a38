package dev.moat.explain;

/** The forms of lines that are explained, with the source files that print them. */
enum LogForm {
    VTD_DMA(
            "VT-d: DMA fault",
            "[DMA Read NO_PASID] Request device [..] fault addr .. [fault reason ..]",
            "Linux drivers/iommu/intel/dmar.c, Xen drivers/passthrough/vtd/iommu.c"),
    VTD_INTERRUPT(
            "VT-d: blocked interrupt",
            "[INTR-REMAP] Request device [..] fault index .. [fault reason ..]",
            "Linux drivers/iommu/intel/dmar.c, Xen drivers/passthrough/vtd/iommu.c"),
    VTD_QUEUE(
            "VT-d: error of the invalidation queue",
            "VT-d detected Invalidation Time-out Error: SID ..; QI HEAD: ..; QI wait descriptor taking too long",
            "Linux drivers/iommu/intel/dmar.c, Xen drivers/passthrough/vtd/{iommu,qinval}.c"),
    AMD_EVENT(
            "AMD-Vi: event",
            "AMD-Vi: Event logged [IO_PAGE_FAULT ..]; AMD-Vi: IO_PAGE_FAULT: ..",
            "Linux drivers/iommu/amd/iommu.c, Xen drivers/passthrough/amd/iommu_init.c"),
    AMD_WAIT(
            "AMD-Vi: a wait that does not complete",
            "AMD-Vi: Completion-Wait loop timed out",
            "Linux drivers/iommu/amd/iommu.c, Xen drivers/passthrough/amd/iommu_cmd.c"),
    SMMU_EVENT(
            "SMMUv3: event",
            "arm-smmu-v3 ..: event 0x10 received: and four words",
            "Linux drivers/iommu/arm/arm-smmu-v3/arm-smmu-v3.c"),
    SMMU_QUEUE(
            "SMMUv3: error of the command queue",
            "CMDQ error (cons 0x..): ..; CMD_SYNC timeout at 0x..",
            "Linux drivers/iommu/arm/arm-smmu-v3/arm-smmu-v3.c"),
    RISCV_FAULT(
            "RISC-V: fault",
            "riscv-iommu ..: Fault 13 devid: 0x.. iotval: .. iotval2: ..",
            "Linux drivers/iommu/riscv/iommu.c"),
    RISCV_QUEUE(
            "RISC-V: error of the command queue",
            "Queue #0 error; fault:.. timeout:.. illegal:..; Hardware error: command execution timeout",
            "Linux drivers/iommu/riscv/iommu.c"),
    GRANT(
            "Xen: a grant",
            "g.e. 0x.. still pending; Bad grant reference ..; Bad handle ..",
            "Linux drivers/xen/grant-table.c, Xen common/grant_table.c"),
    SMMU_V2(
            "SMMUv2: fault",
            "arm-smmu ..: Unhandled context fault: fsr=0x402, iova=.., fsynr=..",
            "Linux drivers/iommu/arm/arm-smmu/arm-smmu.c"),
    DMA_DEBUG(
            "DMA debugging: a mistake of a driver",
            "DMA-API: e1000e 0000:00:19.0: device driver frees DMA memory with wrong function [..]",
            "Linux kernel/dma/debug.c"),
    BOUNCE(
            "no bounce buffer",
            "swiotlb buffer is full (sz: .. bytes), total .. (slots), used .. (slots)",
            "Linux kernel/dma/swiotlb.c, direct.h"),
    MAPPING(
            "a mapping that failed",
            "ERROR: DMA PTE for vPFN 0x.. already set (to .. not ..)",
            "Linux drivers/iommu/intel/iommu.c, Xen drivers/passthrough/iommu.c"),
    ASSIGNMENT(
            "assignment of a device",
            "group 13 is not viable; ineligible .. due to platform RMRR requirement; vfio_dma_map(..) = -22",
            "Linux drivers/vfio, drivers/iommu/iommu.c, QEMU hw/vfio, Xen drivers/passthrough"),
    FIRMWARE(
            "firmware and its tables",
            "Your BIOS is broken; bad RMRR [..]; No firmware reserved region can cover this RMRR",
            "Linux drivers/iommu/intel/{dmar,iommu}.c, drivers/iommu/amd/init.c"),
    QEMU_UNIT(
            "QEMU: its VT-d blocked a request",
            "vtd_iommu_translate: detected translation failure (dev=.., iova=..)",
            "QEMU hw/i386/intel_iommu.c"),
    MACHINE(
            "the machine",
            "reg_base_addr .. cap ..; RMRR base: ..; Adding to iommu group ..; Default domain type: ..",
            "Linux drivers/iommu/intel/dmar.c, drivers/iommu/iommu.c"),
    SUPPRESSED("lines that the kernel left out", "dmar_fault: .. callbacks suppressed", "Linux lib/ratelimit.c");

    private final String title;
    private final String example;
    private final String source;

    LogForm(String title, String example, String source) {
        this.title = title;
        this.example = example;
        this.source = source;
    }

    /** Which system it is of, and which kind of fault. */
    public String title() {
        return title;
    }

    /** How its lines look. */
    public String example() {
        return example;
    }

    /** The source files that print it. */
    public String source() {
        return source;
    }
}
