package dev.moat.xen.mechanism;

import static dev.moat.model.Conflict.Ground.CANNOT_BE;
import static dev.moat.model.Conflict.Ground.NOT_MODELLED;
import static dev.moat.xen.mechanism.XenMechanisms.*;

import dev.moat.model.Bound;
import dev.moat.model.Conflict;
import dev.moat.model.Conflict.Ground;
import dev.moat.model.Conflict.Relation;
import dev.moat.model.Setting;
import dev.moat.xen.setting.FlushPolicy;
import dev.moat.xen.setting.IommuSetting;
import dev.moat.xen.setting.TableSetting;
import dev.moat.xen.setting.XenParameters;
import java.util.List;
import java.util.Set;

/** What does not go together, in the order in which it is told. */
final class XenConflicts {
    private static final int MAPTRACK_FRAME = 256;

    private static final Set<FlushPolicy> COUNTED = Set.of(FlushPolicy.BATCH_END, FlushPolicy.BATCH_RANGE);

    private XenConflicts() {}

    /** Devices and tags beside the common case. */
    private static final List<String> DEVICES =
            List.of(UNITS, ALIASES, MOVES, LATE_TABLES, SCRATCH_PAGE, ALLOCATED_TAGS);

    /** What comes to a unit late or is remembered by it, or is asked of it otherwise than by a queue. */
    private static final List<String> LATE_UNITS = List.of(COMMANDS, LATE_STORES, CACHED_ABSENCE);

    private static final List<String> FRAMES = List.of(PAGE_TYPES, EXCHANGE, TRANSFER, OWN_GRANTS);

    static final List<Conflict> ALL = joined(List.of(
            needs(HOST_ADDRESSES, RECORDED, NOT_MODELLED, "searches keep only the fact of a host mapping"),
            needs(RECORDED, HOST_ADDRESSES, CANNOT_BE, "recorded answers have addresses"),
            excludes(RECORDED, List.of(BATCHES, BATCH_END), "recorded calls are replayed element by element"),
            excludes(RECORDED, List.of(FAILURES), "a map that replaces one and fails gives up two frames"),
            excludes(
                    BATCH_END,
                    DEVICES,
                    "a flush at the end of a batch is for one unit with fixed tags and plain devices; otherwise flush is"
                            + " strict, deferred or agreed"),
            excludes(
                    UNITY_RANGE,
                    joined(List.of(
                            List.of(RECORDED, WAITS_TIME_OUT, BATCH_END, LATE_FLUSH, DOMAIN_DEATH, RELAXED),
                            List.of(TABLE_FRAMES, CACHED_TABLES, LATE_STORES, CACHED_ABSENCE, COMMANDS, NO_DRAIN),
                            FRAMES,
                            DEVICES)),
                    "a unity range is for plain devices, plain frames, strict flushing, and a unit that sees stores at once and"
                            + " caches no absence"),
            excludes(SCRATCH_PAGE, List.of(ALLOCATED_TAGS), "the scratch page's space has a fixed tag"),
            from(
                    DEVICES,
                    List.of(COMMANDS, NO_DRAIN, LATE_STORES, CACHED_ABSENCE, CACHED_TABLES),
                    "devices beside the common case are for hardware as it is by default"),
            from(
                    List.of(VERSION_2, COPY),
                    joined(List.of(List.of(BATCHES, BATCH_END), DEVICES, List.of(RECORDED))),
                    "version 2 and copies are for searches without batches, with one unit, fixed tags and plain devices"),
            excludes(
                    DEVICE_TLBS,
                    joined(List.of(
                            List.of(RECORDED, FAILURES, BATCH_PIECES, LATE_FLUSH, UNITY_RANGE, TABLE_FRAMES),
                            List.of(NO_DRAIN, CACHED_TABLES),
                            DEVICES,
                            LATE_UNITS)),
                    "device TLBs are for strict flushing, or of a batch's range, without failures, by the queue of one unit that sees stores at"
                            + " once and caches no failures, with plain devices"),
            excludes(
                    TABLE_FRAMES,
                    joined(List.of(
                            List.of(RECORDED, FAILURES, BATCHES, BATCH_END, LATE_FLUSH, OTHER_RULE, RELAXED),
                            FRAMES,
                            DEVICES,
                            LATE_UNITS)),
                    "tables in frames are followed through strict flushing without batches and failures, the rule mapkind,"
                            + " plain frames and devices, the queue, and a unit that sees stores at once and caches no failures"),
            excludes(
                    HANDLE_LISTS,
                    List.of(RECORDED, BATCHES, BATCH_END, FAILURES, WAITS_TIME_OUT, TABLE_FRAMES, DOMAIN_DEATH),
                    "lists of free handles are for calls of one element that do not fail late, by domains that live; recordings have"
                            + " one list"),
            needs(TABLES_BY_PAGE, TABLE_FRAMES, CANNOT_BE, "only tables that are frames are unlinked and freed"),
            needs(SUPERPAGES, TABLE_FRAMES, CANNOT_BE, "a superpage takes a leaf table's place"),
            excludes(
                    SUPERPAGES,
                    List.of(NO_REWALK, DOMAIN_DEATH),
                    "superpages are for domains that live and a unit that walks again where rights lack"),
            excludes(
                    WAITS_TIME_OUT,
                    joined(List.of(
                            List.of(RECORDED, BATCHES, BATCH_END, LATE_FLUSH, DOMAIN_DEATH, TABLE_FRAMES),
                            FRAMES,
                            DEVICES,
                            LATE_UNITS)),
                    "waits are given up with strict flushing by the queue without batches, on a unit that sees stores at once"
                            + " and caches no failures, with plain frames and devices")));

    static final List<Bound> BOUNDS = List.of(
            new Bound(
                    "handles",
                    s -> !XenParameters.isRecorded(s) || s.number("handles") % MAPTRACK_FRAME == 0,
                    "" + MAPTRACK_FRAME,
                    "with mode=recorded they fill maptrack frames of " + MAPTRACK_FRAME),
            new Bound(
                    XenParameters.MAPTRACK_FRAMES,
                    XenConflicts::fillsFrames,
                    "0",
                    "handles fill maptrack frames of two or more, the last of a list being kept"),
            new Bound(
                    "iommu-mask",
                    s -> s.number("iommu-mask") >>> s.number("domains") == 0,
                    "0",
                    "each bit is a domain, and there are not as many"),
            new Bound(
                    "cpus",
                    s -> !IommuSetting.capabilities(s).caching().devices()
                            || s.number("cpus") == 1
                            || !(s.flag("assign") || s.flag("domain-death")),
                    "1",
                    NOT_MODELLED,
                    "with device-tlb devices come and go with one CPU only"),
            new Bound(
                    "transfer-below",
                    s -> s.number("transfer-below") == 0 || s.flag("transfer") || XenParameters.isRecorded(s),
                    "0",
                    "frames are received with transfer=true only"),
            new Bound(
                    "reserved-refs",
                    s -> s.number("reserved-refs") == TableSetting.NR_RESERVED_ENTRIES
                            || s.flag("version-2")
                            || XenParameters.isRecorded(s),
                    "" + TableSetting.NR_RESERVED_ENTRIES,
                    "versions change with version-2=true only"),
            new Bound(
                    "transitive",
                    s -> s.flag("transitive") || hasTransitiveCopies(s) || XenParameters.isRecorded(s),
                    "true",
                    "there are transitive grants with partial-grants=true and version-2=true, which copy=true follows"),
            new Bound(
                    "domain-wide-from",
                    s -> s.number("domain-wide-from") == 0 || COUNTED.contains(XenMechanisms.policy(s)),
                    "0",
                    "it is for flush=batch-end and flush=batch-range, which count what a batch has changed"),
            new Bound(
                    "frames",
                    s -> s.number("frames")
                            <= IommuSetting.capabilities(s).aperture().pages(),
                    "2",
                    "the I/O tables do not reach as far; raise levels or index-bits"),
            new Bound(
                    "frames",
                    s -> !s.flag("unity-range") || s.number("frames") > s.number("domains"),
                    "3",
                    "with unity-range there is one for each domain, and the firmware's"),
            new Bound(
                    "iommu",
                    s -> IommuSetting.capabilities(s).aperture().first() == 0,
                    "last",
                    "frames below the I/O tables' first page would be out of reach"),
            new Bound(
                    "unity-range",
                    s -> !s.flag("unity-range") || !IommuSetting.domains(s).isEmpty(),
                    "false",
                    "the device that needs it starts with a domain that has I/O tables, and none has"),
            new Bound(
                    "devices",
                    s -> s.number("devices") == 0 || !IommuSetting.domains(s).isEmpty(),
                    "0",
                    "the first one starts with a domain that has I/O tables, and none has"),
            new Bound(
                    "aliases",
                    s -> s.number("aliases") == 0 || !IommuSetting.domains(s).isEmpty(),
                    "0",
                    "they are the first device's, which starts with a domain that has I/O tables, and none has"),
            new Bound(
                    "iommu-domains",
                    s -> !s.isChanged("iommu-domains") || IommuSetting.asksForDomains(s),
                    "last",
                    "iommu says which domains unless it names an IOMMU, and iommu-mask does where it is not 0"),
            new Bound(
                    "frames",
                    XenConflicts::hasFramesForTables,
                    "4",
                    "with table-frames there is one for each domain and one for each domain's first table"));

    private static boolean hasFramesForTables(Setting s) {
        int least = s.number("domains") + IommuSetting.domains(s).size();
        return !s.flag("table-frames") || s.number("frames") >= least;
    }

    private static boolean fillsFrames(Setting s) {
        int frames = s.number(XenParameters.MAPTRACK_FRAMES);
        return frames == 0 || (s.number("handles") >= 2 * frames && s.number("handles") % frames == 0);
    }

    private static boolean hasTransitiveCopies(Setting s) {
        return s.flag("copy") && s.flag("version-2") && s.flag("partial-grants");
    }

    private static <T> List<T> joined(List<List<T>> lists) {
        return lists.stream().flatMap(List::stream).toList();
    }

    private static List<Conflict> needs(String mechanism, String other, Ground ground, String because) {
        return List.of(new Conflict(mechanism, Relation.NEEDS, other, ground, because));
    }

    private static List<Conflict> excludes(String mechanism, List<String> others, String because) {
        return from(List.of(mechanism), others, because);
    }

    /** Each of the first ones with each of the others. */
    private static List<Conflict> from(List<String> mechanisms, List<String> others, String because) {
        return mechanisms.stream()
                .flatMap(m ->
                        others.stream().map(other -> new Conflict(m, Relation.EXCLUDES, other, NOT_MODELLED, because)))
                .toList();
    }
}
