package dev.moat.check.proof;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.discipline.DisciplineAction;
import dev.moat.discipline.Instance;
import dev.moat.discipline.InstanceBounds;
import dev.moat.liveness.Liveness;
import dev.moat.logic.ResponseRule;
import dev.moat.prove.Responses;
import dev.moat.prove.Theory;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Runs on which a response is never given: where a rule is proved there is none, and one that is found is what it says it is. */
class ResponseLassoTest {
    private static final Theory THEORY = Lassos.THEORY;
    private static final Responses SHIPPED = Lassos.SHIPPED;

    private static ResponseRule rule(Responses responses, String id) {
        return responses.rules().values().stream()
                .filter(r -> r.id().equals(id))
                .findFirst()
                .orElseThrow();
    }

    /** The search for fair cycles knows nothing of stages and ranks, but for who helps. Rules that need one instance share it. */
    @Test
    void whatIsProvedHasNoSuchRun() {
        Map<InstanceBounds, List<ResponseRule>> byBounds = new LinkedHashMap<>();
        for (ResponseRule rule : SHIPPED.rules().values()) {
            InstanceBounds bounds = ResponseLasso.enough(SHIPPED, rule, InstanceBounds.initial());
            byBounds.computeIfAbsent(bounds, b -> new ArrayList<>()).add(rule);
        }
        byBounds.forEach((bounds, rules) -> {
            Instance instance = new Instance(THEORY.discipline(), bounds);
            List<GroundRule> demands = rules.stream()
                    .flatMap(rule -> ResponseLasso.demands(SHIPPED, rule, instance).stream())
                    .toList();
            assertThat(Liveness.loop(ResponseLasso.machine(instance), demands, 1_000_000, 1L << 30)
                            .loop())
                    .as(rules.stream().map(ResponseRule::id).toList() + " in " + bounds)
                    .isNull();
        });
    }

    /** As far as that goes is said. */
    @Test
    void aSearchThatFindsNoneSaysOfHowManyStates() {
        ResponseLasso.Search search =
                ResponseLasso.search(SHIPPED, rule(SHIPPED, "maps-return"), InstanceBounds.initial());
        assertThat(search.lasso()).isNull();
        assertThat(search.told())
                .matches("none in all [0-9]+,[0-9]{3} states \\(domains=2 .*\\); larger instances with -P");
    }

    /** Nobody takes it for one that found nothing. */
    @Test
    void aSearchThatIsCutSaysSo() {
        ResponseLasso.Search search =
                ResponseLasso.search(SHIPPED, rule(SHIPPED, "maps-return"), InstanceBounds.initial(), 100);
        assertThat(search.lasso()).isNull();
        assertThat(search.lines("maps-return"))
                .singleElement()
                .asString()
                .startsWith(
                        "no run shown on which maps-return waits for ever: the search was cut by the limit on states 100: ")
                .contains("(domains=2 ")
                .doesNotContain("larger");
    }

    @ParameterizedTest
    @CsvSource({
        "unmaps-return.without.owe, unmaps-return",
        "deassigns-return.without.write-context, deassigns-return",
        "complete-invalidation.queued, tokens-return",
        "acknowledge.dirty, debts-are-paid",
    })
    void aRunThatIsShownIsFairAndWaits(String part, String id) {
        Responses broken = Lassos.without(part);
        ResponseRule rule = rule(broken, id);
        ResponseLasso lasso = Lassos.found(part, id);
        Instance instance = new Instance(broken.theory().discipline(), InstanceBounds.initial());
        GroundRule demand = ResponseLasso.demands(broken, rule, instance).stream()
                .filter(d -> d.label(rule).equals(lasso.waits()))
                .findFirst()
                .orElseThrow();
        List<DisciplineAction> alphabet = new ArrayList<>();
        instance.letters().values().forEach(alphabet::addAll);
        List<long[]> states = lasso.round().states();
        assertThat(states.get(states.size() - 1)).as("it closes").isEqualTo(states.get(0));
        List<String> taken =
                lasso.round().letters().stream().map(DisciplineAction::toString).toList();
        for (int i = 0; i < alphabet.size(); i++) {
            int letter = i;
            boolean always = states.stream()
                    .allMatch(
                            s -> demand.helps(s, letter) && alphabet.get(letter).apply(s.clone()));
            assertThat(!always || taken.contains(alphabet.get(letter).toString()))
                    .as("fair to " + alphabet.get(letter))
                    .isTrue();
        }
        for (int i = 0; i < taken.size(); i++) {
            long[] s = states.get(i);
            assertThat(demand.waits(s)).isTrue();
            List<String> names =
                    alphabet.stream().map(DisciplineAction::toString).toList();
            assertThat(demand.allows(s, names.indexOf(taken.get(i)))).isTrue();
        }
        assertThat(lasso.lines().get(0)).startsWith("FALSE: a run on which " + id + " waits for ever (");
    }

    /** A step that is taken again and again, and brings nothing on. */
    @Test
    void aHelpfulStepThatDoesNotHelpIsRepeated() {
        ResponseLasso lasso = Lassos.found("open.opening", "maps-return");
        assertThat(lasso.lines()).contains("and then for ever:");
        assertThat(lasso.stem().letters()).hasSize(3);
        assertThat(lasso.round().letters()).isNotEmpty();
    }
}
