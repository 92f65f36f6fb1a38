package dev.moat.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.check.MoatEngine;
import dev.moat.cli.site.Site;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Invariants and words of one's own, named by an option or beside a scenario: found, and under the same checks as Moat's. */
class OwnInvariantsTest {
    private static final String MINE = """
            (set-info :says "A frame that is served is somebody's.")
            (set-info :kind safety)
            (set-info :source "a test")
            (define-fun invariant () Bool
              (forall ((f Frame)) (=> (served f) (exists ((d Dom)) (owner f d)))))
            (define-fun witness () Bool (exists ((f Frame)) (served f)))
            """;
    private static final String WORDS = """
            (define-fun served ((f Frame)) Bool
              (exists ((u Unit) (t Tag) (p Page)) (mayR u t p f)))
            """;
    private static final String SCENARIO = """
            id: mine
            says: A scenario of somebody else.
            component: r1
            granularity: operation
            properties: {hold: [served-is-owned]}
            expect: {verdict: held}
            """;

    private static final String FAULTY = """
            id: faulty
            says: Another scenario of somebody else.
            component: r1
            granularity: operation
            inject: [unmap.no-invalidation]
            properties: {fail: [no-foreign, no-stale]}
            expect: {verdict: violated}
            """;

    @TempDir
    Path directory;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeEach
    void write() throws IOException {
        Path own = Files.createDirectories(directory.resolve("words"));
        Files.writeString(own.resolve("vocabulary.smt2"), WORDS);
        Files.writeString(own.resolve("served-is-owned.smt2"), MINE);
        Files.writeString(directory.resolve("mine.yaml"), SCENARIO);
    }

    private int moat(String... args) {
        Path home = Path.of("");
        PrintWriter to = new PrintWriter(out);
        return Moat.run(new Site(home, to, new PrintWriter(err), false, false, MoatEngine::open), args);
    }

    private String scenario() {
        return directory.resolve("mine.yaml").toString();
    }

    private String words() {
        return directory.resolve("words").toString();
    }

    @Test
    void whatIsNamedIsFound() {
        assertThat(moat("check", scenario(), "--invariants", words()))
                .as(err.toString())
                .isZero();
        assertThat(out.toString()).contains("mine: HELD, as expected").contains("served-is-owned");
    }

    @Test
    void whatIsBesideTheScenarioIsFoundWithoutBeingNamed() throws IOException {
        assertThat(moat("check", scenario())).isEqualTo(65);
        assertThat(err.toString()).contains("mine.yaml:5:").contains("served-is-owned");
        Files.move(directory.resolve("words"), directory.resolve("invariants"));
        assertThat(moat("check", scenario())).as(err.toString()).isZero();
        // Named as well, it is the same.
        String beside = directory.resolve("invariants").toString();
        assertThat(moat("check", scenario(), "--invariants", beside))
                .as(err.toString())
                .isZero();
    }

    /** What is beside several scenarios, or beside one and named, is found once, and named once in the commands that are printed. */
    @Test
    void aCommandNamesEachDirectoryOnce() throws IOException {
        Path beside = Files.move(directory.resolve("words"), directory.resolve("invariants"));
        Files.writeString(directory.resolve("faulty.yaml"), FAULTY);
        String faulty = directory.resolve("faulty.yaml").toString();
        String save = directory.resolve("out").toString();
        assertThat(moat("check", scenario(), faulty, "--invariants", beside.toString(), "-v", "--save", save))
                .as(err.toString())
                .isZero();
        assertThat(out.toString())
                .contains("  reproduce     moat replay --invariants " + beside + " " + save + "/faulty.itf.json\n");
    }

    /** Emacs's lock of a file that is being edited leads to nothing; macOS leaves what it knows of a file beside it. */
    @Test
    void whatEditorsAndFileSystemsLeaveIsNoInput() throws IOException {
        Files.createSymbolicLink(Path.of(words(), ".#served-is-owned.smt2"), Path.of("me@host.1:2"));
        Files.write(Path.of(words(), "._vocabulary.smt2"), new byte[] {0, 5, 22, 7});
        assertThat(moat("check", scenario(), "--invariants", words()))
                .as(err.toString())
                .isZero();
    }

    @Test
    void aNameThatMoatHasIsRefusedWithItsPlace() throws IOException {
        Path words = Path.of(words());
        Files.copy(words.resolve("served-is-owned.smt2"), words.resolve("no-stale.smt2"));
        assertThat(moat("check", scenario(), "--invariants", words())).isEqualTo(65);
        assertThat(err.toString()).contains("no-stale.smt2:1:1").contains("two properties have this name");
        Files.move(words.resolve("no-stale.smt2"), words.resolve("operations-return.smt2"));
        assertThat(moat("check", scenario(), "--invariants", words())).isEqualTo(65);
        assertThat(err.toString())
                .contains("operations-return.smt2:1:1")
                .contains("name of a property that has no file");
        Files.delete(words.resolve("operations-return.smt2"));
        Files.writeString(words.resolve("vocabulary.smt2"), WORDS + "(declare-fun mapR (Unit) Bool)\n");
        assertThat(moat("check", scenario(), "--invariants", words())).isEqualTo(65);
        assertThat(err.toString()).contains("vocabulary.smt2:3:").contains("mapR");
    }

    /** Their checkpoints, counterexamples and pages have one name. */
    @Test
    void twoFilesOfOneIdAreRefused() throws IOException {
        Path other = Files.createDirectories(directory.resolve("other")).resolve("mine.yaml");
        Files.writeString(other, SCENARIO.replace("served-is-owned", "no-foreign"));
        for (String command : List.of("check", "mutate")) {
            assertThat(moat(command, scenario(), other.toString(), "--invariants", words()))
                    .isEqualTo(65);
            assertThat(err.toString()).contains(other + ":1:1: the id 'mine' is that of " + scenario() + " already");
        }
        assertThat(moat("check", "-q", scenario(), scenario(), "--invariants", words()))
                .as("one file twice")
                .isZero();
    }

    @Test
    void aDirectoryThatThereIsNotIsUsage() {
        assertThat(moat("check", scenario(), "--invariants", "nowhere")).isEqualTo(2);
        assertThat(err.toString()).contains("--invariants: nowhere is no directory");
    }

    @Test
    void aScenarioBesideMoatsOwnInvariantsAddsNothing() throws IOException {
        Path home = directory.resolve("home");
        Files.createDirectories(home);
        Files.createSymbolicLink(
                home.resolve("invariants"), Path.of("invariants").toAbsolutePath());
        Path scenario = Files.writeString(
                home.resolve("r.yaml"),
                SCENARIO.replace("served-is-owned", "no-foreign").replace("mine", "r"));
        assertThat(moat("check", scenario.toString())).as(err.toString()).isZero();
    }

    @Test
    void shellsAreToldTheCommands() {
        assertThat(moat("completion")).isZero();
        assertThat(out.toString()).contains("complete -F").contains("audit").contains("--class-path");
    }
}
