package dev.moat.prove.infer;

import dev.moat.logic.SmtText;
import dev.moat.logic.Term;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes inferred lemmas as a file, in the form of those in {@code specs/lemmas}. */
final class LemmaText {
    private LemmaText() {}

    /**
     * The file.
     *
     * @param serves for each lemma, in the order of the file, the properties that need it
     * @param example what is true in some state in which the lemmas say something
     * @param by the command that found them
     */
    static String of(Map<Candidate, List<String>> serves, @Nullable Term example, String by) {
        StringBuilder text = new StringBuilder();
        text.append("; Found by ").append(by).append(". Above each conjunct: the properties that need it.\n");
        text.append("(set-info :says \"Found by the machine: what every step keeps and the properties need.\")\n");
        text.append("(set-info :kind lemma)\n");
        text.append("(set-info :source \"").append(by).append("\")\n\n");
        // A conjunction has two parts at least.
        boolean several = serves.size() > 1;
        text.append("(define-fun invariant () Bool").append(several ? "\n  (and" : "");
        serves.forEach((c, who) -> {
            text.append("\n    ; ").append(String.join(", ", who));
            text.append("\n    ").append(SmtText.of(c.formula(), List.of()));
        });
        text.append(several ? "))" : ")").append("\n\n(define-fun witness () Bool\n  ");
        text.append(example == null ? "true" : SmtText.of(example, List.of())).append(")\n");
        return text.toString();
    }
}
