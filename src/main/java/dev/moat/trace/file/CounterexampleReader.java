package dev.moat.trace.file;

import static dev.moat.trace.file.CounterexampleFile.ACTION;
import static dev.moat.trace.file.CounterexampleFile.FORMAT;
import static dev.moat.trace.file.CounterexampleFile.INIT;
import static dev.moat.trace.file.CounterexampleFile.LOOP;
import static dev.moat.trace.file.CounterexampleFile.META;
import static dev.moat.trace.file.CounterexampleFile.PICKS;
import static dev.moat.trace.file.CounterexampleFile.SOURCE;

import dev.moat.liveness.Response;
import dev.moat.machine.Granularity;
import dev.moat.machine.Machine;
import dev.moat.model.BadSettingException;
import dev.moat.model.Suggestion;
import dev.moat.output.Counted;
import dev.moat.scenario.Catalog;
import dev.moat.scenario.MachineSpec;
import dev.moat.state.Slots;
import dev.moat.trace.Trace;
import dev.moat.trace.TraceRunner;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads the files that {@link CounterexampleWriter} writes; trusts nothing in them. */
public final class CounterexampleReader {
    /** How the names of counterexample files end. */
    public static final String SUFFIX = ".itf.json";
    /** Most states in a file. */
    static final int MAX_STATES = 100_000;

    private static final int MAX_NAME = 200;
    private static final String TRANSITIONS = "transitions";
    /** How the description ends. */
    private static final Pattern LENGTH = Pattern.compile(".* after (\\d+) actions?", Pattern.DOTALL);

    private static final List<String> MOAT = List.of(
            "format",
            "schema",
            "scenario",
            "violates",
            TRANSITIONS,
            "component",
            "settings",
            "granularity",
            "merged",
            "faults");

    private final Catalog catalog;
    private final @Nullable Collection<String> invariants;

    /** A reader that leaves it to the judge to know the invariants. */
    public CounterexampleReader(Catalog catalog) {
        this(catalog, null);
    }

    /**
     * A reader that also checks the names of the violated properties.
     *
     * @param catalog finds the components that files name
     * @param invariants ids of all invariants there are; null when they are not to be checked
     */
    public CounterexampleReader(Catalog catalog, @Nullable Collection<String> invariants) {
        this.catalog = catalog;
        this.invariants = invariants;
    }

    /**
     * Reads one file.
     *
     * @throws dev.moat.input.InputException at the place of the first thing wrong, looked for in this order: JSON and
     *     its bounds, file format version, violated properties, the machine's description, component, parameters, faults, layout version,
     *     variables, states one after the other, length. Unknown names come with a suggestion.
     * @throws IOException when the file cannot be read
     */
    public Counterexample read(Path path) throws IOException {
        JsonNode root = JsonFile.read(path).object("a counterexample", List.of(META, "vars", "states", LOOP));
        JsonNode meta = root.member(META).object(META);
        JsonNode itf = meta.member("format");
        if (!itf.string("format").equals("ITF")) {
            throw itf.error("format must be 'ITF', not " + JsonNode.quote(itf.text()));
        }
        JsonNode moat = meta.member("moat").object("moat");
        checkFormat(moat);
        moat.object("moat", MOAT);
        String scenario = name(moat.member("scenario"), "scenario");
        List<String> violates = violates(moat);
        MachineSpec spec = spec(moat);
        Machine machine = machine(moat, spec);
        String schema = name(moat.member("schema"), "schema");
        if (!schema.equals(machine.schema().version())) {
            throw moat.member("schema")
                    .error("written for state layout " + JsonNode.quote(schema) + " of component "
                            + spec.component() + ", which now has '"
                            + machine.schema().version() + "'" + regenerate(scenario));
        }
        List<String> labels = Counterexample.labels(machine);
        checkVariables(root.member("vars"), labels);
        List<JsonNode> states = root.member("states").array("states");
        if (states.isEmpty() || states.size() > MAX_STATES) {
            throw root.member("states").error("there must be 1 to " + MAX_STATES + " states, not " + states.size());
        }
        List<String> actions = new ArrayList<>();
        List<List<String>> values = new ArrayList<>();
        readStates(states, machine, labels, actions, values);
        Trace trace =
                new Trace(actions.stream().map(Trace.alphabet(machine)::get).toList());
        checkLength(meta.member("description"), trace.actions(machine));
        boolean whole = checkTransitions(moat.fields().get(TRANSITIONS), actions.size());
        return new Counterexample(
                scenario,
                spec,
                schema,
                violates,
                actions,
                values,
                sources(states),
                loop(root, violates, values),
                whole);
    }

    /** A file that is cut off still says how long it was; without that, what it lacks would pass for repaired. */
    private static void checkLength(JsonNode description, int actions) {
        Matcher length = LENGTH.matcher(description.string("description"));
        if (!length.matches()) {
            throw description.error("the description must end with the length, as in 'after 4 actions'");
        }
        if (!length.group(1).equals(String.valueOf(actions))) {
            throw description.error("the file is cut off, or changed: it was written with " + length.group(1)
                    + (length.group(1).equals("1") ? " action" : " actions") + " and has " + actions);
        }
    }

    /** Whether the number is there, which files from before do not have: of an action that is cut off only some transitions are missing. */
    private static boolean checkTransitions(@Nullable JsonNode given, int transitions) {
        if (given != null && !given.integer(TRANSITIONS).equals(BigInteger.valueOf(transitions))) {
            throw given.error("the file is cut off, or changed: it was written with " + given.integer(TRANSITIONS)
                    + (given.integer(TRANSITIONS).equals(BigInteger.ONE) ? " transition" : " transitions") + " and has "
                    + transitions);
        }
        return given != null;
    }

    /** Where a run without end goes back to; only one that breaks a response has no end. */
    private static int loop(JsonNode root, List<String> violates, List<List<String>> values) {
        int states = values.size();
        boolean ofRuns = violates.stream().anyMatch(Response::is);
        boolean endless =
                violates.stream().flatMap(id -> Response.of(id).stream()).anyMatch(Response::isEndless);
        if (ofRuns && violates.size() > 1) {
            throw root.member(META).error("a run that breaks '" + violates.get(0) + "' breaks nothing else");
        }
        JsonNode given = root.fields().get(LOOP);
        if (!endless && given != null) {
            throw given.error("a run that breaks '" + violates.get(0) + "' has an end");
        }
        if (!endless) {
            return Counterexample.NO_LOOP;
        }
        JsonNode loop = root.member(LOOP);
        BigInteger index = loop.integer(LOOP);
        if (index.signum() < 0 || index.compareTo(BigInteger.valueOf(states - 1L)) > 0) {
            throw loop.error("there are states 0 to " + (states - 1) + " to go back to, not " + index);
        }
        if (!values.get(index.intValue()).equals(values.get(states - 1))) {
            throw loop.error("the last state is not state " + index
                    + ", to which it goes back: the file is cut off, or changed");
        }
        return index.intValue();
    }

    /** One for each action, or none at all. */
    private static List<String> sources(List<JsonNode> states) {
        List<String> sources = new ArrayList<>();
        for (JsonNode state : states.subList(1, states.size())) {
            JsonNode meta = state.member(META);
            if (meta.fields().containsKey(SOURCE)) {
                sources.add(name(meta.member(SOURCE), SOURCE));
            }
        }
        if (!sources.isEmpty() && sources.size() != states.size() - 1) {
            throw states.get(1).member(META).error("each action has a source, or none has");
        }
        return sources;
    }

    private static void checkFormat(JsonNode moat) {
        JsonNode node = moat.member("format");
        BigInteger format = node.integer("format");
        if (!format.equals(BigInteger.valueOf(FORMAT))) {
            JsonNode scenario = moat.fields().get("scenario");
            String id = scenario == null ? "SCENARIO" : name(scenario, "scenario");
            throw node.error("file format " + format + ", but this Moat reads format " + FORMAT + regenerate(id));
        }
    }

    private static String regenerate(String scenario) {
        boolean plain = scenario.matches("[A-Za-z0-9._-]+");
        return "; write it again with: moat check " + (plain ? scenario : "SCENARIO") + " --save DIR";
    }

    private static String name(JsonNode node, String what) {
        String text = node.string(what);
        if (text.isEmpty() || text.length() > MAX_NAME) {
            throw node.error(what + " must have 1 to " + MAX_NAME + " characters, not " + text.length());
        }
        return text;
    }

    /** Each once: a machine with a fault twice is not the one that was searched. */
    private static List<String> names(JsonNode node, String what) {
        Set<String> names = new LinkedHashSet<>();
        for (JsonNode element : node.array(what)) {
            if (!names.add(name(element, "an element of " + what))) {
                throw element.error(JsonNode.quote(element.text()) + " stands twice");
            }
        }
        return List.copyOf(names);
    }

    private static MachineSpec spec(JsonNode moat) {
        Map<String, String> settings = new LinkedHashMap<>();
        moat.member("settings").object("settings").fields().forEach((k, v) -> settings.put(k, v.string(k)));
        return new MachineSpec(
                name(moat.member("component"), "component"),
                settings,
                granularity(moat.member("granularity")),
                moat.member("merged").flag("merged"),
                names(moat.member("faults"), "faults"));
    }

    private List<String> violates(JsonNode moat) {
        JsonNode node = moat.member("violates");
        List<String> ids = names(node, "violates");
        if (ids.isEmpty()) {
            throw node.error("a counterexample violates at least one property");
        }
        for (int i = 0; invariants != null && i < ids.size(); i++) {
            String id = ids.get(i);
            if (!id.equals(TraceRunner.NO_DEADLOCK)
                    && !Response.is(id)
                    && !invariants.contains(id)
                    && !isOwn(id, moat)) {
                throw node.elements()
                        .get(i)
                        .error("there is no invariant " + JsonNode.quote(id) + Suggestion.phrase(id, invariants));
            }
        }
        return ids;
    }

    /** Whether the component has a property of its own of this id. */
    private boolean isOwn(String id, JsonNode moat) {
        return catalog.ownProperties(name(moat.member("component"), "component"))
                .contains(id);
    }

    private static Granularity granularity(JsonNode node) {
        String key = node.string("granularity");
        List<String> known =
                Arrays.stream(Granularity.values()).map(Granularity::key).toList();
        return Arrays.stream(Granularity.values())
                .filter(g -> g.key().equals(key))
                .findFirst()
                .orElseThrow(() -> node.error(
                        "granularity must be one of " + String.join(", ", known) + ", not " + JsonNode.quote(key)));
    }

    /** Builds the machine; what is wrong with its description is reported where the file says it. */
    private Machine machine(JsonNode moat, MachineSpec spec) {
        try {
            return catalog.machine(spec);
        } catch (BadSettingException e) {
            JsonNode setting = moat.member("settings").fields().get(e.subject());
            Optional<JsonNode> fault = moat.member("faults").elements().stream()
                    .filter(n -> n.text().equals(e.subject()))
                    .findFirst();
            JsonNode component = moat.member("component");
            boolean misnamed = e.subject().equals(spec.component());
            JsonNode place = misnamed ? component : setting != null ? setting : fault.orElse(component);
            throw place.error(String.valueOf(e.getMessage()).replaceAll("\\p{Cntrl}", "?"));
        }
    }

    private static void checkVariables(JsonNode vars, List<String> labels) {
        List<JsonNode> given = vars.array("vars");
        List<String> wanted = new ArrayList<>(List.of(ACTION, PICKS));
        wanted.addAll(labels);
        for (int i = 0; i < given.size(); i++) {
            String label = given.get(i).string("a variable");
            if (i >= wanted.size() || !label.equals(wanted.get(i))) {
                throw given.get(i)
                        .error("variable " + (i + 1) + " is " + JsonNode.quote(label) + ", but "
                                + (i < wanted.size() ? "should be '" + wanted.get(i) + "'" : "there is none such"));
            }
        }
        if (given.size() < wanted.size()) {
            throw vars.error("variable '" + wanted.get(given.size()) + "' is missing");
        }
    }

    private static void readStates(
            List<JsonNode> nodes,
            Machine machine,
            List<String> labels,
            List<String> actions,
            List<List<String>> states) {
        Map<String, Integer> alphabet = Trace.alphabet(machine);
        Set<String> members = new LinkedHashSet<>(List.of(META, ACTION, PICKS));
        members.addAll(labels);
        for (int k = 0; k < nodes.size(); k++) {
            JsonNode node = nodes.get(k).object("state " + k, members);
            JsonNode index = node.member(META).object(META).member("index");
            if (!index.integer("index").equals(BigInteger.valueOf(k))) {
                throw index.error("the index of this state is " + k + ", not " + JsonNode.quote(index.text()));
            }
            String action = action(node, k, machine, alphabet);
            if (k > 0) {
                actions.add(action);
            }
            states.add(values(node, machine));
        }
    }

    private static String action(JsonNode node, int k, Machine machine, Map<String, Integer> alphabet) {
        JsonNode taken = node.member(ACTION);
        String action = taken.string(ACTION);
        Map<String, String> picks = Map.of();
        if (k == 0 && !action.equals(INIT)) {
            throw taken.error("the action of the initial state is '" + INIT + "', not " + JsonNode.quote(action));
        } else if (k > 0) {
            Integer letter = alphabet.get(action);
            if (letter == null) {
                String near = action.length() > MAX_NAME ? "" : Suggestion.phrase(action, alphabet.keySet());
                throw taken.error("this machine has no action " + JsonNode.quote(action) + near);
            }
            picks = CounterexampleFile.picks(machine, letter);
        }
        JsonNode given = node.member(PICKS).object(PICKS, picks.keySet());
        picks.forEach((formal, actual) -> {
            JsonNode pick = given.member(formal);
            if (!pick.string(formal).equals(actual)) {
                throw pick.error("the pick of " + formal + " is " + JsonNode.quote(pick.text()) + ", but the action is "
                        + JsonNode.quote(action));
            }
        });
        return action;
    }

    private static List<String> values(JsonNode node, Machine machine) {
        List<String> values = new ArrayList<>();
        for (Slots f : machine.schema().families()) {
            for (int i = 0; i < f.size(); i++) {
                String label = f.label(i);
                JsonNode value = node.member(label);
                if (f == machine.model().pc()) {
                    String step = name(value, label);
                    if (Counterexample.isNumber(step)) {
                        throw value.error(label + " must be the name of a step, not " + JsonNode.quote(step));
                    }
                    values.add(step);
                } else {
                    values.add(number(value, label, f.width()));
                }
            }
        }
        return values;
    }

    private static String number(JsonNode node, String label, int width) {
        BigInteger value = node.integer(label);
        if (value.signum() < 0 || value.bitLength() > width) {
            throw node.error(label + " holds " + Counted.of(width, "bit") + ", not " + value);
        }
        return value.toString();
    }
}
