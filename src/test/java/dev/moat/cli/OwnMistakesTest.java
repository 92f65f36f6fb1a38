package dev.moat.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.check.MoatEngine;
import dev.moat.cli.site.Site;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Mistakes in a component of one's own, made in the example's, are told as such and where they are; they are no errors of Moat's. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class OwnMistakesTest {
    private static final Path EXAMPLE = Path.of("docs/examples/toy-iommu");

    @TempDir
    Path directory;

    private static final StringWriter MEANWHILE = new StringWriter();
    private static final CompletableFuture<Integer> WAITED = new CompletableFuture<>();

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private void compile(String changed, String to) throws IOException {
        compile(Map.of(changed, to));
    }

    private void compile(Map<String, String> changes) throws IOException {
        compile(changes, directory);
    }

    private static void compile(Map<String, String> changes, Path directory) throws IOException {
        String mistaken = Files.readString(EXAMPLE.resolve("ToyIommu.java"))
                .replace("private Sort domains;", "private Sort domains; int calls;");
        for (Map.Entry<String, String> change : changes.entrySet()) {
            assertThat(mistaken).contains(change.getKey());
            mistaken = mistaken.replace(change.getKey(), change.getValue());
        }
        Path file = Files.writeString(directory.resolve("ToyIommu.java"), mistaken);
        int failed = ToolProvider.getSystemJavaCompiler()
                .run(
                        null,
                        null,
                        null,
                        "-proc:none",
                        "-nowarn",
                        "-cp",
                        "target/classes",
                        "-d",
                        directory.toString(),
                        file.toString());
        assertThat(failed).isZero();
    }

    /** With a design that is wrong for the second domain only, so that every premise is met all the same. */
    private void compileWrong(String changed, String to) throws IOException {
        compile(Map.of(
                "(s, d, f, c) -> 1",
                "(s, d, f, c) -> d == 1 ? 0 : 1",
                "owner.get(s, f) == d + 1);",
                "owner.get(s, f) == d + 1, (fp, f, d, c, e, g) -> fp.one(owner, f));",
                "pages, frames), inTable",
                "pages, frames), inTable, (fp, x, p, f, d, e) -> fp.one(entry, x)",
                changed,
                to));
    }

    private int moat(String... args) {
        return moat(out, err, args);
    }

    private static int moat(StringWriter out, StringWriter err, String... args) {
        Site site = new Site(Path.of(""), new PrintWriter(out), new PrintWriter(err), false, false, MoatEngine::open);
        return Moat.run(site, args);
    }

    /** Moat waits for seconds before it leaves code behind: the other tests run meanwhile. */
    @BeforeAll
    static void beginToWait(@TempDir Path own) throws IOException {
        compile(
                Map.of(
                        "owner.set(s, frame, dom + 1);",
                        "while (dom == 0) try { Thread.sleep(60_000); } catch (InterruptedException e) { calls++; }"),
                own);
        String toy = EXAMPLE.resolve("toy-iommu.yaml").toString();
        String[] check = {"check", toy, "r1", "-q", "--time", "1s", "--class-path", own.toString()};
        Thread waiting = new Thread(() -> WAITED.complete(moat(MEANWHILE, new StringWriter(), check)), "waiting");
        waiting.setDaemon(true);
        waiting.start();
    }

    private int check() {
        return moat("check", EXAMPLE.resolve("toy-iommu.yaml").toString(), "-q", "--class-path", directory.toString());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            owner.set(s, frame, dom + 1);         | if (dom == 0) throw new IllegalStateException("boom"); | IllegalStateException: boom
            owner.set(s, frame, dom + 1);         | owner.set(s, frame, 77);                    | slot owner[f0] holds 2 bits, not 0x4d
            owner.set(s, frame, dom + 1);         | new Object() { int f(int x) { return f(x) + 1; } }.f(0); | StackOverflowError
            Sort.numbered("Dom", "d", 2)          | Sort.numbered("Dom", "d", -2)               | NegativeArraySizeException
            model.action("take"                   | model.action("give"                         | two operations or actions are named give
            edits -> edits.decide("take.invalidates", (s, a, b, c) -> 0) | null                  | an injected fault edits nothing
            Actor.DEVICE                          | null                                        | an action has no actor
            "Machine frames.", 2, 1, 8            | "Machine frames.", 0, 1, 8                  | parameter frames cannot be 0, which is its default
            """)
    void saysWhereItIs(String changed, String to, String message) throws IOException {
        compile(changed, to);
        assertThat(check()).isEqualTo(65);
        assertThat(err.toString())
                .startsWith("moat: example.ToyIommu")
                .contains(", ToyIommu.java:")
                .contains(message)
                .doesNotContain("internal error")
                .hasLineCount(1);
    }

    /** Of two letters that print the same the replay took the second one, and called the record of the first one fixed. */
    @Test
    void lettersAreToldApart() throws IOException {
        compile(Map.of(
                "Sort.numbered(\"Dom\", \"d\", 2)",
                "new Sort(\"Dom\", List.of(\"d\", \"d, e\"))",
                "Sort.numbered(\"Frame\", \"f\", setting.number(\"frames\"))",
                "new Sort(\"Frame\", List.of(\"f\", \"e, f\"))"));
        assertThat(check()).isEqualTo(65);
        assertThat(err.toString())
                .contains("two choices of elements for give print as d, e, f: labels have ', ' in them")
                .hasLineCount(1);
    }

    /** Found by Moat's code, not by theirs. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            7                               | wait/only answers 7, which is no outcome of a step
            calls >= 0 ? 1 : 0              | wait/only is reached after 100000 steps of one call: it does not end
            """)
    void aProgramKeepsItsRules(String answer, String message) throws IOException {
        String operation = "model.cpus(Sort.numbered(\"Cpu\", \"cpu\", 1), true);"
                + "model.operation(new dev.moat.model.Operation(\"wait\", Actor.HYPERVISOR, List.of(),"
                + " ModelBuilder.all(), (s, cpu, a, b, c, x, e) -> true,"
                + " List.of(dev.moat.model.Step.of(\"only\", (s, cpu) -> " + answer + ")), null)); // 4.";
        compile("// 4.", operation);
        assertThat(check()).isEqualTo(65);
        assertThat(err.toString()).isEqualTo("moat: toy-iommu: " + message + "\n");
    }

    /** Of two the first was led to, without a word. */
    @Test
    void stepsAreToldApart() throws IOException {
        String step = "dev.moat.model.Step.of(\"only\", (s, cpu) -> dev.moat.model.Outcome.NEXT)";
        compile(
                "// 4.",
                "model.cpus(Sort.numbered(\"Cpu\", \"cpu\", 1), true);"
                        + "model.operation(new dev.moat.model.Operation(\"wait\", Actor.HYPERVISOR, List.of(),"
                        + " ModelBuilder.all(), (s, cpu, a, b, c, x, e) -> true, List.of(" + step + ", " + step
                        + "), null)); // 4.");
        assertThat(check()).isEqualTo(65);
        assertThat(err.toString()).contains("two steps of wait are named only").hasLineCount(1);
    }

    @Test
    void aComponentHasAnId() throws IOException {
        compile("return \"toy-iommu\";", "return null;");
        assertThat(check()).isEqualTo(65);
        assertThat(err.toString()).contains("toy-iommu.yaml:3:12: class 'example.ToyIommu' has no id");
    }

    /** What it does the second time is something else, or it does something although it says that it cannot. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            return false;                 | { entry.set(s, dom, 1); return false; }
            owner.set(s, frame, dom + 1); | owner.set(s, frame, calls++ < 2 ? 2 - dom : dom + 1);
            """)
    void anActionDependsOnTheStateAlone(String changed, String to) throws IOException {
        compile(changed, to);
        assertThat(check()).isEqualTo(14);
        assertThat(err.toString())
                .contains(
                        "what a step or an action does must depend on the state alone, and one that answers false must")
                .hasLineCount(1);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            return List.of(Parameter.number("frames", "Machine frames.", 2, 1, 8)); | return null; | parameters()
            return List.of(new InjectedFault(       | if (calls == 0) return null; return List.of(new InjectedFault( | faults()
            return List.of(new InjectedFault(       | if (calls == 0) return java.util.Collections.singletonList(null); return List.of(new InjectedFault( | faults()
            return "A table of one entry and a cache of one translation per domain."; | return null; | says()
            """)
    void nullIsNoAnswer(String changed, String to, String asked) throws IOException {
        compile(changed, to);
        assertThat(check()).isEqualTo(65);
        assertThat(err.toString())
                .contains("toy-iommu.yaml:3:12: class 'example.ToyIommu' answers null to " + asked)
                .hasLineCount(1);
    }

    /** Each hides the violation of a design that is wrong from the search, which would say that all holds. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            pages, frames), inCache | pages, frames), inCache, (fp, u, t, p, f, e) -> { if (t == 0) fp.one(cached, 0); } | is another after dma(d1), and says that it reads nothing of [cached[d1]: none -> f0]
            cached.get(s, t) == f + 1; | { boolean r = cached.get(s, t) == f + 1; if (t == 1) cached.set(s, 1, 0); return t == 0 && r; }; | changes the state that it is asked about: cached[d1]: f0 -> none
            cached.set(s, dom, entry.get(s, dom)); | cached.set(s, dom, dom == 1 ? 3 : entry.get(s, dom)); | cached[d1] is 3 by dma(d1), which names no Frame
            Writer.IOMMU, domains).optional | Writer.IOMMU, domains).live((s, i) -> entry.get(s, i) != 0).optional | relation mayR(u0, t1, p0, f0) reads what is not live: after take(d1, f0) cached[d1]: f0 -> none is set back
            """)
    void whatIsWrongIsNotCalledHeld(String changed, String to, String message) throws IOException {
        compileWrong(changed, to);
        assertThat(check()).isEqualTo(14);
        assertThat(err.toString()).contains(message).hasLineCount(1);
    }

    /** Nothing is violated by what was met; but who knows what comes the next time. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            owner.set(s, frame, dom + 1); | if ((calls++ & 1) == 0) return false; owner.set(s, frame, dom + 1); | give(d0, f0) does not do the same twice in one state
            // 4. | model.action("no", Actor.GUEST, List.of(d), (s, dom, b, x, y, z) -> { entry.set(s, 1, 0); return false; }); // 4. | no(d0) answers that it cannot go on, and changes entry[d1]: f0 -> none
            private void meaning(Abstraction to) { | private void meaning(Abstraction to) { Sort frames = Sort.numbered("Frame", "f", 1); | sort Frame is of size 1 where relations speak of it, and of size 2 in slot owner
            """)
    void whatBreaksItsPromisesIsNotCalledHeld(String changed, String to, String message) throws IOException {
        compile(changed, to);
        assertThat(check()).isEqualTo(14);
        assertThat(err.toString())
                .contains("nothing was violated, but that is not to be believed: " + message)
                .hasLineCount(1);
    }

    /** Between two steps the frame is nobody's, and still cached; merged with the next one, nothing is seen of it. */
    @Test
    void whatOthersSeeIsNotQuiet() throws IOException {
        String step = "dev.moat.model.Step.of(\"%s\", (s, cpu) -> { owner.set(s, 0, %s);"
                + " return dev.moat.model.Outcome.NEXT; })";
        String own = "List.of(" + step.formatted("drop", "0") + ".quietly(), " + step.formatted("own", "1") + ")";
        compile(
                "// 4.",
                "model.cpus(Sort.numbered(\"Cpu\", \"cpu\", 1), true);"
                        + "model.operation(new dev.moat.model.Operation(\"renew\", Actor.HYPERVISOR, List.of(),"
                        + " ModelBuilder.all(), (s, cpu, a, b, c, x, e) -> owner.get(s, 0) == 1, " + own
                        + ", null)); // 4.");
        Path scenario = directory.resolve("toy-iommu.yaml");
        Files.writeString(
                scenario,
                Files.readString(EXAMPLE.resolve("toy-iommu.yaml"))
                        .replace("granularity: operation", "granularity: step"));
        String[] check = {"check", scenario.toString(), "-q", "--class-path", directory.toString()};
        assertThat(moat(check)).isEqualTo(14);
        assertThat(err.toString())
                .contains("nothing was violated, but no-foreign is where others act after each step (merge: false)")
                .contains("one of the steps that are said to be quiet, renew/drop")
                .hasLineCount(1);
    }

    /** To tell what the violation rests on, a state is tried to which nothing leads. */
    @Test
    void aViolationIsToldWhereCodeRefusesStatesThatAreNeverReached() throws IOException {
        compile(
                Map.of(
                        "private Slots cached;",
                        "private Slots cached; private Slots mode;",
                        "// 2.",
                        "mode = model.schema().slots(\"mode\", Role.HYPERVISOR, Writer.HYPERVISOR).of(domains); // 2.",
                        "(s, d, f, c) -> 1",
                        "(s, d, f, c) -> 0",
                        "cached.get(s, t) == f + 1;",
                        "{ if (mode.get(s) != 0) throw new IllegalStateException(\"no mode\"); return cached.get(s, t) == f + 1; };"));
        assertThat(check()).isEqualTo(12);
    }

    /** Its class files were not found, and every piece was refused as there was "no class". */
    @Test
    void itsCodeIsLifted() throws IOException {
        compile(Map.of());
        assertThat(moat("prove", "--code", "example.ToyIommu", "--class-path", directory.toString()))
                .isEqualTo(5);
        assertThat(out.toString())
                .contains("REFUSED give: example.ToyIommu.")
                .contains("reads a field that is not final: private dev.moat.state.Slots example.ToyIommu.owner")
                .doesNotContain("no class");
    }

    /** The same component where nothing is wrong with what it promises. */
    @Test
    void whatKeepsItsPromisesIsBelieved() throws IOException {
        compileWrong("pages, frames), inCache", "pages, frames), inCache, (fp, u, t, p, f, e) -> fp.one(cached, t)");
        assertThat(check()).isEqualTo(12);
    }

    /** It would never end, whatever the limit on time; what comes behind it is checked all the same. */
    @Test
    @Order(Integer.MAX_VALUE)
    void whatDoesNotComeBackIsLeftBehind() throws Exception {
        assertThat(WAITED.get(120, TimeUnit.SECONDS)).isEqualTo(5);
        assertThat(MEANWHILE.toString())
                .startsWith("toy-iommu: INCONCLUSIVE; code does not come back (")
                .contains("\nr1: HELD");
    }

    /** A project that has Moat among its libraries has no class path of its own on the command line. */
    @Test
    void saysWhereItIsOnTheClassPathOfJava() throws IOException {
        compile("owner.set(s, frame, dom + 1);", "if (dom == 0) throw new IllegalStateException(\"boom\");");
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        try (var both = new URLClassLoader(new URL[] {directory.toUri().toURL()}, before)) {
            thread.setContextClassLoader(both);
            assertThat(moat("check", EXAMPLE.resolve("toy-iommu.yaml").toString(), "-q"))
                    .isEqualTo(65);
        } finally {
            thread.setContextClassLoader(before);
        }
        assertThat(err.toString()).startsWith("moat: example.ToyIommu").contains(", ToyIommu.java:");
    }

    @Test
    void aFamilyThatIsNotThereIsToldOnce() throws IOException {
        Path services = Files.createDirectories(directory.resolve("META-INF/services"));
        Files.writeString(services.resolve("dev.moat.iommu.Family"), "example.Nope\n");
        assertThat(moat("doctor", "--class-path", directory.toString())).isEqualTo(2);
        assertThat(out.toString().lines().filter(l -> l.startsWith("BAD")))
                .hasSizeBetween(1, 3)
                .anyMatch(l -> l.contains("Provider example.Nope not found"))
                .anyMatch(l -> l.endsWith(" more of the same"));
    }

    /** Java itself passes over it without a word, as over an agreement that nobody makes. */
    @ParameterizedTest
    @CsvSource({"Family, java.lang.String", "Family, javax.swing.JFrame # mine", "Component, java.util.ArrayList"})
    void aClassOfJavasThatIsRegisteredIsRefused(String kind, String line) throws IOException {
        String service = kind.equals("Family") ? "dev.moat.iommu.Family" : "dev.moat.model.Component";
        Path services = Files.createDirectories(directory.resolve("META-INF/services"));
        Files.writeString(services.resolve(service), "# mine\n" + line + "\n");
        assertThat(moat("list", "components", "--class-path", directory.toString()))
                .isEqualTo(2);
        assertThat(err.toString())
                .startsWith("moat: " + service + ": file:")
                .endsWith(service + ":2: " + line.replaceFirst(" #.*", "") + " is a class of Java's own\n");
    }
}
