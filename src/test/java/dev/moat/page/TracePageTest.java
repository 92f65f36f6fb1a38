package dev.moat.page;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.moat.check.Engine;
import dev.moat.check.MoatEngine;
import dev.moat.logic.InvariantLibrary;
import dev.moat.machine.Granularity;
import dev.moat.machine.Machine;
import dev.moat.notation.text.SaidEdit;
import dev.moat.scenario.Catalog;
import dev.moat.scenario.MachineSpec;
import dev.moat.scenario.UserExtensions;
import dev.moat.trace.StateJudge;
import dev.moat.trace.Trace;
import dev.moat.trace.TraceRunner;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pages of the committed counterexamples, as data; what a browser makes of them is {@link TraceInBrowserTest}'s. */
class TracePageTest {
    private static final int LARGEST = 2_000_000;
    private static final Pattern DATA =
            Pattern.compile("<script type=\"application/json\" id=\"data\">(.*?)</script>", Pattern.DOTALL);

    private static final Pattern COMPONENT = Pattern.compile("\"component\": \"([^\"]*)\"");

    private static final Engine ENGINE = MoatEngine.open(Path.of(""));

    @TempDir
    Path directory;

    static List<Path> committed() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("counterexamples"))) {
            return files.filter(f -> f.toString().endsWith(".itf.json"))
                    .sorted()
                    .toList();
        }
    }

    static JsonObject data(String page) {
        Matcher found = DATA.matcher(page);
        assertThat(found.find()).isTrue();
        return JsonParser.parseString(found.group(1)).getAsJsonObject();
    }

    /** One of ten, and the first of each component; the tag deep has all. */
    @Test
    void committedTracesHavePages() throws IOException {
        List<Path> all = committed();
        List<Path> some = new ArrayList<>();
        Set<String> components = new HashSet<>();
        for (int i = 0; i < all.size(); i++) {
            Matcher component = COMPONENT.matcher(Files.readString(all.get(i)));
            assertThat(component.find()).isTrue();
            if (components.add(component.group(1)) || i % 10 == 0) {
                some.add(all.get(i));
            }
        }
        assertThat(components).hasSizeGreaterThan(12);
        requirePages(some);
    }

    @Test
    @Tag("deep")
    void allCommittedTracesHavePages() throws IOException {
        requirePages(committed());
    }

    private static void requirePages(List<Path> files) throws IOException {
        List<String> wrong = new ArrayList<>();
        for (Path file : files) {
            String page = ENGINE.page(file);
            JsonObject record = JsonParser.parseString(Files.readString(file)).getAsJsonObject();
            JsonObject data = data(page);
            int steps = data.getAsJsonArray("steps").size();
            if (page.getBytes(StandardCharsets.UTF_8).length > LARGEST) {
                wrong.add(file + " is too large");
            }
            if (steps != record.getAsJsonArray("states").size() - 1) {
                wrong.add(file + " has other steps");
            }
            if (!brokenAtTheEndOnly(data, record, steps)) {
                wrong.add(file + " breaks other promises, or elsewhere");
            }
            if (!statesAgree(data, record)) {
                wrong.add(file + " shows other values");
            }
            if (!everyStepHasItsLine(data)) {
                wrong.add(file + " runs steps that stand in no program");
            }
        }
        assertThat(wrong).isEmpty();
    }

    /** What ran, and what each CPU runs next. */
    private static boolean everyStepHasItsLine(JsonObject data) {
        Set<String> lines = new HashSet<>(Set.of("idle"));
        for (JsonElement program : data.getAsJsonArray("programs")) {
            for (JsonElement line : program.getAsJsonObject().getAsJsonArray("lines")) {
                line.getAsJsonObject().getAsJsonArray("steps").forEach(s -> lines.add(s.getAsString()));
            }
        }
        Set<Integer> counters = new HashSet<>();
        data.getAsJsonArray("cpus")
                .forEach(c -> counters.add(c.getAsJsonObject().get("place").getAsInt()));
        for (JsonElement e : data.getAsJsonArray("steps")) {
            for (JsonElement step : e.getAsJsonObject().getAsJsonArray("steps")) {
                if (!lines.contains(step.getAsString())) {
                    return false;
                }
            }
            for (JsonElement change : e.getAsJsonObject().getAsJsonArray("changes")) {
                int text = change.getAsJsonArray().get(1).getAsInt();
                if (counters.contains(change.getAsJsonArray().get(0).getAsInt())
                        && !lines.contains(
                                data.getAsJsonArray("texts").get(text).getAsString())) {
                    return false;
                }
            }
        }
        return true;
    }

    /** Of a component in the notation the page has the lines of its text; an edit is marked where it changed something. */
    @Test
    void aTextIsShownByItsLines() throws IOException {
        Catalog catalog = Catalog.load();
        String edit = "drop put-page in decrease_reservation";
        MachineSpec spec = new MachineSpec(
                "xen-p2m",
                Map.of(),
                Granularity.STEP,
                true,
                List.of(SaidEdit.fault(edit).id()));
        Machine machine = catalog.machine(spec);
        TraceRunner runner = new TraceRunner(
                machine, StateJudge.from(UserExtensions.library(Path.of(""))).judge(machine, List.of("no-foreign")));
        int start = runner.enabled(machine.initial()).stream()
                .filter(letter -> machine.name(letter).contains("decrease_reservation"))
                .findFirst()
                .orElseThrow();
        PagePrograms programs = new PagePrograms(catalog, spec, machine);
        JsonObject program =
                programs.json(runner.run(new Trace(List.of(start)))).get(0).getAsJsonObject();
        List<String> text = Files.readAllLines(Path.of("specs/models/xen-p2m.moat"));
        int marked = 0;
        JsonArray lines = program.getAsJsonArray("lines");
        for (int i = 1; i < lines.size(); i++) {
            JsonArray cells = lines.get(i).getAsJsonObject().getAsJsonArray("cells");
            String line = cells.get(cells.size() - 1).getAsString();
            assertThat(line).isEqualTo(text.get(cells.get(0).getAsInt() - 1));
            marked += cells.get(1).getAsString().equals("LEFT OUT") ? 1 : 0;
        }
        assertThat(marked).isEqualTo(1);
    }

    private static boolean brokenAtTheEndOnly(JsonObject data, JsonObject record, int steps) {
        List<String> broken = new ArrayList<>();
        for (JsonElement e : data.getAsJsonArray("promises")) {
            JsonArray holds = e.getAsJsonObject().getAsJsonArray("holds");
            for (int k = 0; k < holds.size(); k++) {
                if (holds.get(k).getAsInt() == 0) {
                    broken.add(k + " " + e.getAsJsonObject().get("id").getAsString());
                }
            }
        }
        List<String> recorded = new ArrayList<>();
        record.getAsJsonObject("#meta")
                .getAsJsonObject("moat")
                .getAsJsonArray("violates")
                .forEach(id -> recorded.add(steps + " " + id.getAsString()));
        return List.copyOf(broken).equals(recorded);
    }

    /** Plain numbers and the names of steps read the same on the page and in the file, in every state. */
    private static boolean statesAgree(JsonObject data, JsonObject record) {
        JsonArray labels = data.getAsJsonObject("shape").getAsJsonArray("labels");
        JsonArray texts = data.getAsJsonArray("texts");
        List<Integer> now = new ArrayList<>();
        data.getAsJsonArray("initial").forEach(n -> now.add(n.getAsInt()));
        for (int k = 0; k < record.getAsJsonArray("states").size(); k++) {
            if (k > 0) {
                JsonObject step = data.getAsJsonArray("steps").get(k - 1).getAsJsonObject();
                for (JsonElement change : step.getAsJsonArray("changes")) {
                    now.set(
                            change.getAsJsonArray().get(0).getAsInt(),
                            change.getAsJsonArray().get(1).getAsInt());
                }
            }
            JsonObject state = record.getAsJsonArray("states").get(k).getAsJsonObject();
            for (int i = 0; i < labels.size(); i++) {
                String shown = texts.get(now.get(i)).getAsString();
                JsonElement value = state.get(labels.get(i).getAsString());
                String label = labels.get(i).getAsString();
                // Versions are named by digits, and numbered from 0.
                boolean plain = shown.matches("\\d+") && !label.startsWith("table.version") || label.startsWith("pc[");
                if (value == null || plain && value.isJsonPrimitive() && !shown.equals(value.getAsString())) {
                    return false;
                }
            }
        }
        return true;
    }

    @Test
    void theSameFileGivesTheSameBytes() throws IOException {
        for (String name : List.of("viommu-no-lock", "swiotlb-no-lock", "dma-counter-read-early")) {
            Path file = Path.of("counterexamples", name + ".itf.json");
            assertThat(MoatEngine.open(Path.of("")).page(file)).isEqualTo(ENGINE.page(file));
        }
    }

    @Test
    void lanesAreThoseOfTheMachine() throws IOException {
        String page = ENGINE.page(Path.of("counterexamples/xen-step-grant-table-lock-dropped-before-wait.itf.json"));
        List<String> lanes = new ArrayList<>();
        data(page)
                .getAsJsonArray("lanes")
                .forEach(l -> lanes.add(l.getAsJsonObject().get("kind").getAsString() + " "
                        + l.getAsJsonObject().get("name").getAsString()));
        assertThat(lanes)
                .containsExactly(
                        "guest d0",
                        "guest d1",
                        "device dev1",
                        "cpu cpu0",
                        "cpu cpu1",
                        "unit u0",
                        "memory guest memory",
                        "memory records",
                        "memory tables");
    }

    /** Of what a large machine has too much of, the page says that it is not all there. */
    @Test
    void whatIsNotAllThereIsNamed() throws IOException {
        assertThat(cut(large("iommu-dma", Map.of("pages", "16", "frames", "2048"))))
                .contains("mapR", "mapW", "mayR", "mayW", "flyR")
                .doesNotContain("ent", "assigned");
        assertThat(cut(large("xen-vtd", Map.of("frames", "256", "levels", "4", "index-bits", "9"))))
                .containsExactly("free", "getsR", "getsW");
        assertThat(cut(ENGINE.page(Path.of("counterexamples/r1-unmap-no-invalidation.itf.json"))))
                .isEmpty();
    }

    /** The page of a machine's beginning. */
    static String large(String component, Map<String, String> settings) {
        Catalog catalog = Catalog.load();
        MachineSpec spec = new MachineSpec(component, settings, Granularity.STEP, true, List.of());
        Machine machine = catalog.machine(spec);
        InvariantLibrary library = UserExtensions.library(Path.of(""));
        TraceRunner runner = new TraceRunner(machine, StateJudge.from(library).judge(machine, List.of("no-foreign")));
        return new TracePage(runner, catalog, spec, Map.of("no-foreign", library.get("no-foreign")))
                .html("large", List.of(), List.of());
    }

    private static List<String> cut(String page) {
        List<String> names = new ArrayList<>();
        data(page).getAsJsonArray("cut").forEach(n -> names.add(n.getAsString()));
        return names;
    }

    /** A name from a file ends no element, whatever it holds, and what turns the writing is written out. */
    @Test
    void namesAreData() throws IOException {
        String bad = "</script><script>document.title='run'</script><img src=x onerror=alert(1)>";
        Path file = directory.resolve("bad.itf.json");
        Files.writeString(file, renamed(bad + "\\u202e"));
        String page = ENGINE.page(file);
        assertThat(data(page).get("title").getAsString()).isEqualTo(bad + "\\u202e");
        assertThat(page.split("<script", -1)).hasSize(3);
        assertThat(page).doesNotContain("<img").doesNotContain("\u202e");
    }

    /** A committed counterexample whose scenario has another name, given as in JSON. */
    static String renamed(String scenario) throws IOException {
        String text = Files.readString(Path.of("counterexamples/r1-unmap-no-invalidation.itf.json"));
        String changed = text.replaceFirst(
                "\"scenario\": \"[^\"]*\"", Matcher.quoteReplacement("\"scenario\": \"" + scenario + "\""));
        assertThat(changed).isNotEqualTo(text);
        return changed;
    }
}
