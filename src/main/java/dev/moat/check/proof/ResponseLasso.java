package dev.moat.check.proof;

import dev.moat.discipline.DisciplineAction;
import dev.moat.discipline.DisciplineComponent;
import dev.moat.discipline.Instance;
import dev.moat.discipline.InstanceBounds;
import dev.moat.limit.LimitException;
import dev.moat.liveness.Liveness;
import dev.moat.logic.ResponseRule;
import dev.moat.machine.Granularity;
import dev.moat.machine.Machine;
import dev.moat.model.Edits;
import dev.moat.model.ModelBuilder;
import dev.moat.prove.Responses;
import dev.moat.prove.Run;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Searches for a run that refutes an unproved response: a run of an instance, from the initial state, on which the
 * wait never ends although all helpers go on and no excluded step happens.
 *
 * @param stem the steps before what is repeated
 * @param round the steps that are repeated, none where nobody can help any more
 * @param waits the elements that wait for ever
 */
public record ResponseLasso(ResponseRule rule, Run stem, Run round, String waits) {
    private static final long MOST_STATES = 400_000;
    private static final long MOST_BYTES = 1L << 30;

    /**
     * What came of looking for one.
     *
     * @param looked whether anybody did
     * @param lasso none where none was found
     * @param told why there is none, in words; empty where there is one
     */
    public record Search(boolean looked, @Nullable ResponseLasso lasso, String told) {
        /** Nobody looked. */
        public static Search not(String why) {
            return new Search(false, null, "not looked for: " + why);
        }

        /** The same, of an instance in which nobody takes some of the steps on which the rule fails. */
        public Search lacking(Collection<String> steps) {
            return lasso != null || steps.isEmpty()
                    ? this
                    : new Search(looked, null, told + "; this one has no " + String.join(", ", steps) + " (wide=true)");
        }

        /** For people: the run; or that none was found, and how far that goes. */
        public List<String> lines(String id) {
            return lasso != null ? lasso.lines() : List.of("no run shown on which " + id + " waits for ever: " + told);
        }
    }

    /** The same bounds, with everybody who helps with a rule: that nobody who is not there helps would show nothing. */
    public static InstanceBounds enough(Responses responses, ResponseRule rule, InstanceBounds bounds) {
        List<ResponseRule> all = new ArrayList<>(List.of(rule));
        rule.awaited()
                .forEach(id -> all.add(Objects.requireNonNull(responses.rules().get(id))));
        return bounds.having(all.stream()
                .flatMap(r -> r.stages().stream())
                .filter(s -> !s.awaits())
                .map(ResponseRule.Stage::helper)
                .toList());
    }

    /**
     * Looks for one in an instance of the shipped discipline, or of what it becomes: one that has those sorts, of these bounds and with
     * everybody who helps.
     */
    public static Search search(Responses responses, ResponseRule rule, InstanceBounds bounds) {
        return search(responses, rule, bounds, MOST_STATES);
    }

    /** The same in an instance of so many states at most. */
    static Search search(Responses responses, ResponseRule rule, InstanceBounds given, long mostStates) {
        InstanceBounds bounds = enough(responses, rule, given);
        Instance instance = new Instance(responses.theory().discipline(), bounds);
        List<GroundRule> demands = demands(responses, rule, instance);
        try {
            Liveness.Looked looked = Liveness.loop(machine(instance), demands, mostStates, MOST_BYTES);
            Liveness.Loop loop = looked.loop();
            return loop != null
                    ? new Search(true, of(rule, instance, loop), "")
                    : new Search(true, null, none(looked.states(), bounds));
        } catch (LimitException e) {
            String cut = "the search was cut by the limit on " + e.limit() + ": " + e.getMessage();
            return new Search(true, null, cut + " (" + bounds + ")");
        }
    }

    private static String none(long states, InstanceBounds bounds) {
        return String.format(Locale.ROOT, "none in all %,d states (%s); larger instances with -P", states, bounds);
    }

    /** The rule about each choice of elements. */
    static List<GroundRule> demands(Responses responses, ResponseRule rule, Instance instance) {
        GroundRule.Elements elements = GroundRule.Elements.of(instance);
        List<GroundRule> demands = new ArrayList<>();
        for (List<Integer> given : elements.tuples(rule.waiting().parameters())) {
            demands.add(new GroundRule(rule, responses.rules(), elements, given));
        }
        return demands;
    }

    static Machine machine(Instance instance) {
        ModelBuilder builder = new ModelBuilder(new Edits());
        DisciplineComponent.declare(instance, builder);
        return new Machine(builder.build(), Granularity.OPERATION, true);
    }

    private static ResponseLasso of(ResponseRule rule, Instance instance, Liveness.Loop loop) {
        List<DisciplineAction> alphabet = new ArrayList<>();
        instance.letters().values().forEach(alphabet::addAll);
        List<DisciplineAction> taken =
                loop.letters().stream().map(alphabet::get).toList();
        Run stem = new Run(instance, instance.initial(), taken.subList(0, loop.loop()));
        List<long[]> states = stem.states();
        Run round = new Run(instance, states.get(states.size() - 1), taken.subList(loop.loop(), taken.size()));
        String waits = loop.demand() instanceof GroundRule demand ? demand.label(rule) : "";
        return new ResponseLasso(rule, stem, round, waits);
    }

    /** For people: the run, and what is repeated. */
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        boolean still = round.letters().isEmpty();
        lines.add("FALSE: a run on which " + rule.id() + " waits for ever (" + waits + "):");
        stem.lines().forEach(lines::add);
        lines.add(still ? "and there nobody helps any more" : "and then for ever:");
        round.lines().forEach(lines::add);
        return lines;
    }
}
