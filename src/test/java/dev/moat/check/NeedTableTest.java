package dev.moat.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.check.NeedTable.Answer;
import dev.moat.explore.Limits;
import dev.moat.model.Component;
import dev.moat.model.InjectedFault;
import dev.moat.scenario.Catalog;
import dev.moat.scenario.Scenario;
import dev.moat.scenario.ScenarioReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The table of needed invalidations, on bounds small enough for every build. */
class NeedTableTest {
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

    private NeedTable table(Limits limits) {
        List<Scenario> ladder =
                List.of(rung("a", "operation", "refs: 1, handles: 2"), rung("b", "step", "refs: 1, handles: 1"));
        return new NeedTable(new Checker(Catalog.load(), engine), xen, ladder, limits);
    }

    private InjectedFault omission(String id) {
        return xen.omissions().stream()
                .filter(o -> o.id().equals(id))
                .findFirst()
                .orElseThrow();
    }

    @ParameterizedTest
    @CsvSource({
        "omit.unmap-invalidation, NEEDED",
        "omit.unmap-wait, NEEDED",
        "omit.decrease-invalidation, NEEDED",
        "omit.decrease-wait, NEEDED",
        // A promotion only: hardware walks again, so nothing that is judged here needs it with one CPU.
        "omit.map-invalidation, SUPERFLUOUS",
        "omit.map-wait, SUPERFLUOUS",
        // The granter has no device on these rungs.
        "omit.unmap.owner-invalidation, SUPERFLUOUS",
        // Nothing is deassigned on these rungs.
        "omit.deassign.context-invalidation, ABSENT"
    })
    void defaults(String id, Answer answer) {
        NeedTable table = table(Limits.none(1));
        NeedTable.Variation defaults = table.variations().get(0);
        assertThat(table.baseline(defaults).answer()).isEqualTo(Answer.SUPERFLUOUS);
        NeedTable.Cell cell = table.cell(omission(id), defaults);
        assertThat(cell.answer()).isEqualTo(answer);
        Verdict verdict = cell.verdict();
        assertThat(verdict != null && verdict.finding() != null).isEqualTo(answer == Answer.NEEDED);
    }

    @Test
    void columnsAreTheOtherValuesOfCapabilitiesAndPolicies() {
        assertThat(table(Limits.none(1)).variations().stream().map(NeedTable.Variation::name))
                .startsWith("defaults")
                .contains("page-selective=false", "flush=deferred", "upkeep-rule=2008", "read-only-grants=non-present");
    }

    @Test
    void aLimitIsNoAnswer() {
        NeedTable table = table(new Limits(Integer.MAX_VALUE, 1, Long.MAX_VALUE, 100, Long.MAX_VALUE));
        assertThat(table.baseline(table.variations().get(0)).answer()).isEqualTo(Answer.UNDECIDED);
    }
}
