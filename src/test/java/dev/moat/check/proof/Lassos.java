package dev.moat.check.proof;

import dev.moat.discipline.Designs;
import dev.moat.discipline.InstanceBounds;
import dev.moat.prove.Responses;
import dev.moat.prove.Theory;
import dev.moat.tests.Kept;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/** Runs on which a response is never given, each searched once for the tests that look at it. */
final class Lassos {
    static final Theory THEORY = Theory.load(Path.of(""));
    static final Responses SHIPPED = Responses.load(Path.of("specs/responses"), THEORY);

    private static final Kept<ResponseLasso> FOUND = new Kept<>(Lassos::search);

    private Lassos() {}

    /** The shipped rules and discipline without a part of one. */
    static Responses without(String part) {
        return Responses.isPart(part)
                ? SHIPPED.without(List.of(part))
                : SHIPPED.of(THEORY.with(Designs.inject(THEORY.discipline(), List.of(part))));
    }

    /** The run on which a rule's response is never given without a part. */
    static ResponseLasso found(String part, String id) {
        return FOUND.of(part + " " + id);
    }

    private static ResponseLasso search(String partAndId) {
        String[] words = partAndId.split(" ");
        Responses broken = without(words[0]);
        return Objects.requireNonNull(
                ResponseLasso.search(
                                broken, Objects.requireNonNull(broken.rules().get(words[1])), InstanceBounds.initial())
                        .lasso(),
                partAndId);
    }
}
