package dev.moat.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.check.Engine;
import dev.moat.check.MoatEngine;
import dev.moat.cli.site.Site;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Searches that are kept and go on, by the command. */
class CheckpointTest {
    /** Bytes of the states to be searched and the way to them, after all names. */
    private static final int STATES_AT_END = 800;

    private static final String MINE = """
            id: mine
            says: A scenario of somebody else.
            component: r1
            granularity: operation
            properties: {hold: [mine-holds]}
            expect: {verdict: held}
            """;

    /** Immutable, and read from files that no test changes. */
    private static final Engine ENGINE = CheckoutEngine.open(Path.of(""));

    @TempDir
    Path directory;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int check(String... args) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        List<String> all = new ArrayList<>(
                List.of("check", "--save", directory.resolve("found").toString()));
        all.addAll(List.of(args));
        Site site = new Site(Path.of(""), new PrintWriter(out), new PrintWriter(err), false, false, home -> ENGINE);
        return Moat.run(site, all.toArray(String[]::new));
    }

    private String kept() {
        return directory.resolve("kept").toString();
    }

    /** A limit, then another, then the end: the whole output, with coverage, is that of one run. */
    @ParameterizedTest
    @ValueSource(strings = {"xen-op-late-1ref", "xen-op-batch", "xen-unmap-no-invalidation"})
    void saysTheSameAfterLimits(String scenario) {
        int exit = check(scenario, "--coverage");
        String whole = out.toString();
        assertThat(check(scenario, "--states", "20", "--checkpoint", kept())).isEqualTo(5);
        assertThat(check(scenario, "--states", "60", "--resume", kept())).isEqualTo(5);
        assertThat(err).asString().startsWith("1 of 1 searches go on from what " + kept() + " has of them");
        assertThat(check(scenario, "--coverage", "--resume", kept())).isEqualTo(exit);
        assertThat(out).hasToString(whole);
        assertThat(check(scenario, "--coverage", "--resume", kept())).isEqualTo(exit);
        assertThat(out).hasToString(whole);
    }

    /** The same of a search up to symmetry; without the option what it kept is refused, and the other way round. */
    @Test
    void aSearchUpToSymmetryGoesOnAsOne() {
        for (String scenario : List.of("r1", "r1-unmap-no-invalidation")) {
            int exit = check(scenario, "--symmetry", "--coverage");
            String whole = out.toString();
            assertThat(check(scenario, "--symmetry", "--states", "20", "--checkpoint", kept()))
                    .isEqualTo(5);
            assertThat(check(scenario, "--resume", kept())).isEqualTo(65);
            assertThat(err.toString().lines())
                    .singleElement()
                    .asString()
                    .contains("kept by another run: symmetry was true, is false");
            assertThat(check(scenario, "--symmetry", "--coverage", "--resume", kept()))
                    .isEqualTo(exit);
            assertThat(out).hasToString(whole);
        }
        check("r1", "--states", "20", "--checkpoint", directory.resolve("other").toString());
        assertThat(check(
                        "r1",
                        "--symmetry",
                        "--resume",
                        directory.resolve("other").toString()))
                .isEqualTo(65);
        assertThat(err).asString().contains("symmetry was false, is true");
    }

    @Test
    void whatWasNotKeptBeginsAnew() throws IOException {
        Files.createDirectory(Path.of(kept()));
        assertThat(check("r1", "--resume", kept())).isZero();
        assertThat(err).asString().startsWith("0 of 1 searches go on from what " + kept() + " has of them");
    }

    @Test
    void anotherSearchIsRefusedWithTheDifferences() {
        check("r1", "--states", "100", "--checkpoint", kept());
        assertThat(check("r1", "-P", "frames=3", "--resume", kept())).isEqualTo(65);
        assertThat(err).asString().contains("r1.checkpoint: kept by another run: parameter frames was ", ", is 3");
        assertThat(check("r1", "--no-discipline", "--resume", kept())).isEqualTo(65);
        assertThat(err).asString().contains("comparison with the discipline was true, is false");
    }

    /** Nor is one that goes another way although the machine is of the same size and judged by the same. */
    @Test
    void anotherMannerIsRefused() throws IOException {
        String held = "expect: {verdict: held}\n";
        String mine = "id: mine\nsays: A scenario of somebody else.\ncomponent: r1\ngranularity: step\nset: extra\n";
        String hold = "properties: {hold: [no-foreign]}\n";
        String fail = "properties: {fail: [no-foreign]}\nexpect: {verdict: violated, invariants: [no-foreign]}\n";
        Path file = Files.writeString(directory.resolve("mine.yaml"), mine + hold + held);
        assertThat(check(file.toString(), "--states", "20", "--checkpoint", kept()))
                .isEqualTo(5);
        Files.writeString(file, mine + "merge: false\n" + hold + held);
        assertThat(check(file.toString(), "--resume", kept())).isEqualTo(65);
        assertThat(err).asString().endsWith("kept by another run: merging was true, is false\n");
        Files.writeString(file, mine + fail);
        assertThat(check(file.toString(), "--resume", kept())).isEqualTo(65);
        assertThat(err).asString().endsWith("kept by another run: every property must hold was true, is false\n");
    }

    /** What the user's own invariants and classes are decides verdicts like Moat's: named, or beside the scenario. */
    @Test
    void anotherTextOfTheUsersIsRefused() throws IOException {
        Path words = Files.createDirectories(directory.resolve("words"));
        Path mine = words.resolve("mine-holds.smt2");
        String text = "(set-info :says \"a\")\n(set-info :kind safety)\n(set-info :source \"b\")\n"
                + "(define-fun invariant () Bool true)\n(define-fun witness () Bool true)\n";
        Files.writeString(mine, text);
        Path scenario = Files.writeString(directory.resolve("mine.yaml"), MINE);
        String file = scenario.toString();
        Files.createDirectory(Path.of(kept()));
        assertThat(checkAnew(file, "--invariants", words.toString()))
                .as(err.toString())
                .isZero();
        Files.writeString(mine, text.replace("invariant () Bool true", "invariant () Bool false"));
        assertThat(checkAnew(file, "--invariants", words.toString())).isEqualTo(65);
        assertThat(err)
                .asString()
                .contains("mine.checkpoint: kept by another run: own invariants 1 (mine-holds.smt2) was ");
        Files.move(words, directory.resolve("invariants"));
        assertThat(checkAnew(file)).isEqualTo(65);
        assertThat(err).asString().contains("own invariants 1 (mine-holds.smt2) was ");
        Files.writeString(directory.resolve("invariants/mine-holds.smt2"), text);
        assertThat(checkAnew(file)).as(err.toString()).isZero();
        Path classes = Files.createDirectories(directory.resolve("classes"));
        Files.writeString(classes.resolve("a"), "a");
        assertThat(checkAnew(file, "--class-path", classes.toString())).isEqualTo(65);
        assertThat(err).asString().contains("own class path 1 (classes) was nothing, is ");
    }

    /** With an engine that has read the invariants as they are now. */
    private int checkAnew(String... args) {
        List<String> all = new ArrayList<>(List.of("check", "--resume", kept()));
        all.addAll(List.of("--save", directory.resolve("found").toString()));
        all.addAll(List.of(args));
        err.getBuffer().setLength(0);
        Site site = new Site(Path.of(""), new PrintWriter(out), new PrintWriter(err), false, false, MoatEngine::open);
        return Moat.run(site, all.toArray(String[]::new));
    }

    /** Cut anywhere or with any bit changed: refused, never believed. */
    @Test
    void aBrokenFileIsRefused() throws IOException {
        check("r1", "--states", "100", "--checkpoint", kept());
        Path file = Path.of(kept(), "r1.checkpoint");
        byte[] good = Files.readAllBytes(file);
        Random random = new Random(7);
        for (int i = 0; i < 20; i++) {
            byte[] bad = good.clone();
            int at = random.nextInt(good.length);
            bad[at] ^= (byte) (1 << random.nextInt(8));
            Files.write(file, i % 2 == 0 ? bad : java.util.Arrays.copyOf(good, at));
            assertThat(check("r1", "--resume", kept())).isEqualTo(65);
            assertThat(err).asString().contains("r1.checkpoint: not a whole checkpoint of this format");
        }
    }

    /** A file whose checksum is right may still contradict itself: refused, or it leads to a verdict; never an internal error. */
    @Test
    void aSealedFileThatContradictsItselfIsRefused() throws IOException {
        check("r1", "--states", "100", "--checkpoint", kept());
        Path file = Path.of(kept(), "r1.checkpoint");
        byte[] good = Files.readAllBytes(file);
        Random random = new Random(7);
        int refused = 0;
        for (int i = 0; i < 24; i++) {
            byte[] bad = good.clone();
            int at = good.length - Long.BYTES - 1 - random.nextInt(STATES_AT_END);
            bad[at] = (byte) (i % 2 == 0 ? 0x7f : random.nextInt(256));
            seal(bad);
            Files.write(file, bad);
            int code = check("r1", "--resume", kept(), "--states", "200");
            assertThat(code).as("byte %d: %s", at, err).isIn(0, 5, 12, 14, 65);
            refused += code == 65 ? 1 : 0;
        }
        assertThat(refused).isGreaterThan(10);
    }

    private static void seal(byte[] bytes) {
        CRC32C sum = new CRC32C();
        sum.update(bytes, 0, bytes.length - Long.BYTES);
        ByteBuffer.wrap(bytes).putLong(bytes.length - Long.BYTES, sum.getValue());
    }

    /** Of a search that has ended its counterexample is kept: what the machine does not do, or what breaks nothing, is none. */
    @Test
    void aSealedCounterexampleThatDoesNotRunIsRefused() throws IOException {
        String scenario = "r1-unmap-no-invalidation";
        assertThat(check(scenario, "--checkpoint", kept())).isZero();
        Path file = Path.of(kept(), scenario + ".checkpoint");
        byte[] good = Files.readAllBytes(file);
        ByteBuffer read = ByteBuffer.wrap(good);
        int letters = lettersOfViolation(good);
        assertThat(read.getInt(letters)).isEqualTo(4);
        for (int letter = 0; letter < 4; letter++) {
            byte[] bad = good.clone();
            int at = letters + (letter + 1) * Integer.BYTES;
            ByteBuffer.wrap(bad).putInt(at, read.getInt(letters + Integer.BYTES) == 0 ? 1 : 0);
            assertThat(bad).as("letter %d", letter).isNotEqualTo(good);
            seal(bad);
            Files.write(file, bad);
            assertThat(check(scenario, "--resume", kept())).as(err.toString()).isEqualTo(65);
            assertThat(err).asString().contains(".checkpoint: not a whole checkpoint of this format");
        }
    }

    /** Where the number of a kept counterexample's letters stands, of a search that is done and has no other violation. */
    private static int lettersOfViolation(byte[] checkpoint) throws IOException {
        ByteArrayInputStream bytes = new ByteArrayInputStream(checkpoint);
        DataInputStream in = new DataInputStream(bytes);
        assertThat(isDone(in)).isTrue();
        in.skipNBytes(5 * Long.BYTES + Integer.BYTES);
        assertThat(in.readBoolean()).as("found on the level").isFalse();
        assertThat(in.readBoolean()).as("violated").isTrue();
        return checkpoint.length - bytes.available();
    }

    /** Whether the search of a checkpoint has ended; what is read next stands behind that. */
    private static boolean isDone(DataInputStream checkpoint) throws IOException {
        checkpoint.readUTF();
        for (int texts = 2 * checkpoint.readInt(); texts > 0; texts--) {
            checkpoint.readUTF();
        }
        return checkpoint.readBoolean();
    }

    /** A name that is mistyped would begin anew, and nobody would know. */
    @Test
    void aDirectoryThatIsNotThereIsRefused() throws IOException {
        assertThat(check("r1", "--resume", kept())).isEqualTo(74);
        assertThat(err).hasToString("moat: cannot read or write: " + kept() + ": no such directory\n");
        assertThat(Path.of(kept())).doesNotExist();
        Files.writeString(Path.of(kept()), "");
        assertThat(check("r1", "--resume", kept())).isEqualTo(74);
        assertThat(err).hasToString("moat: cannot read or write: " + kept() + ": is no directory\n");
    }

    /** Nor is it said before that it goes on. */
    @Test
    void whatIsDamagedIsRefusedBeforeTheFirstScenario() throws IOException {
        check("xen-op", "--states", "100", "--checkpoint", kept());
        Files.writeString(Path.of(kept(), "xen-op.checkpoint"), "nothing");
        assertThat(check("r1", "xen-op", "--resume", kept())).isEqualTo(65);
        assertThat(err.toString().lines())
                .singleElement()
                .asString()
                .contains("xen-op.checkpoint: not a whole checkpoint of this format");
        assertThat(out.toString()).doesNotContain("HELD");
    }

    @Test
    void optionsThatMakeNoSenseAreRefused() {
        assertThat(check("r1", "--every", "5s")).isEqualTo(2);
        assertThat(check("r1", "--resume", kept(), "--checkpoint", directory.toString()))
                .isEqualTo(2);
    }

    /** The verdict is there, the exit code says that the checkpoint is not. */
    @Test
    void aCheckpointThatCannotBeWrittenCostsALine() throws IOException {
        Path blocked = Files.writeString(directory.resolve("blocked"), "");
        assertThat(check("r1", "-q", "--checkpoint", blocked.toString())).isEqualTo(74);
        assertThat(out).asString().contains("r1: HELD");
        assertThat(err).asString().contains("blocked");
    }

    /** Half of one would keep a full disk full. */
    @Test
    void aCheckpointThatFailsLeavesNothing() throws IOException {
        Files.createDirectories(Path.of(kept(), "r1.checkpoint", "in-the-way"));
        assertThat(check("r1", "-q", "--checkpoint", kept())).isEqualTo(74);
        assertThat(Path.of(kept())).isDirectoryNotContaining("glob:**.tmp");
    }

    /** Nor is anything followed that somebody has put where a half one could be. */
    @Test
    void noOtherFileIsWritten() throws IOException {
        Path victim = Files.writeString(directory.resolve("victim"), "precious");
        Files.createDirectory(Path.of(kept()));
        Files.createSymbolicLink(Path.of(kept(), "r1.checkpoint.new"), victim);
        assertThat(check("r1", "-q", "--checkpoint", kept())).isZero();
        assertThat(victim).hasContent("precious");
        Path lock = Path.of(kept(), "moat.lock");
        Files.delete(lock);
        Files.createSymbolicLink(lock, victim);
        assertThat(check("r1", "-q", "--checkpoint", kept())).isEqualTo(74);
        assertThat(victim).hasContent("precious");
    }

    /** A process that is killed without warning loses what came after its last checkpoint, and nothing else. */
    @Test
    void goesOnAfterAKill() throws Exception {
        String scenario = "xen-op-late-1ref";
        check(scenario);
        String whole = out.toString();
        Path file = Path.of(kept(), scenario + ".checkpoint");
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                // Interpreted it takes seconds for few states; it is kept once in a second at most.
                "-XX:CompileCommand=quiet",
                "-XX:CompileCommand=exclude,dev/moat/*.*",
                "-cp",
                System.getProperty("java.class.path"),
                "-Dmoat.home=" + new File("").getAbsolutePath(),
                "dev.moat.cli.Moat",
                "check",
                scenario,
                "--every",
                "1s",
                "--workers",
                "1",
                "--checkpoint",
                kept());
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("output").toFile())
                .start();
        while (process.isAlive() && !Files.exists(file)) {
            process.waitFor(5, TimeUnit.MILLISECONDS);
        }
        assertThat(check(scenario, "--resume", kept())).isEqualTo(74);
        assertThat(err.toString().strip())
                .isEqualTo("moat: cannot read or write: " + kept() + ": another process (" + process.pid()
                        + ") keeps searches there: end it, or name another directory");
        process.destroyForcibly().waitFor();
        Path half = Files.writeString(Path.of(kept(), "." + scenario + ".checkpoint.1z.tmp"), "half of one");
        assertThat(isDone(new DataInputStream(new ByteArrayInputStream(Files.readAllBytes(file)))))
                .as("it had no states left to search")
                .isFalse();
        assertThat(check(scenario, "--resume", kept())).isZero();
        assertThat(err).asString().startsWith("1 of 1 searches go on");
        assertThat(out).hasToString(whole);
        assertThat(half).doesNotExist();
    }
}
