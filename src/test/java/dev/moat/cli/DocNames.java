package dev.moat.cli;

import dev.moat.discipline.Designs;
import dev.moat.input.Home;
import dev.moat.scenario.Catalog;
import dev.moat.scenario.Own;
import dev.moat.scenario.Scenario;
import dev.moat.scenario.ScenarioLibrary;
import dev.moat.scenario.ScenarioReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Whether what a command of a page names exists: files of this project, scenarios, parameters, injected faults, designs. */
final class DocNames {
    private static final Set<String> WRITTEN = Set.of("--save", "--html", "--junit", "--sarif", "--page");
    private static final Set<String> OF_SCENARIOS = Set.of("check", "simulate", "explore");
    /** Options with a word behind them. */
    private static final Set<String> WITH_WORD = Set.of(
            "--inject",
            "-P",
            "--workers",
            "--seed",
            "--steps",
            "--walk",
            "--engine",
            "--master",
            "--set",
            "--time",
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

    DocNames() {
        ScenarioReader reader =
                new ScenarioReader(catalog, Own.library(Home.find()).ids());
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

    private void scenarios(List<String> words, List<String> unknown) throws IOException {
        String before = "";
        for (String word : words.subList(1, words.size())) {
            if (!word.startsWith("-") && !WITH_WORD.contains(before) && !word.contains("/") && !word.equals("7")) {
                try {
                    fits(library.find(word), words, unknown);
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

    /** A family by its file, a design by its name, or a part of an action or response that the texts have. */
    private static void designs(List<String> words, List<String> unknown) throws IOException {
        StringBuilder texts = new StringBuilder();
        for (Path root :
                List.of(Path.of("specs/discipline.smt2"), Path.of("specs/responses"), Path.of("specs/families"))) {
            try (var below = Files.walk(root)) {
                for (Path file : below.filter(Files::isRegularFile).toList()) {
                    texts.append(file).append('\n').append(Files.readString(file));
                }
            }
        }
        for (int i = 1; i < words.size(); i++) {
            String word = words.get(i);
            boolean named = Designs.ALL.stream().anyMatch(d -> d.id().equals(word))
                    || Files.exists(Path.of("specs/responses", word.replaceFirst("\\..*", "") + ".smt2"))
                    || texts.indexOf("(define-fun " + word.replaceFirst("\\..*", ".")) >= 0;
            boolean family = words.get(i - 1).equals("--family");
            // A place that a reader fills in stands as a 7.
            if (!word.equals("7")
                    && (family
                            ? !Files.exists(Path.of("specs/families", word + ".smt2"))
                            : words.get(i - 1).equals("--inject") && !named)) {
                unknown.add(word);
            }
        }
    }
}
