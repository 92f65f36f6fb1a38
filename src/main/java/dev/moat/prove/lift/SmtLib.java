package dev.moat.prove.lift;

import dev.moat.prove.lift.TermExpr.Op;
import java.util.List;

/** A question about expressions as SMT-LIB text (QF_BV), which any solver reads. */
public final class SmtLib {
    private SmtLib() {}

    /** Declares what the truths need, and asserts each of them. */
    public static String assertions(Exprs exprs, List<TermExpr> truths) {
        StringBuilder text = new StringBuilder(definitions(exprs, truths));
        for (TermExpr truth : truths) {
            text.append("(assert ").append(reference(exprs, truth)).append(")\n");
        }
        return text.toString();
    }

    /** Declares what expressions need, so that {@link #reference} can be said of each. */
    public static String definitions(Exprs exprs, List<TermExpr> of) {
        StringBuilder text = new StringBuilder();
        for (TermExpr e : Order.of(of)) {
            if (e.op == Op.VAR) {
                text.append("(declare-const |").append(exprs.name(e.value)).append("| ");
                text.append(sort(e.width)).append(")\n");
            } else if (e.op != Op.CONST) {
                text.append("(define-fun e").append(e.number).append(" () ").append(sort(e.width));
                text.append(" (").append(name(e));
                for (TermExpr part : e.of) {
                    text.append(' ').append(reference(exprs, part));
                }
                text.append("))\n");
            }
        }
        return text.toString();
    }

    /** An expression that is declared, as text in others. */
    public static String reference(Exprs exprs, TermExpr e) {
        if (e.op == Op.VAR) {
            return "|" + exprs.name(e.value) + "|";
        }
        if (e.op != Op.CONST) {
            return "e" + e.number;
        }
        if (e.width == 1) {
            return e.value == 1 ? "true" : "false";
        }
        String digits = Long.toHexString(e.value);
        return "#x" + "0".repeat(e.width / 4 - digits.length()) + digits;
    }

    private static String sort(int width) {
        return width == 1 ? "Bool" : "(_ BitVec " + width + ")";
    }

    private static String name(TermExpr e) {
        boolean truths = e.of[0].width == 1;
        return switch (e.op) {
            case NOT -> "not";
            case AND -> truths ? "and" : "bvand";
            case OR -> truths ? "or" : "bvor";
            case XOR -> truths ? "xor" : "bvxor";
            case ADD -> "bvadd";
            case SUB -> "bvsub";
            case MUL -> "bvmul";
            case SDIV -> "bvsdiv";
            case SREM -> "bvsrem";
            case SHL -> "bvshl";
            case LSHR -> "bvlshr";
            case ASHR -> "bvashr";
            case EQ -> "=";
            case ULT -> "bvult";
            case SLT -> "bvslt";
            case ITE -> "ite";
            case TRUNC -> "(_ extract 31 0)";
            case SEXT -> "(_ sign_extend 32)";
            default -> throw new IllegalArgumentException(e.op.toString());
        };
    }
}
