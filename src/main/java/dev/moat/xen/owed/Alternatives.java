package dev.moat.xen.owed;

import static dev.moat.state.Relation.Reads.NOTHING;

import dev.moat.iommu.Port;
import dev.moat.state.Abstraction;
import dev.moat.state.Relation;
import dev.moat.state.Relation.Condition;
import dev.moat.state.RelationCode;
import dev.moat.state.Slots;
import dev.moat.xen.call.Debt;
import dev.moat.xen.state.XenState;
import java.util.ArrayList;
import java.util.List;

/**
 * The relations that read most, said once more by what decides them: what a CPU does not owe is not in its queue, and what one CPU's
 * operation changes is read by what is said of that CPU. Where operations leave debts to the end of a batch or to a limbo this is not
 * said.
 */
public final class Alternatives {
    private final XenState xen;
    private final Abstraction to;

    Alternatives(XenState xen, Abstraction to) {
        this.xen = xen;
        this.to = to;
    }

    /**
     * Whether relations of a machine are said by conditions. With one CPU nobody else's bits are read, and where most that is read is a
     * batch's or a limbo's few judgements become alike: to tell what decides takes more time than it saves.
     */
    public static boolean areSaid(XenState xen) {
        return xen.setting.cpus() > 1 && !xen.batch.paysAtEnd() && xen.limbo.size() == 0;
    }

    /** Tokens: what a CPU submitted, what it owes, and what the queue has of that. */
    void tokens(Invalidations tokens) {
        if (!areSaid(xen)) {
            return;
        }
        Condition submitted = new Condition(
                (s, i, b, c, d, e) -> xen.debt.owes.get(s, tokens.cpu(i)) == Debt.SUBMITTED,
                (p, i, b, c, d, e) -> p.one(xen.debt.owes, tokens.cpu(i)));
        Condition owed = new Condition(
                (s, i, b, c, d, e) -> tokens.owed(s, tokens.cpu(i)) == i, (p, i, b, c, d, e) -> tokens.readOwed(p, i));
        Relation.Reads queue = (p, i, b, c, d, e) -> tokens.readFound(p, i);
        Condition covered = new Condition((s, i, b, c, d, e) -> tokens.finds(s, i) == Port.COVERED, queue);
        Condition gone = new Condition((s, i, b, c, d, e) -> tokens.finds(s, i) == Port.NOTHING, queue);
        to.alternatives("queued", List.of(List.of(submitted, owed, covered)));
        to.alternatives("done", List.of(List.of(submitted, owed, gone)));
        pays("pays", (s, i, u, t, p, e) -> tokens.isFor(i, u, t, p), submitted, owed);
        pays("paysQ", (s, i, u, q, d, e) -> tokens.isFor(i, u, q), submitted, owed);
        pays("paysF", (s, i, u, q, d, e) -> tokens.isForRequests(i, u, q), submitted, owed);
    }

    private void pays(String name, RelationCode what, Condition submitted, Condition owed) {
        to.alternatives(name, List.of(List.of(new Condition(what, NOTHING), submitted, owed)));
    }

    /** What is owed, CPU by CPU. */
    void debts(Debts debts) {
        if (!areSaid(xen)) {
            return;
        }
        List<List<Condition>> dirty = new ArrayList<>();
        List<List<Condition>> dirtyW = new ArrayList<>();
        List<List<Condition>> dirtyQ = new ArrayList<>();
        List<List<Condition>> undrained = new ArrayList<>();
        undrained.add(List.of(new Condition(
                (s, u, q, c, d, e) -> xen.iommu.unitOf(q) == u && xen.entries.isPresent(s, q),
                (p, u, q, c, d, e) -> xen.entries.read(p, q))));
        for (int i = 0; i < xen.setting.cpus(); i++) {
            int cpu = i;
            Condition owes = isSet(xen.debt.owes, cpu);
            Condition page = new Condition(
                    (s, u, t, p, c, e) -> debts.owes(s, cpu, u, t, p), (f, u, t, p, c, e) -> debts.read(f, cpu, p));
            dirty.add(List.of(owes, page));
            dirtyW.add(List.of(owes, isSet(xen.debt.lostWrite, cpu), page));
            Condition calls = new Condition(
                    (s, u, q, c, d, e) -> xen.iommu.unitOf(q) == u && debts.isAtEntry(s, cpu, q),
                    (p, u, q, c, d, e) -> debts.readCall(p, cpu));
            Condition context =
                    new Condition((s, u, q, c, d, e) -> debts.isContextDirty(s, cpu, q), (p, u, q, c, d, e) -> {
                        p.one(xen.operation.phase, cpu);
                        xen.iommu.port(xen.iommu.unitOf(q)).read(p);
                    });
            dirtyQ.add(List.of(owes, calls, context));
            Condition drains = new Condition(
                    (s, u, q, c, d, e) -> xen.iommu.unitOf(q) == u && debts.isUndrained(s, cpu, q),
                    (p, u, q, c, d, e) -> {
                        debts.readCall(p, cpu);
                        p.one(xen.debt.owes, cpu);
                    });
            undrained.add(List.of(drains));
        }
        if (xen.setting.waitsTimeOut()) {
            dirtyQ.add(List.of(new Condition(
                    (s, u, q, c, d, e) -> xen.iommu.unitOf(q) == u && debts.isGivenUp(s, q),
                    (p, u, q, c, d, e) -> debts.readGivenUp(p, q))));
            undrained.add(List.of(new Condition(
                    (s, u, q, c, d, e) -> xen.iommu.unitOf(q) == u && debts.isLeftUndrained(s, q),
                    (p, u, q, c, d, e) -> debts.readUndrained(p, q))));
        }
        to.alternatives("dirty", dirty);
        to.alternatives("dirtyW", dirtyW);
        to.alternatives("dirtyQ", dirtyQ);
        to.alternatives("undrained", undrained);
    }

    private static Condition isSet(Slots slots, int at) {
        return new Condition((s, a, b, c, d, e) -> slots.get(s, at) != 0, (p, a, b, c, d, e) -> p.one(slots, at));
    }
}
