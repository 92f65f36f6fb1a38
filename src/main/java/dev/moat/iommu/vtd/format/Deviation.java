package dev.moat.iommu.vtd.format;

import java.util.Locale;
import java.util.Optional;

/**
 * One way in which a recorded unit, QEMU's, differs from the specification. The code is the one that recorded rows carry; what
 * has none there has a code in lower case. {@code @source} VTD-RECORDED-UNIT.
 */
public enum Deviation {
    /** Root, context and second-level faults keep the reasons of legacy mode in scalable mode. */
    LEGACY_REASONS("LEG"),
    /** The type of a PASID entry is judged before its present bit. */
    PASID_TYPE_BEFORE_PRESENT("PEI"),
    /** Requests without PASID use RID_PASID though ECAP.RPS is clear. */
    RID_PASID_ALWAYS("RPS"),
    /** The canonical check of first-level translation uses the second-level address width. */
    CANONICAL_BY_ADDRESS_WIDTH("AWC"),
    /** The dirty bit stays clear where the accessed bit is set already. */
    DIRTY_ONLY_WITH_ACCESSED("DBIT"),
    /** First-level pages of 1 GiB work without CAP.FL1GP. */
    GIGABYTE_PAGES_ALWAYS("1GP"),
    /** Reserved bits in the half of a scalable root entry that is not used fault too. */
    BOTH_ROOT_HALVES("ROOT2"),
    /** Reserved bits of PASID directory and PASID table entries are not looked at. */
    PASID_RESERVED_IGNORED("RSV"),
    /** Walks for requests without PASID record their fault as one with PASID. */
    PASID_RECORDED("PP"),
    /** Only the low 16 bits of a PASID are recorded. */
    PASID_RECORDED_SHORT("PV16"),

    /** Interrupts in compatibility format always pass, and CFI cannot be set. */
    COMPATIBILITY_PASSES("CF"),
    /** The reserved half of the data of a request with a subhandle is looked at last. */
    RESERVED_DATA_LAST("SHVD"),
    /** The sum of handle and subhandle is taken modulo 65536. */
    INDEX_WRAPS("WRAP"),
    /** An entry in posted format is used as a remapped one. */
    POSTED_AS_REMAPPED("IMP"),
    /** Reserved delivery modes are delivered. */
    DELIVERY_MODE_UNCHECKED("DLM"),
    /** Reserved destination bits are not looked at. */
    DESTINATION_UNCHECKED("DST"),
    /** SVT 3 is a failed verification, not a wrong entry. */
    VERIFICATION_TYPE_AS_FAILURE("SV3"),
    /** Start and end bus of a bus range are swapped. */
    BUS_RANGE_SWAPPED("BUS"),
    /** EIME works without ECAP.EIM. */
    EXTENDED_MODE_ALWAYS("EIM"),
    /** Interrupt faults are never recorded. */
    INTERRUPT_FAULTS_UNRECORDED("NR"),
    /** Reserved bits of interrupt-entry-cache descriptors are not looked at, nor bits 11:9 of their type. */
    ENTRY_CACHE_RESERVED_IGNORED("IECR"),

    /** The mask of a page-selective invalidation is kept in 8 bits, which invalidates more than was asked for. */
    PAGE_MASK_OF_8_BITS("pm8"),
    /** A table pointer beyond the host's addresses is a reserved bit of a legacy context entry in pass-through too, which has no table. */
    CONTEXT_POINTER_RESERVED("ptr"),
    /** Pass-through takes every address, in legacy mode every width that the unit has, too. */
    PASS_THROUGH_ANY_WIDTH("ptw"),
    /** A page that has addresses of interrupts is refused to any request, though it may be for others of its addresses. */
    INTERRUPTS_BY_PAGE("win"),
    /** The lower bit of TTM tells the mode, whatever the other one is, and counts where the unit has scalable mode. */
    MODE_BY_LOW_BIT("ttm"),
    /** A context entry may allow page requests and no translation requests. */
    PAGES_WITHOUT_TRANSLATIONS("pre"),
    /** A table entry of all ones counts as one that could not be read. */
    ALL_ONES_UNREADABLE("ones"),
    /**
     * While the context entry is cached, the present bit of the PASID entry is not looked at; with FPD set in the context or
     * the directory entry, nothing of the PASID entry is checked.
     */
    CACHED_CONTEXT_SKIPS_CHECKS("cached"),
    /** PASID-cache and PASID-IOTLB descriptors are taken in any mode, whatever bits 11:9 of their type are, and do nothing. */
    PASID_DESCRIPTORS_IGNORED("pqi"),
    /** PASID-cache descriptors need 256 bits and are checked for reserved bits and granularity. */
    PASID_CACHE_CHECKED("pcc"),
    /** A PASID-cache invalidation looks again whether devices are in pass-through. */
    PASID_CACHE_REPLAYS("pcr"),
    /** A wait descriptor with neither status nor interrupt, only a fence, is an error. */
    FENCE_IS_ERROR("fence"),
    /** The second half of a descriptor of 256 bits is not looked at. */
    SECOND_HALF_IGNORED("half"),
    /**
     * What is wrong with a PASID directory entry or a PASID entry counts as a PASID entry that could not be read; with first-level or nested type its second-level
     * tables are walked; pass-through needs a supported width too.
     */
    PASID_ENTRY_UNREADABLE("pe7"),
    /** What legacy mode translated counts as of PASID 0 where all of a PASID is invalidated. */
    LEGACY_HAS_PASID("lp0"),
    /** A PASID-IOTLB descriptor for pages with a mask above CAP.MAMV is an error. */
    PASID_PAGE_MASK_CHECKED("pam"),
    /**
     * A page-group response is known without ECAP.PRS and in a queue of 128 bits, must have a PASID, and is not looked at in its
     * second half.
     */
    PAGE_RESPONSE_ALWAYS("pgr"),
    /** The queue is not switched off unless the last descriptor was a wait. */
    QUEUE_ENDS_WITH_WAIT("qend"),
    /** After an error is cleared the queue goes on only when IQT is written. */
    QUEUE_WAITS_FOR_TAIL("qtail"),
    /** TM is a reserved bit of second-level leaves though ECAP.DT is set; an option of these units, {@code stale-tm}, brings it back. */
    TRANSIENT_MAPPING_RESERVED("tm"),
    /** PECTL is 0 at reset: the page-request event is not masked. */
    PAGE_EVENT_UNMASKED("pem"),
    /** IRTA is there, and SIRTP takes it over, without ECAP.IR. */
    INTERRUPT_TABLE_ALWAYS("irta"),
    /** FPD does not keep it unrecorded that its own context entry has reserved bits set. */
    CONTEXT_RESERVED_RECORDED("fpd"),
    /** A second-level leaf may have the snoop bit where the unit has scalable mode, also without ECAP.SC. */
    SNOOP_WITH_SCALABLE_MODE("snp"),
    /** Tables that lead to addresses of interrupts are refused with the reason of scalable mode where the unit has that mode, in legacy mode too. */
    INTERRUPT_REASON_BY_UNIT("w87"),
    /** Descriptors are taken in any mode: of 128 bits in scalable mode, and in legacy mode those that name a PASID. */
    DESCRIPTORS_IN_ANY_MODE("qmode"),
    /** A wait descriptor that asks for nothing, not even a fence, is an error. */
    EMPTY_WAIT_IS_ERROR("idle"),
    /** A scalable context entry may have DTE, PASIDE and PRE though the unit has no device TLBs, no PASIDs or no page requests. */
    CONTEXT_CONTROLS_UNCHECKED("ctl"),
    /** CCMD and the IOTLB register invalidate in any mode. */
    COMMAND_REGISTERS_IN_ANY_MODE("rmode"),
    /** IQA.DW counts nothing without scalable mode: descriptors are of 128 bits. */
    WIDE_QUEUE_IGNORED("dw0"),
    /** A wait descriptor's status address counts with its bits beyond the host's addresses, where nothing can be written. */
    STATUS_ADDRESS_WHOLE("sta"),

    /** A shadow keeps its mappings when the context entry has become erroneous, unless it is absent. */
    SHADOW_KEEPS_ERRONEOUS_CONTEXT("KEEP"),
    /** A shadow keeps its mappings below a table entry that has become erroneous. */
    SHADOW_SKIPS_ERRONEOUS_ENTRY("SKIP"),
    /** A shadow maps for reading what the guest maps for writing only. */
    SHADOW_READS_WRITE_ONLY("WO"),
    /** A shadow walks from the address of a page-selective invalidation, not from the aligned block it is in. */
    SHADOW_RANGE_UNALIGNED("range");

    private final String code;

    Deviation(String code) {
        this.code = code;
    }

    /** How rows name it. */
    public String code() {
        return code;
    }

    /** The name as options and pages spell it. */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The deviation with this code. */
    public static Optional<Deviation> of(String code) {
        for (Deviation deviation : values()) {
            if (deviation.code.equals(code)) {
                return Optional.of(deviation);
            }
        }
        return Optional.empty();
    }
}
