package dev.moat.certificate;

import dev.moat.certificate.CertificateFormula.Kind;
import dev.moat.input.InputText;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A goal as an SMT-LIB 2 file of the logic UF has it: sorts, relations, constants and assertions, which are to be unsatisfiable together.
 * Read here once more, in as few words as it takes, so that nothing else of Moat has to be believed. Atoms are held to their relation's
 * sorts.
 */
public final class GoalFile {
    private static final int MAX_DEPTH = 200;
    /** What no sort, relation or constant is called: words that are read here, and others that mean something in SMT-LIB. */
    private static final Set<String> TAKEN = Set.of(
            "Bool",
            "true",
            "false",
            "not",
            "and",
            "or",
            "=>",
            "=",
            "ite",
            "forall",
            "exists",
            "distinct",
            "xor",
            "let",
            "match",
            "lambda",
            "par",
            "as",
            "_",
            "!");

    private final String file;
    private final String text;
    private int at;
    private int depth;

    /** Whether the question was met, behind which nothing may stand. */
    private boolean asked;

    private final Set<String> sorts = new HashSet<>();
    private final Map<String, List<String>> relations = new HashMap<>();
    private final Map<String, String> constants = new HashMap<>();
    private final List<CertificateFormula> assertions = new ArrayList<>();

    private GoalFile(String file, String text) {
        this.file = file;
        this.text = text;
    }

    /**
     * Reads a goal.
     *
     * @param file its name, for complaints
     * @throws dev.moat.input.InputException at the first place that nests deeper than 200, or is not of this form
     */
    public static GoalFile of(String file, String text) {
        GoalFile goal = new GoalFile(file, text);
        while (goal.more()) {
            if (goal.asked) {
                throw goal.error("a goal asks once, and at its end");
            }
            goal.command();
        }
        if (!goal.asked) {
            throw goal.error("a goal ends with (check-sat)");
        }
        return goal;
    }

    /** What is asserted, in the order of the file. */
    public List<CertificateFormula> assertions() {
        return List.copyOf(assertions);
    }

    /** The sorts of the file's constants, by name. */
    public Map<String, String> constants() {
        return Map.copyOf(constants);
    }

    /** The sorts of a relation's places; null for a name that is none. */
    public @Nullable List<String> places(String relation) {
        return relations.get(relation);
    }

    private void command() {
        open();
        String word = word();
        switch (word) {
            case "assert" -> assertions.add(formula(new HashMap<>(constants), 0));
            case "declare-fun" -> declare(word(), words(), word());
            case "declare-sort" -> declareSort(word(), word());
            case "set-info" -> {
                boolean status = word().equals(":status");
                String value = word();
                require(!status || value.equals("unsat"), "a goal is to be unsat");
            }
            case "set-logic" -> require(word().equals("UF"), "the logic of a goal is UF");
            case "check-sat" -> asked = true;
            default -> throw error("'" + word + "' is no command of a goal");
        }
        close();
    }

    private void declareSort(String name, String places) {
        require(places.equals("0"), "a sort has no parameters");
        // A question mark begins what a variable stands for.
        require(
                !name.startsWith("?") && !TAKEN.contains(name) && sorts.add(name),
                "'" + name + "' cannot be declared, or is declared twice");
    }

    private void declare(String name, List<String> places, String result) {
        require(
                sorts.containsAll(places) && (sorts.contains(result) || result.equals("Bool")),
                "'" + name + "' is declared of a sort that is not there");
        // That elements are one, place by place, nests as deep as there are places.
        require(places.size() <= MAX_DEPTH, "'" + name + "' has more than " + MAX_DEPTH + " places");
        if (name.startsWith("?")
                || TAKEN.contains(name)
                || relations.containsKey(name)
                || constants.containsKey(name)) {
            throw error("'" + name + "' cannot be declared, or is declared twice");
        } else if (result.equals("Bool")) {
            relations.put(name, places);
        } else if (places.isEmpty()) {
            constants.put(name, result);
        } else {
            throw error("'" + name + "' is a function: a goal has relations and constants only");
        }
    }

    /** @param scope what a name of the text stands for here: {@code sort} of a constant, {@code ?n sort} of a bound variable */
    private CertificateFormula formula(Map<String, String> scope, int bound) {
        if (!isGroup()) {
            String word = word();
            return word.equals("true") || word.equals("false")
                    ? CertificateFormula.truth(word.equals("true"))
                    : atom(word, List.of(), scope);
        }
        if (++depth > MAX_DEPTH) {
            throw error("nested deeper than " + MAX_DEPTH);
        }
        open();
        String word = word();
        CertificateFormula f = switch (word) {
            case "forall" -> quantified(Kind.FORALL, scope, bound);
            case "exists" -> quantified(Kind.EXISTS, scope, bound);
            case "and" -> CertificateFormula.of(Kind.AND, formulas(scope, bound, 1, Integer.MAX_VALUE));
            case "or" -> CertificateFormula.of(Kind.OR, formulas(scope, bound, 1, Integer.MAX_VALUE));
            case "not" -> CertificateFormula.not(formulas(scope, bound, 1, 1).get(0));
            case "ite" -> CertificateFormula.of(Kind.ITE, formulas(scope, bound, 3, 3));
            case "=>" -> {
                List<CertificateFormula> both = formulas(scope, bound, 2, 2);
                yield CertificateFormula.or(List.of(CertificateFormula.not(both.get(0)), both.get(1)));
            }
            case "=" ->
                isElement(scope)
                        ? same(words(2), scope)
                        : CertificateFormula.of(Kind.IFF, formulas(scope, bound, 2, 2));
            default -> atom(word, words(Integer.MAX_VALUE), scope);
        };
        close();
        depth--;
        return f;
    }

    private CertificateFormula quantified(Kind kind, Map<String, String> scope, int bound) {
        Map<String, String> inner = new HashMap<>(scope);
        List<String> names = new ArrayList<>();
        List<String> places = new ArrayList<>();
        open();
        while (isGroup()) {
            open();
            String name = word();
            places.add(word());
            require(
                    sorts.contains(places.get(places.size() - 1)),
                    "there is no sort '" + places.get(places.size() - 1) + "'");
            names.add("?" + (bound + names.size()));
            inner.put(name, names.get(names.size() - 1) + " " + places.get(places.size() - 1));
            close();
        }
        require(!names.isEmpty(), "a variable is missing");
        close();
        return CertificateFormula.quantified(kind, names, places, formula(inner, bound + names.size()));
    }

    private List<CertificateFormula> formulas(Map<String, String> scope, int bound, int least, int most) {
        List<CertificateFormula> all = new ArrayList<>();
        while (!isClosed()) {
            all.add(formula(scope, bound));
        }
        if (all.size() < least || all.size() > most) {
            throw error("wrong number of formulas");
        }
        return all;
    }

    private CertificateFormula atom(String relation, List<String> elements, Map<String, String> scope) {
        List<String> sorts = relations.get(relation);
        if (sorts == null
                || !sorts.equals(elements.stream().map(e -> sort(e, scope)).toList())) {
            throw error("'" + relation + "' is no relation of these elements");
        }
        return CertificateFormula.atom(
                relation, elements.stream().map(e -> name(e, scope)).toList());
    }

    private CertificateFormula same(List<String> both, Map<String, String> scope) {
        if (both.size() != 2 || !sort(both.get(0), scope).equals(sort(both.get(1), scope))) {
            throw error("'=' compares two elements of one sort");
        }
        return CertificateFormula.same(name(both.get(0), scope), name(both.get(1), scope));
    }

    private boolean isElement(Map<String, String> scope) {
        int here = at;
        boolean is = !isGroup() && scope.containsKey(word());
        at = here;
        return is;
    }

    private String name(String element, Map<String, String> scope) {
        String meaning = scope.getOrDefault(element, "");
        return meaning.startsWith("?") ? meaning.substring(0, meaning.indexOf(' ')) : element;
    }

    private String sort(String element, Map<String, String> scope) {
        String meaning = scope.get(element);
        if (meaning == null) {
            throw error("'" + element + "' is no element");
        }
        return meaning.substring(meaning.indexOf(' ') + 1);
    }

    private List<String> words() {
        open();
        List<String> all = words(Integer.MAX_VALUE);
        close();
        return all;
    }

    private List<String> words(int most) {
        List<String> all = new ArrayList<>();
        while (!isClosed() && all.size() < most) {
            all.add(word());
        }
        return all;
    }

    private String word() {
        more();
        int from = at;
        while (at < text.length() && "() \t\r\n;\"|".indexOf(text.charAt(at)) < 0) {
            at++;
        }
        if (at == from) {
            throw error("a word is missing");
        }
        return text.substring(from, at);
    }

    private boolean isGroup() {
        return more() && text.charAt(at) == '(';
    }

    private boolean isClosed() {
        if (!more()) {
            throw error("a ')' is missing");
        }
        return text.charAt(at) == ')';
    }

    private void open() {
        if (!isGroup()) {
            throw error("a '(' is missing");
        }
        at++;
    }

    private void close() {
        if (!isClosed()) {
            throw error("a ')' is missing");
        }
        at++;
    }

    /** Skips blanks and comments; false at the end. */
    private boolean more() {
        while (at < text.length() && " \t\r\n;".indexOf(text.charAt(at)) >= 0) {
            if (text.charAt(at) == ';') {
                at = text.indexOf('\n', at) < 0 ? text.length() - 1 : text.indexOf('\n', at);
            }
            at++;
        }
        return at < text.length();
    }

    private void require(boolean condition, String otherwise) {
        if (!condition) {
            throw error(otherwise);
        }
    }

    private RuntimeException error(String message) {
        return InputText.at(file, text, Math.min(at, text.length())).error(message);
    }
}
