package dev.moat.xen.iospace;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.machine.Machine;
import dev.moat.machine.Stepper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How often the cache of a bus is emptied by each way of unmapping: what docs/explanation/calgary-in-xen.md says. */
class SpaceCostTest {
    private static final int PAGES = 64;

    @ParameterizedTest
    @CsvSource({
        "strict, 1, 1, `unmap: strict` | 64",
        "strict, 2, 1, '`unmap: strict`, runs of two pages | 32'",
        "strict, 1, 2, '`unmap: strict`, batches of two | 32'",
        "strict, 1, 8, '`unmap: strict`, batches of eight | 8'",
        "wrap, 1, 1, `unmap: wrap` | 1",
        "wrap-linux, 1, 1, `unmap: wrap-linux` | 1"
    })
    void blasts(String unmap, int run, int batch, String row) throws IOException {
        int space = batch > 1 ? batch : 32;
        Machine machine = HypercallErrorsTest.machine("iommu=calgary reallocation=false frames=2 domains=1 devices=1"
                + " units=1 pages=" + space + " run=" + run + " batch=" + batch + " unmap=" + unmap);
        Stepper stepper = machine.stepper();
        int[] blasts = {0};
        stepper.watch(s -> blasts[0]++);
        long[] s = machine.initial().clone();
        String what = run == 2 ? "rw*2" : "rw";
        for (int i = 0; i < PAGES / run; i++) {
            int page = unmap.equals("strict") ? 0 : i % 32;
            apply(machine, stepper, s, "iommu_map(d0, dev0, any, f0, " + what + ")");
            if (batch == 1) {
                apply(machine, stepper, s, "iommu_unmap(d0, dev0, p" + page + ", " + run + ")");
            } else if (i % batch == batch - 1) {
                apply(machine, stepper, s, "iommu_unmap_many(d0, dev0, " + pages(batch) + ")");
            }
        }
        assertThat(Files.readString(Path.of("docs/explanation/calgary-in-xen.md")))
                .contains("| " + row + " |");
        assertThat(blasts[0]).isEqualTo(Integer.parseInt(row.replaceAll(".* ", "")));
    }

    private static String pages(int count) {
        return IntStream.range(0, count).mapToObj(p -> "p" + p).collect(Collectors.joining("+"));
    }

    private static void apply(Machine machine, Stepper stepper, long[] s, String call) {
        int instance =
                machine.find(call).or(() -> machine.find("cpu0: " + call)).orElseThrow();
        assertThat(stepper.apply(instance, s)).as(call).isTrue();
        assertThat(stepper.lastResult()).as(call).isZero();
    }
}
