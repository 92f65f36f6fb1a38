package dev.moat.prove;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class DisciplineProofTest {
    @Test
    void x() {
        Theory theory = Theory.load(Path.of(""));
        System.out.println(theory.goals().size() + " goals, outside " + theory.outside());
        try (Prover prover = new Prover(theory, Prover.RLIMIT)) {
            for (int k = 0; k < 3; k++) {
                long t = System.nanoTime();
                var answers = prover.prove(theory);
                System.out.println((System.nanoTime() - t) / 1000000 + " ms");
                if (k > 0) continue;
                for (Answer a : answers) {
                    if (a.status() != Answer.Status.PROVED) {
                        System.out.println(a.status() + " " + a.goal().id() + " " + a.reason());
                        if (a.cti() != null) {
                            System.out.println(a.cti().disagreement());
                            a.cti().lines().forEach(System.out::println);
                        }
                    }
                }
            }
        }
    }
}
