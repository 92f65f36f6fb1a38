package dev.moat.iommu.smmuv3.recorded;

import dev.moat.iommu.Entry;
import dev.moat.iommu.RecordedUnit.Root;
import dev.moat.iommu.TableKind;
import dev.moat.iommu.smmuv3.format.ContextDescriptor;
import dev.moat.iommu.smmuv3.format.Event;
import dev.moat.iommu.smmuv3.format.Registers.StreamTable;
import dev.moat.iommu.smmuv3.format.StreamTableDescriptor;
import dev.moat.iommu.smmuv3.format.StreamTableEntry;
import dev.moat.iommu.smmuv3.format.TableDescriptor;
import dev.moat.iommu.smmuv3.semantics.Capabilities;
import dev.moat.iommu.smmuv3.semantics.ContextRules;
import dev.moat.iommu.smmuv3.semantics.Descriptors;
import dev.moat.iommu.smmuv3.semantics.Latitude;
import dev.moat.iommu.smmuv3.semantics.Stage;
import dev.moat.iommu.smmuv3.semantics.StreamRules;
import dev.moat.iommu.smmuv3.semantics.Streams;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The tables of an SMMUv3, and what their entries mean. A tag is the ASID of stage 1 under VMID 0, or {@link #SECOND} and the VMID of stage 2.
 * {@code @source} IHI 0070, stream table, STE, CD; Arm ARM, VMSAv8-64.
 */
final class SmmuTableKinds {
    /** In a domain id: it is the VMID of a stage 2. */
    static final long SECOND = 1 << 16;

    /** Log2 of the streams of a linear stream table at the most: 4096 pages. */
    private static final int LOG2_MOST_STREAMS = 18;

    private static final int PAGE_SHIFT = 12;
    /** Log2 of the entries of 64 bytes in a page. */
    private static final int LOG2_STREAMS = 6;
    /** The same of those of 8 bytes. */
    private static final int LOG2_WORDS = 9;
    /** Log2 of the descriptors in the large tables of the second level. */
    private static final int LARGE_LEAVES = 10;

    private static final int READ_WRITE = Entry.READ | Entry.WRITE;
    private static final long CONTIGUOUS = 1L << 52;

    static final TableKind STREAMS = new TableKind("stream table", true, StreamTableEntry.WORDS, TableKind.PASID_BITS);
    private static final TableKind CONTEXTS =
            new TableKind("table of context descriptors", true, ContextDescriptor.WORDS, 0);
    private static final String STREAM_DESCRIPTORS = "stream table of level 1";
    private static final String CONTEXT_DESCRIPTORS = "table of context descriptors of level 1";

    private final Capabilities can;
    private final StreamRules streamRules;
    private final ContextRules contextRules;
    private final Map<String, Level> levels = new HashMap<>();
    private final List<List<TableKind>> pages = new ArrayList<>();

    /** A level of page tables. */
    private record Level(Stage stage, int level, List<TableKind> of) {}

    SmmuTableKinds(Capabilities can) {
        this.can = can;
        streamRules = new StreamRules(can, Latitude.PLAIN);
        contextRules = new ContextRules(can);
        for (int n = 0; n < 6; n++) {
            int granule = PAGE_SHIFT + 2 * (n / 2);
            Stage stage = stage(granule, n % 2 == 1);
            List<TableKind> of = new ArrayList<>();
            for (int level = 0; level <= TableDescriptor.LAST_LEVEL; level++) {
                String name = "stage " + (n % 2 + 1) + " table of level " + level + " (granule of "
                        + (1 << (granule - 10)) + " KiB)";
                TableKind kind = new TableKind(name, false, 1, stage.shift(level) - PAGE_SHIFT);
                levels.put(name, new Level(stage, level, of));
                of.add(kind);
            }
            pages.add(of);
        }
    }

    /** A stage as far as the meaning of descriptors goes; access flags count as they are. */
    private Stage stage(int granule, boolean second) {
        int bits = granule == 16 ? can.addressBits() : Math.min(can.addressBits(), 48);
        return new Stage(second, true, granule, can.indexBits(granule), 0, 48, 0, bits, false, false);
    }

    static long tag(long domain) {
        return domain << TableKind.PASID_BITS;
    }

    private static boolean isTwoLevels(Capabilities can, long config) {
        return can.hasTwoLevels() && StreamTable.FMT.get(config) == StreamTable.TWO_LEVELS;
    }

    /** The pages of the stream table. */
    List<Root> roots(long register, long config) {
        int streams = Math.min((int) StreamTable.LOG2SIZE.get(config), can.streamBits());
        boolean two = isTwoLevels(can, config);
        int split = two ? StreamTable.split(config) : 0;
        int bits = Math.max(0, streams - split);
        TableKind kind = two ? level1(STREAM_DESCRIPTORS, TableKind.PASID_BITS + split) : STREAMS;
        if (!two && streams > LOG2_MOST_STREAMS) {
            throw new IllegalArgumentException("linear stream tables of more than 2^18 entries are not judged");
        }
        long base = Streams.base(register, config, split, two ? StreamTableDescriptor.BYTES : StreamTableEntry.BYTES);
        if ((base & (1L << PAGE_SHIFT) - 1) != 0) {
            throw new IllegalArgumentException("stream tables that do not begin with a page are not judged");
        }
        int inPage = two ? LOG2_WORDS : LOG2_STREAMS;
        List<Root> all = new ArrayList<>();
        for (long page = 0; page < 1L << Math.max(0, bits - inPage); page++) {
            TableKind one = kind.shortened(1 << Math.min(bits, inPage));
            all.add(new Root((base >>> PAGE_SHIFT) + page, one, page << kind.pageShift()));
        }
        return List.copyOf(all);
    }

    private static TableKind level1(String name, int shift) {
        return new TableKind(name, true, 1, shift);
    }

    Entry decode(TableKind kind, long[] words, int at) {
        if (!kind.ofDevices()) {
            return page(words[at], kind);
        } else if (kind.name().equals(STREAMS.name())) {
            return stream(words, at);
        } else if (kind.name().equals(CONTEXTS.name())) {
            return context(words, at);
        } else if (kind.name().equals(STREAM_DESCRIPTORS)) {
            return streams(words[at], kind.shift() - TableKind.PASID_BITS);
        }
        long word = words[at];
        boolean valid = (word & 1) != 0;
        return valid
                ? table(Stage.address(StreamTableDescriptor.L2_PTR, word) & -1L << PAGE_SHIFT, kind.shift())
                : Entry.NOTHING;
    }

    /** 2^bits context descriptors in one table. */
    private static Entry table(long address, int bits) {
        return table(address, CONTEXTS, bits, LOG2_STREAMS);
    }

    /** Leads to 2^bits entries, of which a page has 2^inPage. */
    private static Entry table(long address, TableKind kind, int bits, int inPage) {
        if ((address & (1L << PAGE_SHIFT) - 1) != 0) {
            return Entry.unknown("tables that do not begin with a page are not judged");
        }
        TableKind some = kind.shortened(1 << Math.min(bits, inPage));
        return Entry.table(address >>> PAGE_SHIFT, 1L << Math.max(0, bits - inPage), some, READ_WRITE);
    }

    private static Entry streams(long descriptor, int split) {
        int span = (int) StreamTableDescriptor.SPAN.get(descriptor);
        if (span == 0 || span > StreamTableDescriptor.LAST_SPAN || span > split + 1) {
            return Entry.NOTHING;
        }
        long address = Stage.address(StreamTableDescriptor.L2_PTR, descriptor)
                & -((long) StreamTableEntry.BYTES << (span - 1));
        return table(address, STREAMS, span - 1, LOG2_STREAMS);
    }

    private Entry stream(long[] words, int at) {
        long[] entry = Arrays.copyOfRange(words, at, at + StreamTableEntry.WORDS);
        long config = StreamTableEntry.CONFIG.get(entry[0]);
        boolean first = StreamTableEntry.hasStage(config, StreamTableEntry.STAGE_1);
        boolean second = StreamTableEntry.hasStage(config, StreamTableEntry.STAGE_2);
        boolean bypass = config == StreamTableEntry.BYPASS;
        long eats = can.hasAts() ? StreamTableEntry.EATS.get(entry[1]) : 0;
        if (!StreamTableEntry.V.isSet(entry[0]) || !(first || second || bypass)) {
            return Entry.NOTHING;
        } else if (!streamRules.isLegal(entry)) {
            return Entry.wrong(
                    "a stream table entry has fields that the unit does not have, or that do not fit together");
        } else if (StreamTableEntry.CONT.get(entry[1]) != 0 || eats > 1) {
            return Entry.unknown("stream table entries with CONT, or with an EATS of 2 or 3, are not judged");
        } else if (bypass) {
            return Entry.untranslated(0, READ_WRITE);
        } else if (first && second) {
            return Entry.unknown("nested translation is not judged");
        } else if (first) {
            return contexts(entry, eats != 0);
        }
        Stage stage = Stage.second(can, entry, 0);
        return space(stage, tag(SECOND | StreamTableEntry.S2_VMID.get(entry[2])))
                .withDeviceTlb(eats != 0);
    }

    private Entry contexts(long[] entry, boolean ats) {
        int bits = can.substreamBits() == 0 ? 0 : (int) StreamTableEntry.S1_CDMAX.get(entry[0]);
        int format = (int) StreamTableEntry.S1_FMT.get(entry[0]);
        long address = StreamTableEntry.contexts(entry[0]);
        if (bits > can.substreamBits() || (bits > 0 && format > 2)) {
            return Entry.wrong("a stream table entry has more substreams than the unit");
        } else if (can.hasStage2() && StreamTableEntry.S2_VMID.get(entry[2]) != 0) {
            return Entry.unknown("stage 1 under another VMID than 0 is not judged");
        } else if (can.hasHypervisor() && StreamTableEntry.STRW.get(entry[1]) != 0) {
            return Entry.unknown("the regimes of a hypervisor (STRW) are not judged");
        } else if (bits > 0 && (ats || StreamTableEntry.S1_DSS.get(entry[1]) == StreamTableEntry.DSS_BYPASS)) {
            return Entry.unknown(
                    ats
                            ? "what devices keep of substreams is not judged"
                            : "transactions without a substream that pass stage 1 are not judged");
        } else if (bits == 0 || format == StreamTableEntry.LINEAR) {
            return table(address, bits).withDeviceTlb(ats);
        }
        int leaves = format == StreamTableEntry.SMALL_LEAVES ? LOG2_STREAMS : LARGE_LEAVES;
        return table(address, level1(CONTEXT_DESCRIPTORS, leaves), Math.max(0, bits - leaves), LOG2_WORDS);
    }

    private Entry context(long[] words, int at) {
        long[] context = Arrays.copyOfRange(words, at, at + ContextDescriptor.WORDS);
        long fields = context[0];
        if (!ContextDescriptor.V.isSet(fields)) {
            return Entry.NOTHING;
        } else if (!contextRules.isLegal(context, false)) {
            return Entry.wrong(
                    "a context descriptor has fields that the unit does not have, or that do not fit together");
        } else if (!ContextDescriptor.EPD1.isSet(fields)) {
            return Entry.unknown("the upper region (TTB1) is not judged");
        }
        Stage stage = Stage.region(can, context, false);
        return ContextDescriptor.EPD0.isSet(fields)
                ? Entry.NOTHING
                : space(stage, tag(ContextDescriptor.ASID.get(fields)));
    }

    private Entry space(Stage stage, long tag) {
        TableKind kind = pages.get(stage.granule() - PAGE_SHIFT + (stage.second() ? 1 : 0))
                .get(stage.level());
        Entry top = table(stage.table(), kind, stage.rootBits(), LOG2_WORDS);
        TableKind some = top.kind();
        return some == null ? top : Entry.space(tag, top.frame(), top.size(), some, READ_WRITE);
    }

    private Entry page(long descriptor, TableKind kind) {
        Level at = Objects.requireNonNull(levels.get(kind.name()));
        Stage stage = at.stage;
        int fault = Descriptors.fault(stage, stage.granule(), at.level, descriptor);
        if (!TableDescriptor.VALID.isSet(descriptor) || fault == Event.F_TRANSLATION) {
            return TableDescriptor.VALID.isSet(descriptor)
                    ? Entry.wrong("a descriptor is a block at a level that has none")
                    : Entry.NOTHING;
        } else if (fault == Event.F_ADDR_SIZE) {
            return Entry.wrong("a descriptor leads beyond the addresses of the unit");
        }
        boolean leaf = Descriptors.isLeaf(at.level, descriptor);
        long frame = Descriptors.to(stage, stage.granule(), at.level, descriptor) >>> PAGE_SHIFT;
        if (!leaf) {
            boolean less = !stage.second()
                    && (TableDescriptor.AP_TABLE_NO_USER.isSet(descriptor)
                            || TableDescriptor.AP_TABLE_NO_WRITE.isSet(descriptor));
            return less
                    ? Entry.unknown("tables that take rights away (APTable) are not judged")
                    : Entry.table(frame, 1L << (stage.granule() - PAGE_SHIFT), at.of.get(at.level + 1), READ_WRITE);
        } else if (fault != Event.NONE || (descriptor & CONTIGUOUS) != 0) {
            return Entry.unknown("pages without access flag, and contiguous ones, are not judged");
        } else if (!stage.second()
                && (!TableDescriptor.NG.isSet(descriptor) || !TableDescriptor.AP_USER.isSet(descriptor))) {
            return Entry.unknown("global pages, and pages that are not for unprivileged accesses, are not judged");
        }
        int rights = Descriptors.leafRights(stage, descriptor);
        return rights == 0 ? Entry.NOTHING : Entry.page(frame, kind.shift(), rights);
    }
}
