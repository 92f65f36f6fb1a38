package dev.moat.check.proof;

import dev.moat.discipline.Bounds;
import dev.moat.discipline.DisciplineComponent;
import dev.moat.discipline.Instance;
import dev.moat.discipline.Letter;
import dev.moat.limit.LimitException;
import dev.moat.liveness.Liveness;
import dev.moat.logic.read.ResponseRule;
import dev.moat.machine.Granularity;
import dev.moat.machine.Machine;
import dev.moat.model.Edits;
import dev.moat.model.ModelBuilder;
import dev.moat.prove.bounded.Run;
import dev.moat.prove.response.Responses;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Whether a response that is not proved is false: a run of an instance from the initial state on which the wait goes on for ever, although
 * everybody who helps goes on and nothing happens that the rule excludes.
 *
 * @param stem the steps before what is repeated
 * @param round the steps that are repeated, none where nobody can help any more
 * @param waits the elements that wait for ever
 */
public record ResponseLasso(ResponseRule rule, Run stem, Run round, String waits) {
    private static final long MOST_STATES = 400_000;
    private static final long MOST_BYTES = 1L << 30;

    /** Looks for one in an instance; none where there is none, or the instance is too large to keep. */
    public static Optional<ResponseLasso> of(Responses responses, ResponseRule rule, Bounds bounds) {
        Instance instance = new Instance(responses.theory().discipline(), bounds);
        List<GroundRule> demands = demands(responses, rule, instance);
        try {
            return Liveness.loop(machine(instance), demands, MOST_STATES, MOST_BYTES)
                    .map(loop -> of(rule, instance, loop));
        } catch (LimitException e) {
            return Optional.empty();
        }
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
        List<Letter> alphabet = new ArrayList<>();
        instance.letters().values().forEach(alphabet::addAll);
        List<Letter> taken = loop.letters().stream().map(alphabet::get).toList();
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
