package dev.moat.conform.cost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.moat.conform.cost.PolicyCost.Row;
import dev.moat.model.BadSettingException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToIntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What each policy queues for the same changes, at real sizes. */
class PolicyCostTest {
    private static final Map<String, Map<String, String>> POLICIES = PolicyCost.strictPolicies(8);

    private static List<Row> rows(String policy, int batch) {
        return PolicyCost.measure(PolicyCost.VTD, policy, POLICIES.get(policy), batch);
    }

    private static int sum(List<Row> rows, ToIntFunction<Row> column) {
        return rows.stream().mapToInt(column).sum();
    }

    /** Of the workload's eight batches four owe nothing: CM = 0, so an entry that becomes present owes nothing. */
    @ParameterizedTest
    @CsvSource({
        "strict, 1, 4, 0, 4",
        "strict, 8, 32, 0, 32",
        "strict, 38, 152, 0, 152",
        "batch-end, 8, 32, 0, 4",
        "batch-end, 38, 152, 0, 4",
        "domain-wide, 1, 0, 4, 4",
        "domain-wide, 38, 0, 4, 4",
        "queued, 38, 152, 0, 4",
        "domain-wide from 8, 7, 28, 0, 4",
        "domain-wide from 8, 8, 0, 4, 4"
    })
    void descriptors(String policy, int batch, int pages, int domains, int waits) {
        List<Row> rows = rows(policy, batch);
        assertThat(List.of(sum(rows, Row::pages), sum(rows, Row::domains), sum(rows, Row::waits)))
                .containsExactly(pages, domains, waits);
    }

    /** Recorded from a real Xen: 38 unmaps queue 38 page-selective descriptors and 38 waits. */
    @Test
    void unmapOfLastMappingsAsRecorded() {
        Row row = rows("strict", 38).get(3);
        assertThat(List.of(row.removed(), row.pages(), row.waits())).containsExactly(38, 38, 38);
    }

    @Test
    void everyPolicyPaysForTheSameChanges() {
        for (String policy : POLICIES.keySet()) {
            List<Row> rows = rows(policy, 8);
            boolean device = !policy.startsWith("no ");
            assertThat(List.of(
                            sum(rows, Row::added),
                            sum(rows, Row::promoted),
                            sum(rows, Row::demoted),
                            sum(rows, Row::removed)))
                    .as(policy)
                    .isEqualTo(device ? List.of(16, 8, 8, 16) : List.of(0, 0, 0, 0));
        }
    }

    /** With I/O tables and no device the entries change and nothing is asked of hardware; without tables no step runs. */
    @Test
    void aDomainWithoutADeviceCostsNothing() {
        for (String policy : List.of("no device", "no tables")) {
            List<Row> rows = rows(policy, 38);
            assertThat(sum(rows, Row::pages) + sum(rows, Row::domains) + sum(rows, Row::waits))
                    .as(policy)
                    .isZero();
        }
        assertThat(sum(rows("no tables", 38), Row::ioSteps)).isZero();
        assertThat(sum(rows("no tables", 38), Row::unused)).isZero();
        assertThat(sum(rows("no device", 38), Row::unused)).isEqualTo(6 * 38);
        assertThat(sum(rows("strict", 38), Row::ioSteps)).isPositive();
    }

    /** CAP.RWBF = 1: an entry that becomes present is flushed by itself under each policy; nothing else flushes. */
    @Test
    void newEntriesFlushTheWriteBuffer() {
        for (String policy : POLICIES.keySet()) {
            Map<String, String> settings = new LinkedHashMap<>(POLICIES.get(policy));
            settings.put("write-buffer", "true");
            for (Row row : PolicyCost.measure(PolicyCost.VTD, policy, settings, 8)) {
                assertThat(row.bufferFlushes())
                        .as(policy + ": " + row.operation())
                        .isEqualTo(row.added());
            }
            assertThat(sum(rows(policy, 8), Row::bufferFlushes)).isZero();
        }
    }

    @Test
    void cachingModePaysForNewEntriesToo() {
        Map<String, String> settings = new LinkedHashMap<>(POLICIES.get("strict"));
        settings.put("caching-mode", "true");
        List<Row> rows = PolicyCost.measure(PolicyCost.VTD, "strict", settings, 8);
        assertThat(List.of(sum(rows, Row::pages), sum(rows, Row::waits))).containsExactly(48, 48);
    }

    /**
     * AMD-Vi: the same number of commands as VT-d of descriptors, each wait a COMPLETION_WAIT. Calgary: its whole cache each time,
     * once for everything that a batch changes; that blast is awaited.
     */
    @ParameterizedTest
    @CsvSource({
        "amd-vi, strict, 1, 4, 0, 4",
        "amd-vi, strict, 8, 32, 0, 32",
        "amd-vi, batch-end, 8, 32, 0, 4",
        "amd-vi, domain-wide, 8, 0, 4, 4",
        "amd-vi, queued, 38, 152, 0, 4",
        "amd-vi, no device, 8, 0, 0, 0",
        "calgary, strict, 8, 0, 32, 32",
        "calgary, batch-end, 8, 0, 4, 4",
        "calgary, queued, 8, 0, 4, 4",
        "calgary, no tables, 8, 0, 0, 0"
    })
    void otherFamilies(String iommu, String policy, int batch, int pages, int domains, int waits) {
        List<Row> rows = PolicyCost.measure(iommu, policy, POLICIES.get(policy), batch);
        assertThat(List.of(sum(rows, Row::pages), sum(rows, Row::domains), sum(rows, Row::waits)))
                .containsExactly(pages, domains, waits);
        assertThat(sum(rows, Row::bufferFlushes)).isZero();
        boolean device = !policy.startsWith("no ");
        assertThat(List.of(sum(rows, Row::added), sum(rows, Row::promoted), sum(rows, Row::demoted)))
                .isEqualTo(device ? List.of(2 * batch, batch, batch) : List.of(0, 0, 0));
        assertThat(sum(rows, Row::removed)).isEqualTo(device ? 2 * batch : 0);
    }

    /** NpCache, as CAP.CM: entries that become present are paid for too. */
    @Test
    void npCachePaysForNewEntriesToo() {
        Map<String, String> settings = new LinkedHashMap<>(POLICIES.get("strict"));
        settings.put("np-cache", "true");
        List<Row> rows = PolicyCost.measure("amd-vi", "strict", settings, 8);
        assertThat(List.of(sum(rows, Row::pages), sum(rows, Row::waits))).containsExactly(48, 48);
    }

    @Test
    void whatIsNotCountedIsRefused() {
        assertThatThrownBy(() -> PolicyCost.measure("gart", "strict", Map.of(), 1))
                .isInstanceOf(BadSettingException.class);
    }

    /** What recorded sequences are priced by says the same as what the machine executes. */
    @ParameterizedTest
    @ValueSource(ints = {1, 7, 8, 38})
    void pricesAreWhatIsExecuted(int batch) {
        FlushPrice.policies(8).forEach((policy, price) -> {
            for (Row row : rows(policy, batch)) {
                int changes = row.promoted() + row.demoted() + row.removed();
                assertThat(List.of(price.descriptors(changes, changes), price.waits(changes)))
                        .as(policy + ": " + row.operation())
                        .containsExactly(row.pages() + row.domains(), row.waits());
            }
        });
    }
}
