package dev.moat.iommu.amdvi.interrupt;

import dev.moat.iommu.vocabulary.InterruptDiscipline;
import dev.moat.model.Action;
import dev.moat.model.Actor;
import dev.moat.model.Argument;
import dev.moat.model.Component;
import dev.moat.model.InjectedFault;
import dev.moat.model.ModelBuilder;
import dev.moat.model.Parameter;
import dev.moat.model.Setting;
import dev.moat.state.Abstraction;
import dev.moat.state.Relation;
import dev.moat.state.Sort;
import java.util.List;
import java.util.stream.Stream;

/** Domains with a device each, whose interrupts AMD-Vi remaps. */
public final class AmdViInterrupts implements Component {
    @Override
    public String id() {
        return "amd-vi-interrupts";
    }

    @Override
    public String says() {
        return "Interrupts that AMD-Vi remaps: tables that device table entries lead to, what the unit caches of them, and Xen's"
                + " operations, with one device for each domain.";
    }

    @Override
    public List<Parameter> parameters() {
        return List.of(
                Parameter.number("devices", "Devices, each a domain's.", 2, 1, 4),
                Parameter.number("entries", "Entries of a table, a power of two.", 2, 1, 4),
                Parameter.number("vectors", "Vectors of each processor.", 2, 1, 4),
                Parameter.number("destinations", "Processors that interrupts can be sent to.", 1, 1, 2),
                Parameter.choice("entry-bits", "Bits of an entry: 128 with GAEn, else 32.", "32", "32", "128")
                        .asCapability(),
                Parameter.flag(
                                "x2apic",
                                "Whether destinations have 32 bits (XTEn), of which the second processor's needs all; else they have 8.",
                                false)
                        .asCapability(),
                Parameter.flag(
                                "guest-mode",
                                "Whether interrupts can be posted to guests' virtual APICs (GAMEn).",
                                false)
                        .asCapability(),
                Parameter.choice(
                                "entry-update",
                                "How an entry in use is changed: by one store; RemapEn cleared first and set by the last store; or the"
                                        + " unit made to forget it between the two.",
                                EntryUpdate.ONE_STORE,
                                EntryUpdate.ONE_STORE,
                                EntryUpdate.DISABLED,
                                EntryUpdate.FORGOTTEN)
                        .asPolicy());
    }

    @Override
    public List<InjectedFault> faults() {
        return Stream.of(InterruptFaults.ALL, UpdateFaults.ALL, GuestFaults.ALL)
                .flatMap(List::stream)
                .toList();
    }

    @Override
    public void build(Setting setting, ModelBuilder model) {
        InterruptTables tables = new InterruptTables(setting, model);
        InterruptOperations xen = new InterruptOperations(setting, tables, model);
        Argument device = new Argument("device", tables.devices);
        Argument entry = new Argument("entry", Sort.numbered("Entry", "e", tables.entries()));
        List<Argument> place = List.of(device, entry);
        model.action(new Action(
                "message",
                Actor.DEVICE,
                place,
                ModelBuilder.all(),
                (s, q, i, c, d, e) -> tables.fill(s, q, i),
                false,
                "fill"));
        model.action(new Action(
                "evict_entry",
                Actor.IOMMU,
                place,
                ModelBuilder.all(),
                (s, q, i, c, d, e) -> tables.evict(s, q, i),
                false,
                "evict"));
        model.action(new Action(
                "invalidate_table",
                Actor.IOMMU,
                List.of(device),
                ModelBuilder.all(),
                (s, q, b, c, d, e) -> tables.serve(s, q),
                true,
                "complete-invalidation"));
        xen.declare();
        declare(tables, xen, model.abstraction());
        InterruptDiscipline.declare(new InterruptReading(tables, xen), model);
        model.initially(tables::initial);
    }

    private static void declare(InterruptTables tables, InterruptOperations xen, Abstraction to) {
        List.of(tables.domains, tables.devices, tables.indices, tables.lines).forEach(to::sort);
        Relation.Reads given = (p, l, d, c, e, f) -> p.all(xen.vector).all(xen.former);
        to.relation(
                "assigned",
                List.of(tables.devices, tables.domains),
                (s, q, d, c, e, f) -> q == d && xen.attached.get(s, q) != 0,
                (p, q, d, c, e, f) -> p.one(xen.attached, q));
        to.relation(
                "interruptOwed",
                List.of(tables.devices),
                (s, q, b, c, d, e) -> xen.isChanging(s, q),
                (p, q, b, c, d, e) -> xen.read(p));
        to.relation(
                "interruptMoves",
                List.of(tables.devices),
                (s, q, b, c, d, e) -> xen.former.get(s, q) != 0,
                (p, q, b, c, d, e) -> p.one(xen.former, q));
        List<Sort> places = List.of(tables.devices, tables.lines);
        to.relation(
                "reachesLine",
                places,
                (s, q, l, c, d, e) -> tables.ends(s, q, l),
                (p, q, l, c, d, e) -> tables.read(p));
        to.relation(
                "endsAt",
                places,
                (s, q, l, c, d, e) -> tables.endsAt(s, q, (int) xen.index.get(s, q) - 1, l),
                (p, q, l, c, d, e) -> tables.read(p.one(xen.index, q)));
        to.relation("routesTo", places, (s, q, l, c, d, e) -> xen.routes(s, q, l), (p, q, l, c, d, e) -> {
            p.one(xen.vector, q);
            xen.guests.read(p);
        });
        to.relation(
                "lineOf", List.of(tables.lines, tables.domains), (s, l, d, c, e, f) -> xen.userOf(s, l) == d, given);
        to.relation(
                "passesIndex",
                List.of(tables.devices, tables.indices),
                (s, q, i, c, d, e) -> tables.passes(s, q, i),
                (p, q, i, c, d, e) -> tables.read(p));
        to.relation(
                "indexOf",
                List.of(tables.indices, tables.devices),
                (s, i, q, c, d, e) -> xen.index.get(s, q) == i + 1,
                (p, i, q, c, d, e) -> p.one(xen.index, q));
    }
}
