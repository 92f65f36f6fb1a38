package dev.moat.prove.code;

import com.microsoft.z3.Solver;
import com.microsoft.z3.Status;
import dev.moat.machine.Machine;
import dev.moat.model.Action;
import dev.moat.model.Argument;
import dev.moat.model.ClaimCode;
import dev.moat.model.Filter;
import dev.moat.model.Model;
import dev.moat.model.Operation;
import dev.moat.model.Step;
import dev.moat.notation.core.NotedCode;
import dev.moat.prove.SolverLibrary;
import dev.moat.prove.code.Piece.Call;
import dev.moat.prove.code.Piece.Kind;
import dev.moat.prove.lift.Exprs;
import dev.moat.prove.lift.Lifted;
import dev.moat.prove.lift.Lifter;
import dev.moat.prove.lift.RefusedException;
import dev.moat.prove.lift.TermExpr;
import dev.moat.prove.lift.Z3Terms;
import dev.moat.state.Claim;
import dev.moat.state.RelationCode;
import dev.moat.state.Slots;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** A machine's actions, starts of operations and steps, each lifted once for all states and arguments. */
public final class LiftedMachine implements AutoCloseable {
    private static final int STATE = 0;
    private static final int AFTER = 1;

    /** Arguments of an action, and places of a relation. */
    private static final int PLACES = 5;

    /** What a question about a loop may cost. */
    private static final int RLIMIT = 1_000_000;

    private final Machine machine;
    private final Exprs exprs = new Exprs();
    private final Lifter lifter;
    private final Z3Terms solver;
    private final Solver loops;
    private final List<TermExpr> words = new ArrayList<>();
    private final List<Piece> pieces = new ArrayList<>();
    private final IdentityHashMap<Piece, Object> codes = new IdentityHashMap<>();
    private final Map<String, String> refused = new LinkedHashMap<>();
    private final List<TermExpr> ended = new ArrayList<>();
    private final int cpus;

    /** Where the component came from: another's is not among Moat's classes. */
    private static ClassLoader loader() {
        ClassLoader context = Thread.currentThread().getContextClassLoader();
        return context == null ? LiftedMachine.class.getClassLoader() : context;
    }

    public LiftedMachine(Machine machine) {
        this.machine = machine;
        SolverLibrary.version();
        solver = new Z3Terms(exprs, RLIMIT);
        loops = solver.solver();
        lifter = new Lifter(exprs, loader(), this::isPossible);
        for (int i = 0; i < machine.schema().words(); i++) {
            words.add(exprs.variable("s" + i, 64));
        }
        Model model = machine.model();
        Slots pc = model.pc();
        cpus = pc == null ? 1 : pc.size();
        for (Action action : model.actions()) {
            add(action);
        }
        int at = 1;
        for (Operation operation : model.operations()) {
            add(operation, at);
            for (Step step : operation.steps()) {
                add(operation, step, at++);
            }
        }
    }

    private boolean isPossible(TermExpr condition) {
        boolean possible = solver.ask(loops, condition) != Status.UNSATISFIABLE;
        if (!possible) {
            ended.add(condition);
        }
        return possible;
    }

    public Machine machine() {
        return machine;
    }

    public Exprs exprs() {
        return exprs;
    }

    /** The state before: one variable for each word. */
    public List<TermExpr> words() {
        return words;
    }

    /** What was lifted, in the order of the alphabet and of the program. */
    public List<Piece> pieces() {
        return pieces;
    }

    /** What could not be lifted, and why. */
    public Map<String, String> refused() {
        return refused;
    }

    /** That the loops of all that was lifted up to now go no further than they were followed, of whatever state. */
    public CodeQuestions loops(String proof) {
        List<CodeGoal.Answer> answers = ended.stream()
                .map(further -> new CodeGoal("loops", "go no further than they were followed", further))
                .map(CodeGoal.Answer::proved)
                .toList();
        return new CodeQuestions(proof, exprs, List.of(), answers);
    }

    /** What normalising does to a state of these words. */
    public Lifted normalised(List<TermExpr> state) {
        return judged(machine.schema().normalising(), state);
    }

    /** What code answers, and does, to a state of these words. */
    public Lifted judged(Predicate<long[]> code, List<TermExpr> state) {
        return lifter.lift(code, "test", List.of(STATE), List.of(state));
    }

    /** Whether a relation holds of elements in a state of these words. */
    public Lifted atom(RelationCode code, int[] elements, List<TermExpr> state) {
        List<Object> arguments = new ArrayList<>(List.of(STATE));
        for (int i = 0; i < PLACES; i++) {
            arguments.add(exprs.ofInt(i < elements.length ? elements[i] : 0));
        }
        return lifter.lift(code, "holds", arguments, List.of(state));
    }

    /**
     * What a piece of code claims to be.
     *
     * @throws RefusedException when the claim cannot be lifted
     */
    public Lifted claimed(ClaimCode code, Piece piece) {
        List<Object> arguments = new ArrayList<>(List.of(STATE, AFTER));
        for (int i = 0; i < PLACES; i++) {
            arguments.add(i < piece.arguments().size() ? piece.arguments().get(i) : exprs.ofInt(0));
        }
        arguments.add(new Claim());
        return lifter.lift(code, "say", arguments, List.of(words, piece.after()));
    }

    private void add(Action action) {
        List<TermExpr> arguments = variables(action.name(), action.arguments());
        TermExpr allowed = allowed(arguments, action.arguments(), action.filter());
        lift(new Call(Kind.ACTION, action.name(), 0, arguments, allowed), action.code(), "apply");
    }

    private void add(Operation operation, int first) {
        if (!occurs(operation)) {
            return;
        }
        List<TermExpr> arguments = variables(operation.name(), operation.arguments());
        TermExpr allowed = allowed(arguments, operation.arguments(), operation.filter());
        for (int cpu = 0; cpu < cpus; cpu++) {
            List<TermExpr> all = new ArrayList<>(List.of(exprs.ofInt(cpu)));
            all.addAll(arguments);
            lift(new Call(Kind.START, named(operation.name(), cpu), first, all, allowed), operation.start(), "begin");
        }
    }

    private void add(Operation operation, Step step, int number) {
        String name = operation.name() + "/" + step.name();
        for (int cpu = 0; cpu < cpus; cpu++) {
            List<TermExpr> one = List.of(exprs.ofInt(cpu));
            lift(new Call(Kind.STEP, named(name, cpu), number, one, exprs.yes), step.code(), "run");
        }
    }

    /** Where there are several CPUs, each has its own. */
    private String named(String name, int cpu) {
        return cpus > 1 ? name + Piece.OF_CPU + cpu : name;
    }

    @SuppressWarnings("ReferenceEquality") // the model's own object, not one like it
    private boolean occurs(Operation operation) {
        for (int i = 0; i < machine.instances(); i++) {
            Machine.Instance it = machine.instance(i);
            if (it.kind() == Machine.Kind.START && machine.model().operations().get(it.target()) == operation) {
                return true;
            }
        }
        return false;
    }

    private List<TermExpr> variables(String of, List<Argument> formals) {
        List<TermExpr> arguments = new ArrayList<>();
        for (Argument formal : formals) {
            int size = formal.sort().size();
            // A number of as few bits as the sort needs, so that indices are bounded before anything is asked.
            TermExpr whole = exprs.variable(of + "." + formal.name(), 32);
            int most = size <= 1 ? 0 : -1 >>> Integer.numberOfLeadingZeros(size - 1);
            arguments.add(exprs.and(whole, exprs.ofInt(most)));
        }
        return arguments;
    }

    /** The combinations that the alphabet has. */
    private TermExpr allowed(List<TermExpr> arguments, List<Argument> formals, Filter filter) {
        int all = formals.stream().mapToInt(f -> f.sort().size()).reduce(1, Math::multiplyExact);
        TermExpr some = exprs.no;
        int accepted = 0;
        int[] actual = new int[5];
        for (int n = 0; n < all; n++) {
            int rest = n;
            for (int j = formals.size() - 1; j >= 0; j--) {
                actual[j] = rest % formals.get(j).sort().size();
                rest /= formals.get(j).sort().size();
            }
            if (filter.accepts(actual[0], actual[1], actual[2], actual[3], actual[4])) {
                accepted++;
                TermExpr these = exprs.yes;
                for (int j = 0; j < arguments.size(); j++) {
                    these = exprs.and(these, exprs.eq(arguments.get(j), exprs.ofInt(actual[j])));
                }
                some = exprs.or(some, these);
            }
        }
        if (accepted < all) {
            return some;
        }
        TermExpr within = exprs.yes;
        for (int j = 0; j < arguments.size(); j++) {
            within = exprs.and(
                    within,
                    exprs.ult(
                            arguments.get(j), exprs.ofInt(formals.get(j).sort().size())));
        }
        return within;
    }

    /** What was lifted from a text, lifted once more from the class files that it was compiled to: by the same variables. */
    public Map<Piece, Lifted> fromClassFiles() {
        Lifter files = new Lifter(exprs, loader(), this::isPossible, false);
        Map<Piece, Lifted> all = new LinkedHashMap<>();
        codes.forEach((piece, code) -> {
            if (code instanceof NotedCode) {
                String method = Kind.ACTION == piece.kind() ? "apply" : piece.kind() == Kind.START ? "begin" : "run";
                all.put(piece, files.lift(code, method, arguments(piece.call()), List.of(words)));
            }
        });
        return all;
    }

    private List<Object> arguments(Call call) {
        int places = call.kind() == Kind.ACTION ? 5 : call.kind() == Kind.START ? 6 : 1;
        List<Object> arguments = new ArrayList<>(List.of(STATE));
        for (int i = 0; i < places; i++) {
            arguments.add(i < call.arguments().size() ? call.arguments().get(i) : exprs.ofInt(0));
        }
        return arguments;
    }

    private void lift(Call call, Object code, String method) {
        try {
            Piece piece = new Piece(call, lifter.lift(code, method, arguments(call), List.of(words)));
            pieces.add(piece);
            codes.put(piece, code);
        } catch (RefusedException e) {
            refused.put(call.name(), e.getMessage());
        }
    }

    @Override
    public void close() {
        solver.close();
    }
}
