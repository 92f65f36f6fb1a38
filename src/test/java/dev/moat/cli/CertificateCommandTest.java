package dev.moat.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.certificate.Certificate;
import dev.moat.certificate.GoalFile;
import dev.moat.certificate.Manifest;
import dev.moat.check.TinyEngine;
import dev.moat.cli.site.Site;
import dev.moat.discipline.Designs;
import dev.moat.prove.Theory;
import dev.moat.prove.export.CertificateFiles;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code moat certificate} notices each way in which a directory is wrong. That all goals of the discipline have certificates
 * {@link ProveCommandTest} says.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CertificateCommandTest {
    private static final Path HOME = Path.of("");
    private static final String GOAL = "no-foreign.1@end-hold";

    @TempDir
    Path directory;

    private final Map<String, String> goals = CertificateFiles.goals(Theory.load(HOME), HOME);
    private CertificateFiles.Found found = new CertificateFiles.Found(Map.of(), List.of());

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeAll
    void find() {
        Map<String, String> some = oneInSix();
        goals.forEach((id, text) -> {
            if (id.endsWith("@end-hold")) {
                some.put(id, text);
            }
        });
        found = CertificateFiles.find(some);
        assertThat(found.without()).isEmpty();
    }

    private Map<String, String> oneInSix() {
        Map<String, String> some = new LinkedHashMap<>();
        goals.forEach((id, text) -> {
            if (Math.floorMod(id.hashCode(), 6) == 0) {
                some.put(id, text);
            }
        });
        return some;
    }

    private int run(String... args) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        return Moat.run(
                new Site(HOME, new PrintWriter(out), new PrintWriter(err), false, false, path -> new TinyEngine()),
                args);
    }

    /** A directory of a few of them. */
    private Path written() throws IOException {
        Map<String, String> few = new LinkedHashMap<>(found.proofs());
        few.keySet().removeIf(id -> !id.endsWith("@end-hold"));
        return written(few);
    }

    private Path written(Map<String, String> proofs) throws IOException {
        Path to = Files.createTempDirectory(directory, "certificates");
        CertificateFiles.write(goals, new CertificateFiles.Found(proofs, List.of()), to);
        return to;
    }

    /** One line of a file is another one, and the manifest says that this is as it should be. */
    private Path changed(String suffix, String from, String to) throws IOException {
        Path written = written();
        Path file = written.resolve(GOAL + suffix);
        String text = Files.readString(file);
        assertThat(text).contains(from);
        Files.writeString(file, text.replace(from, to));
        List<Manifest.Entry> entries = Manifest.read(written).stream()
                .map(e -> e.id().equals(GOAL) ? entry(written) : e)
                .toList();
        Files.writeString(written.resolve(Manifest.NAME), Manifest.text(entries));
        return written;
    }

    private static Manifest.Entry entry(Path written) {
        try {
            return Manifest.Entry.of(
                    GOAL,
                    Files.readString(written.resolve(GOAL + ".smt2")),
                    Files.readString(written.resolve(GOAL + ".proof")));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** Alone or among others: none knows of another. */
    @Test
    void whatIsFoundIsTheSameBytesEachTime() {
        Map<String, String> some = oneInSix();
        assertThat(some).hasSizeGreaterThan(100);
        Map<String, String> before = new LinkedHashMap<>(found.proofs());
        before.keySet().retainAll(some.keySet());
        assertThat(CertificateFiles.find(some).proofs()).isEqualTo(before);
    }

    /** They have sentences within sentences, of which clauses know nothing yet: what those are of the elements there are decides. */
    @Test
    void goalsOfAFamilyWithMoreLevelsAreCertified() {
        Map<String, String> some = new LinkedHashMap<>(
                CertificateFiles.goals(Theory.load(HOME).ofFamily(HOME.resolve("specs/families/amd-vi.smt2")), HOME));
        some.keySet()
                .retainAll(List.of(
                        "levels-owed.4@descend-cached",
                        "levels-owed.5@descend-cached",
                        "io-table-is-unreachable.7@read-entry",
                        "io-table-is-unreachable.8@read-entry",
                        "writes-owed.2@read-entry",
                        "late-requests.3@read-late",
                        "late-requests.4@read-late"));
        CertificateFiles.Found these = CertificateFiles.find(some);
        assertThat(these.proofs()).hasSize(7);
        assertThat(these.without()).isEmpty();
        these.proofs()
                .forEach((id, proof) -> assertThat(
                                Certificate.check(GoalFile.of(id, some.getOrDefault(id, "")), id, proof))
                        .isPositive());
    }

    /** One's own properties and actions may be called as no line of a manifest has it; the others are not lost by that. */
    @Test
    void aGoalThatNoManifestCanListHasNoCertificate() throws IOException {
        String text = goals.getOrDefault(GOAL, "");
        String longest = "a".repeat(220);
        Map<String, String> named = new LinkedHashMap<>();
        List.of(longest, "b" + longest, "my goal", "a/b", "\u00e9").forEach(id -> named.put(id, text));
        CertificateFiles.Found some = CertificateFiles.find(named);
        assertThat(some.without()).containsExactly("b" + longest, "my goal", "a/b", "\u00e9");
        Path to = Files.createTempDirectory(directory, "certificates");
        CertificateFiles.write(named, some, to);
        assertThat(run("certificate", to.toString())).as("%s%s", out, err).isZero();
    }

    /** Each statement that a certificate uses it needs: without one of them it is none. */
    @Test
    void aCertificateWithoutAStatementThatItUsesIsRefused() throws IOException {
        String proof = found.proofs().getOrDefault(GOAL, "");
        List<String> uses = proof.lines().filter(l -> l.startsWith("use ")).toList();
        assertThat(uses).hasSizeGreaterThan(3);
        Path written = changed(".proof", uses.get(1) + "\n", "");
        assertThat(run("certificate", written.toString())).isEqualTo(65);
        assertThat(out.toString())
                .containsPattern("REFUSED " + GOAL + ": .*\\.proof:[0-9]+:1: ")
                .containsPattern("NOT CERTIFIED: ([0-9]+) of [0-9]+ goals");
    }

    @Test
    void anotherGoalIsNotTheDisciplines() throws IOException {
        Path written = changed(".smt2", "(check-sat)", "(assert false)\n(check-sat)");
        assertThat(run("certificate", written.toString())).isZero();
        assertThat(run("certificate", "--discipline", written.toString())).isEqualTo(15);
        assertThat(out.toString()).contains("DIFFERENT " + GOAL + ": the discipline's goal is another one");
    }

    @Test
    void filesAreThoseThatTheManifestMeans() throws IOException {
        Path written = written();
        Files.writeString(written.resolve(GOAL + ".proof"), "moat certificate 1\nuse 1\n");
        assertThat(run("certificate", written.toString())).isEqualTo(65);
        assertThat(out.toString()).contains("not the file that the manifest means");
        Files.delete(written.resolve(GOAL + ".proof"));
        assertThat(run("certificate", written.toString())).isEqualTo(74);
        assertThat(err.toString()).contains(GOAL + ".proof");
    }

    /** Another goal with its own certificate, each as good as it was. */
    @Test
    void aGoalInPlaceOfAnotherIsNoticed() throws IOException {
        Path written = written();
        for (String suffix : List.of(".smt2", ".proof")) {
            Files.copy(
                    written.resolve("no-foreign.2@end-hold" + suffix),
                    written.resolve(GOAL + suffix),
                    StandardCopyOption.REPLACE_EXISTING);
        }
        assertThat(run("certificate", written.toString())).isEqualTo(65);
        assertThat(out.toString()).contains(GOAL + ".smt2:1:1: not the file that the manifest means");
    }

    @Test
    void aGoalLeftOutIsMissed() throws IOException {
        Path written = written();
        assertThat(run("certificate", written.toString())).isZero();
        assertThat(run("certificate", "--discipline", written.toString())).isEqualTo(15);
        assertThat(out.toString())
                .contains("DIFFERENT no-foreign.1@assign: a goal of the discipline without certificate");
    }

    @Test
    void aBadManifestHasItsPlace() throws IOException {
        Path to = Files.createDirectories(directory.resolve("bad"));
        Path manifest = to.resolve(Manifest.NAME);
        assertThat(run("certificate", to.toString())).isEqualTo(74);
        for (String text : List.of("", "moat certificates 2\n", "moat certificates 1\n")) {
            Files.writeString(manifest, text);
            assertThat(run("certificate", to.toString())).as(text).isEqualTo(65);
        }
        String sum = "0".repeat(64);
        Files.writeString(manifest, "moat certificates 1\n../x " + sum + " " + sum + "\n");
        assertThat(run("certificate", to.toString())).isEqualTo(65);
        assertThat(err.toString()).contains("manifest.txt:2:1: not an id and two SHA-256 sums");
        String line = "a.1@b " + sum + " " + sum + "\n";
        Files.writeString(manifest, "moat certificates 1\n" + line + line);
        assertThat(run("certificate", to.toString())).isEqualTo(65);
        assertThat(err.toString()).contains("manifest.txt:3:1: goal 'a.1@b' is listed twice");
    }

    /** A design that is faulty has goals that are false: they have no certificate. */
    @Test
    void aFaultyDesignIsNotCertified() {
        Theory committed = Theory.load(HOME);
        Theory faulty = committed.with(Designs.inject(committed.discipline(), List.of("unmap-forgets-to-request")));
        Map<String, String> afterClearing = new LinkedHashMap<>(CertificateFiles.goals(faulty, HOME));
        afterClearing.keySet().removeIf(id -> !id.endsWith("@clear-entry"));
        assertThat(CertificateFiles.find(afterClearing).without()).isNotEmpty();
    }

    /** Whoever checks what somebody else sent says how long that may take, and is told how far it came. */
    @Test
    void aLimitOnTimeIsKept() throws IOException {
        String longest = found.proofs().entrySet().stream()
                .max(Map.Entry.comparingByValue((a, b) -> Integer.compare(a.length(), b.length())))
                .orElseThrow()
                .getKey();
        Path written = written(Map.of(longest, found.proofs().get(longest)));
        assertThat(run("certificate", "--time", "5m", written.toString())).isZero();
        // The same goal under many names, so that there is work for long.
        Path goal = written.resolve(longest + ".smt2");
        Path proof = written.resolve(longest + ".proof");
        Manifest.Entry one = Manifest.Entry.of(longest, Files.readString(goal), Files.readString(proof));
        List<Manifest.Entry> entries = new ArrayList<>();
        for (int i = 0; i < 20_000; i++) {
            entries.add(new Manifest.Entry("copy." + i, one.goal(), one.proof()));
            Files.createLink(written.resolve("copy." + i + ".smt2"), goal);
            Files.createLink(written.resolve("copy." + i + ".proof"), proof);
        }
        Files.writeString(written.resolve(Manifest.NAME), Manifest.text(entries));
        assertThat(run("certificate", "--time", "1s", written.toString()))
                .as("%s%s", out, err)
                .isEqualTo(5);
        assertThat(out.toString())
                .containsPattern(
                        "NOT CERTIFIED: \\d+ of 20000 goals, \\d+ steps; the limit on time was hit while checking"
                                + " certificates: --time sets it, and of \\d+ goals nothing is known\n");
    }
}
