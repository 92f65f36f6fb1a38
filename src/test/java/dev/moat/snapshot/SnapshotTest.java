package dev.moat.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.moat.input.InputException;
import dev.moat.logic.InvariantLibrary;
import dev.moat.logic.Term;
import dev.moat.snapshot.SnapshotFinding.Verdict;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each form as it is printed, and with inconsistencies that are planted in it one by one: exactly these are found. */
class SnapshotTest {
    private static final Path CASES = Path.of("src/test/resources/snapshot/cases.txt");

    /** A change of a case's text, and the properties that it breaks. */
    private record Plant(String from, String to, List<String> broken) {}

    private record Case(String name, List<String> holds, List<String> notJudged, List<Plant> plants, String text) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Case> cases() throws IOException {
        return Arrays.stream(Files.readString(CASES).split("(?m)^=== "))
                .filter(text -> !text.isEmpty())
                .map(SnapshotTest::read);
    }

    private static Case read(String text) {
        String[] parts = text.split("(?m)^---\n", 2);
        List<String> head = parts[0].lines().toList();
        List<Plant> plants = new ArrayList<>();
        for (String line : head.subList(3, head.size())) {
            String[] plant = line.replace("\\t", "\t")
                    .replace("\\n", "\n")
                    .substring("plant: ".length())
                    .split(" => ", -1);
            plants.add(new Plant(plant[0], plant[1], words(plant[2])));
        }
        return new Case(
                head.get(0),
                words(head.get(1).substring("holds:".length())),
                words(head.get(2).substring("not judged:".length())),
                plants,
                parts[1]);
    }

    private static List<String> words(String text) {
        return Arrays.stream(text.split(" ")).filter(word -> !word.isEmpty()).toList();
    }

    private static List<SnapshotFinding> findings(String text) throws IOException {
        Snapshot snapshot = new Snapshot();
        snapshot.read("given", new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
        return snapshot.findings(Path.of(""));
    }

    private static Set<String> those(List<SnapshotFinding> findings, Verdict verdict) {
        return findings.stream()
                .filter(finding -> finding.verdict() == verdict)
                .map(SnapshotFinding::id)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void exactlyWhatIsPlantedIsFound(Case given) throws IOException {
        List<SnapshotFinding> sound = findings(given.text());
        assertThat(those(sound, Verdict.VIOLATED)).isEmpty();
        assertThat(those(sound, Verdict.HOLDS)).containsAll(given.holds());
        assertThat(those(sound, Verdict.NOT_JUDGED)).containsExactlyInAnyOrderElementsOf(given.notJudged());
        for (Plant plant : given.plants()) {
            assertThat(given.text()).contains(plant.from());
            List<SnapshotFinding> found = findings(given.text().replace(plant.from(), plant.to()));
            assertThat(those(found, Verdict.VIOLATED))
                    .as(plant.toString())
                    .containsExactlyInAnyOrderElementsOf(plant.broken());
            found.stream()
                    .filter(finding -> finding.verdict() == Verdict.VIOLATED)
                    .forEach(finding -> assertThat(String.join("\n", finding.detail()))
                            .as(plant.toString())
                            .contains("FALSE: ")
                            .containsPattern("given:\\d+: "));
        }
    }

    /** What was true before would hide what is false now; where two listings of groups differ, a device has two. */
    @Test
    void twoMomentsAreNotOneSnapshot() throws IOException {
        cases().filter(given -> !given.name().equals("groups alone"))
                .forEach(given -> assertThatThrownBy(() -> findings(given.text() + given.text()))
                        .hasMessageContaining("is shown a second time, after given:"));
    }

    /** A log keeps its end: what is lost at the beginning makes nothing violated that is not. */
    @ParameterizedTest
    @MethodSource("cases")
    void aLostBeginningIsNoViolation(Case given) throws IOException {
        List<String> lines = given.text().lines().toList();
        for (int lost = 1; lost < lines.size(); lost++) {
            String rest = String.join("\n", lines.subList(lost, lines.size()));
            try {
                assertThat(those(findings(rest), Verdict.VIOLATED)).as(rest).isEmpty();
            } catch (InputException e) {
                assertThat(e).hasMessageMatching("(?s)given:\\d+:\\d+: .*");
            }
        }
    }

    /**
     * Debian's Xen 4.20 in QEMU 11.1 with VT-d and two domains, by {@code bench/live-xen.sh --log} and {@code live.csv} beside the recording: D1
     * grants to D2, which has a device, and to D0. Then D1 clears the bits by which it would know that its page is mapped.
     */
    @Test
    void aLiveXenIsConsistentUntilItsGuestForgetsAGrant() throws IOException {
        try (InputStream in = new GZIPInputStream(Files.newInputStream(CASES.resolveSibling("live-xen-4.20.txt.gz")))) {
            judgeLive(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    static void judgeLive(String log) throws IOException {
        String[] moments = log.split("(?m)^.*,debug_keys,.*$");
        assertThat(moments).hasSize(3);
        List<SnapshotFinding> sound = findings(moments[0]);
        assertThat(those(sound, Verdict.VIOLATED)).isEmpty();
        assertThat(those(sound, Verdict.HOLDS)).hasSize(10);
        assertThat(findings(moments[1]).stream()
                        .filter(finding -> finding.verdict() == Verdict.VIOLATED)
                        .map(finding -> finding.id() + finding.detail()))
                .singleElement()
                .asString()
                .contains("status-matches-pins", "d1[0x008]", "0x00010001", "0x01");
        assertThatThrownBy(() -> findings(moments[0] + moments[1]))
                .hasMessageContaining("the grant table of d0 is shown a second time");
    }

    /** What a formula says of relations that no snapshot shows may only make it weaker: a violation is one, whatever these are. */
    @Test
    void whatIsNotShownNeverMakesAViolation() {
        InvariantLibrary library = InvariantLibrary.ofHome(Path.of(""), List.of(Path.of("specs/snapshot")));
        for (SnapshotProperty asked : SnapshotProperty.ALL) {
            Set<String> goals = new TreeSet<>();
            goals(library.get(asked.id()).formula(), true, goals);
            goals.removeAll(asked.needs());
            goals.removeAll(asked.shown());
            // Told together with what is needed, for each place or for none.
            goals.removeAll(Set.of(
                    "reading",
                    "writing",
                    "isWriter",
                    "offer",
                    "offerW",
                    "holdW",
                    "hasLevel",
                    "legalEntry",
                    "isWait",
                    "inQueue",
                    "legalDescriptor",
                    "legalVector",
                    "presentSomewhere"));
            if (!asked.provided().isEmpty()) {
                // Each is what the answer says it takes as given, or stands beside a premise that is not shown.
                goals.removeAll(Set.of("stored", "withdrawn", "busyEntry", "guestOwes"));
            }
            assertThat(goals).as(asked.id()).isEmpty();
        }
    }

    /** The relations whose falsehood may make a formula false. */
    private static void goals(Term term, boolean positive, Set<String> found) {
        if (term instanceof Term.Atom atom) {
            if (positive) {
                found.add(atom.relation());
            }
        } else if (term instanceof Term.Not not) {
            goals(not.body(), !positive, found);
        } else if (term instanceof Term.Implies implies) {
            goals(implies.premise(), !positive, found);
            goals(implies.goal(), positive, found);
        } else if (term instanceof Term.Iff iff) {
            goals(iff.left(), true, found);
            goals(iff.right(), true, found);
        } else if (term instanceof Term.Call call) {
            goals(call.macro().body(), positive, found);
        } else {
            term.children().forEach(child -> goals(child, positive, found));
        }
    }

    @Test
    void aLineThatBeginsAsOneOfAFormAndIsNoneIsRefused() {
        assertThatThrownBy(() -> findings("grant-table for remote d1 (v1)\n[0x000]  0 0x2398f3 0x0000\n"))
                .hasMessageStartingWith("given:2:1: an entry of a grant table");
        assertThatThrownBy(() -> findings("all is well\n"))
                .hasMessageStartingWith("given:1:1: no line is of a snapshot; the forms are: grant tables of Xen");
        assertThatThrownBy(() -> findings("d1 table has 4 levels\ndfn: 00000010 mfn: 00154a03 rw\n"))
                .hasMessageContaining("blanks that Xen prints");
    }
}
