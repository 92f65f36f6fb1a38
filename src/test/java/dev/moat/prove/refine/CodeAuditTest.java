package dev.moat.prove.refine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.machine.Granularity;
import dev.moat.machine.Machine;
import dev.moat.model.Actor;
import dev.moat.model.Component;
import dev.moat.model.Edits;
import dev.moat.model.Model;
import dev.moat.model.ModelBuilder;
import dev.moat.model.Operation;
import dev.moat.model.Outcome;
import dev.moat.model.Setting;
import dev.moat.model.Step;
import dev.moat.prove.Theory;
import dev.moat.prove.lift.Evaluation;
import dev.moat.prove.lift.Exprs;
import dev.moat.prove.lift.TermExpr;
import dev.moat.scenario.Catalog;
import dev.moat.state.Slots;
import dev.moat.state.Sort;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a mutant makes of a field, whose bits need not be next to each other. */
class CodeAuditTest {
    private static final int WORDS = 500;
    private static final int RLIMIT = 20_000_000;

    /** The bits of a field, with nothing between them. */
    private static long value(long word, long mask) {
        long value = 0;
        int to = 0;
        for (int bit = 0; bit < Long.SIZE; bit++) {
            if ((mask >>> bit & 1) != 0) {
                value |= (word >>> bit & 1) << to++;
            }
        }
        return value;
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 6, 1L << 63, 0x8421, 0xf0f0_0000_00ffL, -1L})
    void aFieldThatIsChangedToSomethingIsOneMoreOrLess(long mask) {
        Exprs exprs = new Exprs();
        TermExpr old = exprs.variable("old", 64);
        TermExpr stored = exprs.variable("stored", 64);
        TermExpr more = CodeAudit.moved(exprs, new CodeAudit.Change(false, mask, true), old, stored);
        TermExpr less = CodeAudit.moved(exprs, new CodeAudit.Change(false, mask, false), old, stored);
        Evaluation both = new Evaluation(List.of(more, less));
        long values = Long.bitCount(mask) == Long.SIZE ? -1L : (1L << Long.bitCount(mask)) - 1;
        Random random = new Random(mask);
        int moved = 0;
        for (int n = 0; n < WORDS; n++) {
            // Often all of the field or nothing of it, where what is carried goes furthest.
            long before = random.nextLong() & (random.nextInt(3) == 0 ? ~mask : -1L);
            long after = random.nextInt(4) == 0
                    ? random.nextLong() | mask
                    : random.nextLong() & (random.nextInt(4) == 0 ? ~mask : -1L);
            both.run(e -> e.equals(old) ? before : after);
            boolean touched = ((before ^ after) & mask) != 0 && (after & mask) != 0;
            moved += touched ? 1 : 0;
            long by = touched ? 1 : 0;
            assertThat(value(both.value(more), mask)).isEqualTo(value(after, mask) + by & values);
            assertThat(value(both.value(less), mask)).isEqualTo(value(after, mask) - by & values);
            assertThat(both.value(more) & ~mask)
                    .isEqualTo(both.value(less) & ~mask)
                    .isEqualTo(after & ~mask);
        }
        assertThat(moved).isBetween(WORDS / 8, WORDS);
    }

    /** R1 with two CPUs, of which the second can empty a cache of the second domain. */
    private static Machine twoCpus() {
        Component r1 = Catalog.load().component("r1");
        ModelBuilder builder = new ModelBuilder(new Edits());
        r1.build(new Setting(r1.parameters(Map.of()), Map.of()), builder);
        builder.cpus(Sort.numbered("Cpu", "cpu", 2));
        Slots[] tlb = new Slots[1];
        Step step = Step.of("forget", (s, cpu) -> {
                    if (cpu == 0 || tlb[0].get(s, 1, 0) == 0) {
                        return Outcome.BLOCKED;
                    }
                    tlb[0].set(s, 1, 0, 0);
                    return Outcome.DONE;
                })
                .claiming("forgets");
        builder.claim("forgets", (before, after, cpu, b, c, d, e, claim) -> claim.add("evict", 0, 1, 0));
        builder.operation(new Operation(
                "empty",
                Actor.IOMMU,
                List.of(),
                ModelBuilder.all(),
                (s, cpu, a, b, c, d, e) -> true,
                List.of(step),
                null));
        Model model = builder.build();
        tlb[0] = model.schema().family("tlb").orElseThrow();
        return new Machine(model, Granularity.STEP, false);
    }

    /** Each CPU has a piece of its own: what is noticed in one is noticed, though the other does what it did. */
    @Test
    void whatIsNoticedOfOneCpuIsNoticed() {
        Machine machine = twoCpus();
        CodeAudit.Change dropped = new CodeAudit.Change(true, 0, false);
        Theory theory = Theory.load(Path.of(""));
        try (CodeAudit all = new CodeAudit(machine, theory, Set.of(), RLIMIT)) {
            assertThat(all.of("empty/forget", "tlb", dropped)).isEqualTo(CodeAudit.Fate.NOTICED);
            assertThat(all.of("empty/nothing", "tlb", dropped)).isEqualTo(CodeAudit.Fate.NOT_JUDGED);
        }
        try (CodeAudit first = new CodeAudit(machine, theory, Set.of("empty/forget@cpu1"), RLIMIT)) {
            assertThat(first.of("empty/forget", "tlb", dropped)).isEqualTo(CodeAudit.Fate.SAME);
        }
    }
}
