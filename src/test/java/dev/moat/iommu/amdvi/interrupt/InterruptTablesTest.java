package dev.moat.iommu.amdvi.interrupt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.iommu.amdvi.format.Commands;
import dev.moat.iommu.amdvi.format.DeviceTableEntry;
import dev.moat.model.Edits;
import dev.moat.model.Model;
import dev.moat.model.ModelBuilder;
import dev.moat.model.Setting;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What IntTabLen of a device table entry lets a device's messages name. {@code @source} fact sheet amdvi, section 8. */
class InterruptTablesTest {
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4})
    void xenStoresHowManyEntriesThereAre(int entries) {
        ModelBuilder builder = new ModelBuilder(new Edits());
        InterruptTables tables = declared(builder, Map.of("entries", "" + entries));
        Model model = builder.build();
        assertThat(1 << DeviceTableEntry.INT_TAB_LEN.get(tables.quad2.get(model.initial(), 1)))
                .isEqualTo(entries);
    }

    /** Two devices with a table of two entries each; there is nothing behind the last table. */
    @ParameterizedTest
    @CsvSource({"0, 1, 1", "1, 2, 2", "2, 4, 2", "15, 4, 2"})
    void anIndexIsTakenBelowTwoToTheLength(int length, int first, int second) {
        ModelBuilder builder = new ModelBuilder(new Edits().decide("interrupt.length", (s, device, log2, c) -> length));
        InterruptTables tables = declared(builder, Map.of());
        long[] s = builder.build().initial();
        for (int i = 0; i < tables.indices.size(); i++) {
            tables.words.storeLow(s, i, 0, i < tables.entries() ? 0 : 1);
        }
        assertThat(passing(tables, s, 0)).isEqualTo(first);
        assertThat(passing(tables, s, 1)).isEqualTo(second);
        assertThat(tables.ends(s, 0, 0)).isTrue();
        assertThat(tables.ends(s, 0, 1)).as("a line of the next device's").isEqualTo(first > 2);
        assertThat(tables.fill(s, 0, 0)).isTrue();
        assertThat(tables.fill(s, 0, 1)).isEqualTo(first > 1);
    }

    /** The model's devices have one interrupt each, so that only the first entry of a table is ever used there. */
    @Test
    void anInvalidationForgetsEachEntryOfOneDevice() {
        ModelBuilder builder = new ModelBuilder(new Edits());
        InterruptTables tables = declared(builder, Map.of());
        long[] s = builder.build().initial();
        for (int i = 0; i < tables.indices.size(); i++) {
            tables.words.storeLow(s, i, 0, 0);
        }
        for (int q = 0; q < 2; q++) {
            for (int i = 0; i < tables.entries(); i++) {
                assertThat(tables.fill(s, q, i)).isTrue();
            }
        }
        tables.command.set(s, 0, Commands.device(Commands.INVALIDATE_INTERRUPT_TABLE, InterruptTables.deviceId(0)));
        assertThat(tables.serve(s, 0)).isTrue();
        for (int i = 0; i < tables.entries(); i++) {
            assertThat(tables.mayLead(s, 0, i)).isEqualTo(-1);
            assertThat(tables.mayLead(s, 1, i)).isZero();
        }
    }

    private static long passing(InterruptTables tables, long[] s, int device) {
        return IntStream.range(0, tables.indices.size())
                .filter(i -> tables.passes(s, device, i))
                .count();
    }

    private static InterruptTables declared(ModelBuilder builder, Map<String, String> settings) {
        InterruptTables tables =
                new InterruptTables(new Setting(new AmdViInterrupts().parameters(), settings), builder);
        builder.initially(tables::initial);
        return tables;
    }
}
