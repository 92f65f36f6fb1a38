package dev.moat.check.mutants;

import dev.moat.model.Action;
import dev.moat.model.Actor;
import dev.moat.model.Guarded;
import dev.moat.model.Model;
import dev.moat.model.Operation;
import dev.moat.model.Outcome;
import dev.moat.model.Step;
import dev.moat.model.StepCode;
import dev.moat.state.Abstraction;
import dev.moat.state.Relation;
import dev.moat.state.Slots;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Observes a model's steps, actions and relations: their writes, and the relations that are evaluated. */
public final class WriteWatch {
    private final Model model;
    private final Set<Write> writes = new HashSet<>();
    private final Map<String, Samples> samples = new HashMap<>();
    private final Map<Slots, List<VaryingFields.Field>> fields = new HashMap<>();
    /** By word of the state: the families with an element there. */
    private final List<List<Slots>> byWord = new ArrayList<>();

    /** @param model not changed; {@link #observed} runs in its place */
    public WriteWatch(Model model) {
        this.model = model;
        for (int w = 0; w < model.schema().words(); w++) {
            byWord.add(new ArrayList<>());
        }
        for (Slots f : model.schema().families()) {
            fields.put(f, VaryingFields.of(f));
            for (int i = 0; i < f.size(); i++) {
                List<Slots> there = byWord.get(f.wordOf(i));
                if (!there.contains(f)) {
                    there.add(f);
                }
            }
        }
    }

    /** What was written since. */
    public Set<Write> writes() {
        return writes;
    }

    /** What was asked of each relation. */
    public Map<String, Samples> samples() {
        return samples;
    }

    /** The observed model, for one thread. */
    public Model observed() {
        List<Action> actions = model.actions().stream()
                .map(a -> a.actor() == Actor.GUEST ? a : a.with(watching(a)))
                .toList();
        List<Operation> operations = model.operations().stream()
                .map(op -> op.with(op.steps().stream()
                        .map(step -> step.running(watching(op, step)))
                        .toList()))
                .toList();
        Abstraction read = new Abstraction().observed();
        model.abstraction().sorts().forEach(read::sort);
        for (Relation r : model.abstraction().relations()) {
            Samples asked = samples.computeIfAbsent(r.name(), name -> new Samples(r));
            read.relation(r.name(), r.places(), asked::ask, r.reads());
        }
        return model.running(actions, operations).reading(read);
    }

    private Guarded watching(Action action) {
        Guarded code = action.code();
        long[] before = new long[model.schema().words()];
        return (s, first, second, third, fourth, fifth) -> {
            System.arraycopy(s, 0, before, 0, before.length);
            boolean acted = code.apply(s, first, second, third, fourth, fifth);
            if (acted) {
                note(action.name(), before, s);
            }
            return acted;
        };
    }

    private StepCode watching(Operation operation, Step step) {
        StepCode code = step.code();
        String who = operation.name() + "/" + step.name();
        long[] before = new long[model.schema().words()];
        return (s, cpu) -> {
            System.arraycopy(s, 0, before, 0, before.length);
            int outcome = code.run(s, cpu);
            if (outcome != Outcome.BLOCKED) {
                note(who, before, s);
            }
            return outcome;
        };
    }

    private void note(String who, long[] before, long[] after) {
        for (int w = 0; w < before.length; w++) {
            if (before[w] != after[w]) {
                for (Slots f : byWord.get(w)) {
                    note(who, f, w, before, after);
                }
            }
        }
    }

    private void note(String who, Slots f, int word, long[] before, long[] after) {
        for (int i = 0; i < f.size(); i++) {
            if (f.wordOf(i) == word && f.get(before, i) != f.get(after, i)) {
                for (VaryingFields.Field field : fields.getOrDefault(f, List.of())) {
                    if (touches(field, f.get(before, i), f.get(after, i))) {
                        writes.add(new Write(who, f.name(), field.name()));
                    }
                }
            }
        }
    }

    /** Whether a store to an element is one to this field: it changes it, and a field of a word to something. */
    static boolean touches(VaryingFields.Field field, long before, long after) {
        return ((before ^ after) & field.mask()) != 0 && (field.name().isEmpty() || (after & field.mask()) != 0);
    }
}
