package dev.moat.logic.claims;

import dev.moat.logic.AbstractAction;
import dev.moat.logic.Discipline;
import dev.moat.logic.ground.GroundAction;
import dev.moat.logic.ground.Grounding;
import dev.moat.logic.testing.AtomWorld;
import dev.moat.state.Abstraction;
import dev.moat.state.Claim;
import dev.moat.state.Relation;
import dev.moat.state.Slots;
import dev.moat.state.Sort;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The twin of {@link ClaimJudge}, and the place to read first for what it says: every atom of both states is asked for,
 * nothing is remembered, and no footprint is looked at.
 */
public final class PlainClaimJudge implements TransitionJudge, GroundAction.Atoms {
    private final Discipline discipline;
    private final Set<String> relations;
    private final Abstraction from;
    private final AtomWorld world;
    private final Map<List<Integer>, GroundAction> compiled = new HashMap<>();
    /** How often each action of the discipline could be taken. */
    private final long[] taken;

    public PlainClaimJudge(Discipline discipline, Abstraction from) {
        this.discipline = discipline;
        relations = discipline.relations();
        this.from = from;
        world = new AtomWorld(
                discipline.vocabulary(), sort -> from.sort(sort).map(Sort::size).orElse(0), Set.of());
        taken = new long[discipline.actions().size()];
    }

    @Override
    public List<String> judge(long[] before, long[] after, Claim claim) {
        long[] expected = abstractionOf(before);
        for (int i = 0; i < claim.count(); i++) {
            if (!take(claim, i, expected)) {
                return List.of(claim.name(i) + " cannot be taken");
            }
        }
        return Arrays.equals(expected, abstractionOf(after)) ? null : List.of("something else happens");
    }

    private long[] abstractionOf(long[] s) {
        long[] atoms = world.schema().blank();
        for (String name : relations) {
            Relation relation = from.relation(name).orElseThrow();
            Slots bits = world.bits().get(name);
            for (int n = 0; n < bits.size(); n++) {
                int[] a = elements(relation.places(), n);
                bits.set(atoms, n, relation.code().holds(s, a[0], a[1], a[2], a[3], a[4]) ? 1 : 0);
            }
        }
        return atoms;
    }

    private boolean take(Claim claim, int i, long[] atoms) {
        String name = claim.name(i);
        if (name.startsWith(Claim.EXCHANGE)) {
            return exchange(name.substring(Claim.EXCHANGE.length()), claim.argument(i, 0), claim.argument(i, 1), atoms);
        }
        int number = 0;
        while (!discipline.actions().get(number).name().equals(name)) {
            number++;
        }
        AbstractAction action = discipline.actions().get(number);
        List<Integer> given = new ArrayList<>();
        for (int k = 0; k < action.parameters().size(); k++) {
            given.add(claim.argument(i, k));
            if (!isElement(action.parameters().get(k).sort(), claim.argument(i, k))) {
                return false;
            }
        }
        List<Integer> key = new ArrayList<>(given);
        key.add(number);
        boolean isTaken = compiled.computeIfAbsent(
                        key,
                        k -> GroundAction.of(action, given, new Grounding(world.abstraction(), world.schema()), this))
                .apply(atoms);
        taken[number] += isTaken ? 1 : 0;
        return isTaken;
    }

    private boolean isElement(String sort, int element) {
        return element >= 0 && element < from.sort(sort).map(Sort::size).orElse(0);
    }

    /** What a constant tells apart is not the same afterwards. */
    private boolean exchange(String sort, int x, int y, long[] atoms) {
        if (!isElement(sort, x) || !isElement(sort, y)) {
            return false;
        }
        long[] before = atoms.clone();
        for (String name : relations) {
            List<Sort> places = places(name);
            Slots bits = world.bits().get(name);
            for (int n = 0; n < bits.size(); n++) {
                int[] a = elements(places, n);
                int other = 0;
                for (int k = 0; k < places.size(); k++) {
                    boolean moves = places.get(k).name().equals(sort) && (a[k] == x || a[k] == y);
                    other = other * places.get(k).size() + (moves ? x + y - a[k] : a[k]);
                }
                bits.set(atoms, other, bits.get(before, n));
            }
        }
        return true;
    }

    /** The elements of the n-th atom, the last place fastest, padded to five. */
    private static int[] elements(List<Sort> places, int n) {
        int[] elements = new int[5];
        int rest = n;
        for (int k = places.size() - 1; k >= 0; k--) {
            elements[k] = rest % places.get(k).size();
            rest /= places.get(k).size();
        }
        return elements;
    }

    /** As {@link ClaimJudge#taken}. */
    public List<Long> taken() {
        return Arrays.stream(taken).boxed().toList();
    }

    @Override
    public List<Sort> places(String relation) {
        return from.relation(relation).map(Relation::places).orElse(null);
    }

    @Override
    public Slots slots(String relation) {
        return world.bits().get(relation);
    }

    @Override
    public int element(String relation, int n) {
        return n;
    }
}
