package dev.moat.trace;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.junit.LibraryJudges;
import dev.moat.machine.Machine;
import dev.moat.scenario.Catalog;
import dev.moat.trace.file.Counterexample;
import dev.moat.trace.file.CounterexampleReader;
import dev.moat.trace.file.Replayer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CodeTest {
    /** Each transition is written in a file that is there, and most of these name what is done. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "r1-unmap-no-invalidation",
                "xen-step-grant-table-lock-dropped-before-wait",
                "dma-calgary-claim-not-emptied",
                "swiotlb-first-segment-only",
                "viommu-no-lock"
            })
    void everyTransitionIsWrittenSomewhere(String id) throws IOException {
        Catalog catalog = Catalog.load();
        Counterexample record = new CounterexampleReader(catalog).read(Path.of("counterexamples", id + ".itf.json"));
        Machine machine = catalog.machine(record.machine());
        int named = 0;
        int all = 0;
        for (Transition t :
                Replayer.replay(record, catalog, new LibraryJudges()).transitions()) {
            CodePlace code = CodePlace.of(machine, t);
            boolean isText = code.line() > 0;
            Path file = Path.of(
                    isText ? code.type() : "src/main/java/" + code.type().replace('.', '/') + ".java");
            assertThat(file).as(t.name()).isRegularFile();
            String written = isText ? Files.readAllLines(file).get(code.line() - 1) : Files.readString(file);
            named += written.contains(isText ? code.name() : "\"" + code.name() + "\"") ? 1 : 0;
            all++;
        }
        assertThat(named).isGreaterThan(all / 2);
    }
}
