package dev.moat.cli.site;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.prove.Prover;
import dev.moat.prove.code.CodeReport;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** What one question may cost: as given, also where that is what the other kind of proof has by itself. */
class CodeOptionsTest {
    @Test
    void whatIsGivenIsWhatAQuestionMayCost() {
        CodeOptions discipline = new CodeOptions();
        CodeOptions code = CommandLine.populateCommand(new CodeOptions(), "--code");
        assertThat(code.component()).isEqualTo("xen-vtd");
        assertThat(discipline.rlimit(null)).isEqualTo(Prover.RLIMIT);
        assertThat(code.rlimit(null)).isEqualTo(CodeReport.RLIMIT).isNotEqualTo(Prover.RLIMIT);
        for (int given : new int[] {0, 1, Prover.RLIMIT, CodeReport.RLIMIT}) {
            assertThat(discipline.rlimit(given)).isEqualTo(given);
            assertThat(code.rlimit(given)).isEqualTo(given);
        }
    }
}
