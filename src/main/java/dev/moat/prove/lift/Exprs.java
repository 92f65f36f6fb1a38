package dev.moat.prove.lift;

import dev.moat.prove.lift.TermExpr.Op;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Makes expressions, each only once, and simplifies at once. The tests that a step's code makes of a state are nearly
 * always decided by constants, by bits that cannot be set, and by earlier stores.
 */
public final class Exprs {
    /** What an expression is, or was asked for as: an operation, a width, a number and operands. */
    record Shape(Op op, int width, long value, List<TermExpr> of) {}

    private final Map<Shape, TermExpr> made = new HashMap<>();
    private final Map<Shape, TermExpr> asked = new HashMap<>();
    private final List<String> names = new ArrayList<>();
    private final Comparing comparing = new Comparing(this);
    private final Shifting shifting = new Shifting(this);
    public final TermExpr yes = constant(1, 1);
    public final TermExpr no = constant(1, 0);
    private int count;

    /** A constant; bits beyond the width do not matter. */
    public TermExpr constant(int width, long value) {
        return intern(Op.CONST, width, value & TermExpr.mask(width), value & TermExpr.mask(width));
    }

    public TermExpr ofInt(long value) {
        return constant(32, value);
    }

    public TermExpr ofLong(long value) {
        return constant(64, value);
    }

    /** A fresh variable, whatever its name. */
    public TermExpr variable(String name, int width) {
        names.add(name);
        return intern(Op.VAR, width, names.size() - 1L, TermExpr.mask(width));
    }

    /** The name of a variable, by its number. */
    String name(long variable) {
        return names.get((int) variable);
    }

    /** How many expressions there are. */
    public int count() {
        return count;
    }

    TermExpr intern(Op op, int width, long value, long ones, TermExpr... of) {
        Shape shape = new Shape(op, width, value, List.of(of));
        TermExpr there = made.get(shape);
        if (there == null) {
            there = new TermExpr(shape, ones, count++);
            made.put(shape, there);
        }
        return there;
    }

    public TermExpr not(TermExpr x) {
        requireTruth(x);
        if (x.op == Op.CONST) {
            return x == yes ? no : yes;
        }
        return x.op == Op.NOT ? x.of[0] : intern(Op.NOT, 1, 0, 1, x);
    }

    private static void requireTruth(TermExpr x) {
        if (x.width != 1) {
            throw new IllegalArgumentException("no truth value: " + x.op + " of " + x.width + " bits");
        }
    }

    /** {@code c ? x : y}. */
    public TermExpr ite(TermExpr c, TermExpr x, TermExpr y) {
        requireTruth(c);
        if (c.op == Op.CONST) {
            return c == yes ? x : y;
        }
        if (x == y) {
            return x;
        }
        if (c.op == Op.NOT) {
            return ite(c.of[0], y, x);
        }
        if (x.width == 1) {
            return choice(c, x, y);
        }
        if (x.op == Op.ITE && x.of[0] == c) {
            return ite(c, x.of[1], y);
        }
        if (y.op == Op.ITE && y.of[0] == c) {
            return ite(c, x, y.of[2]);
        }
        if (x.op == Op.ITE && x.of[2] == y) {
            return ite(and(c, x.of[0]), x.of[1], y);
        }
        if (y.op == Op.ITE && y.of[1] == x) {
            return ite(or(c, y.of[0]), x, y.of[2]);
        }
        if (isOfParts(x) || isPartOf(x, y)) {
            return byParts(c, x, y, x.op == Op.OR ? x.of[0].ones : x.ones);
        }
        if (isOfParts(y) || isPartOf(y, x)) {
            return byParts(c, x, y, y.op == Op.OR ? y.of[0].ones : y.ones);
        }
        return intern(Op.ITE, x.width, 0, x.ones | y.ones, c, x, y);
    }

    private static boolean isOfParts(TermExpr x) {
        return x.op == Op.OR && (x.of[0].ones & x.of[1].ones) == 0 && x.of[0].ones != 0 && x.of[1].ones != 0;
    }

    /** Whether it is some bits of the other word, the rest being 0. */
    private boolean isPartOf(TermExpr x, TermExpr whole) {
        return x.op == Op.AND
                && x.of[1].op == Op.CONST
                && x.ones != whole.ones
                && and(whole, constant(x.width, x.ones)) == x;
    }

    /**
     * A word of several fields is chosen field by field: what is the same in both is no choice any more, and what is asked of a field
     * later does not go through all that was stored beside it. Each half has fewer bits, so that this ends.
     */
    private TermExpr byParts(TermExpr c, TermExpr x, TermExpr y, long part) {
        TermExpr in = constant(x.width, part);
        TermExpr out = constant(x.width, ~part);
        return or(ite(c, and(x, in), and(y, in)), ite(c, and(x, out), and(y, out)));
    }

    private TermExpr choice(TermExpr c, TermExpr x, TermExpr y) {
        if (x == yes || x == c) {
            return or(c, y);
        }
        if (x == no) {
            return and(not(c), y);
        }
        if (y == no || y == c) {
            return and(c, x);
        }
        if (y == yes) {
            return or(not(c), x);
        }
        return intern(Op.ITE, 1, 0, 1, c, x, y);
    }

    public TermExpr and(TermExpr x, TermExpr y) {
        return binary(Op.AND, x, y);
    }

    public TermExpr or(TermExpr x, TermExpr y) {
        return binary(Op.OR, x, y);
    }

    public TermExpr eq(TermExpr x, TermExpr y) {
        return binary(Op.EQ, x, y);
    }

    public TermExpr ult(TermExpr x, TermExpr y) {
        return binary(Op.ULT, x, y);
    }

    public TermExpr slt(TermExpr x, TermExpr y) {
        return binary(Op.SLT, x, y);
    }

    /** 64 bits of 32, or 32 of 64, as Java converts them. */
    public TermExpr resized(TermExpr x, int width) {
        if (x.width == width) {
            return x;
        }
        Op op = width == 64 ? Op.SEXT : Op.TRUNC;
        Shape key = new Shape(op, width, 0, List.of(x));
        TermExpr there = asked.get(key);
        if (there == null) {
            there = op == Op.SEXT ? shifting.extended(x) : shifting.truncated(x);
            asked.put(key, there);
        }
        return there;
    }

    /** An operation on two of the same width; EQ, ULT and SLT answer a truth value. */
    public TermExpr binary(Op op, TermExpr left, TermExpr right) {
        if (left.width != right.width) {
            throw new IllegalArgumentException(op + " of " + left.width + " and " + right.width + " bits");
        }
        boolean swap = commutes(op) && (left.op == Op.CONST || (right.op != Op.CONST && left.number > right.number));
        TermExpr x = swap ? right : left;
        TermExpr y = swap ? left : right;
        Shape key = new Shape(op, x.width, 0, List.of(x, y));
        TermExpr there = asked.get(key);
        if (there == null) {
            there = simple(op, x, y);
            asked.put(key, there);
        }
        return there;
    }

    private static boolean commutes(Op op) {
        return switch (op) {
            case AND, OR, XOR, ADD, MUL, EQ -> true;
            default -> false;
        };
    }

    private TermExpr simple(Op op, TermExpr x, TermExpr y) {
        int width = op == Op.EQ || op == Op.ULT || op == Op.SLT ? 1 : x.width;
        if (x.op == Op.CONST && y.op == Op.CONST && !(y.value == 0 && (op == Op.SDIV || op == Op.SREM))) {
            return constant(width, Evaluation.of(op, x.width, x.value, y.value));
        }
        // Fields beside each other stay as they are: see byParts.
        if (op == Op.OR && x.width > 1 && (x.ones & y.ones) == 0) {
            return disjunction(x, y);
        }
        if (x.op == Op.ITE && y.op == Op.ITE && x.of[0] == y.of[0]) {
            return ite(x.of[0], binary(op, x.of[1], y.of[1]), binary(op, x.of[2], y.of[2]));
        }
        // A constant goes into a choice, for what is asked of it may be decided in one branch; truth values stay as
        // they are.
        if (x.width > 1 && x.op == Op.ITE && y.op == Op.CONST) {
            return ite(x.of[0], binary(op, x.of[1], y), binary(op, x.of[2], y));
        }
        if (x.width > 1 && y.op == Op.ITE && x.op == Op.CONST) {
            return ite(y.of[0], binary(op, x, y.of[1]), binary(op, x, y.of[2]));
        }
        return switch (op) {
            case AND -> conjunction(x, y);
            case OR -> disjunction(x, y);
            case ADD, SUB, MUL -> comparing.sum(op, x, y);
            case EQ -> comparing.equal(x, y);
            case ULT -> comparing.below(x, y);
            case SLT -> comparing.signedBelow(x, y);
            case SHL, LSHR, ASHR -> shifting.shifted(op, x, y);
            default -> intern(op, width, 0, op == Op.XOR ? x.ones | y.ones : TermExpr.mask(width), x, y);
        };
    }

    private TermExpr conjunction(TermExpr x, TermExpr y) {
        if (x == y) {
            return x;
        }
        if (x.width == 1) {
            return conjunctionOfTruths(x, y);
        }
        if (y.op != Op.CONST) {
            return (x.ones & y.ones) == 0 ? constant(x.width, 0) : intern(Op.AND, x.width, 0, x.ones & y.ones, x, y);
        }
        long k = y.value;
        if ((x.ones & k) == 0) {
            return constant(x.width, 0);
        }
        if ((x.ones & ~k) == 0) {
            return x;
        }
        if (x.op == Op.AND && x.of[1].op == Op.CONST) {
            return and(x.of[0], constant(x.width, x.of[1].value & k));
        }
        if (x.op == Op.OR) {
            return or(and(x.of[0], y), and(x.of[1], y));
        }
        return intern(Op.AND, x.width, 0, x.ones & k, x, y);
    }

    private TermExpr conjunctionOfTruths(TermExpr x, TermExpr y) {
        if (y.op == Op.CONST) {
            return y == yes ? x : no;
        }
        if (x == not(y) || x.excludes(y)) {
            return no;
        }
        if (among(Op.AND, x, y)) {
            return x;
        }
        if (among(Op.AND, y, x)) {
            return y;
        }
        if (among(Op.OR, x, y)) {
            return y;
        }
        if (among(Op.OR, y, x)) {
            return x;
        }
        // a and (not a or b)
        if (y.op == Op.OR && (y.of[0] == not(x) || y.of[1] == not(x))) {
            return and(x, y.of[0] == not(x) ? y.of[1] : y.of[0]);
        }
        if (x.op == Op.OR && (x.of[0] == not(y) || x.of[1] == not(y))) {
            return and(y, x.of[0] == not(y) ? x.of[1] : x.of[0]);
        }
        return intern(Op.AND, 1, 0, 1, x, y);
    }

    private static boolean among(Op op, TermExpr whole, TermExpr part) {
        return whole.op == op && (whole.of[0] == part || whole.of[1] == part);
    }

    private TermExpr disjunction(TermExpr x, TermExpr y) {
        if (x == y) {
            return x;
        }
        if (x.width == 1) {
            return not(and(not(x), not(y)));
        }
        if (y.op == Op.CONST && y.value == 0) {
            return x;
        }
        return intern(Op.OR, x.width, 0, x.ones | y.ones, x, y);
    }
}
