package dev.moat.check.mutants;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.moat.check.mutants.Death.How;
import dev.moat.input.InputException;
import dev.moat.scenario.Scenario;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run that was interrupted goes on, and never on what something else has shown. */
class JournalTest {
    private static final String OWNER = "relation r1 owner never";

    private static List<MutantResult> run(Journal journal, String... only) throws IOException {
        List<Scenario> judges = Judges.scenarios("r1", "r1-unmap-no-invalidation");
        try (MutantGate gate = new MutantGate(1, System.nanoTime() + Long.MAX_VALUE / 2, journal)) {
            gate.prepare(Judges.CATALOG, Judges.ENGINE, judges, Judges.MOST);
            List<ComponentMutant> some = gate.mutants().values().stream()
                    .filter(m -> List.of(only).contains(m.id()))
                    .toList();
            return gate.run(some, fate -> {});
        }
    }

    @Test
    void whatWasDoneInTheSameStateIsNotDoneAgain(@TempDir Path work) throws IOException {
        Path file = work.resolve("journal");
        Files.writeString(file, "state\tnow\n" + OWNER + "\tclaim\tsomewhere\tnobody\t7/0\n");
        try (Journal journal = Journal.open(file, "now")) {
            assertThat(run(journal, OWNER))
                    .containsExactly(
                            new MutantResult(OWNER, 7, 0, new Death(How.CLAIM, "somewhere", "nobody"), null, true));
        }
        assertThat(Files.readAllLines(file)).hasSize(2);
    }

    /** Of another state only who noticed a mutant is asked first; the larger of the two judges is, then. */
    @Test
    void whatWasDoneInAnotherStateIsDoneAgain(@TempDir Path work) throws IOException {
        Path file = work.resolve("journal");
        String first = "r1";
        MutantResult fresh = run(Journal.none(), OWNER).get(0);
        assertThat(fresh.death().scenario()).isNotEqualTo(first);
        Files.writeString(file, "state\tthen\n" + OWNER + "\tclaim\t" + first + "\tnobody\t7/0\n");
        try (Journal journal = Journal.open(file, "now")) {
            MutantResult again = run(journal, OWNER).get(0);
            assertThat(again.tried()).isEqualTo(1);
            assertThat(again.death().scenario()).isEqualTo(first);
            assertThat(again.death().by()).isNotEqualTo("nobody");
        }
        assertThat(Files.readAllLines(file)).hasSize(4).contains("state\tnow");
        try (Journal journal = Journal.open(file, "now")) {
            assertThat(journal.known(OWNER)).isNotNull();
        }
    }

    @Test
    void survivorsKeepTheirEffect(@TempDir Path work) throws IOException {
        Path file = work.resolve("journal");
        MutantResult left = new MutantResult("drop r1 map tlb", 3, 0, null, Effect.LEFT_OVER, true);
        MutantResult unknown = new MutantResult("drop r1 unmap tlb", 2, 0, null, null, true);
        try (Journal journal = Journal.open(file, "now")) {
            journal.note(left);
            journal.note(unknown);
        }
        try (Journal journal = Journal.open(file, "now")) {
            assertThat(journal.known(left.mutant())).isEqualTo(left);
            assertThat(journal.known(unknown.mutant())).isEqualTo(unknown);
            assertThat(journal.killer(left.mutant())).isEmpty();
        }
    }

    /** Whoever was killed while a line was written goes on from the lines before. */
    @Test
    void aTornLastLineIsDropped(@TempDir Path work) throws IOException {
        Path file = work.resolve("journal");
        String whole = "state\tnow\n" + OWNER + "\tclaim\tsomewhere\tnobody\t7/0\n";
        MutantResult other = new MutantResult("drop r1 map tlb", 3, 0, null, Effect.LEFT_OVER, true);
        for (String torn : List.of("drop r1 m", "drop r1 map tlb\t-\t-\tleft over\t1", "\u00fc".repeat(9))) {
            Files.writeString(file, whole + torn);
            try (Journal journal = Journal.open(file, "now")) {
                assertThat(journal.known(OWNER)).isNotNull();
                assertThat(journal.known(other.mutant())).isNull();
                journal.note(other);
            }
            try (Journal journal = Journal.open(file, "now")) {
                assertThat(journal.known(OWNER)).isNotNull();
                assertThat(journal.known(other.mutant())).isEqualTo(other);
            }
        }
        Files.writeString(file, "stat");
        Journal.open(file, "now").close();
        assertThat(file).hasContent("state\tnow\n");
        Files.writeString(file, "a page of somebody's");
        assertThatThrownBy(() -> Journal.open(file, "now")).isInstanceOf(InputException.class);
        assertThat(file).hasContent("a page of somebody's");
    }

    /** Runs of many states add lines; those that later ones repeat go when there are many, the last ones stay. */
    @Test
    void aLongOneStaysUsable(@TempDir Path work) throws IOException {
        Path file = work.resolve("journal");
        StringBuilder text = new StringBuilder();
        for (int state = 0; text.length() < 5 << 20; state++) {
            text.append("state\t").append(state).append('\n');
            for (int mutant = 0; mutant < 1000; mutant++) {
                text.append("drop r1 map a").append(mutant).append("\tproperty\tr1\tno-foreign\t1/0\n");
            }
        }
        text.append("state\tnow\n").append(OWNER).append("\tclaim\tsomewhere\tnobody\t7/0\n");
        Files.writeString(file, text);
        for (int i = 0; i < 2; i++) {
            try (Journal journal = Journal.open(file, "now")) {
                assertThat(journal.known(OWNER)).isNotNull();
                assertThat(journal.known("drop r1 map a7")).isNull();
                assertThat(journal.killer("drop r1 map a7")).isEqualTo("r1");
            }
            assertThat(Files.size(file)).isLessThan(100_000);
        }
    }

    @Test
    void otherFilesAreRefused(@TempDir Path work) throws IOException {
        Path file = work.resolve("journal");
        for (String line : List.of("a", "a\tclaim\ts\tb\tmany", "a\tluck\ts\tb\t1/0", "a\t-\t-\tblue\t1/0")) {
            Files.writeString(file, "state\tnow\n" + line + "\n");
            assertThatThrownBy(() -> Journal.open(file, "now"))
                    .as(line)
                    .isInstanceOf(InputException.class)
                    .hasMessageContaining("2:1");
        }
    }
}
