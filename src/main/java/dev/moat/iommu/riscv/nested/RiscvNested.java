package dev.moat.iommu.riscv.nested;

import dev.moat.iommu.queue.CommandRing;
import dev.moat.iommu.queue.CommandUnit;
import dev.moat.iommu.riscv.semantics.CommandQueue;
import dev.moat.iommu.riscv.semantics.Outside;
import dev.moat.model.Action;
import dev.moat.model.Actor;
import dev.moat.model.Argument;
import dev.moat.model.Component;
import dev.moat.model.Guarded;
import dev.moat.model.InjectedFault;
import dev.moat.model.ModelBuilder;
import dev.moat.model.Parameter;
import dev.moat.model.Setting;
import dev.moat.state.Sort;
import java.util.List;

/** Guests with a first stage of their own on a RISC-V IOMMU, behind a hypervisor's second stage. */
public final class RiscvNested implements Component {
    static final String GUESTS = "guests";
    static final String DEVICES = "devices";
    static final String GSCIDS = "gscids";
    static final String PROCESSES = "processes";
    static final String PSCIDS = "pscids";
    static final String PAGES = "pages";
    static final String FRAMES = "frames";
    static final String CPUS = "cpus";
    static final String ROOT_CACHE = "root-cache";
    static final String STAGE_CACHE = "stage-cache";
    static final String EXECUTION = "execution";
    static final String ANY_ORDER = "any-order";
    private static final String IN_ORDER = "in-order";
    private static final String NOTHING = "stutter";

    @Override
    public String id() {
        return "riscv-nested";
    }

    @Override
    public String says() {
        return "Guests with first-stage tables of their own behind a hypervisor's second stage on a RISC-V IOMMU: contexts, roots and"
                + " translations of both stages cached, alone and together.";
    }

    @Override
    public List<Parameter> parameters() {
        return List.of(
                Parameter.number(GUESTS, "Guests.", 2, 1, 2),
                Parameter.number(DEVICES, "Devices; a guest has one at most.", 1, 1, 2),
                Parameter.number(GSCIDS, "GSCIDs that the hypervisor gives to guests.", 1, 1, 2),
                Parameter.number(
                        PROCESSES,
                        "Processes of a guest, each with first-stage tables of its own and a process context; 0: a guest has one first"
                                + " stage, in the device context.",
                        0,
                        0,
                        2),
                Parameter.number(PSCIDS, "PSCIDs that a guest gives to processes.", 1, 1, 2),
                Parameter.number(PAGES, "I/O pages of a first stage.", 1, 1, 2),
                Parameter.number(FRAMES, "Frames for the memory of guests.", 4, 2, 6),
                Parameter.number(CPUS, "CPUs of guests and hypervisor.", 1, 1, 2),
                Parameter.flag(
                        ROOT_CACHE,
                        "Whether cached contexts may hold where the second stage leads the tables that they name.",
                        false),
                Parameter.flag(
                        STAGE_CACHE,
                        "Whether entries of each stage are cached alone, beside what both lead to together.",
                        false),
                Parameter.choice(
                                EXECUTION,
                                "Whether the unit executes commands as it fetches them, or in any order up to the next IOFENCE.C.",
                                IN_ORDER,
                                IN_ORDER,
                                ANY_ORDER)
                        .asCapability());
    }

    @Override
    public List<InjectedFault> faults() {
        return NestedFaults.ALL;
    }

    @Override
    public void build(Setting setting, ModelBuilder model) {
        model.software("hypervisor");
        GuestTables tables = new GuestTables(setting, model.schema());
        StageCaches caches = new StageCaches(tables, setting, model);
        CommandUnit unit = new CommandQueue(tables.registers, tables, caches, Outside.NOBODY, GuestTables.CAPABILITIES);
        CommandRing ring = new CommandRing(tables.commands, unit);
        NestedSteps steps = new NestedSteps(tables, ring, model);
        steps.declare();
        hardware(tables, caches, model);
        commands(tables, steps, model);
        new NestedAbstraction(tables, caches, steps, model.abstraction()).declare();
        model.notCompared("guests change tables of their own, and the discipline knows one set of tables");
    }

    private static void hardware(GuestTables tables, StageCaches caches, ModelBuilder model) {
        Argument device = new Argument("device", tables.devices);
        Argument kept = new Argument("entry", caches.kept);
        Argument page = new Argument("page", tables.pages);
        model.action(
                "fill",
                Actor.DEVICE,
                List.of(device, page, kept),
                (s, q, p, k, d, e) -> tables.isOfProcess(p) && caches.fill(s, q, p, k));
        model.action(
                "evict",
                Actor.IOMMU,
                List.of(new Argument("slot", caches.slots)),
                (s, n, b, c, d, e) -> caches.evict(s, n));
    }

    private static void commands(GuestTables tables, NestedSteps steps, ModelBuilder model) {
        service(model, "consume", List.of(), (s, a, b, c, d, e) -> steps.consume(s), "complete-invalidation");
        if (tables.commands.shape().fetches()) {
            service(model, "fetch", List.of(), (s, a, b, c, d, e) -> steps.fetch(s), NOTHING);
            Argument place = new Argument("place", Sort.numbered("QueuePlace", "p", GuestTables.RING - 2));
            // Whenever a command can overtake, the unit can also go on: so it hides no deadlock.
            model.free("overtake");
            service(model, "overtake", List.of(place), (s, n, b, c, d, e) -> steps.overtake(s, n), NOTHING);
        }
    }

    private static void service(ModelBuilder model, String name, List<Argument> args, Guarded code, String claims) {
        model.action(new Action(name, Actor.IOMMU, args, ModelBuilder.all(), code, true, claims));
    }
}
