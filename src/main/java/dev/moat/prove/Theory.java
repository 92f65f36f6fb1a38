package dev.moat.prove;

import dev.moat.input.InputException;
import dev.moat.input.Place;
import dev.moat.logic.AbstractAction;
import dev.moat.logic.Discipline;
import dev.moat.logic.Fragment;
import dev.moat.logic.Invariant;
import dev.moat.logic.InvariantLibrary;
import dev.moat.logic.Rewriting;
import dev.moat.logic.Term;
import dev.moat.logic.Vocabulary;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A discipline and the statements to be proved of it.
 *
 * @param vocabulary sorts and relations
 * @param statements safety properties first, then lemmas, each sorted by id
 * @param failing conjuncts that a family says it does not keep, each a statement of its own: neither proved nor
 *     assumed
 * @param others what is not among the statements: it speaks of relations which the discipline does not know, or wants
 *     things to happen
 */
public record Theory(
        Vocabulary vocabulary,
        Discipline discipline,
        List<ProofStatement> statements,
        List<ProofStatement> failing,
        List<Invariant> others) {
    /**
     * Reads {@code specs/vocabulary.smt2}, {@code invariants}, {@code specs/properties}, {@code specs/discipline.smt2} and
     * {@code specs/lemmas} below a directory.
     *
     * @throws InputException for the first bad file in that order; then when two files have one id
     */
    public static Theory load(Path home) {
        return load(home, List.of());
    }

    /**
     * The same with more properties and words.
     *
     * @throws InputException as {@link #load(Path)}
     */
    public static Theory load(Path home, List<Path> properties) {
        Path specs = home.resolve("specs");
        return load(home, properties, specs.resolve("discipline.smt2"), specs.resolve("lemmas"));
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
     * @throws InputException when two statements have one id; at the discipline's end when it promises what is not there, or what speaks
     *     of a relation that it does not know
     */
    public static Theory of(Vocabulary vocabulary, Discipline discipline, List<Invariant> invariants) {
        requireNew(Set.of(), invariants);
        Theory theory = of(vocabulary, discipline, List.of(), invariants);
        theory.requirePromised(discipline);
        return theory;
    }

    private static Theory of(
            Vocabulary vocabulary, Discipline discipline, List<ProofStatement> more, List<Invariant> invariants) {
        Set<String> known = discipline.relations();
        List<ProofStatement> statements = new ArrayList<>(more);
        List<Invariant> others = new ArrayList<>();
        for (Invariant invariant : invariants) {
            // A discipline says what is allowed, not that what is wanted happens: completeness is for the explorer, but
            // for one that promises it.
            boolean meant = !invariant.kind().equals("completeness")
                    || discipline.promised().contains(invariant.id());
            if (meant && known.containsAll(Rewriting.relations(invariant.formula()))) {
                statements.add(ProofStatement.of(invariant));
            } else {
                others.add(invariant);
            }
        }
        statements.sort(Comparator.comparing((ProofStatement s) -> !s.safety()).thenComparing(ProofStatement::id));
        others.sort(Comparator.comparing(Invariant::id));
        return new Theory(vocabulary, discipline, List.copyOf(statements), List.of(), List.copyOf(others));
    }

    /** Where the discipline starts, without macros. */
    public Term initially() {
        return Rewriting.plain(discipline.initially());
    }

    /** Ids of its lemmas, sorted. */
    List<String> lemmas() {
        return statements.stream()
                .filter(s -> !s.safety())
                .map(ProofStatement::id)
                .toList();
    }

    /** Ids of what is not about the discipline, sorted. */
    public List<String> outside() {
        return others.stream().map(Invariant::id).toList();
    }

    /**
     * The same of hardware or software of a kind: the discipline varied by a file of {@code specs/families}. What that says initially is
     * proved to stay, as a lemma, and assumed as lemmas are. Words, properties and lemmas of its own are in a directory beside the file,
     * which has the file's name; a completeness property is proved where the file says {@code promises-ID}. A conjunct of which it says
     * {@code fails-ID.N} is neither proved nor assumed.
     *
     * @throws InputException for the first bad file of the directory; then as {@link Discipline#load}; then at the first formula of the
     *     directory that has the id of another property or lemma, proved of the varied discipline or not, or speaks of a relation that the
     *     family does not know; then at the file's end when what it promises is not there, or speaks of such a relation, or when what it
     *     says fails is not there
     */
    public Theory ofFamily(Path file) {
        String name = String.valueOf(file.getFileName()).replace(".smt2", "");
        Path own = file.resolveSibling(name);
        Path[] directories = Files.isDirectory(own) ? new Path[] {own} : new Path[0];
        InvariantLibrary library = InvariantLibrary.load(discipline.vocabulary(), directories);
        Discipline other = Discipline.variation(file, library.vocabulary());
        List<ProofStatement> all = new ArrayList<>(statements);
        List<Term> stays = Rewriting.conjuncts(Rewriting.plain(other.stays()));
        if (!stays.isEmpty()) {
            Term witness = Rewriting.plain(other.stays());
            requireUncalled("of-" + name);
            all.add(new ProofStatement(
                    "of-" + name, false, "What is special of this hardware stays so.", stays, witness));
        }
        List<Invariant> open = new ArrayList<>(others);
        open.addAll(library.all());
        Set<String> known = new TreeSet<>(outside());
        all.forEach(s -> known.add(s.id()));
        requireNew(known, library.all());
        Theory theory = of(library.vocabulary(), discipline.variedBy(other), all, open);
        theory.requireAll(library.all());
        theory.requirePromised(other);
        return theory.withoutFailing(other.end());
    }

    /** The same without the conjuncts that its discipline says it does not keep; of a statement that keeps none nothing is left. */
    private Theory withoutFailing(Place end) {
        Map<String, ProofStatement> left = new LinkedHashMap<>();
        statements.forEach(s -> left.put(s.id(), s));
        List<ProofStatement> found = new ArrayList<>();
        discipline.failing().forEach((name, failing) -> {
            int dot = name.lastIndexOf('.');
            String id = name.substring(0, Math.max(0, dot));
            ProofStatement of = left.get(id);
            String number = name.substring(dot + 1);
            int n = of == null || !number.matches("[1-9][0-9]?") ? 0 : Integer.parseInt(number);
            if (of == null || !of.numbers().contains(n)) {
                throw end.error("'fails-" + name + "' names no conjunct of a property or lemma, as no-stale.1 does");
            }
            if (discipline.actions().stream().noneMatch(a -> a.name().equals(failing.action()) && !a.isNever())) {
                throw end.error("'fails-" + name + "' names no action that happens: " + failing.action());
            }
            found.add(of.conjunct(n));
            left.put(id, of.only(m -> m != n));
        });
        left.values().removeIf(s -> s.conjuncts().isEmpty());
        return new Theory(vocabulary, discipline, List.copyOf(left.values()), found, others);
    }

    /** That each is called as nothing else is: one of two, perhaps the weaker one, would be taken for the other. */
    private static void requireNew(Set<String> known, List<Invariant> own) {
        Set<String> ids = new TreeSet<>(known);
        for (Invariant each : own) {
            if (!ids.add(each.id())) {
                throw each.formula().place().error("two properties have the name '" + each.id() + "'");
            }
        }
    }

    /** That no property that there is takes the place of a family's own lemma, or loses its place to it. */
    private void requireUncalled(String id) {
        Map<String, Place> known = new LinkedHashMap<>();
        statements.forEach(s -> known.put(s.id(), s.witness().place()));
        others.forEach(i -> known.put(i.id(), i.formula().place()));
        Place place = known.get(id);
        if (place != null) {
            throw place.error("two properties have the name '" + id + "': a family's lemma is called so");
        }
    }

    /** That all that a family has of its own is proved: nothing else judges it. */
    private void requireAll(List<Invariant> own) {
        for (Invariant each : own) {
            if (others.contains(each)) {
                throw each.formula()
                        .place()
                        .error("'" + each.id() + "' does not speak of the discipline, or is not promised");
            }
        }
    }

    private void requirePromised(Discipline promising) {
        for (String id : promising.promised()) {
            if (statements.stream().noneMatch(s -> s.id().equals(id))) {
                throw promising.end().error("'promises-" + id + "' names no property that speaks of the discipline");
            }
        }
    }

    /** The same discipline with other actions; the statements are as they were. */
    public Theory with(Discipline other) {
        return new Theory(vocabulary, other, statements, failing, others);
    }

    /** The same with those of its safety properties that are named, and these lemmas in place of its own. */
    public Theory with(Collection<String> safety, List<Invariant> lemmas) {
        List<ProofStatement> kept = new ArrayList<>();
        statements.stream().filter(s -> s.safety() && safety.contains(s.id())).forEach(kept::add);
        lemmas.forEach(l -> kept.add(ProofStatement.of(l)));
        return with(kept);
    }

    /** The same with only those of its safety properties that are named, and all of its lemmas. */
    public Theory only(Collection<String> safety) {
        return with(statements.stream()
                .filter(s -> !s.safety() || safety.contains(s.id()))
                .toList());
    }

    /** The same with other statements. */
    Theory with(List<ProofStatement> kept) {
        return new Theory(vocabulary, discipline, List.copyOf(kept), failing, others);
    }

    /** All conjuncts of all statements, what a proof may assume of the state before a step. */
    public List<Term> assumed() {
        return statements.stream().flatMap(s -> s.conjuncts().stream()).toList();
    }

    /** Every goal that is not obvious: an action that changes no relation of a conjunct cannot break it. */
    public List<Goal> goals() {
        List<Goal> all = new ArrayList<>();
        for (ProofStatement s : statements) {
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
        for (ProofStatement s : statements) {
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
