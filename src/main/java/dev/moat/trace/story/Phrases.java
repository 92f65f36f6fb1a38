package dev.moat.trace.story;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.regex.Pattern;

/**
 * Sentences with places for arguments, by the name of their event: {@code {0}} is the first argument. They are in a
 * file of this package, {@code name = sentence}.
 */
final class Phrases {
    private final Properties sentences = new Properties();

    private Phrases() {}

    /** Those of a file beside this class. */
    static Phrases of(String file) {
        Phrases phrases = new Phrases();
        try (InputStream in = Phrases.class.getResourceAsStream(file)) {
            if (in == null) {
                throw new IllegalStateException(file + " is not in the jar");
            }
            phrases.sentences.load(new InputStreamReader(in, StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return phrases;
    }

    /** The sentence with its arguments; nothing when there is none, or it asks for more arguments than there are. */
    Optional<String> tell(String name, List<String> arguments) {
        String sentence = sentences.getProperty(name);
        if (sentence == null) {
            return Optional.empty();
        }
        for (int i = 0; i < arguments.size(); i++) {
            sentence = sentence.replace("{" + i + "}", arguments.get(i));
        }
        return sentence.contains("{") ? Optional.empty() : Optional.of(sentence);
    }

    /** The first of name/1, name/2, ... whose places all have a text; nothing when there is none. */
    Optional<String> first(String name, Map<String, String> places) {
        for (int n = 1; sentences.containsKey(name + "/" + n); n++) {
            String sentence = sentences.getProperty(name + "/" + n);
            for (Map.Entry<String, String> place : places.entrySet()) {
                sentence = sentence.replace("{" + place.getKey() + "}", place.getValue());
            }
            if (!sentence.contains("{")) {
                return Optional.of(sentence);
            }
        }
        return Optional.empty();
    }

    /** The text under a name, as it stands. */
    Optional<String> plain(String name) {
        return Optional.ofNullable(sentences.getProperty(name));
    }

    /** Words for what a pattern finds; $1 in them is what its first group matched. */
    record Notice(Pattern change, String words) {}

    /** Those of a file beside this class, in its order; {@code pattern => words}, a line each. */
    static List<Notice> read(String file) {
        try (InputStream in = Phrases.class.getResourceAsStream(file)) {
            if (in == null) {
                throw new IllegalStateException(file + " is not in the jar");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                    .map(line -> line.split(" => ", 2))
                    .map(parts -> new Notice(Pattern.compile(parts[0]), parts[1]))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** For example {@code " since step 4"}; nothing of what was always so. */
    static String since(int row) {
        return row == 0 ? "" : " since step " + row;
    }

    /** The same, and of what was always so that it was. */
    static String from(int row) {
        return row == 0 ? " from the start" : since(row);
    }

    /** What an entry of tables is called: those that a vIOMMU shadows are not the guest's own. */
    static String entry(String space) {
        return (space.startsWith("shadow") ? "shadow" : "table") + " entry";
    }
}
