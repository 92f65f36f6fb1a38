package dev.moat.certificate;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A formula of first-order logic without function symbols. Elements are named by constants and by bound variables; a bound variable is
 * called {@code ?n} where n quantified variables are in scope outside of it, so that a constant, which never begins with a question mark,
 * can be put in its place without being captured.
 */
final class CertificateFormula {
    /** What a formula is made of. */
    public enum Kind {
        /** Always so. */
        TRUE,
        /** A relation and its elements: the first name is the relation's. */
        ATOM,
        /** Two elements are one: two different names, sorted, so that equality is symmetric and reflexive by construction. */
        SAME,
        NOT,
        AND,
        OR,
        IFF,
        /** Condition, then, else. */
        ITE,
        FORALL,
        EXISTS
    }

    private static final CertificateFormula TRUE = new CertificateFormula(Kind.TRUE, List.of(), List.of(), List.of());

    private final Kind kind;
    private final List<String> names;
    private final List<String> sorts;
    private final List<CertificateFormula> parts;
    private final int hash;

    private CertificateFormula(Kind kind, List<String> names, List<String> sorts, List<CertificateFormula> parts) {
        this.kind = kind;
        this.names = names;
        this.sorts = sorts;
        this.parts = parts;
        hash = 31 * (31 * (31 * kind.name().hashCode() + names.hashCode()) + sorts.hashCode()) + parts.hashCode();
    }

    static CertificateFormula truth(boolean value) {
        return value ? TRUE : not(TRUE);
    }

    /** A relation's atom; elements that are no constants are bound by a quantifier around it. */
    public static CertificateFormula atom(String relation, List<String> elements) {
        List<String> names = new ArrayList<>(List.of(relation));
        names.addAll(elements);
        return new CertificateFormula(Kind.ATOM, List.copyOf(names), List.of(), List.of());
    }

    /** That two elements are one. */
    public static CertificateFormula same(String a, String b) {
        int order = a.compareTo(b);
        return order == 0
                ? TRUE
                : new CertificateFormula(Kind.SAME, order < 0 ? List.of(a, b) : List.of(b, a), List.of(), List.of());
    }

    /** The opposite; of an opposite, what it is the opposite of. */
    public static CertificateFormula not(CertificateFormula f) {
        return f.kind == Kind.NOT ? f.parts.get(0) : new CertificateFormula(Kind.NOT, List.of(), List.of(), List.of(f));
    }

    static CertificateFormula of(Kind kind, List<CertificateFormula> parts) {
        return new CertificateFormula(kind, List.of(), List.of(), List.copyOf(parts));
    }

    /** At least one of them. */
    public static CertificateFormula or(List<CertificateFormula> parts) {
        return of(Kind.OR, parts);
    }

    static CertificateFormula quantified(
            Kind kind, List<String> variables, List<String> sorts, CertificateFormula body) {
        return new CertificateFormula(kind, List.copyOf(variables), List.copyOf(sorts), List.of(body));
    }

    /** What it is. */
    public Kind kind() {
        return kind;
    }

    /** Of an atom the relation and its elements, of an equality the elements, of a quantifier its variables. */
    public List<String> names() {
        return names;
    }

    /** Of a quantifier the sorts of its variables. */
    public List<String> sorts() {
        return sorts;
    }

    /** What it is put together from; of a quantifier the body. */
    public List<CertificateFormula> parts() {
        return parts;
    }

    /** Whether it begins with a quantifier. */
    public boolean isQuantified() {
        return kind == Kind.FORALL || kind == Kind.EXISTS;
    }

    /** The body of a quantified sentence with these constants for its variables. */
    public CertificateFormula instance(List<String> constants) {
        Map<String, String> by = new HashMap<>();
        for (int i = 0; i < names.size(); i++) {
            by.put(names.get(i), constants.get(i));
        }
        return parts.get(0).with(by);
    }

    /** The formula with constants for some of its free variables. */
    public CertificateFormula with(Map<String, String> by) {
        return switch (kind) {
            case TRUE -> this;
            case ATOM ->
                new CertificateFormula(
                        kind, names.stream().map(n -> by.getOrDefault(n, n)).toList(), sorts, parts);
            case SAME -> same(by.getOrDefault(names.get(0), names.get(0)), by.getOrDefault(names.get(1), names.get(1)));
            case NOT -> not(parts.get(0).with(by));
            default ->
                new CertificateFormula(
                        kind, names, sorts, parts.stream().map(p -> p.with(by)).toList());
        };
    }

    @Override
    public boolean equals(Object other) {
        return this == other
                || (other instanceof CertificateFormula f
                        && hash == f.hash
                        && kind == f.kind
                        && names.equals(f.names)
                        && sorts.equals(f.sorts)
                        && parts.equals(f.parts));
    }

    @Override
    public int hashCode() {
        return hash;
    }

    @Override
    public String toString() {
        String inside = parts.stream().map(CertificateFormula::toString).collect(Collectors.joining(" "));
        return switch (kind) {
            case TRUE -> "true";
            case ATOM -> names.size() == 1 ? names.get(0) : "(" + String.join(" ", names) + ")";
            case SAME -> "(= " + String.join(" ", names) + ")";
            default -> "(" + kind + (names.isEmpty() ? " " : " " + names + " ") + inside + ")";
        };
    }
}
