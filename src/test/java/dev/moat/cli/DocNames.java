package dev.moat.cli;

import dev.moat.cli.command.ProgramTables;
import dev.moat.discipline.Designs;
import dev.moat.input.Home;
import dev.moat.model.BadSettingException;
import dev.moat.prove.Responses;
import dev.moat.prove.Theory;
import dev.moat.scenario.Catalog;
import dev.moat.scenario.Scenario;
import dev.moat.scenario.ScenarioLibrary;
import dev.moat.scenario.ScenarioReader;
import dev.moat.scenario.UserExtensions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Whether what a command of a page names exists: files of this project, scenarios, parameters, injected faults, designs. */
final class DocNames {
    private static final Set<String> WRITTEN = Set.of("--save", "--html", "--junit", "--sarif", "--page");
    private static final Set<String> OF_SCENARIOS = Set.of("check", "simulate", "explore");
    /** Options with a word behind them. */
    private static final Set<String> WITH_WORD = Set.of(
            "--inject",
            "--edit",
            "--hold",
            "--component",
            "-P",
            "--workers",
            "--seed",
            "--steps",
            "--walk",
            "--engine",
            "--master",
            "--set",
            "--time",
            "--total-time",
            "--every",
            "--depth",
            "--states",
            "--class-path",
            "--checkpoint",
            "--resume",
            "--save",
            "--html",
            "--junit",
            "--sarif");

    private final Catalog catalog = Catalog.load();
    private final ScenarioLibrary library;
    /** Many pages name the same. */
    private final Map<String, Scenario> read = new HashMap<>();

    private final Set<String> operations = new HashSet<>();

    private final Theory theory = Theory.load(Path.of(""));

    DocNames() {
        ScenarioReader reader =
                new ScenarioReader(catalog, UserExtensions.library(Home.find()).ids());
        library = new ScenarioLibrary(Path.of("specs/scenarios"), reader);
    }

    /** What of a command's words names nothing. */
    List<String> unknown(List<String> words) throws IOException {
        List<String> unknown = new ArrayList<>();
        String before = "";
        for (String word : words) {
            boolean here = word.matches("(src|specs|docs|counterexamples|bench|invariants)/.*") && !word.contains("*");
            if (here && !WRITTEN.contains(before) && !Files.exists(Path.of(word))) {
                unknown.add(word);
            }
            before = word;
        }
        if (OF_SCENARIOS.contains(words.get(0))) {
            scenarios(words, unknown);
        } else if (words.get(0).equals("prove")) {
            designs(words, unknown);
        }
        return unknown;
    }

    private Scenario find(String word) throws IOException {
        Scenario known = read.get(word);
        if (known == null) {
            known = library.find(word);
            read.put(word, known);
        }
        return known;
    }

    /** Whether a command is {@code list steps} of an operation that some scenario's machine has. */
    boolean listsKnownSteps(List<String> words) throws IOException {
        if (words.size() != 3 || !words.subList(0, 2).equals(List.of("list", "steps"))) {
            return false;
        }
        if (operations.isEmpty()) {
            operations.addAll(new ProgramTables(library.described()).operations());
        }
        return operations.contains(words.get(2));
    }

    /** Whether a command is {@code check} of scenarios of the sets default and extra, as they are; how they are searched is no matter. */
    boolean checksAsTheyAre(List<String> words) throws IOException {
        List<String> named = Pattern.compile(" (-q|--workers \\d+)(?= |$)")
                .splitAsStream(String.join(" ", words.subList(1, words.size())))
                .flatMap(some -> Stream.of(some.split(" ")))
                .filter(word -> !word.isEmpty())
                .toList();
        if (!words.get(0).equals("check") || named.isEmpty()) {
            return false;
        }
        for (String word : named) {
            if (word.startsWith("-")
                    || word.contains("/")
                    || !List.of("default", "extra").contains(find(word).set())) {
                return false;
            }
        }
        return true;
    }

    private void scenarios(List<String> words, List<String> unknown) throws IOException {
        String before = "";
        for (String word : words.subList(1, words.size())) {
            if (!word.startsWith("-") && !WITH_WORD.contains(before) && !word.contains("/") && !word.equals("7")) {
                try {
                    fits(find(word), words, unknown);
                } catch (RuntimeException | IOException e) {
                    unknown.add(word + ": " + e.getMessage());
                }
            }
            before = word;
        }
    }

    /** What is set and injected is the component's. */
    private void fits(Scenario scenario, List<String> words, List<String> unknown) {
        String component = scenario.machine().component();
        Set<String> faults =
                catalog.component(component).faults().stream().map(f -> f.id()).collect(Collectors.toSet());
        Set<String> parameters = catalog
                .component(component)
                .parameters(scenario.machine().settings())
                .stream()
                .map(p -> p.name())
                .collect(Collectors.toSet());
        for (int i = 1; i < words.size(); i++) {
            String word = words.get(i);
            boolean fault = words.get(i - 1).equals("--inject");
            boolean set = words.get(i - 1).equals("-P");
            if (!word.equals("7")
                    && (fault && !faults.contains(word) || set && !parameters.contains(word.replaceFirst("=.*", "")))) {
                unknown.add(word);
            }
        }
    }

    /** A family by its file; what is injected, whole, as {@code prove} looks for it in that family's discipline and in its responses. */
    private void designs(List<String> words, List<String> unknown) {
        Path specs = Path.of("specs");
        Theory asked = theory;
        for (String word : behind("--family", words)) {
            Path file = specs.resolve("families").resolve(word + ".smt2");
            if (Files.exists(file)) {
                asked = asked.ofFamily(file);
            } else {
                unknown.add(word);
            }
        }
        for (String word : behind("--inject", words)) {
            try {
                if (Responses.isPart(word)) {
                    Responses.load(specs.resolve("responses"), asked).without(List.of(word));
                } else {
                    Designs.inject(asked.discipline(), List.of(word));
                }
            } catch (BadSettingException e) {
                unknown.add(word + ": " + e.getMessage());
            }
        }
    }

    /** The words behind an option; a place that a reader fills in, which stands as a 7, is none. */
    private static List<String> behind(String option, List<String> words) {
        return IntStream.range(1, words.size())
                .filter(i -> words.get(i - 1).equals(option))
                .mapToObj(words::get)
                .filter(w -> !w.equals("7"))
                .toList();
    }
}
