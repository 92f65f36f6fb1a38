package dev.moat.trace.story;

import dev.moat.logic.judge.Reason;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** A broken property in plain words, filled in with the elements that break it. */
final class Broken {
    private static final Phrases SENTENCES = Phrases.of("broken.properties");

    private Broken() {}

    /**
     * What it means for somebody; nothing where no sentence fits.
     *
     * @param since the words for the row since which a reason is so, or an empty text
     */
    static Optional<String> of(String property, List<Reason> reasons, Function<Reason, String> since) {
        Map<String, String> places = new HashMap<>();
        for (Reason r : reasons) {
            String name = (r.premise() ? "" : "not.") + r.name();
            for (int i = 0; i < r.arguments().size(); i++) {
                places.putIfAbsent(name + "." + i, r.arguments().get(i));
            }
            places.putIfAbsent(name + ".since", since.apply(r));
        }
        return SENTENCES.first(property, places);
    }
}
