package dev.moat.certificate;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A step that brings in a formula, in the terms of no certificate in particular: sentences are themselves and not numbers. */
interface RefutationStep {
    /** Takes it, where the sentences have these numbers, and says its line. */
    String take(Refutation refutation, Map<CertificateFormula, Integer> numbers);

    /** The sentence that has to be there before. */
    default List<CertificateFormula> sentences() {
        return List.of();
    }

    /** The constants that have to be there before. */
    default List<String> constants() {
        return List.of();
    }

    /** An assertion of the goal. */
    record Use(int assertion) implements RefutationStep {
        @Override
        public String take(Refutation refutation, Map<CertificateFormula, Integer> numbers) {
            refutation.use(assertion);
            return "use " + assertion;
        }
    }

    /** A sentence for some constants. */
    record Instance(CertificateFormula sentence, List<String> elements) implements RefutationStep {
        @Override
        public String take(Refutation refutation, Map<CertificateFormula, Integer> numbers) {
            int number = numbers.getOrDefault(sentence, 0);
            refutation.instance(number, elements);
            return "instance " + number + " " + String.join(" ", elements);
        }

        @Override
        public List<CertificateFormula> sentences() {
            return List.of(sentence);
        }

        @Override
        public List<String> constants() {
            return elements;
        }
    }

    /** New constants for a sentence. */
    record Witness(CertificateFormula sentence, List<String> elements) implements RefutationStep {
        @Override
        public String take(Refutation refutation, Map<CertificateFormula, Integer> numbers) {
            int number = numbers.getOrDefault(sentence, 0);
            refutation.witness(number, elements);
            return "witness " + number + " " + String.join(" ", elements);
        }

        @Override
        public List<CertificateFormula> sentences() {
            return List.of(sentence);
        }
    }

    /** Equality of three constants. */
    record Transitive(String a, String b, String c) implements RefutationStep {
        @Override
        public String take(Refutation refutation, Map<CertificateFormula, Integer> numbers) {
            refutation.transitive(a, b, c);
            return "transitive " + a + " " + b + " " + c;
        }

        @Override
        public List<String> constants() {
            return List.of(a, b, c);
        }
    }

    /** Atoms of equal constants. */
    record Congruent(String relation, List<String> elements, List<String> others) implements RefutationStep {
        @Override
        public String take(Refutation refutation, Map<CertificateFormula, Integer> numbers) {
            refutation.congruent(relation, elements, others);
            return "congruent " + relation + " " + elements.size() + " " + String.join(" ", elements) + " "
                    + String.join(" ", others);
        }

        @Override
        public List<String> constants() {
            return Stream.concat(elements.stream(), others.stream()).toList();
        }
    }
}
