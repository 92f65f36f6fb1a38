package dev.moat.check.cover;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.check.MoatEngine;
import dev.moat.check.cover.Combination.Outcome;
import dev.moat.grant.SharedEntry;
import dev.moat.iommu.vtd.format.Descriptors;
import dev.moat.model.Composed;
import dev.moat.model.Model;
import dev.moat.model.Operation;
import dev.moat.model.Step;
import dev.moat.model.StepCode;
import dev.moat.scenario.Catalog;
import dev.moat.state.Slots;
import dev.moat.state.Sort;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/**
 * Defects that lie where two mechanisms meet, and that no scenario of one of them shows: the array finds each in a machine that it
 * generates, and in none that has fewer of the choices.
 */
class PlantedTest {
    private static final Catalog CATALOG = Catalog.load();
    private static final Composed XEN = (Composed) CATALOG.component("xen-vtd");
    private static final long STATES = 20_000;

    private static List<Choice> choices(String... names) {
        return List.of(names).stream()
                .map(n -> new Choice(n.substring(0, n.indexOf('=')), n.substring(n.indexOf('=') + 1)))
                .toList();
    }

    private static Covering covering(UnaryOperator<Model> defect) throws IOException {
        KnownBreaks known = KnownBreaks.read(Path.of("specs", "cover.txt"));
        return new Covering(XEN, CATALOG, MoatEngine.open(Path.of("")), STATES, known).with(defect);
    }

    /** Where the array has the choices, it finds the defect; with one of them left out there is nothing to find. */
    private static void isFoundOnlyTogether(UnaryOperator<Model> defect, String property, String... names)
            throws IOException {
        List<Choice> choices = choices(names);
        // One array, as 'moat cover' has one for all that it tries: machines of several combinations are searched once.
        Covering covering = covering(defect);
        Combination with = covering.tried(choices);
        assertThat(with.outcome()).as(with.line()).isEqualTo(Outcome.BROKEN);
        assertThat(with.because()).contains(property);
        for (Choice left : choices) {
            List<Choice> fewer = choices.stream().filter(c -> !c.equals(left)).toList();
            Combination without = covering.tried(fewer);
            assertThat(without.outcome()).as(without.line()).isNotIn(Outcome.BROKEN, Outcome.DISAGREES);
        }
    }

    /** With other code around a step, in the machines that have it and every family of slots that the code needs. */
    static UnaryOperator<Model> around(
            String operation, String step, BiFunction<Model, StepCode, StepCode> code, String... needed) {
        return model -> {
            boolean has = List.of(needed).stream()
                    .allMatch(n -> slots(model, n).map(f -> f.size() > 0).orElse(false));
            List<Operation> edited = model.operations().stream()
                    .map(op -> has && op.name().equals(operation) ? edited(op, step, c -> code.apply(model, c)) : op)
                    .toList();
            return model.running(model.actions(), edited);
        };
    }

    private static Operation edited(Operation op, String step, UnaryOperator<StepCode> code) {
        List<Step> steps = new ArrayList<>(op.steps());
        int at = op.indexOf(step);
        if (at < 0) {
            return op;
        }
        steps.set(at, steps.get(at).running(code.apply(steps.get(at).code())));
        return op.with(steps);
    }

    private static int spaces(Model model) {
        return model.abstraction().sorts().stream()
                .filter(sort -> sort.name().equals("Space"))
                .mapToInt(Sort::size)
                .sum();
    }

    private static Optional<Slots> slots(Model model, String name) {
        return model.schema().family(name);
    }

    static Slots family(Model model, String name) {
        return slots(model, name).orElseThrow();
    }

    /** A copy drops its pins by the entry as the granter left it, which only a careless one empties meanwhile. */
    @Test
    void aCarelessGranterAndCopies() throws IOException {
        isFoundOnlyTogether(
                around("copy", "release-side", (model, code) -> {
                    Slots pin = family(model, "active.pin");
                    Slots shared = family(model, "shared");
                    return (s, cpu) -> {
                        long[] before = s.clone();
                        int next = code.run(s, cpu);
                        for (int i = 0; i < pin.size(); i++) {
                            if (SharedEntry.FLAGS.get(shared.get(before, i)) == 0) {
                                pin.set(s, i, pin.get(before, i));
                            }
                        }
                        return next;
                    };
                }),
                "pins-match-holds",
                "careless-granter=true",
                "copy=true");
    }

    /** While it moves the bytes of a part of a page, a copy has no pin; only between the steps of a copy can that be seen. */
    @Test
    void partialGrantsAndSteps() throws IOException {
        UnaryOperator<Model> early = around(
                "copy",
                "acquire-source",
                (model, code) -> {
                    Slots pin = family(model, "active.pin");
                    Slots part = family(model, "active.sub-page");
                    return (s, cpu) -> {
                        int next = code.run(s, cpu);
                        for (int i = 0; i < pin.size(); i++) {
                            if (part.get(s, i) != 0) {
                                pin.set(s, i, 0);
                            }
                        }
                        return next;
                    };
                },
                "active.sub-page");
        UnaryOperator<Model> late = around(
                "copy",
                "release-side",
                (model, code) -> {
                    Slots pin = family(model, "active.pin");
                    Slots part = family(model, "active.sub-page");
                    return (s, cpu) -> {
                        for (int i = 0; i < pin.size(); i++) {
                            if (part.get(s, i) != 0 && pin.get(s, i) == 0) {
                                pin.set(s, i, 4);
                            }
                        }
                        return code.run(s, cpu);
                    };
                },
                "active.sub-page");
        isFoundOnlyTogether(
                model -> late.apply(early.apply(model)),
                "pins-match-holds",
                "version-2=true",
                "copy=true",
                "partial-grants=true");
    }

    /** What a domain gives up is invalidated under the DID of the domain for which the other CPU works at that moment. */
    @Test
    void twoDidsAndTwoCpus() throws IOException {
        isFoundOnlyTogether(
                around("decrease_reservation", "queue-owner-invalidation", (model, code) -> {
                    Slots pc = family(model, "pc");
                    Slots domain = family(model, "cpu.domain");
                    Slots count = family(model, "queueCount");
                    Slots lo = family(model, "queueLo");
                    if (spaces(model) < 2) {
                        return code;
                    }
                    return (s, cpu) -> {
                        long before = count.get(s);
                        int next = code.run(s, cpu);
                        int other = pc.size() - 1 - cpu;
                        if (count.get(s) > before && other != cpu && pc.get(s, other) != 0) {
                            int last = (int) before;
                            lo.set(s, last, Descriptors.DID.set(lo.get(s, last), domain.get(s, other)));
                        }
                        return next;
                    };
                }),
                "no-stale",
                "reallocation=true",
                "iommu=all",
                "cpus=2");
    }

    /** A map of a batch that fails for its I/O tables keeps its use of the frame's type. */
    @Test
    void pageTypesBatchesAndFailures() throws IOException {
        isFoundOnlyTogether(
                around(
                        "map_grant_ref",
                        "undo",
                        (model, code) -> {
                            Slots uses = family(model, "frame.type-count");
                            return (s, cpu) -> {
                                long[] before = s.clone();
                                int next = code.run(s, cpu);
                                for (int f = 0; f < uses.size(); f++) {
                                    uses.set(s, f, Math.max(uses.get(s, f), uses.get(before, f)));
                                }
                                return next;
                            };
                        },
                        "frame.type-count",
                        "batch.pending",
                        "failing"),
                "type-count-matches-uses",
                "failures=true",
                "page-types=true",
                "batch=2");
    }
}
