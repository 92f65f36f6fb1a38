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
