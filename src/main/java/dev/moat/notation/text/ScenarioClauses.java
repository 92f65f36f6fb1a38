package dev.moat.notation.text;

import dev.moat.input.InputException;
import dev.moat.notation.text.Token.Kind;
import dev.moat.notation.tree.At;
import dev.moat.notation.tree.Item;
import dev.moat.notation.tree.Item.Word;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the clauses of a scenario, each on a line, in any order. */
final class ScenarioClauses {
    private static final int MOST_WORDS = 100;
    private static final Set<String> CLAUSES = Set.of("set", "each", "inject", "holds", "breaks", "excuse", "expect");

    private final TokenCursor cursor;
    private final Set<String> seen = new HashSet<>();
    private final List<Map.Entry<Word, Word>> settings = new ArrayList<>();
    private final List<Word> faults = new ArrayList<>();
    private final List<Word> holds = new ArrayList<>();
    private final List<Word> breaks = new ArrayList<>();
    private final List<Map.Entry<Word, Word>> excuses = new ArrayList<>();
    private boolean steps = true;
    private Item.@Nullable Expected expected;

    ScenarioClauses(TokenCursor cursor) {
        this.cursor = cursor;
    }

    /** Reads one clause. */
    void next() {
        At at = cursor.at();
        String clause = cursor.oneOf("a clause of a scenario", CLAUSES);
        if (!seen.add(clause) && !clause.equals("excuse")) {
            throw error(at, "'" + clause + "' is there twice: one clause has all of it, with commas between");
        }
        switch (clause) {
            case "set" -> {
                do {
                    Word parameter = word("a parameter");
                    cursor.expect("=");
                    add(settings, parameter, value());
                } while (more());
            }
            case "each" ->
                steps = cursor.oneOf("step or operation", List.of("step", "operation"))
                        .equals("step");
            case "inject" -> words(faults, "a fault");
            case "holds" -> words(holds, "a property");
            case "breaks" -> words(breaks, "a property");
            case "excuse" -> {
                Word what = word("a property or a relation");
                At reason = cursor.at();
                add(excuses, what, new Word(reason, cursor.text("the reason in quotes")));
            }
            default -> expected = expectation(at);
        }
    }

    private Item.Expected expectation(At at) {
        boolean violated =
                cursor.oneOf("held or violated", List.of("held", "violated")).equals("violated");
        Long count = null;
        if (cursor.accept(violated ? "after" : "with")) {
            count = cursor.number("a number");
            String unit = violated ? "action" : "state";
            cursor.oneOf(unit + "s", List.of(unit, unit + "s"));
        }
        return new Item.Expected(at, violated, count);
    }

    private void words(List<Word> to, String what) {
        do {
            Word word = word(what);
            if (to.stream().anyMatch(w -> w.text().equals(word.text()))) {
                throw error(word.at(), "'" + word.text() + "' is there twice");
            }
            to.add(word);
            requireFew(word.at(), to.size());
        } while (more());
    }

    private void add(List<Map.Entry<Word, Word>> to, Word key, Word value) {
        if (to.stream().anyMatch(e -> e.getKey().text().equals(key.text()))) {
            throw error(key.at(), "'" + key.text() + "' is there twice");
        }
        to.add(Map.entry(key, value));
        requireFew(key.at(), to.size());
    }

    private void requireFew(At at, int words) {
        if (words > MOST_WORDS) {
            throw error(at, "more than " + MOST_WORDS + " words in a clause");
        }
    }

    /** Whether a comma goes on, after which a new line may begin. */
    private boolean more() {
        boolean more = cursor.accept(",");
        if (more) {
            cursor.skipLines();
        }
        return more;
    }

    private Word word(String what) {
        At at = cursor.at();
        return new Word(at, cursor.name(what));
    }

    private Word value() {
        At at = cursor.at();
        return cursor.isKind(Kind.NUMBER)
                ? new Word(at, Long.toString(cursor.number("a number")))
                : new Word(at, cursor.name("the value of a parameter"));
    }

    private InputException error(At at, String message) {
        return cursor.source.error(at, message);
    }

    /** The scenario that the clauses make. */
    Item scenario(At at, String id, String says) {
        Item.Expected is = expected;
        if (is == null) {
            throw error(at, "scenario " + id + " needs 'expect held' or 'expect violated'");
        }
        if (holds.isEmpty() && breaks.isEmpty()) {
            throw error(at, "scenario " + id + " needs 'holds' and the properties that must hold");
        }
        if (is.violated() == breaks.isEmpty()) {
            throw error(
                    is.at(),
                    is.violated()
                            ? "'expect violated' needs 'breaks' and the properties that must be violated"
                            : "'breaks' is for scenarios with 'expect violated'");
        }
        for (Word word : breaks) {
            if (holds.stream().anyMatch(w -> w.text().equals(word.text()))) {
                throw error(word.at(), "'" + word.text() + "' cannot both hold and break");
            }
        }
        return new Item.Scenario(at, id, says, settings, steps, faults, holds, breaks, excuses, is);
    }
}
