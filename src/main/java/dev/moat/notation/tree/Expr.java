package dev.moat.notation.tree;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** An expression. It changes nothing, and has one value in a state. */
public sealed interface Expr {
    /** Where it begins; of an infix operator and a choice, where the operator stands. */
    At at();

    /** A number; where an element of a sort is expected, that element. */
    record Number(At at, long value) implements Expr {}

    /** A word, a variable, a parameter, a static value, a definition, a local of the running CPU, a place without an index. */
    record Name(At at, String name) implements Expr {}

    /** An element of a family of places: {@code phase[page]}. */
    record Place(At at, String name, List<Expr> index) implements Expr {
        public Place {
            index = List.copyOf(index);
        }
    }

    /**
     * A definition, a procedure, a primitive or a sort applied: {@code maps(d, h, f)}, {@code iommu.tag(0)}, {@code Page(n + 1)}; and
     * {@code busy(cpu)}, or in a claim {@code before(expression)}.
     */
    record Call(At at, String name, List<Expr> arguments) implements Expr {
        public Call {
            arguments = List.copyOf(arguments);
        }
    }

    /** {@code not} or {@code -}. */
    record Prefix(At at, String operator, Expr of) implements Expr {}

    /** Two expressions and an operator between them. */
    record Infix(At at, String operator, Expr left, Expr right) implements Expr {}

    /** {@code condition ? yes : no}. */
    record Choice(At at, Expr condition, Expr yes, Expr no) implements Expr {}

    /**
     * {@code exists p: Page where a. b} and the like.
     *
     * @param kind exists, all, count, first or max
     * @param where which elements are looked at; null for all
     * @param body what is asked of each, or for max its value
     */
    record Fold(
            At at, String kind, Binder variable, @Nullable Expr where, Expr body) implements Expr {}

    /** {@code {r, w if writes}}. */
    record Members(At at, List<Member> members) implements Expr {
        public Members {
            members = List.copyOf(members);
        }
    }

    /**
     * One member of a set.
     *
     * @param condition null for always
     */
    record Member(Expr of, @Nullable Expr condition) {}

    /** {@code case phase { none: a; live: b; else: c }}. */
    record Case(At at, Expr of, List<Arm> arms) implements Expr {
        public Case {
            arms = List.copyOf(arms);
        }
    }

    /**
     * One arm of a case.
     *
     * @param pattern a word; of a sum one of its sorts, of a product nothing; or {@code else}
     * @param variables for the parts of what is taken apart
     */
    record Arm(At at, String pattern, List<String> variables, Expr value) {
        public Arm {
            variables = List.copyOf(variables);
        }
    }

    /**
     * A variable and its sort: {@code p: Page}. Of a relation and a claim {@code (d, h): Hold} takes an element of a product apart.
     *
     * @param names one, or one for each part
     */
    record Binder(At at, List<String> names, String sort) {
        public Binder {
            names = List.copyOf(names);
        }

        /** The only name. */
        public String name() {
            return names.get(0);
        }
    }
}
