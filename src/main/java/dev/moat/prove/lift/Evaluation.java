package dev.moat.prove.lift;

import dev.moat.prove.lift.TermExpr.Op;
import java.util.Collection;
import java.util.List;
import java.util.function.ToLongFunction;

/** Values of expressions under values of their variables. Made once for some expressions, run as often as wanted. */
public final class Evaluation {
    private final List<TermExpr> order;
    private final long[] values;

    public Evaluation(Collection<TermExpr> roots) {
        order = Order.of(roots);
        int most = order.isEmpty() ? 0 : order.get(order.size() - 1).number + 1;
        values = new long[most];
    }

    /**
     * Evaluates everything; then {@link #value} answers.
     *
     * @param variables the value of each variable; bits beyond its width do not matter
     */
    public void run(ToLongFunction<TermExpr> variables) {
        for (TermExpr e : order) {
            values[e.number] = switch (e.op) {
                case CONST -> e.value;
                case VAR -> variables.applyAsLong(e) & TermExpr.mask(e.width);
                case NOT -> values[e.of[0].number] ^ 1;
                case ITE -> values[e.of[values[e.of[0].number] != 0 ? 1 : 2].number];
                case TRUNC -> values[e.of[0].number] & TermExpr.mask(32);
                case SEXT -> (int) values[e.of[0].number];
                default -> of(e.op, e.of[0].width, values[e.of[0].number], values[e.of[1].number]);
            };
        }
    }

    /** The variables whose values matter. */
    public List<TermExpr> variables() {
        return order.stream().filter(e -> e.op == Op.VAR).toList();
    }

    /** What an expression had in the last run, with the sign that Java gives it. */
    public long value(TermExpr e) {
        long v = values[e.number];
        return e.width == 32 ? (int) v : v;
    }

    /** Of two operands of a width. Division by 0 is what SMT-LIB says: -1 or 1, and the dividend as remainder. */
    static long of(Op op, int width, long x, long y) {
        long sx = width == 32 ? (int) x : x;
        long sy = width == 32 ? (int) y : y;
        long all = TermExpr.mask(width);
        return switch (op) {
            case AND -> x & y;
            case OR -> x | y;
            case XOR -> x ^ y;
            case ADD -> (x + y) & all;
            case SUB -> (x - y) & all;
            case MUL -> (x * y) & all;
            case SDIV -> (sy == 0 ? (sx < 0 ? 1 : -1) : sx / sy) & all;
            case SREM -> (sy == 0 ? sx : sx % sy) & all;
            case SHL -> y >= width || y < 0 ? 0 : (x << y) & all;
            case LSHR -> y >= width || y < 0 ? 0 : x >>> y;
            case ASHR -> (sx < 0 ? ~(~sx >>> Math.min(63, y)) : sx >>> Math.min(63, y)) & all;
            case EQ -> x == y ? 1 : 0;
            case ULT -> Long.compareUnsigned(x, y) < 0 ? 1 : 0;
            case SLT -> sx < sy ? 1 : 0;
            default -> throw new IllegalArgumentException(op.toString());
        };
    }
}
