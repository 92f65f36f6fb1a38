package dev.moat.prove.infer;

import com.microsoft.z3.Z3Exception;
import dev.moat.logic.Term;
import dev.moat.prove.Goal;
import dev.moat.prove.ProofStatement;
import dev.moat.prove.SolverException;
import dev.moat.prove.Theory;
import dev.moat.prove.Z3Session;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Looks for lemmas that carry the safety properties of a theory: the strongest clauses of some shape that random runs leave, weakened until
 * every step keeps them.
 */
public final class Inference {
    /** Elements of each sort in random runs, the most; fewer where no initial state has so many. */
    private static final int ELEMENTS = 2;

    private static final int MOST_EXAMPLES = 400;

    private final Theory theory;
    private final Settings settings;
    private final Signature signature;
    private final CandidatePool pool;
    private final List<Structure> reached = new ArrayList<>();
    private @Nullable Broken broken;
    /** Elements of each sort in the random runs that there were; none without runs. */
    private int elements;

    /**
     * How hard to look.
     *
     * @param shape how large clauses are
     * @param runs random runs before the solver is asked
     * @param length steps of each
     * @param seed of the runs
     * @param rlimit what one question may cost, in Z3's units
     */
    public record Settings(Shape shape, int runs, int length, long seed, int rlimit) {
        /** What {@code moat prove --infer} takes. */
        public static Settings of(long seed, int rlimit) {
            return new Settings(Shape.USUAL, 60, 300, seed, rlimit);
        }
    }

    /**
     * How large clauses are: premises that imply one of some goals.
     *
     * @param premises at most
     * @param goals at most
     * @param weight at most, where a premise weighs 1 and a goal 2
     */
    public record Shape(int premises, int goals, int weight) {
        /** Enough for all lemmas in {@code specs/lemmas}. */
        public static final Shape USUAL = new Shape(4, 2, 6);
    }

    /**
     * A run from an initial state to one in which properties are false.
     *
     * @param conjuncts of properties, as goals name them; all are false there
     * @param elements of each sort
     */
    public record Broken(List<String> conjuncts, List<String> steps, int elements) {}

    /**
     * Lemmas.
     *
     * @param text a file of them; empty where there are none
     * @param serves for each the properties that need it
     */
    public record Lemmas(String text, List<List<String>> serves) {}

    /**
     * What is not carried.
     *
     * @param conjuncts of properties that went, as goals name them
     * @param undecided questions that the solver gave up: what they asked about went too, though it may be so
     */
    public record Missed(List<String> conjuncts, int undecided) {}

    /**
     * What came of it.
     *
     * @param carried properties that every step keeps together with the lemmas, in the theory's order
     * @param missed what went of the others
     * @param broken a run that breaks properties, where a random one did
     * @param figures what was seen and asked, and what became of the theory's own lemmas, as lines
     */
    public record Found(
            Lemmas lemmas,
            List<String> carried,
            Missed missed,
            @Nullable Broken broken,
            List<String> figures) {}

    private Inference(Theory theory, Settings settings) {
        this.theory = theory;
        this.settings = settings;
        signature = new Signature(theory.discipline());
        List<ProofStatement> properties =
                theory.statements().stream().filter(ProofStatement::safety).toList();
        Literals literals = new Literals(signature, theory.vocabulary(), asserted(theory));
        pool = new CandidatePool(signature, theory.vocabulary(), properties, settings.shape(), literals);
    }

    private static List<Term> asserted(Theory theory) {
        Set<Term> all = Collections.newSetFromMap(new IdentityHashMap<>());
        List<Term> ordered = new ArrayList<>();
        for (Goal goal : theory.goals()) {
            if (goal.statement().safety()) {
                List<Term> formulas = new ArrayList<>(goal.assumptions());
                formulas.add(goal.denial());
                formulas.stream().filter(all::add).forEach(ordered::add);
            }
        }
        return ordered;
    }

    /**
     * Looks; the lemmas of the theory are not used. Deterministic.
     *
     * @param progress told a line now and then
     * @throws SolverException when the solver dies
     * @throws dev.moat.input.InputException where the discipline has too many relations for a search
     */
    public static Found of(Theory theory, Settings settings, Consumer<String> progress) {
        Inference inference = new Inference(theory, settings);
        try (Z3Session z3 = new Z3Session(inference.signature.words(), settings.rlimit())) {
            return inference.search(z3, progress);
        } catch (Z3Exception e) {
            throw SolverException.died(e);
        }
    }

    private Found search(Z3Session z3, Consumer<String> progress) {
        SolverModels models = new SolverModels(z3, signature);
        FiniteSteps steps = new FiniteSteps(signature, theory.discipline());
        runs(models, steps);
        progress.accept(
                pool.alive().size() + " candidates after " + (elements == 0 ? 0 : settings.runs()) + " random runs");
        CandidateQuestions questions = new CandidateQuestions(z3, theory.initially());
        DisciplineWalks behind = new DisciplineWalks(steps, settings.seed());
        Houdini houdini = new Houdini(theory.discipline().actions(), pool, questions, models, behind);
        houdini.run(progress);
        return found(houdini, questions);
    }

    private void runs(SolverModels models, FiniteSteps steps) {
        Structure start = null;
        for (int n = ELEMENTS; start == null && n > 0; n--) {
            start = models.finite(theory.initially(), n);
            elements = start == null ? 0 : n;
        }
        if (start != null) {
            CompiledFormula initially = CompiledFormula.of(signature, theory.initially(), List.of());
            for (int i = 0; i < settings.runs(); i++) {
                DisciplineWalks walks = new DisciplineWalks(steps, settings.seed() + i);
                run(walks, walks.shuffled(start, initially));
            }
        }
    }

    private void run(DisciplineWalks walks, Structure start) {
        List<Candidate> properties = pool.properties();
        List<FiniteSteps.Taken> run = walks.run(start, settings.length(), s -> {
            pool.see(s);
            if (reached.size() < MOST_EXAMPLES) {
                reached.add(s);
            }
            return broken == null && !pool.properties().containsAll(properties);
        });
        List<Candidate> gone = new ArrayList<>(properties);
        gone.removeAll(pool.properties());
        if (broken == null && !gone.isEmpty()) {
            List<FiniteSteps.Taken> shorter =
                    walks.shortened(start, run, s -> gone.stream().noneMatch(c -> pool.holds(c, s)));
            broken = new Broken(
                    gone.stream().map(Candidate::name).toList(),
                    shorter.stream().map(FiniteSteps.Taken::toString).toList(),
                    elements);
        }
    }

    private Found found(Houdini houdini, CandidateQuestions questions) {
        List<Candidate> roots = pool.properties();
        Set<String> kept =
                new LinkedHashSet<>(roots.stream().map(Candidate::name).toList());
        List<String> carried = new ArrayList<>();
        List<String> open = new ArrayList<>();
        for (ProofStatement s : theory.statements()) {
            List<String> names = CandidatePool.names(s);
            if (s.safety() && kept.containsAll(names)) {
                carried.add(s.id());
            } else if (s.safety()) {
                names.stream().filter(n -> !kept.contains(n)).forEach(open::add);
            }
        }
        roots.removeIf(c -> !carried.contains(property(c)));
        Reduction reduction = new Reduction(houdini, questions, roots);
        int used = reduction.needed().size();
        List<String> figures = new ArrayList<>(List.of(houdini + " and " + questions.asked() + " questions, " + used
                + " of them used and kept by every step; seed " + settings.seed()));
        if (elements == 0) {
            figures.add("no random run, for no initial state with " + ELEMENTS
                    + " elements of each sort was found, nor with fewer: nothing can be REACHABLE");
        }
        ownLemmas(reduction.needed(), questions).forEach(figures::add);
        reduction.reduce();
        Missed missed = new Missed(open, houdini.undecided());
        return new Found(lemmas(reduction, roots), carried, missed, broken, figures);
    }

    private Lemmas lemmas(Reduction reduction, List<Candidate> roots) {
        Map<Candidate, List<String>> serves = new LinkedHashMap<>();
        for (Candidate c : reduction.needed()) {
            if (!roots.contains(c)) {
                serves.put(c, List.copyOf(whoNeeds(c, roots, reduction)));
            }
        }
        String by = "moat prove --infer --seed " + settings.seed();
        String text = serves.isEmpty() ? "" : LemmaText.of(serves, example(serves.keySet()), by);
        return new Lemmas(text, List.copyOf(serves.values()));
    }

    /** What became of the lemmas that people wrote: whether each follows from what is used instead. */
    private List<String> ownLemmas(Set<Candidate> kept, CandidateQuestions questions) {
        List<String> missed = new ArrayList<>();
        int all = 0;
        for (ProofStatement s : theory.statements()) {
            for (int i = 0; i < s.conjuncts().size() && !s.safety(); i++) {
                all++;
                if (!questions.follows(s.conjuncts().get(i), kept)) {
                    missed.add(CandidatePool.names(s).get(i));
                }
            }
        }
        String which = missed.isEmpty() ? "" : "; these do not: " + String.join(", ", missed);
        return all == 0
                ? List.of()
                : List.of((all - missed.size()) + " of " + all
                        + " conjuncts of the lemmas that were left out follow from those" + which);
    }

    private static Set<String> whoNeeds(Candidate c, List<Candidate> roots, Reduction reduction) {
        Set<String> who = new TreeSet<>();
        for (Candidate root : roots) {
            if (reduction.needed(root).contains(c)) {
                who.add(property(root));
            }
        }
        return who;
    }

    private static String property(Candidate c) {
        return c.name().substring(0, c.name().lastIndexOf('.'));
    }

    /** Of the examples of lemmas the first that a run met. */
    private @Nullable Term example(Set<Candidate> lemmas) {
        for (Candidate c : lemmas) {
            Term example = c.example();
            if (example != null) {
                CompiledFormula compiled = CompiledFormula.of(signature, example, List.of());
                if (reached.stream().anyMatch(s -> compiled.holds(s))) {
                    return example;
                }
            }
        }
        return null;
    }
}
