package dev.moat.notation;

import dev.moat.machine.Granularity;
import dev.moat.machine.Machine;
import dev.moat.model.Action;
import dev.moat.model.ClaimCode;
import dev.moat.model.Edits;
import dev.moat.model.Model;
import dev.moat.model.ModelBuilder;
import dev.moat.model.Operation;
import dev.moat.model.Setting;
import dev.moat.notation.code.CompiledCode;
import dev.moat.notation.core.BackEnd;
import dev.moat.notation.core.MachineNumbers;
import dev.moat.notation.core.Program;
import dev.moat.notation.machine.NotedComponent;
import dev.moat.notation.tree.Tree;
import dev.moat.state.Claim;
import dev.moat.state.Relation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Function;

/** Two machines of one text whose code runs in different ways. */
record BackEnds(Model one, Model other) {
    static Model model(
            Tree tree, Map<String, String> settings, Function<Program, Function<MachineNumbers, BackEnd>> by) {
        NotedComponent component = new NotedComponent(tree, by);
        ModelBuilder builder = new ModelBuilder(new Edits());
        component.build(new Setting(component.parameters(settings), settings), builder);
        return builder.build();
    }

    /** A machine of compiled code with a fault. */
    static Model faulty(Tree tree, String fault) {
        NotedComponent component = new NotedComponent(tree, CompiledCode::of);
        Edits edits = new Edits();
        component.faults().stream()
                .filter(f -> f.id().equals(fault))
                .findFirst()
                .orElseThrow()
                .edit()
                .accept(edits);
        ModelBuilder builder = new ModelBuilder(edits);
        component.build(new Setting(component.parameters(), Map.of()), builder);
        return builder.build();
    }

    static Machine machine(Model model) {
        return new Machine(model, Granularity.STEP, false);
    }

    /** What code did to a state. */
    private record Done(String answer, long[] after) {
        boolean isAs(Done other) {
            return answer.equals(other.answer) && (answer.equals("fails") || Arrays.equals(after, other.after));
        }
    }

    private interface Run {
        Object on(long[] s);
    }

    private static Done done(long[] s, Run run) {
        long[] copy = s.clone();
        try {
            return new Done(String.valueOf(run.on(copy)), copy);
        } catch (RuntimeException e) {
            return new Done("fails", copy);
        }
    }

    /** The first thing that differs in a state, if any: guards, effects, starts, steps, relations, claims, what is dead. */
    Optional<String> difference(long[] s, Random random) {
        List<String> wrong = new ArrayList<>();
        int[] a = random.ints(6, 0, 2).toArray();
        for (int k = 0; k < one.actions().size(); k++) {
            Action x = one.actions().get(k);
            Action y = other.actions().get(k);
            compare(x.name(), s, t -> act(x, t, a), t -> act(y, t, a), wrong);
            ClaimCode p = one.claims().get(x.claims());
            if (p != null) {
                ClaimCode q = other.claims().get(y.claims());
                long[] after = s.clone();
                done(s, t -> act(x, after, a));
                compare(x.name() + " claims", s, t -> claimed(p, t, after, a), t -> claimed(q, t, after, a), wrong);
            }
        }
        for (int k = 0; k < one.operations().size(); k++) {
            operations(one.operations().get(k), other.operations().get(k), s, a, wrong);
        }
        for (Relation r : one.abstraction().relations()) {
            Relation q = other.abstraction().relation(r.name()).orElseThrow();
            int[] atom = new int[5];
            r.place(random.nextInt(r.atoms()), atom);
            compare(r.name(), s, t -> holds(r, t, atom), t -> holds(q, t, atom), wrong);
        }
        compare("normalise", s, one.schema()::normalise, other.schema()::normalise, wrong);
        return wrong.stream().findFirst();
    }

    private static void operations(Operation x, Operation y, long[] s, int[] a, List<String> wrong) {
        int cpu = a[5];
        compare(
                x.name(),
                s,
                t -> x.start().begin(t, cpu, a[0], a[1], a[2], a[3], a[4]),
                t -> y.start().begin(t, cpu, a[0], a[1], a[2], a[3], a[4]),
                wrong);
        for (int i = 0; i < x.steps().size(); i++) {
            int step = i;
            compare(
                    x.name() + "/" + x.steps().get(i).name(),
                    s,
                    t -> x.steps().get(step).code().run(t, cpu),
                    t -> y.steps().get(step).code().run(t, cpu),
                    wrong);
        }
    }

    private static void compare(String what, long[] s, Run x, Run y, List<String> wrong) {
        Done p = done(s, x);
        Done q = done(s, y);
        if (!p.isAs(q)) {
            wrong.add(
                    what + ": " + p.answer + Arrays.toString(p.after) + " and " + q.answer + Arrays.toString(q.after));
        }
    }

    private static boolean act(Action action, long[] s, int[] a) {
        return action.code().apply(s, a[0], a[1], a[2], a[3], a[4]);
    }

    private static boolean holds(Relation r, long[] s, int[] a) {
        return r.code().holds(s, a[0], a[1], a[2], a[3], a[4]);
    }

    private static String claimed(ClaimCode code, long[] before, long[] after, int[] a) {
        Claim claim = new Claim();
        code.say(before, after, a[0], a[1], a[2], a[3], a[4], claim);
        StringBuilder all = new StringBuilder();
        for (int i = 0; i < claim.count(); i++) {
            all.append(claim.name(i))
                    .append(claim.argument(i, 0))
                    .append(claim.argument(i, 1))
                    .append(' ');
        }
        return all.toString();
    }
}
