package dev.moat.machine;

import dev.moat.logic.Discipline;
import dev.moat.logic.Vocabulary;
import dev.moat.model.Actor;
import dev.moat.model.ModelBuilder;
import dev.moat.model.Operation;
import dev.moat.model.Outcome;
import dev.moat.model.Step;
import dev.moat.state.Role;
import dev.moat.state.Slots;
import dev.moat.state.Sort;
import dev.moat.state.Writer;
import java.util.List;

/** Lamps that steps switch: the smallest discipline that there is, for tests of how steps are compared with one. */
public final class Lamps {
    private static final Vocabulary VOCABULARY = Vocabulary.read("lamps.smt2", """
            (declare-sort Lamp 0)
            (declare-fun on (Lamp) Bool)
            """);

    /** A lamp may be switched at any time, and only that one is. */
    public static final Discipline DISCIPLINE = Discipline.read("rules.smt2", """
            (define-fun initially () Bool (forall ((x Lamp)) (not (on x))))
            (set-info :flip "a lamp is switched")
            (define-fun flip.guard ((x Lamp)) Bool true)
            (define-fun flip.on ((x Lamp) (a Lamp)) Bool (xor (on a) (= a x)))
            """, VOCABULARY);

    private Lamps() {}

    /** So many lamps. */
    public static Sort sort(int lamps) {
        return Sort.numbered("Lamp", "lamp", lamps);
    }

    /** A step that switches a lamp, and claims something. */
    public static Step flip(String name, Slots lamp, int i, String claim) {
        return Step.of(name, (s, cpu) -> {
                    lamp.set(s, i, 1 - lamp.get(s, i));
                    return Outcome.NEXT;
                })
                .claiming(claim);
    }

    /** A CPU, and an operation for each lamp that switches it; answers what says which are on. */
    public static Slots flipped(ModelBuilder model, Sort lamps, String claim) {
        model.cpus(Sort.numbered("Cpu", "cpu", 1), true);
        Slots lamp = model.schema()
                .slots("lamp", Role.HYPERVISOR, Writer.HYPERVISOR, lamps)
                .bits(1);
        for (int i = 0; i < lamps.size(); i++) {
            operation(model, "op" + i, List.of(flip("flip" + i, lamp, i, claim)));
        }
        return lamp;
    }

    /** An operation that may always begin. */
    static void operation(ModelBuilder model, String name, List<Step> steps) {
        Operation.Start always = (s, cpu, a, b, c, d, e) -> true;
        model.operation(new Operation(name, Actor.HYPERVISOR, List.of(), ModelBuilder.all(), always, steps, null));
    }

    /** Says what the discipline sees. */
    public static void show(ModelBuilder model, Sort lamps, Slots lamp) {
        model.abstraction().sort(lamps);
        model.abstraction()
                .relation(
                        "on",
                        List.of(lamps),
                        (s, i, b, c, d, e) -> lamp.get(s, i) != 0,
                        (footprint, i, b, c, d, e) -> footprint.one(lamp, i));
    }
}
