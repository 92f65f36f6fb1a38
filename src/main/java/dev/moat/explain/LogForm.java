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
