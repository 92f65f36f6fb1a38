package dev.moat.check.proof;

import dev.moat.check.Replayed;
import dev.moat.discipline.Designs;
import dev.moat.discipline.DisciplineAction;
import dev.moat.discipline.Instance;
import dev.moat.discipline.InstanceBounds;
import dev.moat.input.InputException;
import dev.moat.logic.ResponseRule;
import dev.moat.model.BadSettingException;
import dev.moat.prove.Responses;
import dev.moat.prove.Run;
import dev.moat.prove.Theory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Runs a recorded lasso again, step by step, in the present instance of the discipline. It evaluates each guard,
 * computes each change and compares it with the record, and judges the whole. It uses neither the search that found
 * the lasso nor a solver.
 */
public final class LassoReplay {
    /**
     * Where the rules lie that a run is about.
     *
     * @param responses their directory; null for the shipped ones
     * @param properties directories of more words, which rules may use
     */
    public record Rules(@Nullable Path responses, List<Path> properties) {
        public Rules {
            properties = List.copyOf(properties);
        }
    }

    private final RecordedLasso record;
    private final ResponseRule rule;
    private final Instance instance;
    private final GroundRule demand;
    private final List<DisciplineAction> alphabet = new ArrayList<>();
    private final Map<String, Integer> known = new TreeMap<>();

    private LassoReplay(RecordedLasso record, Path home, Rules rules) {
        this.record = record;
        Responses responses = responses(record, home, rules);
        ResponseRule named = responses.rules().get(record.about().rule());
        if (named == null) {
            throw error(2, "there is no rule '" + record.about().rule() + "'");
        }
        rule = named;
        // Who helps has to be there, whatever the file says: that nobody does would show nothing.
        InstanceBounds bounds =
                ResponseLasso.enough(responses, rule, record.about().bounds());
        instance = new Instance(responses.theory().discipline(), bounds);
        instance.letters().values().forEach(alphabet::addAll);
        for (int i = 0; i < alphabet.size(); i++) {
            known.put(alphabet.get(i).toString(), i);
        }
        demand = ResponseLasso.demands(responses, rule, instance).stream()
                .filter(d -> d.label(rule).equals(record.about().waits()))
                .findFirst()
                .orElseThrow(() ->
                        error(3, "the instance has no '" + record.about().waits() + "' for the rule to be about"));
    }

    /**
     * Replays a file.
     *
     * @param home has {@code specs} and {@code invariants}
     * @param rules those that it is about
     * @throws InputException at the first line that is malformed, or names what there is not; at the last one of a file that is cut off
     * @throws IOException when it cannot be read
     */
    public static Replayed of(Path file, Path home, Rules rules) throws IOException {
        return new LassoReplay(RecordedLasso.read(file), home, rules).replay();
    }

    private static Responses responses(RecordedLasso record, Path home, Rules rules) {
        Path specs = home.resolve("specs");
        Path own = rules.responses();
        Path directory = own == null ? specs.resolve("responses") : own;
        Theory plain = Theory.load(home, rules.properties(), specs.resolve("discipline.smt2"), specs.resolve("lemmas"));
        Path family = specs.resolve("families").resolve(record.about().family() + ".smt2");
        boolean named = record.about().family().matches("[a-z0-9-]+") && Files.exists(family);
        if (!record.about().family().isEmpty() && !named) {
            throw new InputException(
                    record.file(), 5, 1, "there is no family '" + record.about().family() + "'");
        }
        Theory theory = named ? plain.ofFamily(family) : plain;
        List<String> ofRules =
                record.about().injected().stream().filter(Responses::isPart).toList();
        List<String> others = record.about().injected().stream()
                .filter(f -> !Responses.isPart(f))
                .toList();
        try {
            return Responses.load(directory, theory.with(Designs.inject(theory.discipline(), others)))
                    .without(ofRules);
        } catch (BadSettingException e) {
            throw new InputException(record.file(), 4, 1, String.valueOf(e.getMessage()));
        }
    }

    private InputException error(int line, String message) {
        return new InputException(record.file(), line, 1, message);
    }

    private Replayed replay() {
        List<RecordedLasso.Step> steps = new ArrayList<>(record.stem());
        steps.addAll(record.round());
        List<DisciplineAction> letters = new ArrayList<>();
        List<long[]> states = new ArrayList<>(List.of(instance.initial()));
        for (RecordedLasso.Step step : steps) {
            Integer letter = known.get(step.letter());
            if (letter == null) {
                throw error(step.line(), "the instance has no step '" + step.letter() + "'");
            }
            long[] s = states.get(states.size() - 1).clone();
            if (!alphabet.get(letter).apply(s)) {
                return new Replayed(
                        Replayed.Result.DIVERGED,
                        List.of("diverged at line " + step.line() + ": " + step.letter() + " is not possible there"));
            }
            letters.add(alphabet.get(letter));
            states.add(s);
        }
        int stem = record.stem().size();
        String fault = wrong(letters.subList(stem, letters.size()), states.subList(stem, states.size()));
        Replayed compared = compared(new ResponseLasso(
                rule,
                new Run(instance, states.get(0), letters.subList(0, stem)),
                new Run(instance, states.get(stem), letters.subList(stem, letters.size())),
                record.about().waits()));
        boolean asRecorded = compared.result() == Replayed.Result.REPRODUCED;
        if (asRecorded && !Arrays.equals(states.get(stem), states.get(states.size() - 1))) {
            int last = steps.get(steps.size() - 1).line();
            throw error(last, "every change is as recorded, and " + fault + ": the file is cut off");
        }
        return fault.isEmpty()
                ? compared
                : new Replayed(Replayed.Result.FIXED, List.of("fixed: " + rule.id() + " is not broken: " + fault));
    }

    /** Why a run without end does not break the rule; empty where it does. */
    private String wrong(List<DisciplineAction> taken, List<long[]> states) {
        if (!Arrays.equals(states.get(0), states.get(states.size() - 1))) {
            return "what is repeated does not lead back to where it begins";
        }
        if (!states.stream().allMatch(demand::waits)) {
            return "there is a state in what is repeated in which nothing waits, or that is the answer";
        }
        for (int i = 0; i < taken.size(); i++) {
            if (!demand.allows(states.get(i), known.getOrDefault(taken.get(i).toString(), -1))) {
                return taken.get(i) + " is a step that the rule excludes";
            }
        }
        for (int i = 0; i < alphabet.size(); i++) {
            DisciplineAction letter = alphabet.get(i);
            if (!taken.contains(letter) && mustBeTaken(i, states)) {
                return letter + " would help, can be taken all the way round, and never is";
            }
        }
        return "";
    }

    /** Whether a step helps and is possible in each of the states that are gone through again and again. */
    private boolean mustBeTaken(int letter, List<long[]> states) {
        return states.stream()
                .allMatch(s -> demand.helps(s, letter)
                        && demand.allows(s, letter)
                        && alphabet.get(letter).guard().holds(s));
    }

    private Replayed compared(ResponseLasso lasso) {
        List<String> was = record.text().lines().toList();
        List<String> now = RecordedLasso.text(
                        lasso, record.about().injected(), record.about().family())
                .lines()
                .toList();
        for (int i = 0; i < Math.max(was.size(), now.size()); i++) {
            String recorded = i < was.size() ? was.get(i) : "nothing";
            String found = i < now.size() ? now.get(i) : "nothing";
            if (!recorded.equals(found)) {
                return new Replayed(
                        Replayed.Result.DIVERGED,
                        List.of(
                                "diverged at line " + (i + 1) + ": " + rule.id() + " is broken nevertheless",
                                "  recorded: " + recorded,
                                "  now:      " + found));
            }
        }
        int stem = lasso.stem().letters().size();
        int round = lasso.round().letters().size();
        return new Replayed(
                Replayed.Result.REPRODUCED,
                List.of("reproduced: " + rule.id() + " waits for ever ("
                        + record.about().waits() + ") after " + stem + (stem == 1 ? " step" : " steps")
                        + (round == 0 ? ", where nobody helps" : ", " + round + " repeated")
                        + ", every change as recorded"));
    }
}
