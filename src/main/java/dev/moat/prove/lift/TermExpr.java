package dev.moat.prove.lift;

/**
 * A bit-vector expression: 1 bit wide (a truth value), 32 or 64. Made by {@link Exprs} alone, which makes each only once, so
 * that equal expressions are one object; those within an expression have smaller numbers than it.
 */
public final class TermExpr {
    /** What an expression is of. Shifts by as much as the width or more do not occur: Java masks the distance first. */
    public enum Op {
        CONST,
        VAR,
        NOT,
        AND,
        OR,
        XOR,
        ADD,
        SUB,
        MUL,
        SDIV,
        SREM,
        SHL,
        LSHR,
        ASHR,
        EQ,
        ULT,
        SLT,
        ITE,
        /** The lower 32 of 64 bits. */
        TRUNC,
        /** 32 bits as 64 with the same sign. */
        SEXT
    }

    final Op op;
    final int width;
    /** The value of a constant, the number of a variable. */
    final long value;

    final TermExpr[] of;
    /** Bits that may be 1; as an unsigned number it is a bound. */
    final long ones;

    final int number;

    TermExpr(Exprs.Shape shape, long ones, int number) {
        op = shape.op();
        width = shape.width();
        value = shape.value();
        of = shape.of().toArray(new TermExpr[0]);
        this.ones = ones;
        this.number = number;
    }

    public int width() {
        return width;
    }

    public boolean isConstant() {
        return op == Op.CONST;
    }

    /** Of a constant, with the sign that Java gives it. */
    public long constant() {
        if (op != Op.CONST) {
            throw new IllegalStateException("no constant: " + op);
        }
        return width == 32 ? (int) value : value;
    }

    public boolean isTrue() {
        return width == 1 && op == Op.CONST && value == 1;
    }

    public boolean isFalse() {
        return width == 1 && op == Op.CONST && value == 0;
    }

    /** For {@code x = k} with a constant k: x; else this itself. */
    public TermExpr equated() {
        return op == Op.EQ && of[1].op == Op.CONST ? of[0] : this;
    }

    /** For {@code x = k} with a constant k: k; else 0. */
    public long equatedTo() {
        return op == Op.EQ && of[1].op == Op.CONST ? of[1].constant() : 0;
    }

    /** Whether, as far as can be seen at once, another truth follows from this one: it is one of those joined here. */
    public boolean implies(TermExpr other) {
        return this == other || (op == Op.AND && width == 1 && (of[0].implies(other) || of[1].implies(other)));
    }

    /** Whether, as far as can be seen at once, another truth cannot hold with this one: one thing cannot be two constants. */
    public boolean excludes(TermExpr other) {
        if (op == Op.AND && width == 1) {
            return of[0].excludes(other) || of[1].excludes(other);
        }
        return op == Op.EQ
                && other.op == Op.EQ
                && of[0] == other.of[0]
                && of[1].op == Op.CONST
                && other.of[1].op == Op.CONST
                && of[1] != other.of[1];
    }

    static long mask(int width) {
        return width == 64 ? -1L : (1L << width) - 1;
    }
}
