package dev.moat.prove;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.microsoft.z3.Status;
import dev.moat.grant.Pins;
import dev.moat.input.InputException;
import dev.moat.logic.AbstractAction;
import dev.moat.logic.ActionMutant;
import dev.moat.logic.Term;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** That pin counters count, and that the proof would notice if they did not. */
class PinProofTest {
    private static final List<Theory> THEORIES = PinProof.theories(Proofs.HOME);

    @BeforeAll
    static void needsTheSolver() {
        Proofs.prover(THEORIES.get(0)).close();
    }

    @Test
    void everythingIsAsExpected() {
        List<PinProof> proofs = PinProof.all(Proofs.HOME, Prover.RLIMIT);
        assertThat(proofs)
                .extracting(PinProof::id)
                .containsExactly(
                        "pinned-counted",
                        "pins-match-holds",
                        "bytes/drop-unguarded",
                        "bytes/drop",
                        "bytes/take-unguarded",
                        "bytes/take");
        assertThat(proofs).allMatch(PinProof::asExpected);
        assertThat(ProofText.pins(proofs))
                .anyMatch(line -> line.contains("take-unguarded") && line.contains("found: pins"));
    }

    /** Both actions can happen, to states in which two mappings are pinned. */
    @Test
    void theProofIsNotVacuous() {
        for (Theory theory : THEORIES) {
            try (Prover prover = Proofs.prover(theory)) {
                List<Term> assumed = new ArrayList<>(theory.assumed());
                theory.statements().forEach(s -> assumed.add(s.witness()));
                for (AbstractAction action : theory.discipline().actions()) {
                    Term guard = new Term.And(action.guard().place(), Prover.guards(action));
                    assertThat(prover.satisfiable(assumed, guard, action.parameters()))
                            .as(action.name())
                            .isEqualTo(Status.SATISFIABLE);
                }
            }
        }
    }

    /** Each guard, each effect, and each part of them is needed. */
    @Test
    void whatIsLeftOutIsNoticed() {
        Map<String, String> survivors = new TreeMap<>();
        for (AbstractAction action : THEORIES.get(0).discipline().actions()) {
            for (ActionMutant mutant : ActionMutant.of(action)) {
                boolean noticed = false;
                for (Theory theory : THEORIES) {
                    try (Prover prover = Proofs.prover(theory)) {
                        noticed |= prover.firstOpen(theory.goals(mutant.action())) != null;
                    }
                }
                if (!noticed) {
                    survivors.put(mutant.id(), mutant.says());
                }
            }
        }
        assertThat(survivors).isEmpty();
    }

    /** The files speak of the very words that the implementation adds and subtracts. */
    @Test
    void theBytesAreXens() throws IOException {
        Pins pins = new Pins(8);
        assertThat(pins.limit()).isEqualTo(128);
        assertThat(Files.readString(Path.of("specs/pins/bytes/take.smt2"))).contains("(_ bv128 32)");
        assertThat(pins.fields()).extracting(f -> f.name()).containsExactly("hstw", "hstr", "devw", "devr");
        Random random = new Random(3);
        for (int n = 0; n < 1000; n++) {
            long word = random.nextInt() & 0xFFFFFFFFL;
            boolean readOnly = random.nextBoolean();
            int sides = 1 + random.nextInt(3);
            long units = pins.taken(sides, readOnly);
            for (int kind = 0; kind < Pins.KINDS; kind++) {
                assertThat(pins.count(units, kind)).isBetween(0, 1);
                if (!pins.isFull(word, sides, readOnly)) {
                    assertThat(pins.count(word + units, kind))
                            .isEqualTo(pins.count(word, kind) + pins.count(units, kind));
                }
            }
        }
    }

    @Test
    void badFilesAreRefused(@TempDir Path home) throws IOException {
        try (Stream<Path> files = Files.walk(Path.of("specs"))) {
            for (Path file : files.filter(f -> f.toString().endsWith(".smt2")).toList()) {
                Files.createDirectories(home.resolve(file).getParent());
                Files.copy(file, home.resolve(file));
            }
        }
        Files.createDirectories(home.resolve("invariants"));
        Files.copy(Path.of("invariants/pins-match-holds.smt2"), home.resolve("invariants/pins-match-holds.smt2"));
        Path take = home.resolve("specs/pins/bytes/take.smt2");
        Files.writeString(take, Files.readString(take).replace("unsat", "sat"));
        assertThat(PinProof.all(home, Prover.RLIMIT).get(5).asExpected()).isFalse();
        Files.writeString(take, Files.readString(take).replace(":status", ":state"));
        assertThatThrownBy(() -> PinProof.all(home, Prover.RLIMIT))
                .isInstanceOf(InputException.class)
                .hasMessageMatching(
                        Pattern.quote(take + "") + ":[0-9]+:1: missing \\(set-info :status sat\\) or unsat");
        Files.writeString(take, Files.readString(Path.of("specs/pins/bytes/take.smt2")) + "\n(assert (nope))\n");
        assertThatThrownBy(() -> PinProof.all(home, Prover.RLIMIT))
                .isInstanceOf(InputException.class)
                .hasMessageMatching(
                        Pattern.quote(take + "") + ":[0-9]+:[0-9]+: .*invalid function application, arguments missing");
        // The solver counts columns from 0, and this text is wrong in a first one.
        Files.writeString(take, Files.readString(Path.of("src/test/resources/fuzz/pin-bytes/brace.smt2")));
        assertThatThrownBy(() -> PinProof.all(home, Prover.RLIMIT))
                .isInstanceOf(InputException.class)
                .hasMessageMatching(Pattern.quote(take + "") + ":[1-9][0-9]*:[1-9][0-9]*: .*");
    }
}
