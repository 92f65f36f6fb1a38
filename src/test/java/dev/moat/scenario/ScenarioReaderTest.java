package dev.moat.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.moat.input.InputException;
import dev.moat.machine.Granularity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

class ScenarioReaderTest {
    static final String GOOD = """
            id: good
            says: A counter that is bounded.
            component: dev.moat.scenario.CounterComponent
            granularity: operation
            parameters: {limit: 2}
            capabilities: {clearing: true}
            inject: [add.no-unlock]
            properties: {hold: [bounded], fail: [no-deadlock]}
            expect: {verdict: violated, invariants: [no-deadlock], length: 2}
            set: extra
            limits: {depth: 40, states: 1000}
            """;

    @TempDir
    Path directory;

    private final ScenarioReader reader = new ScenarioReader(Catalog.load(), List.of("bounded", "even"));

    @Test
    void readsEverything() throws IOException {
        Scenario s = reader.read(write(GOOD));
        assertThat(s.id()).isEqualTo("good");
        assertThat(s.line()).isEqualTo(1);
        assertThat(s.machine().settings()).containsOnlyKeys("limit", "clearing").containsEntry("limit", "2");
        assertThat(s.machine().faults()).containsExactly("add.no-unlock");
        assertThat(s.machine().merged()).isTrue();
        assertThat(s.invariants()).containsExactly("bounded");
        assertThat(s.expect()).isEqualTo(new Expectation(true, null, null, null, List.of("no-deadlock"), 2L));
        assertThat(s.set()).isEqualTo("extra");
        assertThat(s.maxDepth()).isEqualTo(40);
        assertThat(s.maxStates()).isEqualTo(1000);
        assertThat(new ScenarioSchema().accepts(GOOD)).isTrue();
    }

    /** A judge has a bit for each of 63. */
    @Test
    void theSixtyFourthInvariantIsRefused() throws IOException {
        List<String> ids = IntStream.rangeClosed(1, 64).mapToObj(i -> "p" + i).toList();
        ScenarioReader many = new ScenarioReader(Catalog.load(), ids);
        String hold = "properties:\n  hold:\n  - " + String.join("\n  - ", ids) + "\n  fail: [no-deadlock]";
        Path file = write(GOOD.replace("properties: {hold: [bounded], fail: [no-deadlock]}", hold));
        assertThatThrownBy(() -> many.read(file))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("good.yaml:73:5: a scenario has at most 63 properties");
        Path fewer = write(
                GOOD.replace("properties: {hold: [bounded], fail: [no-deadlock]}", hold.replace("  - p64\n", "")));
        assertThat(many.read(fewer).invariants()).hasSize(63);
    }

    @Test
    void optionalKeysHaveDefaults() throws IOException {
        Scenario s = reader.read(write("""
                # a comment first
                id: good
                says: Bounded.
                component: dev.moat.scenario.CounterComponent
                granularity: step
                merge: false
                properties: {hold: [bounded]}
                expect: {verdict: held, distinct: 12}
                """));
        assertThat(s.line()).isEqualTo(2);
        assertThat(s.machine().granularity()).isEqualTo(Granularity.STEP);
        assertThat(s.machine().merged()).isFalse();
        assertThat(s.machine().settings()).isEmpty();
        assertThat(s.expect()).isEqualTo(new Expectation(false, 12L, null, null, List.of(), null));
        assertThat(s.set()).isEqualTo("default");
        assertThat(s.maxDepth()).isEqualTo(Integer.MAX_VALUE);
        assertThat(s.maxStates()).isEqualTo(Long.MAX_VALUE);
    }

    /** A change to the good file, the start of the message it must cause, and whether the schema sees it as well. */
    record Bad(String name, String from, String to, String message, boolean schemaSees) {}

    private static final List<Bad> BAD = List.of(
            bad(
                    "misspelt key",
                    "granularity:",
                    "granularty:",
                    "4:1: a scenario has no 'granularty'; did you mean 'granularity'?"),
            bad("missing key", "says: A counter that is bounded.\n", "", "1:1: a scenario needs 'says'"),
            bad("missing keys", GOOD, "set: extra\n", "1:1: a scenario needs 'id', 'says', 'component', "),
            unparsed("key twice", "set: extra", "id: good", "10:1: 'id' is set twice"),
            bad("id is a number", "id: good", "id: 7", "1:5: 'id' must be text"),
            bad("id with capitals", "id: good", "id: Good", "1:5: an id is lower-case"),
            unseen("id is not the name", "id: good", "id: other", "1:5: the id 'other' must be the name of the file"),
            bad("empty sentence", "says: A counter that is bounded.", "says: ' '", "2:7: 'says' must be text"),
            unseen("unknown component", "dev.moat.scenario.CounterComponent", "r9", "3:12: unknown component 'r9'"),
            unseen(
                    "absent class",
                    "CounterComponent",
                    "NoComponent",
                    "3:12: class 'dev.moat.scenario.NoComponent' is not on"),
            unseen(
                    "not a component",
                    "CounterComponent",
                    "Scenario",
                    "3:12: class 'dev.moat.scenario.Scenario' is not a"),
            bad(
                    "unknown granularity",
                    ": operation",
                    ": steps",
                    "4:14: 'granularity' must be operation or step, not 'steps'; did you"),
            bad("merge is a word", "set: extra", "merge: maybe", "10:8: 'merge' must be true or false"),
            unseen(
                    "unknown parameter",
                    "{limit: 2}",
                    "{limits: 2}",
                    "5:14: component counter has no 'limits' among its parameters; did you mean 'limit'?"),
            unseen(
                    "wrong group",
                    "{limit: 2}",
                    "{limit: 2, clearing: true}",
                    "5:24: 'clearing' belongs under 'capabilities', not 'parameters'"),
            unseen(
                    "out of range",
                    "{limit: 2}",
                    "{limit: 7}",
                    "5:21: limit must be a whole number from 1 to 6, not '7'"),
            unseen(
                    "hexadecimal",
                    "{limit: 2}",
                    "{limit: 0x2}",
                    "5:21: limit must be a whole number from 1 to 6, not '0x2'"),
            bad(
                    "nothing given",
                    "{limit: 2}",
                    "{limit: }",
                    "5:20: 'limit' must be a whole number, true, false or a word"),
            bad(
                    "fraction",
                    "{limit: 2}",
                    "{limit: 2.5}",
                    "5:21: 'limit' must be a whole number, true, false or a word"),
            unseen(
                    "bad switch",
                    "{clearing: true}",
                    "{clearing: yes}",
                    "6:26: clearing must be one of true, false, not 'yes'"),
            unseen(
                    "contradiction",
                    "{limit: 2}",
                    "{limit: 1, cpus: 2}",
                    "5:30: a limit of 1 leaves nothing for a second CPU"),
            bad("parameters in a list", "{limit: 2}", "[limit]", "5:13: 'parameters' must be a mapping"),
            unseen(
                    "unknown fault",
                    "[add.no-unlock]",
                    "[add.no-lock]",
                    "7:10: component counter has no injected fault 'add.no-lock'; did you mean"),
            bad("fault without a list", "[add.no-unlock]", "add.no-unlock", "7:9: 'inject' must be a list"),
            bad(
                    "fault twice",
                    "[add.no-unlock]",
                    "[add.no-unlock, add.no-unlock]",
                    "7:25: 'add.no-unlock' is listed twice"),
            unseen(
                    "no property file",
                    "[bounded]",
                    "[bonded]",
                    "8:21: no property file 'bonded.smt2'; did you mean 'bounded'?"),
            unseen(
                    "runs of whole operations",
                    "[bounded]",
                    "[operations-return]",
                    "8:21: 'operations-return' is judged of granularity step only"),
            unseen("holds and fails", "[bounded]", "[no-deadlock]", "8:42: 'no-deadlock' cannot both hold and fail"),
            bad(
                    "no property",
                    "{hold: [bounded], fail: [no-deadlock]}",
                    "{hold: []}",
                    "8:13: 'properties' needs 'hold' or 'fail'"),
            bad(
                    "unknown verdict",
                    "verdict: violated",
                    "verdict: broken",
                    "9:19: 'verdict' must be held or violated, not 'broken'"),
            bad("counts of a violation", "length: 2", "distinct: 2", "9:66: 'distinct' belongs to the verdict 'held'"),
            bad(
                    "violated but nothing fails",
                    "{hold: [bounded], fail: [no-deadlock]}",
                    "{hold: [bounded, no-deadlock]}",
                    "9:19: a scenario that expects a violation lists"),
            bad(
                    "held but something fails",
                    "{verdict: violated, invariants: [no-deadlock], length: 2}",
                    "{verdict: held}",
                    "9:19: a scenario that lists properties under 'fail'"),
            unseen(
                    "expects another property",
                    "invariants: [no-deadlock]",
                    "invariants: [bounded]",
                    "9:42: 'bounded' is not under 'properties: fail'"),
            bad(
                    "expects no property",
                    "invariants: [no-deadlock]",
                    "invariants: []",
                    "9:41: 'invariants' lists what is violated; without it that is not judged"),
            bad("length negative", "length: 2", "length: -1", "9:64: 'length' must be a whole number from 0"),
            bad("length quoted", "length: 2", "length: '2'", "9:64: 'length' must be a whole number from 0"),
            bad(
                    "length huge",
                    "length: 2",
                    "length: 99999999999999999999",
                    "9:64: 'length' must be a whole number from 0"),
            bad(
                    "unknown set",
                    "set: extra",
                    "set: nightly",
                    "10:6: 'set' must be default or extra or deep or bench or needed or promises or simulate, not 'nightly'"),
            bad("unknown limit", "{depth: 40, ", "{dept: 40, ", "11:10: 'limits' has no 'dept'; did you mean 'depth'?"),
            bad("negative limit", "depth: 40", "depth: -1", "11:17: 'depth' must be a whole number from 1 to 1000000"),
            unparsed("anchor", "[bounded]", "&a [bounded]", "8:20: anchors and aliases are not accepted"),
            unparsed("alias", "id: good", "id: *x", "1:5: anchors and aliases are not accepted"),
            unparsed("tag", "id: good", "id: !!str good", "1:5: tags are not accepted"),
            unparsed("tab", "set: extra", "\tset: extra", "10:1: not YAML: while scanning for the next token"),
            unparsed("unclosed", "{depth: 40, states: 1000}", "{depth: 40", "12:1: not YAML: while parsing a flow"),
            unparsed("list for a key", "set: extra", "set: extra\n? [a, b]\n: c", "11:3: a key must be a word"),
            unparsed("another version", "id: good", "%YAML 9.9\n---\nid: good", "1:1: not YAML 1.2, but 9.9"),
            unparsed("two documents", "set: extra", "---\nset: extra", "10:1: not YAML: expected a single document"),
            unparsed("control character", "set: extra", "set: \u0007", "10:6: the character U+0007 is not allowed"));

    private static Bad bad(String name, String from, String to, String message) {
        return new Bad(name, from, to, message, true);
    }

    /** What needs the catalog or compares two places, which the schema cannot. */
    private static Bad unseen(String name, String from, String to, String message) {
        return new Bad(name, from, to, message, false);
    }

    /** What is refused before there is a tree to compare with the schema. */
    private static Bad unparsed(String name, String from, String to, String message) {
        return new Bad("unparsed: " + name, from, to, message, false);
    }

    @TestFactory
    Stream<DynamicTest> badFilesAreRefusedAtTheRightPlace() {
        return BAD.stream()
                .map(row -> DynamicTest.dynamicTest(row.name(), () -> {
                    assertThat(GOOD).contains(row.from());
                    Path file = write(GOOD.replace(row.from(), row.to()));
                    String separator = row.message().startsWith(":") ? "" : ":";
                    assertThatThrownBy(() -> reader.read(file))
                            .isInstanceOf(InputException.class)
                            .hasMessageStartingWith(file + separator + row.message())
                            .hasMessageNotContaining("\n");
                }));
    }

    @TestFactory
    Stream<DynamicTest> schemaAndReaderAgree() throws IOException {
        ScenarioSchema schema = new ScenarioSchema();
        return BAD.stream()
                .filter(row -> !row.name().startsWith("unparsed"))
                .map(row -> DynamicTest.dynamicTest(
                        row.name(),
                        () -> assertThat(schema.accepts(GOOD.replace(row.from(), row.to())))
                                .isEqualTo(!row.schemaSees())));
    }

    @Test
    void shippedScenariosAreAcceptedBySchemaAndKnowTheirName() throws IOException {
        assertThat(Path.of("specs/scenarios/r1/r1.yaml")).exists();
        ScenarioSchema schema = new ScenarioSchema();
        try (Stream<Path> files = Files.walk(Path.of("specs/scenarios"))) {
            for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                assertThat(file.toString()).endsWith(".yaml");
                String text = Files.readString(file);
                assertThat(schema.accepts(text)).as(file.toString()).isTrue();
                assertThat(text).contains("id: " + file.getFileName().toString().replace(".yaml", "") + "\n");
            }
        }
    }

    @Test
    void boundsAreEnforcedBeforeParsing() throws IOException {
        assertThatThrownBy(() -> reader.read(write(GOOD + "#".repeat(256 * 1024))))
                .isInstanceOf(InputException.class)
                .hasMessageEndingWith("good.yaml: the file is larger than 256 KiB");
        assertThatThrownBy(() -> reader.read(write("id: " + "[".repeat(200_000))))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("good.yaml:1:24: nested deeper than 20");
        assertThatThrownBy(() -> reader.read(write(GOOD.replace("good", "[".repeat(19) + "x" + "]".repeat(19)))))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("good.yaml:1:5: 'id' must be text");
    }

    /** A property that begins alike is another one, and no hint for somebody whose file is missing. */
    @Test
    void aMissingPropertyIsNotMistakenForAnother() {
        List<String> known = List.of("no-stale-context", "bounded");
        ScenarioReader few = new ScenarioReader(Catalog.load(), known);
        assertThatThrownBy(() -> few.read(write(GOOD.replace("hold: [bounded]", "hold: [no-stale]"))))
                .isInstanceOf(InputException.class)
                .hasMessageContaining(
                        "no property file 'no-stale.smt2' (known: bounded, invalidations-complete, no-bad-unlock, no-deadlock, no-stale-context,");
    }

    @Test
    void otherThingsThanMappingsAreRefused() throws IOException {
        for (String text : List.of("", "# nothing\n", "- id: good\n", "good\n")) {
            assertThatThrownBy(() -> reader.read(write(text)))
                    .isInstanceOf(InputException.class)
                    .hasMessageContaining("good.yaml:1:1: a scenario is a mapping");
        }
        Path file = directory.resolve("good.yaml");
        Files.write(file, new byte[] {'i', 'd', ':', ' ', (byte) 0xff});
        assertThatThrownBy(() -> reader.read(file))
                .isInstanceOf(InputException.class)
                .hasMessageEndingWith("good.yaml:1:5: the file is not UTF-8 text: byte 0xff");
        Path control = write("id: good\nsays: \"a\u0007\"\n");
        assertThatThrownBy(() -> reader.read(control))
                .isInstanceOf(InputException.class)
                .hasMessageEndingWith("good.yaml:2:9: the character U+0007 is not allowed in YAML");
    }

    @Test
    void libraryFindsByIdAndByPathAndSuggests() throws IOException {
        Path file = write(GOOD);
        ScenarioLibrary library = new ScenarioLibrary(directory, reader);
        assertThat(library.ids()).containsExactly("good");
        assertThat(library.all()).hasSize(1);
        assertThat(library.find("good")).isEqualTo(library.find(file.toString()));
        assertThatThrownBy(() -> library.find("goood"))
                .isInstanceOf(dev.moat.model.BadSettingException.class)
                .hasMessageContaining("no scenario 'goood' in " + directory + "; did you mean 'good'? (known: good)");
        assertThatThrownBy(() -> library.find("./absent.yaml")).isInstanceOf(java.nio.file.NoSuchFileException.class);
    }

    @Test
    void libraryFindsInDirectoriesBelowAndRefusesTwoFilesOfOneName() throws IOException {
        Path below = Files.createDirectories(directory.resolve("some/where"));
        Path file = Files.writeString(below.resolve("good.yaml"), GOOD);
        ScenarioLibrary library = new ScenarioLibrary(directory, reader);
        assertThat(library.ids()).containsExactly("good");
        assertThat(library.find("good").file()).isEqualTo(file);
        Path first = write(GOOD);
        String message = file + ":1:1: the id 'good' is that of " + first + " already";
        assertThatThrownBy(library::ids).isInstanceOf(InputException.class).hasMessage(message);
        assertThatThrownBy(library::all).isInstanceOf(InputException.class).hasMessage(message);
        assertThatThrownBy(() -> library.find("other"))
                .isInstanceOf(InputException.class)
                .hasMessage(message);
        assertThat(library.find(file.toString()).id()).isEqualTo("good");
    }

    /** An editor finds the schema from the first line of each scenario. */
    @Test
    void shippedScenariosNameTheSchema() throws IOException {
        Path schema = Path.of("specs/scenario.schema.json");
        try (Stream<Path> files = Files.walk(Path.of("specs/scenarios"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String prefix = "# yaml-language-server: $schema=";
                String first = Files.readAllLines(file).get(0);
                assertThat(first).as(file.toString()).startsWith(prefix);
                assertThat(file.resolveSibling(first.substring(prefix.length())).normalize())
                        .isEqualTo(schema);
            }
        }
    }

    private Path write(String text) throws IOException {
        return Files.writeString(directory.resolve("good.yaml"), text);
    }
}
