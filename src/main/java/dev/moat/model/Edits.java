package dev.moat.model;

import dev.moat.state.Abstraction;
import dev.moat.state.SchemaBuilder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The changes that the injected faults of a run make; every name used must exist, or the build fails. */
public final class Edits {
    private final Map<String, Decision> decisions = new HashMap<>();
    private final Map<String, UnaryOperator<Decision>> arounds = new HashMap<>();
    private final Set<String> asked = new HashSet<>();
    private final List<Edit> steps = new ArrayList<>();
    private final List<String> dropped = new ArrayList<>();
    private final List<String> passedOver = new ArrayList<>();
    private final List<Object> amendments = new ArrayList<>();
    private boolean areAmended;
    private final List<Touched> touched = new ArrayList<>();
    private @Nullable Consumer<String> watcher;
    private Abstraction meaning = new Abstraction();

    /**
     * A step that an edit puts elsewhere, replaces, copies or leads elsewhere, as it is in the edited program.
     *
     * @param outcome the one that leads elsewhere; {@link Outcome#BLOCKED} where it is the step as a whole
     */
    public record Touched(String operation, String step, int outcome) {}

    /** @param said as a person said it; "" for code */
    private record Edit(String said, String operation, Change change) {}

    /** A change of an operation's steps. */
    @FunctionalInterface
    public interface Change {
        /**
         * The steps as they are to be.
         *
         * @param declared the slots of the machine
         * @throws BadSettingException when it names what is not there
         */
        List<Step> of(Operation operation, SchemaBuilder declared);
    }

    /**
     * Changes the steps of an operation as a person says it. One that changes nothing is refused, and so are several that cancel each other.
     *
     * @param touched the step that is changed, as it is named then; "" where it is left out
     */
    public Edits edit(String said, String operation, String touched, Change change) {
        steps.add(new Edit(said, operation, change));
        return touched.isEmpty() ? this : touch(operation, touched, Outcome.BLOCKED);
    }

    /**
     * Notes a step that {@link #edit} passes over in some cases, be it in all that there are.
     *
     * @param asks the step before it that decides, and whose outcome passes over it: some call has to come to that
     */
    public Edits passingOver(String operation, String step, String asks, int outcome) {
        passedOver.add(operation + "/" + step);
        return touch(operation, asks, outcome);
    }

    /** The steps that are passed over in some cases, as {@code operation/step}. */
    public List<String> passedOver() {
        return List.copyOf(passedOver);
    }

    /** What states mean; whole once the machine is built. */
    public Abstraction meaning() {
        return meaning;
    }

    void meaning(Abstraction of) {
        meaning = of;
    }

    /** Notes a step that is left out by {@link #edit}. */
    public Edits leavingOut(String operation, String step) {
        dropped.add(operation + "/" + step);
        return this;
    }

    /** Changes the steps of an operation, which are a copy. */
    private Edits all(String operation, BiConsumer<Operation, List<Step>> change) {
        steps.add(new Edit("", operation, (op, declared) -> {
            List<Step> changed = new ArrayList<>(op.steps());
            change.accept(op, changed);
            return changed;
        }));
        return this;
    }

    private Edits touch(String operation, String step, int outcome) {
        touched.add(new Touched(operation, step, outcome));
        return this;
    }

    /** Puts another step in the place of one. */
    private Edits one(String operation, String step, BiFunction<Operation, Step, Step> change) {
        return all(operation, (op, edited) -> {
            int i = at(op, step);
            edited.set(i, change.apply(op, edited.get(i)));
        });
    }

    /** Changes the text of a component that is written in the notation; what that is, such a component knows. */
    public Edits amend(Object change) {
        amendments.add(change);
        return this;
    }

    /** The changes of a component's text, in order; whoever asks makes them. */
    List<Object> amendments() {
        areAmended = true;
        return List.copyOf(amendments);
    }

    /** Replaces a decision. */
    public Edits decide(String name, Decision replacement) {
        decisions.put(name, replacement);
        return this;
    }

    /** Puts something around a decision, which may ask it: for a defect that goes wrong in some cases only. */
    public Edits around(String name, UnaryOperator<Decision> around) {
        arounds.merge(name, around, (inner, outer) -> decision -> outer.apply(inner.apply(decision)));
        return this;
    }

    /** Sees the name of every decision whenever one is asked; for listings and tests. */
    public Edits watch(Consumer<String> seeing) {
        watcher = seeing;
        return this;
    }

    /** Leaves a step out; steps that lead to it lead to the one that follows it. */
    public Edits drop(String operation, String step) {
        dropped.add(operation + "/" + step);
        return all(operation, (op, edited) -> {
            int i = at(op, step);
            edited.remove(i);
            String following = i < edited.size() ? edited.get(i).name() : Step.END;
            edited.replaceAll(other -> redirected(other, step, following));
        });
    }

    private static Step redirected(Step step, String from, String to) {
        Step redirected = step;
        for (int outcome = 0; outcome < step.targets().size(); outcome++) {
            if (from.equals(step.targets().get(outcome))) {
                redirected = redirected.on(outcome, to);
            }
        }
        return redirected;
    }

    /** Moves a step to just before another one. */
    public Edits moveBefore(String operation, String step, String other) {
        return touch(operation, step, Outcome.BLOCKED).all(operation, (op, edited) -> {
            Step moved = edited.remove(at(op, step));
            int target = at(op.with(edited), other);
            edited.add(target, moved);
        });
    }

    /** As {@link #moveBefore}; and the steps that it now precedes, where they led to it, lead to the one that followed it. */
    public Edits moveAhead(String operation, String step, String other) {
        return touch(operation, step, Outcome.BLOCKED).all(operation, (op, edited) -> {
            int from = at(op, step);
            String following = from + 1 < edited.size() ? edited.get(from + 1).name() : Step.END;
            Step moved = edited.remove(from);
            int target = at(op.with(edited), other);
            edited.subList(target, edited.size()).replaceAll(later -> redirected(later, step, following));
            edited.add(target, moved);
        });
    }

    /**
     * Puts a step in once more, under another name, on one way: an outcome of another step leads to it, and from there with NEXT to where
     * it led before by name. It stands at the end, so that the others stay where they are.
     */
    public Edits repeatOn(String operation, String way, int outcome, String step, String name) {
        return touch(operation, name, Outcome.BLOCKED).all(operation, (op, edited) -> {
            int i = at(op, way);
            String then = named(edited.get(i), outcome);
            int last = edited.size() - 1;
            if (edited.get(last).targets().get(Outcome.NEXT) == null) {
                edited.set(last, edited.get(last).on(Outcome.NEXT, Step.END));
            }
            edited.add(edited.get(at(op, step)).called(name).on(Outcome.NEXT, then));
            edited.set(i, edited.get(i).on(outcome, name));
        });
    }

    /** As {@link #repeatOn(String, String, int, String, String)}, on the way that leads to a step. */
    public Edits repeatOn(String operation, String way, String to, String step, String name) {
        return all(operation, (op, edited) -> {
            int outcome = leadingTo(op, way, to);
            Edits one = new Edits().repeatOn(operation, way, outcome, step, name);
            List<Step> changed = one.steps.get(0).change().of(op.with(edited), new SchemaBuilder());
            edited.clear();
            edited.addAll(changed);
        });
    }

    /** Leads a step to another one where it leads to a third. */
    public Edits redirect(String operation, String step, String from, String to) {
        return all(operation, (op, edited) -> {
            if (!to.equals(Step.END)) {
                at(op, to);
            }
            int i = at(op, step);
            edited.set(i, edited.get(i).on(leadingTo(op, step, from), to));
        });
    }

    private static int leadingTo(Operation op, String step, String target) {
        int outcome = op.steps().get(at(op, step)).targets().indexOf(target);
        if (outcome < 0) {
            throw switchedOff("way", op.name() + "." + step + " -> " + target);
        }
        return outcome;
    }

    /** Moves a step to the end of its operation. */
    public Edits moveToEnd(String operation, String step) {
        return touch(operation, step, Outcome.BLOCKED).all(operation, (op, edited) -> {
            edited.add(edited.remove(at(op, step)));
        });
    }

    /** Replaces a step's code. */
    public Edits replace(String operation, String step, StepCode code) {
        return touch(operation, step, Outcome.BLOCKED).one(operation, step, (op, it) -> it.running(code));
    }

    /** Makes the end of a step a boundary, so that others act before the next one. */
    public Edits stopAfter(String operation, String step) {
        return touch(operation, step, Outcome.BLOCKED).one(operation, step, (op, it) -> it.loudly());
    }

    /** Gives a step another successor for an outcome. */
    public Edits redirect(String operation, String step, int outcome, String target) {
        return touch(operation, step, outcome).one(operation, step, (op, it) -> {
            if (!target.equals(Step.END)) {
                at(op, target);
            }
            return it.on(outcome, target);
        });
    }

    /** Gives a step for an outcome the successor that another one, or the same one, has by name for one of its own. */
    public Edits redirectAs(String operation, String step, int outcome, String other, int itsOutcome) {
        return touch(operation, step, outcome)
                .one(
                        operation,
                        step,
                        (op, it) -> it.on(outcome, named(op.steps().get(at(op, other)), itsOutcome)));
    }

    private static String named(Step step, int outcome) {
        String target = step.targets().get(outcome);
        if (target == null) {
            throw switchedOff("way", step.name() + " on " + Outcome.name(outcome));
        }
        return target;
    }

    /** The steps that are edited and not left out, in the order of the edits. */
    public List<Touched> touched() {
        return List.copyOf(touched);
    }

    /** The decisions that are replaced, or have something around them. */
    public Set<String> decided() {
        Set<String> all = new TreeSet<>(decisions.keySet());
        all.addAll(arounds.keySet());
        return all;
    }

    /** The steps left out so far, as {@code operation/step}. */
    public List<String> dropped() {
        return List.copyOf(dropped);
    }

    private static int at(Operation op, String step) {
        int i = op.indexOf(step);
        if (i < 0) {
            throw switchedOff("step", op.name() + "." + step);
        }
        return i;
    }

    Decision decision(String name, Decision normal) {
        asked.add(name);
        Decision replaced = decisions.getOrDefault(name, normal);
        Decision decision = arounds.getOrDefault(name, UnaryOperator.identity()).apply(replaced);
        Consumer<String> seeing = watcher;
        if (seeing == null) {
            return decision;
        }
        return (s, a, b, c) -> {
            seeing.accept(name);
            return decision.decide(s, a, b, c);
        };
    }

    /** The decisions declared so far. */
    Set<String> asked() {
        return asked;
    }

    /** @param declared the slots of the machine so far */
    Operation apply(Operation operation, SchemaBuilder declared) {
        Operation edited = operation;
        Operation unsaid = operation;
        List<String> said = new ArrayList<>();
        for (Edit e : steps) {
            if (e.operation().equals(operation.name())) {
                Operation changed = edited.with(e.change().of(edited, declared));
                if (e.said().isEmpty()) {
                    unsaid = changed;
                } else {
                    said.add(e.said());
                    requireChange(edited, changed, "'" + e.said() + "' changes nothing");
                }
                edited = changed;
            }
        }
        if (!said.isEmpty()) {
            requireChange(unsaid, edited, "the edits cancel each other: '" + String.join("', '", said) + "'");
        }
        return edited;
    }

    private static void requireChange(Operation before, Operation after, String message) {
        if (Rewiring.isSame(before, after)) {
            throw new BadSettingException("edit", message + " in " + after.name() + " of this machine");
        }
    }

    void checkAllUsed(List<Operation> operations) {
        if (!amendments.isEmpty() && !areAmended) {
            throw new BadSettingException("edit", "an edit of code is of a text, and this component has none");
        }
        for (Set<String> names : List.of(decisions.keySet(), arounds.keySet())) {
            for (String name : names) {
                if (!asked.contains(name)) {
                    throw switchedOff("decision", name);
                }
            }
        }
        for (Edit e : steps) {
            List<String> known = operations.stream().map(Operation::name).toList();
            if (!known.contains(e.operation())) {
                throw e.said().isEmpty()
                        ? switchedOff("operation", e.operation())
                        : new BadSettingException(
                                "edit",
                                "'" + e.said() + "': this machine has no operation '" + e.operation() + "'"
                                        + Suggestion.among(e.operation(), known));
            }
        }
    }

    /** That a fault edits what a machine does not have. */
    public static BadSettingException switchedOff(String what, String name) {
        return new BadSettingException(
                "inject", "an injected fault edits " + what + " '" + name + "', which this machine does not have");
    }
}
