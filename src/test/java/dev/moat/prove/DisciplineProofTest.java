package dev.moat.prove;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class DisciplineProofTest {
    @Test
    void x() {
        Theory theory = Theory.load(Path.of(""));
        System.out.println(theory.goals().size() + " goals, outside " + theory.outside());
        try (Prover prover = new Prover(theory, Prover.RLIMIT)) {
            long z = System.nanoTime();
            Audit audit = Audit.of(theory, prover);
            System.out.println((System.nanoTime() - z) / 1000000 + " ms audit of " + audit.mutants());
            System.out.println("imp " + audit.impossible());
            System.out.println("hol " + audit.hollow());
            System.out.println("unn " + audit.unneeded());
            System.out.println("und " + audit.undecided());
            audit.survivors().forEach((k, v) -> System.out.println(k + "   " + v));
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
