package dev.moat.prove.code;

import com.microsoft.z3.BoolExpr;
import com.microsoft.z3.Context;
import com.microsoft.z3.Model;
import com.microsoft.z3.Params;
import com.microsoft.z3.Solver;
import com.microsoft.z3.Status;
import com.microsoft.z3.Z3Exception;
import dev.moat.bits.Layout;
import dev.moat.output.Counted;
import dev.moat.prove.code.CodeAnswer.Text;
import dev.moat.prove.code.CodeGoal.Answer;
import dev.moat.prove.lift.Exprs;
import dev.moat.prove.lift.Lifter;
import dev.moat.prove.lift.SmtLib;
import dev.moat.prove.lift.TermExpr;
import dev.moat.prove.lift.Z3Terms;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * The proof of one IOMMU type's layouts.
 *
 * @param answers to each goal, those about what cannot be lifted last
 * @param texts the same as whole SMT-LIB files, and that loops go no further than they were followed
 * @param examples by the answer, numbers for which the goal fails
 */
public record LayoutProof(Layout family, List<Answer> answers, Map<String, Text> texts, Map<Answer, String> examples) {
    /**
     * Lifts a family's code and asks Z3 about each goal.
     *
     * @param rlimit what one question may cost, in Z3's units
     * @throws dev.moat.input.InputException when the specification is no SMT-LIB, or lacks what the code is compared with
     */
    public static LayoutProof of(Layout family, Specification specification, int rlimit) {
        return of(family, specification, rlimit, piece -> true);
    }

    /** The same of some words and statements, by their names. */
    static LayoutProof of(Layout family, Specification specification, int rlimit, Predicate<String> asked) {
        Exprs exprs = new Exprs();
        try (Z3Terms loops = new Z3Terms(exprs, rlimit)) {
            Solver solver = loops.solver();
            List<TermExpr> ended = new ArrayList<>();
            Lifter lifter = new Lifter(exprs, LayoutProof.class.getClassLoader(), condition -> {
                boolean possible = loops.ask(solver, condition) != Status.UNSATISFIABLE;
                ended.addAll(possible ? List.of() : List.of(condition));
                return possible;
            });
            LayoutGoals goals = new LayoutGoals(family, specification, exprs, lifter, asked);
            LayoutProof proof = new Asking(family, specification, exprs, rlimit).of(goals);
            String says = "a loop goes no further than it was followed";
            ended.forEach(condition -> proof.texts.put(
                    String.format(Locale.ROOT, "layouts-%s-loop-%04d", family.name(), proof.texts.size() + 1),
                    new Text(
                            says,
                            "; " + says + "\n(set-logic QF_BV)\n(set-info :status unsat)\n"
                                    + SmtLib.assertions(exprs, List.of(condition)) + "(check-sat)\n",
                            "unsat")));
            return proof;
        }
    }

    /** Whether all was lifted and proved. */
    public boolean proved() {
        return answers.stream().allMatch(a -> a.status() == CodeGoal.Status.PROVED);
    }

    /** For people: a line for each word and statement, then what is open, then the verdict. */
    public List<String> lines() {
        Map<String, List<Answer>> pieces = new LinkedHashMap<>();
        answers.forEach(a ->
                pieces.computeIfAbsent(a.goal().piece(), p -> new ArrayList<>()).add(a));
        List<String> lines = new ArrayList<>();
        pieces.forEach((piece, of) -> lines.add(line(piece, of)));
        for (Answer a : answers) {
            if (a.status() != CodeGoal.Status.PROVED) {
                lines.add(a.status() + " " + a.goal().piece() + ": " + a.goal().says());
            }
            if (examples.containsKey(a)) {
                lines.add("  for example with " + examples.get(a));
            }
        }
        long open = answers.stream()
                .filter(a -> a.status() != CodeGoal.Status.PROVED)
                .count();
        lines.add(Counted.proved(open, answers.size()) + " about "
                + family.words().size() + " words and " + family.statements().size() + " statements of "
                + family.name() + ": for all values of 64 bits they are what specs/layouts/" + family.name()
                + ".smt2 says");
        return lines;
    }

    private static String line(String piece, List<Answer> of) {
        long open =
                of.stream().filter(a -> a.status() != CodeGoal.Status.PROVED).count();
        double seconds = of.stream().mapToLong(Answer::nanos).sum() / 1e9;
        String came = open == 0 ? "proved" : "NOT PROVED: " + open;
        return String.format(Locale.ROOT, "layout  %-42s %4d goals %7.2f s  %s", piece, of.size(), seconds, came);
    }

    private static final class Asking {
        private final Layout family;
        private final Specification specification;
        private final Exprs exprs;
        private final int rlimit;
        private final List<Answer> answers = new ArrayList<>();
        private final Map<String, Text> texts = new LinkedHashMap<>();
        private final Map<Answer, String> examples = new LinkedHashMap<>();

        Asking(Layout family, Specification specification, Exprs exprs, int rlimit) {
            this.family = family;
            this.specification = specification;
            this.exprs = exprs;
            this.rlimit = rlimit;
        }

        LayoutProof of(LayoutGoals goals) {
            List<LayoutGoal> all = goals.goals();
            try (Context context = new Context()) {
                // One text for all, so that the file and the code are read once.
                BoolExpr[] asked = parsed(context, all);
                for (int n = 0; n < asked.length; n++) {
                    ask(context, all.get(n), asked[n]);
                }
            }
            goals.refused()
                    .forEach((piece, why) -> answers.add(new Answer(
                            new CodeGoal(piece, "can be lifted: " + why, exprs.yes),
                            CodeGoal.Status.UNKNOWN,
                            null,
                            0)));
            return new LayoutProof(family, List.copyOf(answers), texts, examples);
        }

        private BoolExpr[] parsed(Context context, List<LayoutGoal> all) {
            try {
                return context.parseSMTLIB2String(
                        specification.text()
                                + SmtLib.definitions(
                                        exprs,
                                        all.stream()
                                                .flatMap(g -> g.of().stream())
                                                .distinct()
                                                .toList())
                                + all.stream()
                                        .map(g -> "(assert " + g.asked() + ")\n")
                                        .collect(Collectors.joining()),
                        null,
                        null,
                        null,
                        null);
            } catch (Z3Exception e) {
                throw specification.refused(String.valueOf(e.getMessage()));
            }
        }

        private void ask(Context context, LayoutGoal goal, BoolExpr asked) {
            long start = System.nanoTime();
            // Most are plain once they are simplified, and a solver costs more than that.
            BoolExpr simple = (BoolExpr) asked.simplify();
            Solver solver = simple.isFalse() ? context.mkSimpleSolver() : context.mkSolver("QF_BV");
            Params params = context.mkParams();
            params.add("rlimit", rlimit);
            params.add("random_seed", 0);
            solver.setParameters(params);
            solver.add(new BoolExpr[] {simple});
            Status status = solver.check();
            CodeGoal.Status came = status == Status.UNKNOWN
                    ? CodeGoal.Status.UNKNOWN
                    : (status == Status.SATISFIABLE) == goal.possible()
                            ? CodeGoal.Status.PROVED
                            : CodeGoal.Status.FAILED;
            CodeGoal told = new CodeGoal(goal.piece(), goal.says(), exprs.yes);
            Answer answer = new Answer(told, came, null, System.nanoTime() - start);
            answers.add(answer);
            if (came == CodeGoal.Status.FAILED && !goal.possible()) {
                String example = example(solver.getModel());
                examples.put(answer, example.isEmpty() ? "anything" : example);
            }
            String said = switch (status) {
                case SATISFIABLE -> "sat";
                case UNSATISFIABLE -> "unsat";
                case UNKNOWN -> "unknown";
            };
            String name = String.format(Locale.ROOT, "layouts-%s-%04d", family.name(), answers.size());
            texts.put(name, new Text(goal.piece() + ": " + goal.says(), text(goal, said), said));
        }

        private static String example(Model model) {
            return Arrays.stream(model.getConstDecls())
                    // Parts of the code have values, too.
                    .filter(d -> d.getName().toString().startsWith("x"))
                    .map(d -> d.getName() + " = 0x" + hex(model.getConstInterp(d)))
                    .sorted()
                    .collect(Collectors.joining(", "));
        }

        private static String hex(com.microsoft.z3.Expr<?> value) {
            return value instanceof com.microsoft.z3.BitVecNum n
                    ? n.getBigInteger().toString(16)
                    : value.toString();
        }

        private String text(LayoutGoal goal, String said) {
            List<TermExpr> of = goal.of().stream().distinct().toList();
            return "; " + goal.piece() + ": " + goal.says() + "\n(set-logic QF_BV)\n(set-info :status " + said + ")\n"
                    + specification.text()
                    + "\n; The code, and last "
                    + (goal.possible() ? "what is to be possible.\n" : "what is never to be.\n")
                    + SmtLib.definitions(exprs, of) + "(assert " + goal.asked() + ")\n(check-sat)\n";
        }
    }
}
