package dev.moat.prove;

import dev.moat.input.InputException;
import dev.moat.logic.AbstractAction;
import dev.moat.logic.Fragment;
import dev.moat.logic.Rewriting;
import dev.moat.logic.Term;
import dev.moat.logic.read.Discipline;
import dev.moat.logic.read.Invariant;
import dev.moat.logic.read.InvariantLibrary;
import dev.moat.logic.read.Vocabulary;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A discipline and what is to be proved of it.
 *
 * @param vocabulary sorts and relations
 * @param initially without macros
 * @param statements safety properties first, then lemmas, each sorted by id
 * @param outside ids of properties that speak of relations which the discipline does not know, sorted
 */
public record Theory(
        Vocabulary vocabulary,
        Discipline discipline,
        Term initially,
        List<Statement> statements,
        List<String> outside) {
    /**
     * Reads {@code specs/vocabulary.smt2}, {@code invariants}, {@code specs/properties}, {@code specs/discipline.smt2} and
     * {@code specs/lemmas} below a directory.
     *
     * @throws InputException for the first bad file in that order; then when two files have one id
     */
    public static Theory load(Path home) {
        Path specs = home.resolve("specs");
        return load(home, List.of(), specs.resolve("discipline.smt2"), specs.resolve("lemmas"));
    }

    /**
     * The same with another discipline and other lemmas, whose files are anywhere.
     *
     * @param properties directories of more properties and words
     * @param lemmas null for none
     * @throws InputException as {@link #load(Path)}
     */
    public static Theory load(Path home, List<Path> properties, Path discipline, @Nullable Path lemmas) {
        InvariantLibrary shared = InvariantLibrary.ofHome(home, properties);
        Discipline read = Discipline.load(discipline, shared.vocabulary());
        List<Invariant> all = new ArrayList<>(shared.all());
        if (lemmas != null) {
            all.addAll(InvariantLibrary.load(shared.vocabulary(), lemmas).all());
        }
        return of(shared.vocabulary(), read, all);
    }

    /**
     * From parts.
     *
     * @throws InputException when two statements have one id
     */
    public static Theory of(Vocabulary vocabulary, Discipline discipline, List<Invariant> invariants) {
        Set<String> known = discipline.relations();
        List<Statement> statements = new ArrayList<>();
        Set<String> outside = new TreeSet<>();
        Set<String> ids = new TreeSet<>();
        for (Invariant invariant : invariants) {
            if (!ids.add(invariant.id())) {
                throw new InputException(invariant.id() + ".smt2", 1, 1, "two properties have this name");
            }
            // The discipline says what is allowed, not that what is wanted happens: completeness is for the explorer.
            boolean forbids = !invariant.kind().equals("completeness");
            if (forbids && known.containsAll(Rewriting.relations(invariant.formula()))) {
                statements.add(Statement.of(invariant));
            } else {
                outside.add(invariant.id());
            }
        }
        statements.sort(Comparator.comparing((Statement s) -> !s.safety()).thenComparing(Statement::id));
        return new Theory(
                vocabulary,
                discipline,
                Rewriting.plain(discipline.initially()),
                List.copyOf(statements),
                List.copyOf(outside));
    }

    /**
     * The same of hardware of a kind: the discipline varied by a file of {@code specs/families}. What that says initially is proved
     * to stay, as a lemma, and assumed as lemmas are.
     *
     * @throws InputException as {@link Discipline#load}
     */
    public Theory ofFamily(Path file) {
        Discipline other = Discipline.load(file, discipline.vocabulary());
        List<Statement> all = new ArrayList<>(statements);
        List<Term> stays = Rewriting.conjuncts(Rewriting.plain(other.initially()));
        if (!stays.isEmpty()) {
            String id = "of-" + String.valueOf(file.getFileName()).replace(".smt2", "");
            Term witness = Rewriting.plain(other.initially());
            all.add(new Statement(id, false, "What is special of this hardware stays so.", stays, witness));
        }
        Discipline varied = discipline.variedBy(other);
        return new Theory(vocabulary, varied, Rewriting.plain(varied.initially()), List.copyOf(all), outside);
    }

    /** The same discipline with other actions; the statements are as they were. */
    public Theory with(Discipline other) {
        return new Theory(vocabulary, other, initially, statements, outside);
    }

    /** The same with those of its safety properties that are named, and these lemmas in place of its own. */
    public Theory with(Collection<String> safety, List<Invariant> lemmas) {
        List<Statement> kept = new ArrayList<>();
        statements.stream().filter(s -> s.safety() && safety.contains(s.id())).forEach(kept::add);
        lemmas.forEach(l -> kept.add(Statement.of(l)));
        return with(kept);
    }

    /** The same with only those of its safety properties that are named, and all of its lemmas. */
    public Theory only(Collection<String> safety) {
        return with(statements.stream()
                .filter(s -> !s.safety() || safety.contains(s.id()))
                .toList());
    }

    /** The same with other statements. */
    Theory with(List<Statement> others) {
        return new Theory(vocabulary, discipline, initially, List.copyOf(others), outside);
    }

    /** All conjuncts of all statements, what a proof may assume of the state before a step. */
    public List<Term> assumed() {
        return statements.stream().flatMap(s -> s.conjuncts().stream()).toList();
    }

    /** Every goal that is not obvious: an action that changes no relation of a conjunct cannot break it. */
    public List<Goal> goals() {
        List<Goal> all = new ArrayList<>();
        for (Statement s : statements) {
            for (int i = 0; i < s.conjuncts().size(); i++) {
                all.add(Goal.initial(this, s, i));
            }
        }
        discipline.actions().forEach(action -> all.addAll(goals(action)));
        return all;
    }

    /**
     * Requires that every goal can be decided: no goal's formulas seek, directly or through others, elements of a sort
     * for given elements of itself.
     *
     * @throws InputException at the quantifier that closes a cycle of sorts in the first goal that has one
     */
    public void requireFragment() {
        for (Goal goal : goals()) {
            List<Term> asserted = new ArrayList<>(goal.assumptions());
            asserted.add(goal.denial());
            Fragment.require(asserted);
        }
    }

    /** The goals of one action, which need not be the discipline's own. */
    List<Goal> goals(AbstractAction action) {
        List<Goal> all = new ArrayList<>();
        for (Statement s : statements) {
            for (int i = 0; i < s.conjuncts().size(); i++) {
                Set<String> touched = Rewriting.relations(s.conjuncts().get(i));
                touched.retainAll(action.effects().keySet());
                if (!touched.isEmpty()) {
                    all.add(Goal.step(this, s, i, action));
                }
            }
        }
        return all;
    }

    /** How many pairs of conjunct and action are obvious. */
    public int untouched() {
        int steps = (int) goals().stream().filter(g -> g.action() != null).count();
        return assumed().size() * discipline.actions().size() - steps;
    }
}
