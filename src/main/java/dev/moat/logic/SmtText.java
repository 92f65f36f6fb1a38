package dev.moat.logic;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Prints formulas without macros as SMT-LIB 2. Equal input gives equal text. */
public final class SmtText {
    private static final int WIDTH = 110;

    private final Map<Var, String> names = new HashMap<>();
    private final Set<String> used = new HashSet<>();
    private final StringBuilder out = new StringBuilder();

    private SmtText(Set<String> taken, List<Var> constants) {
        constants.forEach(this::name);
        used.addAll(taken);
    }

    /**
     * A formula.
     *
     * @param constants its free variables, which keep their names
     * @throws IllegalArgumentException for a macro or another free variable
     */
    public static String of(Term t, List<Var> constants) {
        SmtText text = new SmtText(Rewriting.relations(t), constants);
        text.write(t);
        return text.out.toString();
    }

    /** Declarations of all sorts and relations. */
    public static String declarations(Vocabulary vocabulary) {
        StringBuilder all = new StringBuilder();
        vocabulary.sorts().forEach(s -> all.append("(declare-sort ").append(s).append(" 0)\n"));
        for (String relation : vocabulary.relations()) {
            List<String> places = vocabulary.places(relation);
            all.append("(declare-fun ").append(relation).append(" (");
            all.append(places == null ? "" : String.join(" ", places)).append(") Bool)\n");
        }
        return all.toString();
    }

    /** Declarations of constants. */
    public static String declarations(List<Var> constants) {
        StringBuilder all = new StringBuilder();
        constants.forEach(v -> all.append("(declare-fun ")
                .append(v.name())
                .append(" () ")
                .append(v.sort())
                .append(")\n"));
        return all.toString();
    }

    /** {@code (assert ...)}, with a line break where the formula would make the line too long. */
    public static String assertion(Term t, List<Var> constants) {
        String formula = of(t, constants);
        return "(assert" + (formula.length() > WIDTH ? "\n  " : " ") + formula + ")\n";
    }

    /** Not that of a relation of the formula: a solver would take the one for the other. */
    private String name(Var v) {
        String name = v.name();
        for (int i = 1; !used.add(name); i++) {
            name = v.name() + "." + i;
        }
        names.put(v, name);
        return name;
    }

    private void write(Term t) {
        if (t instanceof Term.Truth truth) {
            out.append(truth.value());
        } else if (t instanceof Term.Atom atom) {
            atom(atom);
        } else if (t instanceof Term.Same same) {
            out.append("(= ").append(named(same.left())).append(' ');
            out.append(named(same.right())).append(')');
        } else if (t instanceof Term.Forall all) {
            quantified("forall", all.vars(), all.body());
        } else if (t instanceof Term.Exists some) {
            quantified("exists", some.vars(), some.body());
        } else if (t instanceof Term.And and) {
            joined("and", and.parts(), "true");
        } else if (t instanceof Term.Or or) {
            joined("or", or.parts(), "false");
        } else if (t instanceof Term.Call call) {
            throw new IllegalArgumentException("macro " + call.macro().name() + " is not resolved");
        } else {
            applied(operator(t), t.children());
        }
    }

    private static String operator(Term t) {
        return t instanceof Term.Not ? "not" : t instanceof Term.Implies ? "=>" : t instanceof Term.Iff ? "=" : "ite";
    }

    private void atom(Term.Atom atom) {
        if (atom.args().isEmpty()) {
            out.append(atom.relation());
            return;
        }
        out.append('(').append(atom.relation());
        atom.args().forEach(v -> out.append(' ').append(named(v)));
        out.append(')');
    }

    private void joined(String operator, List<Term> parts, String empty) {
        if (parts.isEmpty()) {
            out.append(empty);
        } else if (parts.size() == 1) {
            write(parts.get(0));
        } else {
            applied(operator, parts);
        }
    }

    private void applied(String operator, List<Term> parts) {
        out.append('(').append(operator);
        for (Term p : parts) {
            out.append(' ');
            write(p);
        }
        out.append(')');
    }

    private void quantified(String word, List<Var> vars, Term body) {
        out.append('(').append(word).append(" (");
        String gap = "";
        for (Var v : vars) {
            out.append(gap).append('(').append(name(v)).append(' ');
            out.append(v.sort()).append(')');
            gap = " ";
        }
        out.append(") ");
        write(body);
        out.append(')');
        vars.forEach(v -> used.remove(names.remove(v)));
    }

    private String named(Var v) {
        String name = names.get(v);
        if (name == null) {
            throw new IllegalArgumentException("variable " + v + " is free");
        }
        return name;
    }
}
