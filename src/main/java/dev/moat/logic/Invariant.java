package dev.moat.logic;

import dev.moat.input.InputException;
import dev.moat.input.InputText;
import dev.moat.input.Place;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A property that must hold in every state.
 *
 * @param id the file's name without {@code .smt2}
 * @param says what it demands, one plain sentence
 * @param kind {@code safety}, or {@code lemma} when it only helps to prove others
 * @param source where the demand comes from
 * @param formula must be true in every state
 * @param witness true in states in which the formula says something; one such state must be reachable
 * @param text the file, for solvers
 */
public record Invariant(String id, String says, String kind, String source, Term formula, Term witness, String text) {
    private static final String SUFFIX = ".smt2";
    private static final Set<String> KINDS = Set.of("safety", "lemma", "completeness");
    private static final Set<String> WRITTEN = Set.of("says", "kind", "source");

    /**
     * Reads an invariant file: {@code set-info} of says, kind and source, macros of its own, {@code invariant} and
     * {@code witness}.
     *
     * @throws InputException at the first place that is not understood; then, at its end, for a missing part in
     *     the order says, kind, source, invariant, witness
     */
    public static Invariant load(Path path, Vocabulary vocabulary) {
        return read(path.toString(), SmtReader.load(path), vocabulary);
    }

    /** As {@link #load}, from a text; the id is the name's last part, without {@code .smt2}. */
    public static Invariant read(String file, String text, Vocabulary vocabulary) {
        Vocabulary local = new Vocabulary(vocabulary);
        Map<String, String> infos = new HashMap<>();
        Map<String, Term> parts = new HashMap<>();
        for (SExpr e : SmtReader.read(file, text)) {
            if (!(e instanceof SExpr.Group g)) {
                throw e.place().error("a command is expected, not " + e.describe());
            }
            switch (g.head()) {
                case "set-info" -> info(g, infos);
                case "define-fun" -> define(g, local, parts);
                default ->
                    throw g.place().error("an invariant file holds set-info and define-fun, not " + g.describe());
            }
        }
        Place end = InputText.end(file, text);
        return new Invariant(
                idOf(file),
                required(end, infos.get("says"), "(set-info :says \"...\")"),
                required(end, infos.get("kind"), "(set-info :kind safety)"),
                required(end, infos.get("source"), "(set-info :source \"...\")"),
                required(end, parts.get("invariant"), "(define-fun invariant () Bool ...)"),
                required(end, parts.get("witness"), "(define-fun witness () Bool ...)"),
                text);
    }

    private static String idOf(String file) {
        String name = file.substring(Math.max(file.lastIndexOf('/'), file.lastIndexOf('\\')) + 1);
        return name.endsWith(SUFFIX) ? name.substring(0, name.length() - SUFFIX.length()) : name;
    }

    private static <T> T required(Place end, @Nullable T part, String form) {
        if (part == null) {
            throw end.error("missing " + form);
        }
        return part;
    }

    private static void info(SExpr.Group g, Map<String, String> infos) {
        Vocabulary.require(g, 3, "(set-info :name value)");
        if (!(g.items().get(1) instanceof SExpr.Word key) || key.kind() != SExpr.Kind.KEYWORD) {
            throw g.items()
                    .get(1)
                    .place()
                    .error("a keyword is expected, not " + g.items().get(1).describe());
        }
        if (!WRITTEN.contains(key.text())) {
            throw key.place().error("unknown info ':" + key.text() + "'" + UnknownNames.known(key.text(), WRITTEN));
        }
        if (!(g.items().get(2) instanceof SExpr.Word value) || value.text().isBlank()) {
            throw g.items().get(2).place().error("the value of ':" + key.text() + "' is expected");
        }
        if (key.text().equals("kind") && !KINDS.contains(value.text())) {
            throw value.place().error("kind is safety, lemma or completeness, not " + value.describe());
        }
        if (!key.text().equals("kind") && value.kind() != SExpr.Kind.STRING) {
            throw value.place().error("the value of ':" + key.text() + "' is a string, not " + value.describe());
        }
        if (value.text().chars().anyMatch(Character::isISOControl)) {
            throw value.place().error("the value of ':" + key.text() + "' is one line of text");
        }
        if (infos.putIfAbsent(key.text(), value.text()) != null) {
            throw key.place().error("':" + key.text() + "' is given twice");
        }
    }

    private static void define(SExpr.Group g, Vocabulary local, Map<String, Term> parts) {
        Vocabulary.require(g, 5, "(define-fun name ((x Sort) ...) Bool body)");
        if (!(g.items().get(1) instanceof SExpr.Word name)
                || !(name.text().equals("invariant") || name.text().equals("witness"))) {
            local.define(g);
            return;
        }
        Macro macro = local.macro(name.text(), g);
        if (!macro.parameters().isEmpty()) {
            throw g.items().get(2).place().error("'" + name.text() + "' has no parameters");
        }
        if (parts.putIfAbsent(name.text(), macro.body()) != null) {
            throw name.place().error("'" + name.text() + "' is defined twice");
        }
    }
}
