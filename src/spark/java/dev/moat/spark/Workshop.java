package dev.moat.spark;

import dev.moat.explore.store.Fingerprint;
import dev.moat.logic.judge.Judge;
import dev.moat.logic.read.InvariantLibrary;
import dev.moat.machine.Machine;
import dev.moat.scenario.Catalog;
import dev.moat.spark.row.Rows;
import dev.moat.state.Packing;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** A machine and its judge, built once in each process and shared by its threads, as both may be. */
final class Workshop {
    private static final Map<Blueprint, Workshop> BUILT = new ConcurrentHashMap<>();

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
    static Workshop of(Blueprint plan) {
        return BUILT.computeIfAbsent(plan, Workshop::new);
    }

    /** Forgets it, on this process, once its search is over. */
    static void forget(Blueprint plan) {
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
        row[Rows.PRINT] = Fingerprint.of(fingerprint.sum(s, new long[s.length]));
        packing().pack(s, row, Rows.STATE);
        return row;
    }
}
