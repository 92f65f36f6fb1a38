package dev.moat.certificate;

import dev.moat.certificate.CertificateFormula.Kind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The instances of a sentence that a model violates, found variable by variable. */
final class Instances {
    private final ClauseModel model;
    private final CertificateFormula sentence;
    /** The sign of the body's value where nothing is wrong. */
    private final int sign;

    private final Map<String, String> by = new HashMap<>();
    private final List<RefutationStep> found = new ArrayList<>();

    Instances(ClauseModel model, CertificateFormula sentence) {
        this.model = model;
        this.sentence = sentence;
        sign = sentence.kind() == Kind.FORALL ? 1 : -1;
    }

    /** At most this many of them, the first by the names of their constants. */
    List<RefutationStep> violated(int most) {
        extend(0, most);
        return found;
    }

    private void extend(int variable, int most) {
        CertificateFormula body = sentence.parts().get(0);
        boolean whole = variable == sentence.names().size();
        int value = whole ? model.wholeValue(body, by) : model.value(body, by);
        if (found.size() >= most || sign * value > 0) {
            return;
        }
        if (whole) {
            found.add(new RefutationStep.Instance(
                    sentence, sentence.names().stream().map(by::get).toList()));
            return;
        }
        String name = sentence.names().get(variable);
        for (String element : model.elements(sentence.sorts().get(variable))) {
            by.put(name, element);
            extend(variable + 1, most);
        }
        by.remove(name);
    }
}
