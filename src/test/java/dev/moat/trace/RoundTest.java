package dev.moat.trace;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.liveness.Lasso;
import dev.moat.liveness.Response;
import dev.moat.machine.Machine;
import dev.moat.scenario.Catalog;
import dev.moat.trace.file.Counterexample;
import dev.moat.trace.file.CounterexampleReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What is said of a run without end is so: who goes on meanwhile, and whether anybody is overtaken. */
class RoundTest {
    private static final String OVERTAKEN = "what is waited for always goes to others";

    private static Round round(String name, Response response) throws IOException {
        Catalog catalog = Catalog.load();
        Counterexample c = new CounterexampleReader(catalog).read(Path.of("counterexamples", name + ".itf.json"));
        Machine machine = catalog.machine(c.machine());
        Map<String, Integer> alphabet = Trace.alphabet(machine);
        List<Integer> letters = c.actions().stream().map(alphabet::get).toList();
        return Round.of(machine, new Lasso(response, letters, c.loop())).orElseThrow();
    }

    @Test
    void aLockGoesToTheOtherCpuWhereThereIsOne() throws IOException {
        Round round = round("xen-runs-unfair-lock", Response.OPERATIONS_RETURN_UNFAIR_LOCKS);
        assertThat(round.goesOn(22))
                .endsWith(" are repeated for ever, though hardware that has not stalled goes on, and each CPU where"
                        + " nothing keeps it for good; " + OVERTAKEN);
        assertThat(round.id()).isEqualTo("operations-return-unfair-locks");
    }

    /** One CPU and its unit: the same rows break both properties, and no lock is fought for. */
    @Test
    void nobodyIsOvertakenByOneCpu() throws IOException {
        Round fair = round("xen-runs-repeated", Response.OPERATIONS_RETURN);
        Round unfair = round("xen-runs-repeated", Response.OPERATIONS_RETURN_UNFAIR_LOCKS);
        assertThat(unfair.from()).isEqualTo(fair.from());
        assertThat(fair.goesOn(10)).endsWith("though hardware that has not stalled goes on and each CPU gets its turn");
        assertThat(unfair.goesOn(10)).endsWith("and each CPU where nothing keeps it for good");
    }
}
