package dev.moat.check.needed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.check.Engine;
import dev.moat.check.MoatEngine;
import dev.moat.check.Property;
import dev.moat.check.Verdict;
import dev.moat.check.needed.NeedTable.Answer;
import dev.moat.explore.Limits;
import dev.moat.model.Component;
import dev.moat.model.InjectedFault;
import dev.moat.scenario.Catalog;
import dev.moat.scenario.Scenario;
import dev.moat.scenario.ScenarioReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The table of needed invalidations, on bounds small enough for every build. */
class NeedTableTest {
    /** Of one table, as 'moat need' has it: what a column does by itself is searched once for all its cells. */
    private static final Map<String, NeedColumn> COLUMNS = new HashMap<>();

    @TempDir
    Path directory;

    private final Engine engine = MoatEngine.open(Path.of(""));
    private final Component xen = Catalog.load().component("xen-vtd");

    private Scenario rung(String id, String granularity, String parameters) {
        String text =
                "id: " + id + "\nsays: A rung.\ncomponent: xen-vtd\ngranularity: " + granularity + "\nparameters: {"
                        + parameters + "}\nproperties: {hold: [no-foreign, no-stale, live-mapping-is-writable]}\n"
                        + "expect: {verdict: held}\n";
        List<String> ids = engine.invariants().stream().map(Property::id).toList();
        try {
            return new ScenarioReader(Catalog.load(), ids)
                    .read(Files.writeString(directory.resolve(id + ".yaml"), text));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private NeedTable table() {
        return table(rung("a", "operation", "refs: 1, handles: 2"), rung("b", "step", "refs: 1, handles: 1"));
    }

    private NeedTable table(Scenario... ladder) {
        return new NeedTable(Catalog.load(), engine, xen, List.of(ladder));
    }

    private InjectedFault omission(String id) {
        return xen.omissions().stream()
                .filter(o -> o.id().equals(id))
                .findFirst()
                .orElseThrow();
    }

    @ParameterizedTest
    @CsvSource({
        "omit.unmap-invalidation, defaults, NEEDED",
        "omit.unmap-wait, defaults, NEEDED",
        "omit.decrease-invalidation, defaults, NEEDED",
        "omit.decrease-wait, defaults, NEEDED",
        // A promotion only: hardware walks again, so nothing that is judged here needs it with one CPU.
        "omit.map-invalidation, defaults, SUPERFLUOUS",
        "omit.map-wait, defaults, SUPERFLUOUS",
        // Read-only maps have no entry, so nothing is ever promoted.
        "omit.map-invalidation, read-only-grants=non-present, IDLE",
        // The granter has no device on these rungs, so nothing is owed; nor is it for an entry that becomes present.
        "omit.unmap.owner-invalidation, defaults, IDLE",
        "omit.populate-wait, coherent=false, IDLE",
        // Where limbo is full, unmap pays at once.
        "omit.deferred-wait, flush=deferred, NEEDED",
        // Nothing is deassigned on these rungs.
        "omit.deassign.context-invalidation, defaults, ABSENT",
        // Only the first rung has populate.
        "omit.drain, page-selective=false, SUPERFLUOUS"
    })
    void cells(String id, String column, Answer answer) {
        NeedTable.Cell cell = COLUMNS.computeIfAbsent(column, name -> {
                    NeedTable table = table();
                    return table.column(table.variation(name), Limits.none(1));
                })
                .cell(omission(id));
        assertThat(cell.answer()).isEqualTo(answer);
        Verdict verdict = cell.verdict();
        assertThat(verdict != null && verdict.finding() != null).isEqualTo(answer == Answer.NEEDED);
        assertThat(cell.held().isEmpty()).isEqualTo(answer == Answer.NEEDED || answer == Answer.ABSENT);
    }

    /** Where hardware faults on an entry without the right, a map must invalidate one that gains it, and no new one; an unmap any. */
    @Test
    void aNeededCellSaysInWhichCases() {
        Scenario rung = rung("a", "step", "refs: 1, handles: 2, frames: 1, sides: host")
                .judging(List.of("legitimate-dma-passes"), List.of());
        NeedTable table = table(rung);
        NeedColumn column = table.column(table.variation("rewalk=false"), Limits.none(1));
        InjectedFault map = omission("omit.map-invalidation");
        assertThat(column.inCases(column.cell(map), map).cases()).isEqualTo(Map.of("added", false, "widened", true));
        InjectedFault unmap = omission("omit.unmap-invalidation");
        assertThat(column.inCases(column.cell(unmap), unmap).cases())
                .isEqualTo(Map.of("narrowed", true, "removed", true));
    }

    @Test
    void columnsAreTheOtherValuesOfCapabilitiesAndPolicies() {
        assertThat(table().variations().stream().map(NeedTable.Variation::name))
                .startsWith("defaults")
                .contains("page-selective=false", "flush=deferred", "upkeep-rule=2008", "read-only-grants=non-present");
    }

    @Test
    void aLimitIsNoAnswer() {
        NeedTable table = table();
        Limits small = new Limits(Integer.MAX_VALUE, 1, Long.MAX_VALUE, 100, Long.MAX_VALUE);
        NeedTable.Cell cell = table.column(table.variation("defaults"), small).cell(omission("omit.map-wait"));
        assertThat(cell.answer()).isEqualTo(Answer.UNDECIDED);
    }

    /** Without the wait something breaks soon; whether it does by itself, too, only a longer search tells. */
    @Test
    void aLimitOnTheColumnsOwnSearchIsNoVerdictOnItsDesign() {
        NeedTable table = table();
        Limits small = new Limits(Integer.MAX_VALUE, 1, Long.MAX_VALUE, 1_000, Long.MAX_VALUE);
        NeedColumn column = table.column(table.variation("defaults"), small);
        NeedTable.Cell cell = column.cell(omission("omit.unmap-wait"));
        assertThat(column.ownRuns().stream().map(NeedTable.Cell::answer)).containsExactly(Answer.UNDECIDED);
        assertThat(cell.answer()).isEqualTo(Answer.UNDECIDED);
        assertThat(cell.violated()).isEmpty();
    }

    /** What was agreed gives no-foreign up, and nothing else: cells are judged by the rest, and none is superfluous. */
    @Test
    void whatAColumnBreaksByItselfIsNotHeldAgainstItsCells() {
        NeedTable table = table(
                rung("a", "operation", "refs: 1, handles: 1"),
                rung("b", "step", "refs: 1, handles: 1, reallocation: false"));
        NeedColumn agreed = table.column(table.variation("flush=agreed"), Limits.none(1));
        NeedTable.Cell needed = agreed.cell(omission("omit.acknowledge-wait"));
        assertThat(needed.answer()).isEqualTo(Answer.NEEDED);
        assertThat(needed.violated()).containsExactly("no-stale");
        assertThat(agreed.cell(omission("omit.map-wait")).answer()).isEqualTo(Answer.HELD);
        List<NeedTable.Cell> own = agreed.ownRuns();
        assertThat(own.stream().map(NeedTable.Cell::answer))
                .containsExactly(Answer.UNSOUND, Answer.HELD, Answer.UNSOUND, Answer.HELD);
        assertThat(own.get(0).violated()).containsExactly("no-foreign");
    }

    /** The first rung alone has populate, so what holds there is not called superfluous. */
    @Test
    void onlyTheWidestRungMakesSuperfluous() {
        NeedTable table = new NeedTable(
                Catalog.load(),
                engine,
                xen,
                List.of(
                        rung("a", "operation", "refs: 1, handles: 2, assign: true"),
                        rung("b", "step", "refs: 1, handles: 1")));
        NeedColumn column = table.column(table.variation("caching-mode=true"), Limits.none(1));
        NeedTable.Cell cell = column.cell(omission("omit.assign.domain-wait"));
        assertThat(cell.answer()).isEqualTo(Answer.HELD);
        assertThat(cell.held()).containsExactly(1);
    }
}
