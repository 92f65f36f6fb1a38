package dev.moat.discipline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.moat.input.InputException;
import dev.moat.logic.AbstractAction;
import dev.moat.logic.ActionMutant;
import dev.moat.logic.Discipline;
import dev.moat.logic.Vocabulary;
import dev.moat.logic.ground.FiniteState;
import dev.moat.model.BadSettingException;
import dev.moat.state.Relation;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The grounded discipline against the reading of the file that tries all elements, and what may be left out of it. */
class InstanceTest {
    private static final Vocabulary VOCABULARY = Vocabulary.load(Path.of("specs/vocabulary.smt2"));
    private static final Discipline DISCIPLINE = Discipline.load(Path.of("specs/discipline.smt2"), VOCABULARY);

    private static FiniteState written(Instance instance, long[] s) {
        FiniteState state = new FiniteState(VOCABULARY, instance.bounds().sizes());
        for (Relation relation : instance.abstraction().relations()) {
            for (List<Integer> t : state.tuples(relation.name())) {
                int[] at = new int[5];
                for (int i = 0; i < t.size(); i++) {
                    at[i] = t.get(i);
                }
                if (relation.code().holds(s, at[0], at[1], at[2], at[3], at[4])) {
                    state.add(relation.name(), t);
                }
            }
        }
        return state;
    }

    /** All elements for an action's parameters that are printed as the letter's label. */
    private static List<Integer> elements(AbstractAction action, String label) {
        List<Integer> elements = new ArrayList<>();
        for (String word : label.split(", ")) {
            if (!word.isEmpty()) {
                elements.add(Integer.parseInt(word.replaceAll("\\D", "")));
            }
        }
        assertThat(elements).hasSameSizeAs(action.parameters());
        return elements;
    }

    /** At every state of random walks every letter has the guard and the effect that the file gives its action. */
    @ParameterizedTest
    @ValueSource(strings = {"false", "true"})
    void lettersDoWhatTheFileSays(String wide) {
        Instance instance = new Instance(
                DISCIPLINE, InstanceBounds.with(Map.of("holds", "2", "frames", "2", "pages", "2", "wide", wide)));
        Random random = new Random(11);
        Set<String> taken = new TreeSet<>();
        for (int walk = 0; walk < 3; walk++) {
            long[] s = instance.initial();
            for (int n = 0; n < 25; n++) {
                FiniteState before = written(instance, s);
                List<long[]> next = new ArrayList<>();
                for (AbstractAction action : instance.discipline().actions()) {
                    List<DisciplineAction> letters = instance.letters().get(action.name());
                    if (letters.isEmpty()) {
                        continue; // nobody grants, or nobody's tables are there
                    }
                    DisciplineAction letter = letters.get(random.nextInt(letters.size()));
                    List<Integer> given = elements(action, letter.label());
                    long[] after = s.clone();
                    boolean enabled = letter.apply(after);
                    assertThat(enabled)
                            .as(letter.toString())
                            .isEqualTo(before.holds(action.guard(), action.parameters(), given));
                    if (enabled) {
                        assertThat(written(instance, after).facts())
                                .as(letter.toString())
                                .isEqualTo(before.after(action, given).facts());
                        next.add(after);
                        taken.add(action.name());
                    } else {
                        assertThat(after).isEqualTo(s);
                    }
                }
                s = next.get(random.nextInt(next.size()));
            }
        }
        assertThat(taken).hasSizeGreaterThan(25);
    }

    @Test
    void aNarrowInstanceMayHaveSomeOfTheOtherActions() {
        InstanceBounds some = InstanceBounds.initial().having(List.of("free", "unname", "hit"));
        assertThat(some).hasToString(InstanceBounds.initial() + " with hit, unname");
        List<AbstractAction> all = DISCIPLINE.actions();
        assertThat(new Instance(DISCIPLINE, some).discipline().actions())
                .containsExactlyElementsOf(all.stream()
                        .filter(a -> !InstanceBounds.BEYOND.contains(a.name())
                                || List.of("hit", "unname").contains(a.name()))
                        .toList());
        assertThat(InstanceBounds.initial().widened().having(List.of("hit")))
                .isEqualTo(InstanceBounds.initial().widened());
    }

    /** A choice of elements that makes no letter is one whose guard is false wherever the fixed relations are these. */
    @Test
    void onlyImpossibleChoicesMakeNoLetter() {
        Instance instance = new Instance(DISCIPLINE, InstanceBounds.initial());
        Map<String, List<DisciplineAction>> letters = instance.letters();
        List<String> all =
                DISCIPLINE.actions().stream().map(AbstractAction::name).toList();
        assertThat(letters.keySet())
                .containsExactlyElementsOf(all.stream()
                        .filter(a -> !InstanceBounds.BEYOND.contains(a))
                        .toList())
                .hasSize(all.size() - InstanceBounds.BEYOND.size());
        assertThat(new Instance(DISCIPLINE, InstanceBounds.initial().widened())
                        .letters()
                        .keySet())
                .containsExactlyElementsOf(all);
        // The only space is the last domain's, so that the other one can be given no device and no table entry.
        assertThat(letters.get("assign"))
                .extracting(DisciplineAction::label)
                .containsExactly("req0, dom1, unit0, space0, tag0");
        assertThat(letters.get("set-entry"))
                .extracting(DisciplineAction::label)
                .containsExactly("space0, page0, frame0, dom1");
        // With one mapping there is no other one that a half of it could become.
        assertThat(letters.get("split")).isEmpty();
        assertThat(letters.get("free"))
                .extracting(DisciplineAction::label)
                .containsExactly("frame0, dom0", "frame0, dom1");
    }

    @Test
    void theInitialStateIsAnInitialState() {
        Discipline other = Discipline.read(
                "d.smt2",
                "(define-fun initially () Bool (forall ((f Frame) (d Dom)) (not (owner f d))))"
                        + "(set-info :free \"x\") (define-fun free.guard () Bool true)"
                        + "(define-fun free.owner ((f Frame) (d Dom)) Bool false)",
                VOCABULARY);
        assertThatThrownBy(() -> new Instance(other, InstanceBounds.initial()))
                .isInstanceOf(InputException.class)
                .hasMessage(
                        "d.smt2:1:31: false in the state that the bounds " + InstanceBounds.initial() + " start from");
    }

    @Test
    void faultsAreKnownByName() {
        assertThat(Designs.ALL).hasSizeGreaterThanOrEqualTo(13);
        for (Designs.Design design : Designs.ALL) {
            assertThat(Designs.inject(DISCIPLINE, List.of(design.id())).actions())
                    .as(design.id())
                    .hasSameSizeAs(DISCIPLINE.actions())
                    .isNotEqualTo(DISCIPLINE.actions());
        }
        assertThatThrownBy(() -> Designs.inject(DISCIPLINE, List.of("unmap-forgets-to-ask")))
                .isInstanceOf(BadSettingException.class)
                .hasMessage("the discipline has no fault 'unmap-forgets-to-ask'; did you mean"
                        + " 'unmap-forgets-to-request'? ('moat list faults discipline' has its designs)");
        assertThatThrownBy(() -> Designs.inject(DISCIPLINE, List.of("clear-entry.dirty", "clear-entry.pays")))
                .isInstanceOf(BadSettingException.class)
                .hasMessage("two injected faults are in action 'clear-entry'");
    }

    /** What is left out of a guard makes it weaker; so every step of the action is still one of the mutant. */
    @Test
    void guardsOfMutantsAreWeaker() {
        Instance instance = new Instance(DISCIPLINE, InstanceBounds.with(Map.of("holds", "2")));
        Random random = new Random(12);
        List<ActionMutant> weaker = Designs.mutants(DISCIPLINE).stream()
                .filter(m -> m.id().contains(".guard."))
                .toList();
        assertThat(weaker).extracting(ActionMutant::id).contains("end-hold.guard.3.1.2", "end-access.guard.1.3");
        List<DisciplineAction> letters =
                instance.letters().values().stream().flatMap(List::stream).toList();
        Set<String> differing = new TreeSet<>();
        for (int walk = 0; walk < 40; walk++) {
            long[] s = instance.initial();
            for (int n = 0; n < 60; n++) {
                letters.get(random.nextInt(letters.size())).apply(s);
            }
            FiniteState state = written(instance, s);
            for (ActionMutant mutant : weaker) {
                AbstractAction original = DISCIPLINE.actions().stream()
                        .filter(a -> a.name().equals(mutant.action().name()))
                        .findFirst()
                        .orElseThrow();
                List<Integer> given = original.parameters().stream()
                        .map(v -> random.nextInt(instance.bounds().size(v.sort())))
                        .toList();
                boolean was = state.holds(original.guard(), original.parameters(), given);
                boolean is = state.holds(mutant.action().guard(), original.parameters(), given);
                assertThat(!was || is).as(mutant.id()).isTrue();
                if (was != is) {
                    differing.add(mutant.id());
                }
            }
        }
        assertThat(differing).hasSizeGreaterThan(30);
    }
}
