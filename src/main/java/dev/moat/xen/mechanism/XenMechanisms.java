package dev.moat.xen.mechanism;

import dev.moat.iommu.Capabilities.Trait;
import dev.moat.iommu.Family;
import dev.moat.model.Mechanism;
import dev.moat.model.Mechanisms;
import dev.moat.model.Setting;
import dev.moat.xen.setting.FlushPolicy;
import dev.moat.xen.setting.XenParameters;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** All mechanisms of a machine of Xen's. Those of hardware are told by what its units can do, so that they are of every family. */
public final class XenMechanisms {
    static final String RECORDED = "recorded";
    static final String HOST_ADDRESSES = "host-addresses";
    static final String BATCHES = "batches";
    static final String BATCH_END = "batch-end-flush";
    static final String LATE_FLUSH = "late-flush";
    static final String OTHER_RULE = "other-upkeep-rule";
    static final String FAILURES = "failures";
    static final String WAITS_TIME_OUT = "waits-time-out";
    static final String PAGE_TYPES = "page-types";
    static final String EXCHANGE = "exchange";
    static final String TRANSFER = "transfer";
    static final String HANDLE_LISTS = "handle-lists";
    static final String OWN_GRANTS = "own-grants";
    static final String DOMAIN_DEATH = "domain-death";
    static final String UNITS = "several-units";
    static final String ALIASES = "aliases";
    static final String MOVES = "moved-devices";
    static final String LATE_TABLES = "late-tables";
    static final String UNITY_RANGE = "unity-range";
    static final String SCRATCH_PAGE = "scratch-page";
    static final String RELAXED = "relaxed-dom0";
    static final String VERSION_2 = "version-2";
    static final String COPY = "copy";
    static final String TABLE_FRAMES = "table-frames";
    static final String TABLES_BY_PAGE = "tables-by-page";
    static final String SUPERPAGES = "superpages";
    static final String ALLOCATED_TAGS = "allocated-tags";
    static final String LATE_STORES = "late-stores";
    static final String CACHED_ABSENCE = "cached-absence";
    static final String CACHED_TABLES = "cached-tables";
    static final String COMMANDS = "one-command-at-a-time";
    static final String NO_DRAIN = "no-drain";
    static final String NO_REWALK = "no-rewalk";
    static final String BATCH_PIECES = "batch-pieces";
    static final String DEVICE_TLBS = "device-tlbs";

    private XenMechanisms() {}

    private static final List<Mechanism> CALLS = List.of(
            Mechanism.of(RECORDED, XenParameters::isRecorded, "The machine is compared with recorded answers.", "mode"),
            Mechanism.of(HOST_ADDRESSES, above("host-slots", 0), "Host mappings are at addresses.", "host-slots"),
            Mechanism.of(BATCHES, above("batch", 1), "A map or unmap has several elements.", "batch"),
            Mechanism.of(BATCH_END, s -> policy(s).isAtBatchEnd(), "What a batch owes is paid at its end.", "flush"),
            Mechanism.of(
                    BATCH_PIECES,
                    s -> policy(s).isAtBatchEnd() && policy(s) != FlushPolicy.BATCH_RANGE,
                    "A batch owes its pages one by one, or the domain.",
                    "flush"),
            Mechanism.of(LATE_FLUSH, s -> policy(s).isLate(), "Unmap returns before its invalidation.", "flush"),
            Mechanism.of(
                    OTHER_RULE,
                    not("upkeep-rule", "mapkind"),
                    "Tables follow another rule than 4.17's.",
                    "upkeep-rule"),
            Mechanism.of(
                    HANDLE_LISTS,
                    above(XenParameters.MAPTRACK_FRAMES, 0),
                    "Each CPU has free handles of its own.",
                    XenParameters.MAPTRACK_FRAMES),
            Mechanism.of(FAILURES, on("failures"), "Allocations and changes of tables may fail.", "failures"),
            Mechanism.of(
                    WAITS_TIME_OUT, XenParameters::waitsTimeOut, "A wait for a stalled unit is given up.", "wait"));

    private static final List<Mechanism> GUESTS = List.of(
            Mechanism.of(PAGE_TYPES, on("page-types"), "Frames are writable or page tables.", "page-types"),
            Mechanism.of(EXCHANGE, on("exchange"), "Domains exchange frames.", "exchange"),
            Mechanism.of(TRANSFER, on("transfer"), "Domains give frames away through entries.", "transfer"),
            Mechanism.of(OWN_GRANTS, on("own-grants"), "Domains map what they grant to themselves.", "own-grants"),
            Mechanism.of(DOMAIN_DEATH, on("domain-death"), "Domains are destroyed.", "domain-death"),
            Mechanism.of(
                    VERSION_2,
                    on("version-2"),
                    "Guests change the version of their tables.",
                    "version-2",
                    "reserved-refs"),
            Mechanism.of(COPY, on("copy"), "Guests copy through grants.", "copy"),
            Mechanism.of("partial-grants", on("partial-grants"), "Guests grant parts of pages.", "partial-grants"),
            Mechanism.of(
                    "careless-granter", on("careless-granter"), "Entries in use are stored to.", "careless-granter"),
            Mechanism.of(
                    "narrowing-granter", on("narrowing-granter"), "Entries become read-only.", "narrowing-granter"),
            Mechanism.of("cpu-tlbs", above("tlb", 0), "TLBs of virtual CPUs are there, too.", "tlb"));

    private static final List<Mechanism> DEVICES = List.of(
            Mechanism.of("assignment", on("assign"), "Devices are deassigned and assigned again.", "assign", "devices"),
            Mechanism.of(UNITS, above("units", 1), "There are several IOMMUs.", "units"),
            Mechanism.of(ALIASES, above("aliases", 0), "A device has several source-ids.", "aliases"),
            Mechanism.of(MOVES, on("move-devices"), "Devices go from domain to domain at once.", "move-devices"),
            Mechanism.of(
                    UNITY_RANGE,
                    on("unity-range"),
                    "A device needs memory of the firmware's at its own address.",
                    "unity-range"),
            Mechanism.of(LATE_TABLES, not("tables", "creation"), "Tables are built with the first device.", "tables"),
            Mechanism.of(
                    SCRATCH_PAGE,
                    not("quarantine", "absent"),
                    "Nobody's device is led to a scratch page.",
                    "quarantine"),
            Mechanism.of(RELAXED, not("dom0-iommu", "strict"), "Domain 0's tables lead to all memory.", "dom0-iommu"),
            Mechanism.of(TABLE_FRAMES, on("table-frames"), "Leaf tables are frames.", "table-frames"),
            Mechanism.of(
                    TABLES_BY_PAGE,
                    not("table-invalidation", "domain"),
                    "Of an unlinked table one page is invalidated.",
                    "table-invalidation"),
            Mechanism.of(SUPERPAGES, on("superpages"), "Full leaf tables become superpages.", "superpages"));

    /** Those of hardware, each switched on by parameters of the family. */
    private static List<Mechanism> hardware(Family family) {
        return List.of(
                trait(family, ALLOCATED_TAGS, Trait.ALLOCATED_TAGS, "A space has its tags for a time."),
                trait(family, LATE_STORES, Trait.LATE_STORES, "Units see stores late."),
                trait(family, CACHED_ABSENCE, Trait.CACHED_ABSENCE, "What is absent may be cached."),
                trait(family, CACHED_TABLES, Trait.CACHED_TABLES, "What leads to tables may be cached."),
                trait(family, COMMANDS, Trait.ONE_COMMAND, "One request at a time."),
                trait(family, NO_DRAIN, Trait.NO_DRAIN, "Invalidations leave walks in flight."),
                trait(family, NO_REWALK, Trait.NO_REWALK, "A hit without the right is blocked."),
                trait(family, DEVICE_TLBS, Trait.DEVICE_TLBS, "Devices keep translations."));
    }

    private static Mechanism trait(Family family, String id, Trait trait, String says) {
        return new Mechanism(id, says, family.parametersFor(trait), s -> trait.isOf(family.capabilities(s)));
    }

    /** All of them where the units are of a family, and what does not go together. */
    public static Mechanisms table(Family family) {
        return new Mechanisms(
                Stream.of(CALLS, GUESTS, DEVICES, hardware(family))
                        .flatMap(List::stream)
                        .toList(),
                XenConflicts.ALL,
                XenConflicts.BOUNDS);
    }

    static FlushPolicy policy(Setting s) {
        return FlushPolicy.of(s.text("flush"));
    }

    private static Predicate<Setting> on(String flag) {
        return s -> s.flag(flag);
    }

    private static Predicate<Setting> above(String number, int least) {
        return s -> s.number(number) > least;
    }

    private static Predicate<Setting> not(String choice, String plain) {
        return s -> !s.text(choice).equals(plain);
    }
}
