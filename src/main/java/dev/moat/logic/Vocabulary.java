package dev.moat.logic;

import dev.moat.input.InputException;
import dev.moat.state.OwnProperty;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The sorts, relations and macros that invariants speak in. Immutable to its users. */
public final class Vocabulary {
    private static final int MAX_PLACES = 5;
    private static final Set<String> TAKEN = Set.of(
            "true",
            "false",
            "not",
            "and",
            "or",
            "=>",
            "=",
            "distinct",
            "xor",
            "ite",
            "let",
            "forall",
            "exists",
            "Bool",
            "!",
            "_",
            "as",
            "par",
            "match",
            "lambda",
            "invariant",
            "witness");

    /**
     * Sorts that Z3 has, where there may be more elements than in a sort that is only declared, or fewer: a quantifier over one of this name
     * would be read as one over these.
     */
    private static final Set<String> OF_SOLVERS = Set.of(
            "bool",
            "Int",
            "Real",
            "BitVec",
            "bv",
            "Array",
            "Set",
            "List",
            "Seq",
            "String",
            "StringSequence",
            "Unicode",
            "RegEx",
            "RegLan",
            "RoundingMode",
            "FloatingPoint",
            "Float16",
            "Float32",
            "Float64",
            "Float128",
            "Proof");

    private String text;
    private final Set<String> sorts = new LinkedHashSet<>();
    private final Map<String, List<String>> relations = new LinkedHashMap<>();
    private final Map<String, Macro> macros = new LinkedHashMap<>();

    private Vocabulary(String text) {
        this.text = text;
    }

    /** A copy to which an invariant file may add macros of its own. */
    Vocabulary(Vocabulary base) {
        text = base.text;
        sorts.addAll(base.sorts);
        relations.putAll(base.relations);
        macros.putAll(base.macros);
    }

    /**
     * Reads a vocabulary file: {@code declare-sort}, {@code declare-fun}, {@code define-fun}, {@code set-info}.
     *
     * @throws InputException at the first place that is not understood
     */
    public static Vocabulary load(Path path) {
        return read(path.toString(), SmtReader.load(path));
    }

    /** As {@link #load}, from a text; positions carry the name given. */
    public static Vocabulary read(String file, String text) {
        Vocabulary vocabulary = new Vocabulary(text);
        for (SExpr e : SmtReader.read(file, text)) {
            vocabulary.command(e);
        }
        return vocabulary;
    }

    /**
     * Adds what another file declares and defines; a name that there is already is refused.
     *
     * @throws InputException at the first place that is not understood
     */
    void extend(Path path) {
        String more = SmtReader.load(path);
        for (SExpr e : SmtReader.read(path.toString(), more)) {
            command(e);
        }
        text = text + "\n" + more;
    }

    /** Declares the relations of a component's own property, and sorts that only that has, and reads it as an invariant. */
    Invariant read(OwnProperty property) {
        List<String> bound = new ArrayList<>();
        List<String> names = new ArrayList<>();
        for (int i = 0; i < property.sorts().size(); i++) {
            String sort = property.sorts().get(i);
            if (!sorts.contains(sort)) {
                requireSort(sort, property);
                sorts.add(sort);
                text += "\n(declare-sort " + sort + " 0)";
            }
            names.add(variable(property.variables().get(i), names));
            bound.add("(" + names.get(i) + " " + sort + ")");
        }
        String places = String.join(" ", property.sorts());
        for (String relation : List.of(property.relation(), property.reached())) {
            relations.put(relation, property.sorts());
            text += "\n(declare-fun " + relation + " (" + places + ") Bool)";
        }
        String invariant = quantified("forall", bound, property.relation(), names);
        String witness = quantified("exists", bound, property.reached(), names);
        String says = property.says().replace("\"", "\"\"");
        // On the line of its text, so that whoever names a place names that one.
        String smt = "\n".repeat(property.line() - 1) + "(set-info :says \"" + says + "\") (set-info :kind safety) "
                + "(set-info :source \"" + property.id() + "\") (define-fun invariant () Bool " + invariant
                + ") (define-fun witness () Bool " + witness + ")";
        Invariant read = Invariant.read(property.file(), smt, this);
        return new Invariant(
                property.id(),
                property.says(),
                read.kind(),
                property.file() + ":" + property.line(),
                read.formula(),
                read.witness(),
                smt.strip());
    }

    private void requireSort(String sort, OwnProperty of) {
        if (OF_SOLVERS.contains(sort) || isTaken(sort) || !SmtReader.isPlain(sort)) {
            throw new InputException(
                    of.file(),
                    of.line(),
                    of.column(),
                    "properties cannot speak of a sort named '" + sort + "': it needs another name");
        }
    }

    /** The same name where nothing else has it. */
    private String variable(String name, List<String> others) {
        String plain = name.replaceAll("[^A-Za-z0-9_.-]", "-");
        String free = plain;
        for (int n = 1; isTaken(free) || others.contains(free); n++) {
            free = plain + "." + n;
        }
        return free;
    }

    private static String quantified(String quantifier, List<String> bound, String relation, List<String> names) {
        return bound.isEmpty()
                ? relation
                : "(" + quantifier + " (" + String.join(" ", bound) + ") (" + relation + " " + String.join(" ", names)
                        + "))";
    }

    private void command(SExpr e) {
        if (!(e instanceof SExpr.Group g)) {
            throw e.place().error("a command is expected, not " + e.describe());
        }
        switch (g.head()) {
            case "declare-sort" -> declareSort(g);
            case "declare-fun" -> declareRelation(g);
            case "define-fun" -> define(g);
            case "set-info", "set-logic" -> {}
            default ->
                throw g.place()
                        .error("a vocabulary holds declare-sort, declare-fun and define-fun, not " + g.describe());
        }
    }

    private void declareSort(SExpr.Group g) {
        require(g, 3, "(declare-sort Name 0)");
        String name = newName(g.items().get(1));
        if (OF_SOLVERS.contains(name)) {
            throw g.items()
                    .get(1)
                    .place()
                    .error("'" + name + "' is a sort that solvers have; this one needs another name");
        }
        if (!(g.items().get(2) instanceof SExpr.Word w) || !w.text().equals("0")) {
            throw g.items().get(2).place().error("a sort has 0 parameters here");
        }
        sorts.add(name);
    }

    private void declareRelation(SExpr.Group g) {
        require(g, 4, "(declare-fun name (Sort ...) Bool)");
        String name = newName(g.items().get(1));
        SExpr.Group places = group(g.items().get(2), "the list of its sorts");
        List<String> of = new ArrayList<>();
        for (SExpr p : places.items()) {
            of.add(sort(p));
        }
        if (of.size() > MAX_PLACES) {
            throw places.place().error("relation '" + name + "' has " + of.size() + " places; at most " + MAX_PLACES);
        }
        requireBool(g.items().get(3), name);
        relations.put(name, List.copyOf(of));
    }

    /** Adds a {@code define-fun}. */
    Macro define(SExpr.Group g) {
        require(g, 5, "(define-fun name ((x Sort) ...) Bool body)");
        String name = newName(g.items().get(1));
        Macro macro = macro(name, g);
        macros.put(name, macro);
        return macro;
    }

    /** Checks the parameters, the result and the body of a {@code define-fun} of five items. */
    Macro macro(String name, SExpr.Group g) {
        TermChecker checker = new TermChecker(this);
        List<Var> parameters = new ArrayList<>();
        SExpr.Group formals = group(g.items().get(2), "the list of parameters");
        TermChecker.Scope scope = null;
        for (SExpr formal : formals.items()) {
            Var v = checker.variable(formal, parameters);
            parameters.add(v);
            scope = new TermChecker.Scope(scope, v.name(), v);
        }
        requireBool(g.items().get(3), name);
        Term body = checker.formula(g.items().get(4), scope);
        return new Macro(name, List.copyOf(parameters), body, checker.depth(body), checker.size(body));
    }

    static void require(SExpr.Group g, int items, String form) {
        if (g.items().size() != items) {
            throw g.place().error("the form is " + form);
        }
    }

    static SExpr.Group group(SExpr e, String what) {
        if (e instanceof SExpr.Group g) {
            return g;
        }
        throw e.place().error(what + " is expected, not " + e.describe());
    }

    private static void requireBool(SExpr e, String name) {
        if (!(e instanceof SExpr.Word w) || !w.text().equals("Bool")) {
            throw e.place().error("'" + name + "' must be Bool; functions with other values are not in the fragment");
        }
    }

    private String newName(SExpr e) {
        String name = symbol(e);
        if (TAKEN.contains(name)) {
            throw e.place().error("'" + name + "' is a word of the language");
        }
        if (isTaken(name)) {
            throw e.place().error("'" + name + "' is declared twice");
        }
        // Solvers are given names as they are, without bars: what is more than a name is more to them, too.
        if (!SmtReader.isPlain(name)) {
            throw e.place()
                    .error("'|" + name + "|' is no name here: bars may stand around what is one without them only");
        }
        return name;
    }

    /** Whether no variable can be called so: it is a word of the language, a sort, a relation or a macro. */
    public boolean isTaken(String name) {
        return TAKEN.contains(name) || sorts.contains(name) || relations.containsKey(name) || macros.containsKey(name);
    }

    /** The name of a variable; it may hide nothing, so that a reader never has to ask which one is meant. */
    String variableName(SExpr e) {
        return newName(e);
    }

    private static String symbol(SExpr e) {
        if (e instanceof SExpr.Word w && w.isSymbol()) {
            return w.text();
        }
        throw e.place().error("a name is expected, not " + e.describe());
    }

    /** The declared sort that an expression names. */
    String sort(SExpr e) {
        String name = symbol(e);
        if (name.equals("Bool")) {
            throw e.place().error("a declared sort is expected, not Bool");
        }
        if (!sorts.contains(name)) {
            throw e.place().error("unknown sort '" + name + "'" + UnknownNames.known(name, sorts));
        }
        return name;
    }

    /** The text it was read from, for solvers. */
    public String text() {
        return text;
    }

    /** Names of all sorts, in the order of declaration. */
    public List<String> sorts() {
        return List.copyOf(sorts);
    }

    /** Names of all relations, in the order of declaration. */
    public List<String> relations() {
        return List.copyOf(relations.keySet());
    }

    /** The sorts of a relation's places, or null for an unknown name. */
    public @Nullable List<String> places(String relation) {
        return relations.get(relation);
    }

    /** Names of all macros, in the order of definition. */
    public List<String> macros() {
        return List.copyOf(macros.keySet());
    }

    /** The macro of this name, or null. */
    public @Nullable Macro macro(String name) {
        return macros.get(name);
    }
}
