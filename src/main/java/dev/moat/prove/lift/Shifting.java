package dev.moat.prove.lift;

import dev.moat.prove.lift.TermExpr.Op;

/** Shifts and changes of width, moved inwards: a field that was not written is read through the stores beside it. */
final class Shifting {
    private final Exprs exprs;

    Shifting(Exprs exprs) {
        this.exprs = exprs;
    }

    /** Distances are below the width. */
    TermExpr shifted(Op op, TermExpr x, TermExpr y) {
        int width = x.width;
        long all = TermExpr.mask(width);
        if (y.op != Op.CONST) {
            return exprs.intern(op, width, 0, all, x, y);
        }
        int k = (int) y.value;
        if (k == 0) {
            return x;
        }
        boolean signed = op == Op.ASHR && (x.ones & (1L << (width - 1))) != 0;
        if (signed) {
            return exprs.intern(op, width, 0, all, x, y);
        }
        boolean left = op == Op.SHL;
        long ones = left ? (x.ones << k) & all : x.ones >>> k;
        if (ones == 0) {
            return exprs.constant(width, 0);
        }
        Op towards = left ? Op.SHL : Op.LSHR;
        switch (x.op) {
            case OR -> {
                return exprs.or(exprs.binary(towards, x.of[0], y), exprs.binary(towards, x.of[1], y));
            }
            case AND -> {
                if (x.of[1].op == Op.CONST) {
                    long m = left ? (x.of[1].value << k) & all : x.of[1].value >>> k;
                    return exprs.and(exprs.binary(towards, x.of[0], y), exprs.constant(width, m));
                }
            }
            case SHL, LSHR -> {
                if (x.of[1].op == Op.CONST) {
                    return twice(towards, x, k);
                }
            }
            default -> {}
        }
        return exprs.intern(towards, width, 0, ones, x, y);
    }

    private TermExpr twice(Op op, TermExpr x, int k) {
        int width = x.width;
        long all = TermExpr.mask(width);
        int inner = (int) x.of[1].value;
        TermExpr within = x.of[0];
        if (x.op == op) {
            return inner + k >= width
                    ? exprs.constant(width, 0)
                    : exprs.binary(op, within, exprs.constant(width, inner + k));
        }
        // The bits that the first shift pushed out are gone; what is left only moves.
        long kept = x.op == Op.SHL ? all >>> inner : (all << inner) & all;
        TermExpr rest = exprs.and(within, exprs.constant(width, kept));
        int by = k - inner;
        if (by == 0) {
            return rest;
        }
        Op other = by > 0 ? op : x.op;
        return exprs.binary(other, rest, exprs.constant(width, Math.abs(by)));
    }

    TermExpr extended(TermExpr x) {
        if (x.op == Op.CONST) {
            return exprs.ofLong(x.constant());
        }
        if (x.op == Op.ITE) {
            return exprs.ite(x.of[0], exprs.resized(x.of[1], 64), exprs.resized(x.of[2], 64));
        }
        boolean isPositive = (x.ones & 0x8000_0000L) == 0;
        if (x.op == Op.TRUNC && isPositive && (x.of[0].ones & ~TermExpr.mask(32)) == 0) {
            return x.of[0];
        }
        return exprs.intern(Op.SEXT, 64, 0, isPositive ? x.ones : -1L, x);
    }

    TermExpr truncated(TermExpr x) {
        if (x.op == Op.CONST) {
            return exprs.ofInt(x.value);
        }
        if (x.op == Op.ITE) {
            return exprs.ite(x.of[0], exprs.resized(x.of[1], 32), exprs.resized(x.of[2], 32));
        }
        if (x.op == Op.SEXT) {
            return x.of[0];
        }
        return exprs.intern(Op.TRUNC, 32, 0, x.ones & TermExpr.mask(32), x);
    }
}
