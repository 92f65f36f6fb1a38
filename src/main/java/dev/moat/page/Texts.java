package dev.moat.page;

import com.google.gson.JsonArray;
import dev.moat.input.Printable;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Texts of a page, each kept once: states repeat themselves. */
final class Texts {
    private final Map<String, Integer> numbers = new LinkedHashMap<>();

    /** The number of a text. */
    int number(String text) {
        return numbers.computeIfAbsent(shown(text), key -> numbers.size());
    }

    /** All texts in the order of their numbers. */
    JsonArray json() {
        JsonArray all = new JsonArray();
        numbers.keySet().forEach(all::add);
        return all;
    }

    /** Text of others as it may be shown: what a browser would act upon is written out. */
    static String shown(String text) {
        return Printable.of(text);
    }

    static JsonArray array(Collection<String> texts) {
        JsonArray all = new JsonArray();
        texts.forEach(t -> all.add(shown(t)));
        return all;
    }

    static JsonArray numbers(List<Integer> numbers) {
        JsonArray all = new JsonArray();
        numbers.forEach(all::add);
        return all;
    }
}
