package dev.moat.prove.refine;

import dev.moat.prove.code.CodeGoal;
import dev.moat.prove.code.LiftedMachine;
import dev.moat.prove.code.Piece;
import dev.moat.prove.code.Piece.Kind;
import dev.moat.prove.code.RandomStates;
import dev.moat.prove.code.Transitions;
import dev.moat.prove.lift.Evaluation;
import dev.moat.prove.lift.Lifted.Addition;
import dev.moat.prove.lift.TermExpr;
import dev.moat.state.Claim;
import dev.moat.state.Slots;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * What was lifted of claims and meanings, and the code itself, executed on random states: the claim, every atom, and whether the
 * explorer's judge objects where one of the goals is denied.
 */
final class ClaimAgreement {
    final List<String> differences = new ArrayList<>();
    int taken;
    int said;
    int objections;
    int exceptions;
    /** Pieces of which no state had both a claim and a judge's answer to compare. */
    final List<String> notCompared = new ArrayList<>();

    private final LiftedMachine lifted;
    private final Refinement refinement;
    private final CodeReplay replay;
    private final Transitions transitions;
    private final Random random = new Random(11);

    ClaimAgreement(LiftedMachine lifted, Refinement refinement, CodeReplay replay, int statesEach) {
        this.lifted = lifted;
        this.refinement = refinement;
        this.replay = replay;
        transitions = new Transitions(lifted);
        List<long[]> reached = RandomStates.walk(lifted.machine(), random);
        for (Piece piece : lifted.pieces()) {
            One one = new One(piece);
            for (int n = 0; n < statesEach; n++) {
                long[] s = reached.get(random.nextInt(reached.size())).clone();
                RandomStates.disturb(lifted.machine(), s, random, n);
                one.compare(s);
            }
            if (one.compared == 0) {
                notCompared.add(piece.name());
            }
        }
    }

    /** One piece, prepared for as many states as wanted. */
    private final class One {
        private final Piece piece;
        private final List<Addition> additions;
        private final List<TermExpr> wrong = new ArrayList<>();
        private final List<TermExpr> throwing = new ArrayList<>();
        private final TermExpr takes;
        private final Evaluation evaluation;
        private int compared;

        One(Piece piece) {
            this.piece = piece;
            additions = refinement.said(piece);
            takes = transitions.takes(piece);
            for (CodeGoal goal : refinement.goals()) {
                boolean own = goal.piece().equals(piece.name());
                if (goal.piece().equals("meaning") || (own && goal.says().startsWith("the claim, "))) {
                    throwing.add(goal.never());
                } else if (own && !goal.says().endsWith("at the next step")) {
                    wrong.add(goal.never());
                }
            }
            List<TermExpr> all = new ArrayList<>(piece.arguments());
            all.add(takes);
            all.addAll(wrong);
            all.addAll(throwing);
            additions.forEach(a -> {
                all.add(a.when());
                all.addAll(a.arguments());
            });
            refinement.before().of().values().forEach(all::addAll);
            evaluation = new Evaluation(all);
        }

        private boolean any(List<TermExpr> of) {
            return of.stream().anyMatch(e -> evaluation.value(e) != 0);
        }

        void compare(long[] s) {
            Slots pc = lifted.machine().model().pc();
            if (piece.kind() != Kind.ACTION && pc != null) {
                pc.set(s, 0, piece.kind() == Kind.START ? 0 : piece.call().step());
            }
            Map<TermExpr, Long> variables = new HashMap<>();
            for (int i = 0; i < s.length; i++) {
                variables.put(lifted.words().get(i), s[i]);
            }
            evaluation.run(e -> variables.computeIfAbsent(e, unknown -> (long) random.nextInt()));
            if (evaluation.value(takes) == 0) {
                return;
            }
            taken++;
            List<Integer> arguments = piece.arguments().stream()
                    .map(a -> (int) evaluation.value(a))
                    .toList();
            CodeReplay.Ran ran;
            try {
                ran = replay.run(piece, s, arguments);
                compareAtoms(s);
            } catch (RuntimeException e) {
                exceptions++;
                if (!any(throwing)) {
                    differences.add(piece.name() + " throws, lifted it does not: " + e);
                }
                return;
            }
            if (!ran.took()) {
                differences.add(piece.name() + " is not enabled");
                return;
            }
            compareClaim(ran.claim());
            try {
                boolean objects = replay.objection(piece, s, arguments) != null;
                compared++;
                objections += objects ? 1 : 0;
                if (objects != any(wrong)) {
                    differences.add(piece.name() + ": the judge objects: " + objects);
                }
                if (any(throwing)) {
                    differences.add(piece.name() + ": no exception, but lifted there is one");
                }
            } catch (RuntimeException e) {
                // The state afterwards may have no meaning, in a state that is not well-formed.
                exceptions++;
            }
        }

        private void compareAtoms(long[] s) {
            refinement.before().of().forEach((name, atoms) -> {
                var relation = refinement.before().shape().relation(name);
                int[] e = new int[5];
                for (int n = 0; n < atoms.size(); n++) {
                    relation.place(n, e);
                    boolean holds = relation.code().holds(s, e[0], e[1], e[2], e[3], e[4]);
                    if (holds != (evaluation.value(atoms.get(n)) != 0)) {
                        differences.add(name + " number " + n);
                    }
                }
            });
        }

        private void compareClaim(Claim claim) {
            List<String> executed = new ArrayList<>();
            for (int i = 0; i < claim.count(); i++) {
                StringBuilder one = new StringBuilder(claim.name(i));
                for (int k = 0; k < Claim.PLACES; k++) {
                    one.append(' ').append(claim.argument(i, k));
                }
                executed.add(one.toString());
            }
            List<String> symbolic = new ArrayList<>();
            for (Addition a : additions) {
                if (evaluation.value(a.when()) != 0) {
                    StringBuilder one = new StringBuilder(a.name());
                    a.arguments().forEach(x -> one.append(' ').append(evaluation.value(x)));
                    symbolic.add(one.toString());
                }
            }
            said += executed.size();
            if (!executed.equals(symbolic)) {
                differences.add(piece.name() + " claims " + executed + ", lifted " + symbolic);
            }
        }
    }
}
