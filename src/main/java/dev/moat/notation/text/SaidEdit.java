package dev.moat.notation.text;

import dev.moat.input.InputException;
import dev.moat.model.BadSettingException;
import dev.moat.model.Edits;
import dev.moat.model.InjectedFault;
import dev.moat.model.Operation;
import dev.moat.model.Outcome;
import dev.moat.model.Rewiring;
import dev.moat.model.Step;
import dev.moat.model.StepCode;
import dev.moat.model.Suggestion;
import dev.moat.notation.tree.Edit;
import dev.moat.notation.tree.Source;
import dev.moat.state.Abstraction;
import dev.moat.state.Lock;
import dev.moat.state.SchemaBuilder;
import dev.moat.state.Slots;
import dev.moat.state.Sort;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** One edit as it was said. It is refused where it names what the machine does not have; what it does not name stays as it is. */
public final class SaidEdit {
    /** The words for how a call has changed an entry of I/O tables, by which a step may be left out. */
    public static final List<String> CHANGES = EntryChange.words();

    private static final String LOCAL = "cpu.";

    private final Edit edit;
    private final String said;
    /** Whether it is one of a fault's, which messages name then. */
    private final boolean ofFault;

    private SaidEdit(Edit edit, boolean ofFault) {
        this.edit = edit;
        this.said = Printer.of(edit);
        this.ofFault = ofFault;
    }

    /** Whether a name among those of injected faults is an edit: it has several words. */
    public static boolean is(String fault) {
        return fault.indexOf(' ') >= 0;
    }

    /**
     * A text as a fault that nobody has a name for.
     *
     * @throws BadSettingException when it is not an edit
     */
    public static InjectedFault fault(String text) {
        try {
            SaidEdit edit = new SaidEdit(Parser.edit(Source.EDIT + "'" + text + "'", text), false);
            return new InjectedFault(
                    edit.said, "The program is edited", "the command line", List.of(), "step", edit::add);
        } catch (InputException e) {
            throw new BadSettingException(text, String.valueOf(e.getMessage()));
        }
    }

    /** Adds an edit of a fault's; it may change nothing in some machines. */
    public static void add(Edit edit, Edits to) {
        new SaidEdit(edit, true).add(to);
    }

    /** Steps are moved in a machine's program; code is changed in its text, where it has one. */
    private void add(Edits to) {
        String asked = ofFault ? "" : said;
        if (edit instanceof Edit.Drop d) {
            for (String label : d.labels()) {
                if (d.condition().isEmpty()) {
                    to.leavingOut(d.operation(), label);
                }
                boolean byEntry = EntryChange.of(d.condition()).isPresent();
                String touched = d.condition().isEmpty() || byEntry ? "" : label;
                to.edit(
                        asked,
                        d.operation(),
                        touched,
                        (op, slots) ->
                                byEntry ? dropped(op, slots, d, label, to.meaning()) : dropped(op, slots, d, label));
                if (byEntry) {
                    to.passingOver(d.operation(), label, condition(d, label), Outcome.DONE);
                }
            }
        } else if (edit instanceof Edit.Move m) {
            to.edit(asked, m.operation(), m.label(), (op, slots) -> moved(op, m.label(), m.before(), m.other()));
        } else if (edit instanceof Edit.Swap s) {
            to.edit(asked, s.operation(), s.label(), (op, slots) -> swapped(op, s.label(), s.other()));
        } else if (edit instanceof Edit.Copy c) {
            to.edit(asked, c.operation(), c.as(), (op, slots) -> copied(op, c));
        } else if (edit instanceof Edit.Redirect r) {
            to.edit(asked, r.operation(), r.label(), (op, slots) -> redirected(op, r));
        } else if (edit instanceof Edit.Locking k) {
            to.edit(asked, k.operation(), lockStep(k), (op, slots) -> locked(op, slots, k));
        } else if (edit instanceof Edit.Stop s) {
            to.edit(asked, s.operation(), s.label(), (op, slots) -> stopped(op, s.label()));
        } else {
            to.amend(edit);
        }
    }

    private BadSettingException wrong(String message) {
        return new BadSettingException(said, "edit '" + said + "': " + message);
    }

    private int at(Operation op, String step) {
        int i = op.indexOf(step);
        if (i < 0 && ofFault) {
            throw Edits.switchedOff("step", op.name() + "." + step);
        } else if (i < 0) {
            List<String> known = op.steps().stream().map(Step::name).toList();
            throw wrong(op.name() + " has no step '" + step + "' in this machine" + Suggestion.among(step, known));
        }
        return i;
    }

    private List<Step> dropped(Operation op, SchemaBuilder slots, Edit.Drop d, String label) {
        int i = at(op, label);
        if (d.condition().isEmpty()) {
            if (op.steps().size() == 1) {
                throw wrong("'" + label + "' is the only step of " + op.name());
            }
            return new Rewiring(op.steps()).dropping(i);
        }
        Slots local = local(slots, d.condition());
        List<Step> steps = new ArrayList<>(op.steps());
        StepCode code = steps.get(i).code();
        boolean unless = d.unless();
        steps.set(
                i,
                steps.get(i).running((s, cpu) -> (local.get(s, cpu) != 0) == unless ? code.run(s, cpu) : Outcome.NEXT));
        return steps;
    }

    /** Whether a step is one that an edit put in to ask how the call has changed an entry. */
    public static boolean asks(String step) {
        return CHANGES.stream().anyMatch(c -> step.endsWith("-if-" + c) || step.endsWith("-unless-" + c));
    }

    private static String condition(Edit.Drop d, String label) {
        return label + (d.unless() ? "-unless-" : "-if-") + d.condition();
    }

    /** Leaves a step out by how the call has changed an entry: a step before it decides, so that it is known whether that is ever so. */
    private List<Step> dropped(Operation op, SchemaBuilder slots, Edit.Drop d, String label, Abstraction meaning) {
        int i = at(op, label);
        EntryChange change = EntryChange.of(d.condition()).orElse(EntryChange.NONE);
        Slots noted = EntryChange.noted(slots);
        boolean unless = d.unless();
        Step decides = Step.of(
                        condition(d, label),
                        (s, cpu) -> (noted.get(s, cpu) == change.ordinal()) == unless ? Outcome.NEXT : Outcome.DONE)
                .quietly();
        String then = Rewiring.target(op.steps(), i, Outcome.NEXT);
        List<Step> steps = new Rewiring(EntryChange.noting(op, noted, meaning)).inserting(decides, i, true);
        steps.replaceAll(step -> step.name().equals(decides.name()) ? step.on(Outcome.DONE, then) : step);
        return steps;
    }

    /** The family of slots, one for each CPU, with a name or with {@code cpu.} before it. */
    private Slots local(SchemaBuilder declared, String name) {
        List<Slots> locals = declared.families().stream()
                .filter(f -> f.index().size() == 1 && f.name().startsWith(LOCAL))
                .toList();
        return locals.stream()
                .filter(f -> f.name().equals(name) || f.name().equals(LOCAL + name))
                .findFirst()
                .orElseThrow(() -> wrong("no slot of the CPU is named '" + name + "'"
                        + Suggestion.among(
                                name,
                                locals.stream()
                                        .map(f -> name.startsWith(LOCAL)
                                                ? f.name()
                                                : f.name().substring(LOCAL.length()))
                                        .toList())));
    }

    private List<Step> moved(Operation op, String label, boolean before, String other) {
        int x = at(op, label);
        int y = at(op, other);
        List<Step> moved = x == y ? null : new Rewiring(op.steps()).moving(x, y, before);
        if (moved == null) {
            throw wrong("no way through " + op.name() + " passes both '" + label + "' and '" + other + "'");
        }
        return moved;
    }

    private List<Step> swapped(Operation op, String label, String other) {
        int a = Math.min(at(op, label), at(op, other));
        int b = Math.max(at(op, label), at(op, other));
        String first = op.steps().get(a).name();
        String last = op.steps().get(b).name();
        String between = op.steps().get(Math.max(b - 1, a)).name();
        Operation swapped = op.with(moved(op, last, true, first));
        return between.equals(first) ? swapped.steps() : moved(swapped, first, false, between);
    }

    private List<Step> copied(Operation op, Edit.Copy c) {
        int way = at(op, c.from());
        if (op.indexOf(c.as()) >= 0 || c.as().equals(Step.END)) {
            throw wrong(op.name() + " has a step '" + c.as() + "' already");
        }
        List<Step> steps = new ArrayList<>(op.steps());
        Step copy = steps.get(at(op, c.label())).called(c.as()).on(Outcome.NEXT, c.to());
        for (int outcome : leading(op, c.from(), c.to(), "")) {
            steps.set(way, steps.get(way).on(outcome, c.as()));
        }
        Step last = steps.get(steps.size() - 1);
        if (last.targets().get(Outcome.NEXT) == null) {
            steps.set(steps.size() - 1, last.on(Outcome.NEXT, Step.END));
        }
        steps.add(copy);
        return steps;
    }

    private List<Step> redirected(Operation op, Edit.Redirect r) {
        if (!r.to().equals(Step.END)) {
            at(op, r.to());
        }
        List<Step> steps = new ArrayList<>(op.steps());
        int i = at(op, r.label());
        for (int outcome : leading(op, r.label(), r.from(), r.outcome())) {
            steps.set(i, steps.get(i).on(outcome, r.to()));
        }
        return steps;
    }

    /** The outcomes with which a step leads to another one. */
    private List<Integer> leading(Operation op, String step, String target, String only) {
        int i = at(op, step);
        List<Integer> outcomes = new ArrayList<>();
        List<String> known = new ArrayList<>();
        for (int o = Outcome.NEXT; o <= Outcome.DONE; o++) {
            String leads = Rewiring.target(op.steps(), i, o);
            if (only.isEmpty() || only.equals(Outcome.name(o))) {
                known.add(leads);
                if (leads.equals(target)) {
                    outcomes.add(o);
                }
            }
        }
        if (outcomes.isEmpty() && ofFault) {
            throw Edits.switchedOff("way", op.name() + "." + step + " -> " + target);
        } else if (outcomes.isEmpty()) {
            List<String> names = known.stream().distinct().toList();
            throw wrong("'" + step + "' of " + op.name() + " does not lead to '" + target + "'"
                    + Suggestion.among(target, names));
        }
        return outcomes;
    }

    private List<Step> stopped(Operation op, String label) {
        List<Step> steps = new ArrayList<>(op.steps());
        int i = at(op, label);
        steps.set(i, steps.get(i).loudly());
        return steps;
    }

    private String lockStep(Edit.Locking k) {
        return (k.takes() ? "take-" : "drop-") + k.lock();
    }

    private List<Step> locked(Operation op, SchemaBuilder slots, Edit.Locking k) {
        List<Lock> locks = slots.locks();
        Lock lock = locks.stream()
                .filter(l -> l.name().equals(k.lock()))
                .findFirst()
                .orElseThrow(() -> wrong("this machine has no lock '" + k.lock() + "'"
                        + Suggestion.among(
                                k.lock(), locks.stream().map(Lock::name).toList())));
        String name = lockStep(k);
        if (op.indexOf(name) >= 0) {
            throw wrong(op.name() + " has a step '" + name + "' already");
        }
        Element element = element(lock, slots, k.index());
        Step step = k.takes()
                ? Step.of(name, (s, cpu) -> lock.take(s, cpu, element.of(s, cpu)) ? Outcome.NEXT : Outcome.BLOCKED)
                        .taking(lock.name())
                : Step.of(name, (s, cpu) -> {
                            lock.drop(s, cpu, element.of(s, cpu));
                            return Outcome.NEXT;
                        })
                        .dropping(lock.name());
        return new Rewiring(op.steps()).inserting(step.quietly(), at(op, k.label()), k.before());
    }

    /** Which element of a family of locks. */
    @FunctionalInterface
    private interface Element {
        int of(long[] s, int cpu);
    }

    private Element element(Lock lock, SchemaBuilder slots, String index) {
        int size = lock.slots().size();
        if (index.isEmpty() && size > 1) {
            throw wrong("there are " + size + " of '" + lock.name() + "': say which, as in " + lock.name()
                    + "[cpu.domain]");
        }
        Optional<Integer> number = index.isEmpty()
                ? Optional.of(0)
                : index.chars().allMatch(Character::isDigit) ? parsed(index) : Optional.empty();
        if (number.isPresent()) {
            int which = number.get();
            if (which >= size) {
                throw wrong("'" + lock.name() + "' has elements 0 to " + (size - 1));
            }
            return (s, cpu) -> which;
        }
        Slots local = local(slots, index);
        Sort values = local.values();
        if (values == null || values.size() != size || local.optional()) {
            throw wrong("'" + local.name() + "' does not say which of '" + lock.name() + "'");
        }
        return (s, cpu) -> (int) local.get(s, cpu);
    }

    private static Optional<Integer> parsed(String digits) {
        return Optional.of(digits.length() > 9 ? Integer.MAX_VALUE : Integer.parseInt(digits));
    }
}
