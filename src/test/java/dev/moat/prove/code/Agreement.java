package dev.moat.prove.code;

import dev.moat.model.Action;
import dev.moat.model.Operation;
import dev.moat.prove.lift.Evaluation;
import dev.moat.prove.lift.Obligation;
import dev.moat.prove.lift.TermExpr;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Lifted code and the code itself, executed on random states: reached ones in which some slots have any value that fits, so that
 * guards hold often enough, and exceptions happen.
 */
public record Agreement(
        List<String> differences, int compared, int exceptions, int changes, List<String> neverChanged) {
    /** On so many states for each piece. */
    public static Agreement of(LiftedMachine lifted, int statesEach) {
        Random random = new Random(7);
        List<long[]> reached = RandomStates.walk(lifted.machine(), random);
        List<String> differences = new ArrayList<>();
        List<String> never = new ArrayList<>();
        int compared = 0;
        int exceptions = 0;
        int changes = 0;
        for (Piece piece : lifted.pieces()) {
            Run run = new Run(lifted, piece);
            int changed = 0;
            for (int n = 0; n < statesEach; n++) {
                long[] s = reached.get(random.nextInt(reached.size())).clone();
                RandomStates.disturb(lifted.machine(), s, random, n);
                run.compare(s, random, differences);
                compared++;
                exceptions += run.threw ? 1 : 0;
                changed += run.changed ? 1 : 0;
            }
            changes += changed;
            if (changed == 0) {
                never.add(piece.name());
            }
        }
        return new Agreement(differences, compared, exceptions, changes, never);
    }

    /** One piece, prepared for as many states as wanted. */
    private static final class Run {
        private final LiftedMachine lifted;
        private final Piece piece;
        private final Evaluation evaluation;
        private final Map<TermExpr, Long> variables = new HashMap<>();
        private final List<TermExpr> inputs;
        boolean threw;
        boolean changed;

        Run(LiftedMachine lifted, Piece piece) {
            this.lifted = lifted;
            this.piece = piece;
            inputs = piece.arguments();
            List<TermExpr> all = new ArrayList<>(piece.after());
            all.add(piece.does().answer());
            piece.does().obligations().forEach(o -> all.add(o.when()));
            all.addAll(inputs);
            evaluation = new Evaluation(all);
        }

        void compare(long[] s, Random random, List<String> differences) {
            for (int i = 0; i < s.length; i++) {
                variables.put(lifted.words().get(i), s[i]);
            }
            int seed = random.nextInt();
            evaluation.run(e -> variables.getOrDefault(e, (long) new Random(seed + e.hashCode()).nextInt()));
            int[] arguments = new int[7];
            for (int i = 0; i < inputs.size(); i++) {
                arguments[i] = (int) evaluation.value(inputs.get(i));
            }
            long[] after = s.clone();
            boolean fails =
                    piece.does().obligations().stream().map(Obligation::when).anyMatch(o -> evaluation.value(o) != 0);
            threw = false;
            long answer = 0;
            try {
                answer = execute(after, arguments);
            } catch (RuntimeException e) {
                threw = true;
            }
            changed = !Arrays.equals(s, after);
            if (threw != fails) {
                differences.add(piece.name() + ": exception " + threw + ", lifted " + fails);
            } else if (!threw) {
                compareStates(after, answer, differences);
            }
        }

        private void compareStates(long[] after, long answer, List<String> differences) {
            if (evaluation.value(piece.does().answer()) != answer) {
                differences.add(piece.name() + ": answers " + answer);
            }
            for (int i = 0; i < after.length; i++) {
                if (evaluation.value(piece.after().get(i)) != after[i]) {
                    differences.add(piece.name() + ": word " + i);
                }
            }
        }

        private long execute(long[] s, int[] a) {
            if (piece.kind() == Piece.Kind.ACTION) {
                Action action = lifted.machine().model().actions().stream()
                        .filter(x -> x.name().equals(piece.code()))
                        .findFirst()
                        .orElseThrow();
                return action.code().apply(s, a[0], a[1], a[2], a[3], a[4]) ? 1 : 0;
            }
            for (Operation op : lifted.machine().model().operations()) {
                if (piece.kind() == Piece.Kind.START && op.name().equals(piece.code())) {
                    return op.start().begin(s, a[0], a[1], a[2], a[3], a[4], a[5]) ? 1 : 0;
                }
                for (var step : op.steps()) {
                    if (piece.kind() == Piece.Kind.STEP && piece.code().equals(op.name() + "/" + step.name())) {
                        return step.code().run(s, a[0]);
                    }
                }
            }
            throw new IllegalStateException(piece.name());
        }
    }
}
