package dev.moat.prove.refine;

import dev.moat.logic.Discipline;
import dev.moat.logic.claims.ClaimJudge;
import dev.moat.logic.claims.IncomparableException;
import dev.moat.machine.Machine;
import dev.moat.model.Action;
import dev.moat.model.ClaimCode;
import dev.moat.model.Model;
import dev.moat.model.Operation;
import dev.moat.model.Outcome;
import dev.moat.model.Step;
import dev.moat.prove.code.Piece;
import dev.moat.prove.code.Piece.Kind;
import dev.moat.state.Claim;
import dev.moat.state.Slots;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Runs the pieces of a machine's code, not lifted: their claims, and their effect on one state at a time. */
final class CodeReplay {
    private static final String STUTTER = "stutter";

    private final Machine machine;
    private final ClaimJudge judge;

    /** @throws IllegalArgumentException when the machine cannot be compared with the discipline */
    CodeReplay(Machine machine, Discipline discipline) {
        this.machine = machine;
        try {
            judge = new ClaimJudge(discipline, LiftedAbstraction.comparedOver(machine, discipline), machine.schema());
        } catch (IncomparableException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    /**
     * What a piece has done.
     *
     * @param took false where it is not enabled; then nothing else is meant
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Ran(boolean took, long[] after, Claim claim) {}

    /** The explorer's judge. */
    ClaimJudge judge() {
        return judge;
    }

    /** Runs it on a state. Throws what the code throws. */
    Ran run(Piece piece, long[] before, List<Integer> arguments) {
        long[] s = before.clone();
        int[] a = Arrays.copyOf(arguments.stream().mapToInt(Integer::intValue).toArray(), 6);
        Claim claim = new Claim();
        boolean took = takes(piece, s, a);
        ClaimCode code = took ? claims(machine.model(), piece) : null;
        if (code != null) {
            code.say(before, s, a[0], a[1], a[2], a[3], a[4], claim);
        }
        return new Ran(took, s, claim);
    }

    /** What the explorer's judge objects to in a transition; null where it is what it claims to be, or there is none. */
    @Nullable
    List<String> objection(Piece piece, long[] before, List<Integer> arguments) {
        Ran ran = run(piece, before, arguments);
        return ran.took() ? judge.judge(before, ran.after(), ran.claim()) : null;
    }

    private boolean takes(Piece piece, long[] s, int[] a) {
        if (piece.kind() == Kind.ACTION) {
            return action(machine.model(), piece).code().apply(s, a[0], a[1], a[2], a[3], a[4]);
        }
        if (piece.kind() == Kind.STEP) {
            return step(machine.model(), piece).code().run(s, a[0]) != Outcome.BLOCKED;
        }
        for (Operation operation : machine.model().operations()) {
            if (operation.name().equals(piece.code())) {
                Slots pc = Objects.requireNonNull(machine.model().pc());
                boolean begun = operation.start().begin(s, a[0], a[1], a[2], a[3], a[4], a[5]);
                pc.set(s, a[0], piece.call().step());
                return begun;
            }
        }
        throw new IllegalStateException(piece.name());
    }

    private static Action action(Model model, Piece piece) {
        return model.actions().stream()
                .filter(a -> a.name().equals(piece.code()))
                .findFirst()
                .orElseThrow();
    }

    private static Step step(Model model, Piece piece) {
        int at = 1;
        for (Operation operation : model.operations()) {
            for (Step step : operation.steps()) {
                if (at++ == piece.call().step()) {
                    return step;
                }
            }
        }
        throw new IllegalStateException(piece.name());
    }

    /**
     * What says what a piece claims; null where it claims nothing.
     *
     * @throws IllegalArgumentException when the component does not explain what it claims
     */
    static @Nullable ClaimCode claims(Model model, Piece piece) {
        String name = piece.kind() == Kind.ACTION
                ? action(model, piece).claims()
                : piece.kind() == Kind.STEP ? step(model, piece).claims() : STUTTER;
        if (name.equals(STUTTER)) {
            return null;
        }
        ClaimCode code = model.claims().get(name);
        if (code == null) {
            throw new IllegalArgumentException(
                    piece.name() + " claims '" + name + "', which the component does not explain");
        }
        return code;
    }
}
