package dev.moat.audit.recording;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.audit.Audit;
import dev.moat.audit.result.AuditRule;
import dev.moat.audit.result.RuleTally;
import dev.moat.audit.result.Violation;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A driver that makes no mistake, and one that makes one: each rule, each family. */
class MistakesTest {
    private static final List<String> FAMILIES = DriverText.FAMILIES;

    static Audit judge(String text) throws IOException {
        return Audit.of(
                "driver",
                new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)),
                RecordedInvariant.NO_STALE,
                RecordedInvariant.ALL);
    }

    private static RuleTally of(Audit audit, AuditRule rule) {
        return audit.tallies().stream()
                .filter(t -> t.rule() == rule)
                .findFirst()
                .orElseThrow();
    }

    /** Every rule is judged in it, which is its witness: a rule that had nothing to say would hold whatever is broken. */
    @ParameterizedTest
    @FieldSource("FAMILIES")
    void withoutMistakeEveryRuleIsJudgedAndHolds(String family) throws IOException {
        Audit audit = judge(DriverText.of(family, Mistake.NONE).text());
        assertThat(audit.warnings()).isEmpty();
        assertThat(audit.tallies()).allSatisfy(t -> {
            assertThat(t.examples()).as(t.rule().name()).isEmpty();
            assertThat(t.unjudged()).as(t.rule().name()).isEmpty();
            assertThat(t.clean()).as(t.rule().name()).isPositive();
        });
        assertThat(audit.outcome(true)).isEqualTo(Audit.Outcome.HELD);
    }

    @ParameterizedTest
    @EnumSource(value = Mistake.class, mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void eachMistakeIsFoundAtItsLine(Mistake mistake) throws IOException {
        for (String family : FAMILIES) {
            DriverText driver = DriverText.of(family, mistake);
            Audit audit = judge(driver.text());
            List<Violation> found = of(audit, mistake.rule).examples();
            assertThat(found).as("%s of %s: %s", mistake, family, driver.text()).isNotEmpty();
            Violation first = found.get(0);
            assertThat(first.line()).as("%s of %s: %s", mistake, family, first).isEqualTo(driver.expected);
            assertThat(first.says() + first.reason())
                    .as("%s of %s", mistake, family)
                    .contains(mistake.says);
        }
    }

    /** What was in a table that no line showed is not known, and whether a cache has something of it. */
    @ParameterizedTest
    @ValueSource(strings = {"vtd", "amd-vi"})
    void unlinkedTableThatWasNotShownIsNotJudged(String family) throws IOException {
        DriverText driver = DriverText.of(family, Mistake.NONE);
        String unlinks = String.format(
                "store 0 %1$#x 8 %2$#x%ncall 0 unmap 0x200000 512%nstore 0 %1$#x 8 0%nreturn 0 unmap%n",
                DriverText.MIDDLE + 8, driver.entry(1, 0x24));
        Audit audit = judge(driver.text().replace("call 0 unmap 0 512\n", unlinks + "call 0 unmap 0 512\n"));
        assertThat(of(audit, AuditRule.CALL_RETURN).unjudged()).containsKey("a table that was unlinked was not shown");
    }

    /** Two caches lead to a frame; no device can use the first, for none is led to its domain. */
    @ParameterizedTest
    @ValueSource(strings = {"vtd", "amd-vi"})
    void harmlessWayToAFrameHidesNoOther(String family) throws IOException {
        DriverText driver = DriverText.of(family, Mistake.NONE);
        long top = 0x24000;
        driver.say("domain 0 7 guest");
        driver.say("page %#x", top);
        driver.lead(0xa8, 7, top, false);
        driver.store(top, driver.large(1 << 18));
        driver.store(top, 0);
        driver.lead(0xa8, 6, DriverText.OTHER_TOP, false);
        driver.giveAndWait(driver.forgetEntry(7, 0xa8));
        driver.store(DriverText.OTHER_TOP, 0);
        driver.say("owner %#x 4096 other", 1L << 30);
        assertThat(of(judge(driver.text()), AuditRule.FOREIGN).examples())
                .singleElement()
                .satisfies(found -> assertThat(found.line()).isEqualTo(driver.lines.size()));
    }

    @Test
    void eachRuleIsBrokenBySomeMistake() {
        List<AuditRule> broken =
                List.of(Mistake.values()).stream().map(m -> m.rule).distinct().toList();
        assertThat(broken)
                .containsAll(List.of(AuditRule.values()).stream()
                        .filter(AuditRule::ofEvents)
                        .toList());
    }
}
