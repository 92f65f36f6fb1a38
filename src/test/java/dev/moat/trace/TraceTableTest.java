package dev.moat.trace;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.machine.Granularity;
import dev.moat.machine.Machine;
import dev.moat.model.Actor;
import dev.moat.model.Edits;
import dev.moat.model.ModelBuilder;
import dev.moat.state.Role;
import dev.moat.state.Slots;
import dev.moat.state.Sort;
import dev.moat.state.Writer;
import dev.moat.trace.testing.Counters;
import java.util.List;
import org.junit.jupiter.api.Test;

class TraceTableTest {
    private static String table(Counters m, String... names) {
        return new TraceTable(m.runner()).print(m.runner().run(m.trace(names)));
    }

    @Test
    void at_granularity_step_the_steps_stand_below_the_action() {
        Counters m = Counters.at(Granularity.STEP, "increment.no-lock");
        Snapshot.check("lost-update.table", table(m, Counters.LOST_UPDATE));
    }

    @Test
    void at_granularity_operation_only_the_status_does() {
        Counters m = Counters.at(Granularity.OPERATION, "increment.no-limit");
        String increment = "cpu0: increment(c0)";
        Snapshot.check("no-limit.table", table(m, increment, increment, increment, increment));
    }

    @Test
    void a_hang_names_who_waits() {
        Counters m = Counters.at(Granularity.OPERATION, "increment.no-release");
        Snapshot.check("hang.table", table(m, "cpu0: increment(c0)", "cpu0: increment(c0)"));
    }

    @Test
    void no_violation_is_said_too() {
        Counters m = Counters.at(Granularity.OPERATION);
        assertThat(new TraceTable(m.runner()).print(List.of())).isEqualTo("""
                #  actor  action  changes

                No property is violated at the end.
                Length: 0 actions, 0 transitions.
                """);
    }

    /** The rows name the steps: where each CPU is can be left out, and is named. */
    @Test
    void bookkeeping_is_folded_and_named() {
        Counters m = Counters.at(Granularity.STEP, "increment.no-lock");
        List<Transition> done = m.runner().run(m.trace(Counters.LOST_UPDATE));
        String folded = new TraceTable(m.runner(), true).print(done);
        Snapshot.check("lost-update-folded.table", folded);
        assertThat(folded).doesNotContain("pc[").contains("(bookkeeping)").contains("--full shows it): pc");
        // At a granularity whose rows name no steps, a CPU that hangs is somewhere.
        Counters hang = Counters.at(Granularity.OPERATION, "increment.no-release");
        List<Transition> hung = hang.runner().run(hang.trace("cpu0: increment(c0)", "cpu0: increment(c0)"));
        assertThat(new TraceTable(hang.runner(), true).print(hung)).contains("pc[");
    }

    @Test
    void lines_keep_the_width() {
        Counters m = Counters.at(Granularity.STEP, "increment.no-lock");
        assertThat(table(m, Counters.LOST_UPDATE).lines())
                .allMatch(line -> line.length() <= TraceTable.WIDTH)
                .noneMatch(line -> line.endsWith(" "));
    }

    /** A component of one's own calls its software what it likes. */
    @Test
    void a_long_name_of_the_software_keeps_the_width() {
        ModelBuilder model = new ModelBuilder(new Edits());
        model.software("the memory manager of a kernel whose name takes as much room as a whole row of a table has");
        Slots count = model.schema()
                .slots("count", Role.HYPERVISOR, Writer.HYPERVISOR, Sort.numbered("One", "o", 1))
                .bits(4);
        model.action(
                "increment_what_is_counted_here_for_this_test", Actor.HYPERVISOR, List.of(), (s, a, b, c, d, e) -> {
                    count.set(s, 0, count.get(s, 0) + 1);
                    return true;
                });
        Machine machine = new Machine(model.build(), Granularity.OPERATION, true);
        TraceRunner runner = new TraceRunner(machine, StateJudge.NOBODY);
        String rows = new TraceTable(runner).rows(runner.run(new Trace(List.of(0, 0))));
        assertThat(rows.lines()).allMatch(line -> line.length() <= TraceTable.WIDTH);
        assertThat(rows).contains("1  the memory manager   increment", "count[o0]: 1 -> 2", "of a kernel whose");
    }

    @Test
    void long_texts_break_at_spaces_or_where_they_must() {
        assertThat(TraceTable.wrap("one two three", 7)).containsExactly("one two", "three");
        assertThat(TraceTable.wrap("abcdefghij kl", 4)).containsExactly("abcd", "efgh", "ij", "kl");
        assertThat(TraceTable.wrap("", 4)).containsExactly("");
    }
}
