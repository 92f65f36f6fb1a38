package dev.moat.prove.lift;

import dev.moat.prove.lift.TermExpr.Op;

/** Sums, products and comparisons, simplified by the bits that may be set. */
final class Comparing {
    private final Exprs exprs;

    Comparing(Exprs exprs) {
        this.exprs = exprs;
    }

    TermExpr sum(Op op, TermExpr x, TermExpr y) {
        int width = x.width;
        if (y.op == Op.CONST) {
            if (op == Op.SUB) {
                return exprs.binary(Op.ADD, x, exprs.constant(width, -y.value));
            }
            if (op == Op.MUL && y.value == 0) {
                return y;
            }
            if ((op == Op.MUL && y.value == 1) || (op == Op.ADD && y.value == 0)) {
                return x;
            }
            if (op == Op.ADD && x.op == Op.ADD && x.of[1].op == Op.CONST) {
                return exprs.binary(Op.ADD, x.of[0], exprs.constant(width, x.of[1].value + y.value));
            }
        }
        if (op == Op.SUB && x == y) {
            return exprs.constant(width, 0);
        }
        return exprs.intern(op, width, 0, most(op, x, y), x, y);
    }

    /** All bits up to the highest one that the greatest result has. */
    private static long most(Op op, TermExpr x, TermExpr y) {
        long all = TermExpr.mask(x.width);
        if (op == Op.SUB || x.ones < 0 || y.ones < 0) {
            return all;
        }
        long high = op == Op.ADD ? 0 : Math.multiplyHigh(x.ones, y.ones);
        long top = op == Op.ADD ? x.ones + y.ones : x.ones * y.ones;
        if (high != 0 || top < 0 || (x.width < 64 && top > all)) {
            return all;
        }
        return top == 0 ? 0 : -1L >>> Long.numberOfLeadingZeros(top);
    }

    TermExpr equal(TermExpr x, TermExpr y) {
        if (x == y) {
            return exprs.yes;
        }
        if (y.op != Op.CONST) {
            return x.width == 1 && x == exprs.not(y) ? exprs.no : exprs.intern(Op.EQ, 1, 0, 1, x, y);
        }
        if (x.width == 1) {
            return y == exprs.yes ? x : exprs.not(x);
        }
        long k = y.value;
        if ((k & ~x.ones) != 0) {
            return exprs.no;
        }
        switch (x.op) {
            case ADD -> {
                if (x.of[1].op == Op.CONST) {
                    return exprs.eq(x.of[0], exprs.constant(x.width, k - x.of[1].value));
                }
            }
            case SEXT -> {
                return k == (long) (int) k ? exprs.eq(x.of[0], exprs.ofInt(k)) : exprs.no;
            }
            case TRUNC -> {
                if ((x.of[0].ones & ~TermExpr.mask(32)) == 0) {
                    return exprs.eq(x.of[0], exprs.ofLong(k));
                }
            }
            case OR -> {
                if (k == 0) {
                    return exprs.and(exprs.eq(x.of[0], y), exprs.eq(x.of[1], y));
                }
                if ((x.of[0].ones & x.of[1].ones) == 0) {
                    return exprs.and(part(x.of[0], k), part(x.of[1], k));
                }
            }
            default -> {}
        }
        return exprs.intern(Op.EQ, 1, 0, 1, x, y);
    }

    private TermExpr part(TermExpr x, long k) {
        return exprs.eq(x, exprs.constant(x.width, k & x.ones));
    }

    TermExpr below(TermExpr x, TermExpr y) {
        if (x == y) {
            return exprs.no;
        }
        if (y.op == Op.CONST) {
            if (y.value == 0) {
                return exprs.no;
            }
            if (Long.compareUnsigned(x.ones, y.value) < 0) {
                return exprs.yes;
            }
            if (y.value == 1) {
                return exprs.eq(x, exprs.constant(x.width, 0));
            }
        }
        if (x.op == Op.CONST && Long.compareUnsigned(x.value, y.ones) >= 0) {
            return exprs.no;
        }
        if (x.op == Op.CONST && x.value == 0) {
            return exprs.not(exprs.eq(y, x));
        }
        return exprs.intern(Op.ULT, 1, 0, 1, x, y);
    }

    TermExpr signedBelow(TermExpr x, TermExpr y) {
        if (x == y) {
            return exprs.no;
        }
        long sign = 1L << (x.width - 1);
        boolean isPositive = (x.ones & sign) == 0;
        if (isPositive && (y.ones & sign) == 0) {
            return exprs.ult(x, y);
        }
        if (isPositive && y.op == Op.CONST) {
            return exprs.no;
        }
        if (x.op == Op.CONST && (y.ones & sign) == 0) {
            return exprs.yes;
        }
        return exprs.intern(Op.SLT, 1, 0, 1, x, y);
    }
}
