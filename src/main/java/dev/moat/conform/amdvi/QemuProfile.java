package dev.moat.conform.amdvi;

import static dev.moat.iommu.amdvi.semantics.Deviation.CMD_CONTINUES;
import static dev.moat.iommu.amdvi.semantics.Deviation.DEVTAB_SIZE;
import static dev.moat.iommu.amdvi.semantics.Deviation.DTE_RES_ALWAYS;
import static dev.moat.iommu.amdvi.semantics.Deviation.DTE_UNTIL_INV;
import static dev.moat.iommu.amdvi.semantics.Deviation.EVT_BASE_KEPT;
import static dev.moat.iommu.amdvi.semantics.Deviation.EVT_CHUNK;
import static dev.moat.iommu.amdvi.semantics.Deviation.EVT_DTE_AT_INV;
import static dev.moat.iommu.amdvi.semantics.Deviation.EVT_EXTRA;
import static dev.moat.iommu.amdvi.semantics.Deviation.EVT_MISSING;
import static dev.moat.iommu.amdvi.semantics.Deviation.EVT_NONE;
import static dev.moat.iommu.amdvi.semantics.Deviation.EVT_OVERFLOW;
import static dev.moat.iommu.amdvi.semantics.Deviation.EVT_WORDS;
import static dev.moat.iommu.amdvi.semantics.Deviation.EXCLUSION;
import static dev.moat.iommu.amdvi.semantics.Deviation.HEAD_READ_STALE;
import static dev.moat.iommu.amdvi.semantics.Deviation.HEAD_WRAP;
import static dev.moat.iommu.amdvi.semantics.Deviation.KEY_OR;
import static dev.moat.iommu.amdvi.semantics.Deviation.LEAF_PR;
import static dev.moat.iommu.amdvi.semantics.Deviation.LEVEL_UNCHECKED;
import static dev.moat.iommu.amdvi.semantics.Deviation.MODE0_CACHED;
import static dev.moat.iommu.amdvi.semantics.Deviation.MODE0_OPEN;
import static dev.moat.iommu.amdvi.semantics.Deviation.NL7_SIZE;
import static dev.moat.iommu.amdvi.semantics.Deviation.NO_WIDTH;
import static dev.moat.iommu.amdvi.semantics.Deviation.PERM_CACHED_LEAF;
import static dev.moat.iommu.amdvi.semantics.Deviation.PERM_LEAF_ALONE;
import static dev.moat.iommu.amdvi.semantics.Deviation.POINTERS_RAW;
import static dev.moat.iommu.amdvi.semantics.Deviation.PTE_RESERVED;
import static dev.moat.iommu.amdvi.semantics.Deviation.PTE_UNREAD;
import static dev.moat.iommu.amdvi.semantics.Deviation.SKIP_UNCHECKED;
import static dev.moat.iommu.amdvi.semantics.Deviation.STATUS_RO;
import static dev.moat.iommu.amdvi.semantics.Deviation.STATUS_WIDE;
import static dev.moat.iommu.amdvi.semantics.Deviation.TLB_BY_DEVID;
import static dev.moat.iommu.amdvi.semantics.Deviation.TV0_IDENTITY;

import dev.moat.iommu.amdvi.request.QemuRequests;
import dev.moat.iommu.amdvi.semantics.Deviation;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * A version of QEMU whose answers were recorded.
 *
 * @param version the first two numbers
 * @param choices what it does within its freedom
 * @param deviations what it does beyond that
 */
public record QemuProfile(String version, QemuRequests.Choices choices, Set<Deviation> deviations) {
    /** All that there are, by age. */
    public static final List<QemuProfile> ALL = List.of(
            new QemuProfile("7.2", new QemuRequests.Choices(true, false), before11(HEAD_WRAP)),
            new QemuProfile("10.0", new QemuRequests.Choices(true, false), before11()),
            new QemuProfile(
                    "11.1",
                    new QemuRequests.Choices(false, true),
                    Set.of(
                            EVT_WORDS,
                            EVT_CHUNK,
                            EVT_MISSING,
                            EVT_EXTRA,
                            EVT_DTE_AT_INV,
                            EVT_OVERFLOW,
                            EVT_BASE_KEPT,
                            PERM_LEAF_ALONE,
                            SKIP_UNCHECKED,
                            PTE_RESERVED,
                            PTE_UNREAD,
                            NL7_SIZE,
                            MODE0_OPEN,
                            MODE0_CACHED,
                            DTE_UNTIL_INV,
                            DTE_RES_ALWAYS,
                            DEVTAB_SIZE,
                            TLB_BY_DEVID,
                            EXCLUSION,
                            CMD_CONTINUES,
                            HEAD_READ_STALE,
                            POINTERS_RAW,
                            STATUS_WIDE)));

    private static final String PREFIX = "qemu-";

    public QemuProfile {
        deviations = Set.copyOf(deviations);
    }

    private static Set<Deviation> before11(Deviation... more) {
        Set<Deviation> all = new TreeSet<>(Set.of(
                EVT_NONE,
                LEAF_PR,
                PERM_CACHED_LEAF,
                NO_WIDTH,
                SKIP_UNCHECKED,
                LEVEL_UNCHECKED,
                PTE_RESERVED,
                NL7_SIZE,
                TV0_IDENTITY,
                MODE0_CACHED,
                DTE_RES_ALWAYS,
                DEVTAB_SIZE,
                TLB_BY_DEVID,
                KEY_OR,
                EXCLUSION,
                CMD_CONTINUES,
                HEAD_READ_STALE,
                POINTERS_RAW,
                STATUS_RO));
        all.addAll(Arrays.asList(more));
        return all;
    }

    /** As the command line spells it, for example {@code qemu-7.2}. */
    public String label() {
        return PREFIX + version;
    }

    /** The profile with this label. */
    public static Optional<QemuProfile> of(String label) {
        return ALL.stream().filter(p -> p.label().equals(label)).findFirst();
    }

    /** Whether a row was recorded with this version. */
    boolean isOf(String recorded) {
        return recorded.equals(version) || recorded.startsWith(version + ".");
    }
}
