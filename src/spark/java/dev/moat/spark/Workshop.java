package dev.moat.spark;

import dev.moat.explore.Fingerprint;
import dev.moat.logic.InvariantLibrary;
import dev.moat.logic.judge.Judge;
import dev.moat.machine.Machine;
import dev.moat.scenario.Catalog;
import dev.moat.spark.row.Rows;
import dev.moat.state.Packing;
import java.util.LinkedHashMap;
import java.util.Map;

/** A machine and its judge, built once in each process and shared by its threads, as both may be. */
final class Workshop {
    /** Of how many searches; an executor is not told when one is over. */
    private static final int MOST = 2;

    /** Those that were asked for last, the last one at the end. */
    private static final Map<Blueprint, Workshop> BUILT = new LinkedHashMap<>();

    private final Machine machine;
    private final Judge judge;
    private final Fingerprint fingerprint;

    private Workshop(Blueprint plan) {
        machine = Catalog.load().machine(plan.machine());
        InvariantLibrary library = plan.library();
        judge = new Judge(
                plan.invariants().stream().map(library::get).toList(),
                machine.model().abstraction(),
                machine.schema());
        fingerprint = new Fingerprint(machine.schema().words());
    }

    /** What was built, here, from a blueprint. */
    static synchronized Workshop of(Blueprint plan) {
        Workshop known = BUILT.remove(plan);
        Workshop workshop = known == null ? new Workshop(plan) : known;
        BUILT.put(plan, workshop);
        if (BUILT.size() > MOST) {
            BUILT.remove(BUILT.keySet().iterator().next());
        }
        return workshop;
    }

    /** Forgets it, on this process, once its search is over. */
    static synchronized void forget(Blueprint plan) {
        BUILT.remove(plan);
    }

    Machine machine() {
        return machine;
    }

    Judge judge() {
        return judge;
    }

    Fingerprint fingerprint() {
        return fingerprint;
    }

    Packing packing() {
        return machine.schema().packing();
    }

    /** Words of a row. */
    int width() {
        return Rows.STATE + packing().words();
    }

    /** The row of the initial state. */
    long[] initial() {
        long[] s = machine.initial();
        long[] row = new long[width()];
        row[Rows.PRINT] = Fingerprint.of(fingerprint.sum(s));
        packing().pack(s, row, Rows.STATE);
        return row;
    }
}
