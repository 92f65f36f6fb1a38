package dev.moat.prove.lift;

import dev.moat.prove.lift.TermExpr.Op;
import org.objectweb.asm.Opcodes;

/** Instructions that take numbers from the stack and leave one. */
final class Arithmetic {
    private final Exprs exprs;

    Arithmetic(Exprs exprs) {
        this.exprs = exprs;
    }

    /** Whether it was one, and is done. */
    boolean execute(Flow flow, int opcode) {
        Op op = binary(opcode);
        if (op != null) {
            TermExpr y = flow.popNumber();
            TermExpr x = flow.popNumber();
            flow.push(isShift(op) ? shift(op, x, y) : exprs.binary(op, x, y));
            return true;
        }
        switch (opcode) {
            case Opcodes.INEG, Opcodes.LNEG -> {
                TermExpr x = flow.popNumber();
                flow.push(exprs.binary(Op.SUB, exprs.constant(x.width(), 0), x));
            }
            case Opcodes.I2L -> flow.push(exprs.resized(flow.popNumber(), 64));
            case Opcodes.L2I -> flow.push(exprs.resized(flow.popNumber(), 32));
            case Opcodes.I2B -> flow.push(narrow(flow.popNumber(), 24, Op.ASHR));
            case Opcodes.I2S -> flow.push(narrow(flow.popNumber(), 16, Op.ASHR));
            case Opcodes.I2C -> flow.push(narrow(flow.popNumber(), 16, Op.LSHR));
            case Opcodes.LCMP -> {
                TermExpr y = flow.popNumber();
                TermExpr x = flow.popNumber();
                TermExpr above = exprs.ite(exprs.eq(x, y), exprs.ofInt(0), exprs.ofInt(1));
                flow.push(exprs.ite(exprs.slt(x, y), exprs.ofInt(-1), above));
            }
            default -> {
                return false;
            }
        }
        return true;
    }

    private static boolean isShift(Op op) {
        return op == Op.SHL || op == Op.LSHR || op == Op.ASHR;
    }

    /** Java takes the distance modulo the width. */
    private TermExpr shift(Op op, TermExpr x, TermExpr distance) {
        TermExpr masked = exprs.and(distance, exprs.ofInt(x.width() - 1));
        return exprs.binary(op, x, exprs.resized(masked, x.width()));
    }

    private TermExpr narrow(TermExpr x, int bits, Op back) {
        TermExpr k = exprs.ofInt(bits);
        return exprs.binary(back, exprs.binary(Op.SHL, x, k), k);
    }

    private static @org.jspecify.annotations.Nullable Op binary(int opcode) {
        return switch (opcode) {
            case Opcodes.IADD, Opcodes.LADD -> Op.ADD;
            case Opcodes.ISUB, Opcodes.LSUB -> Op.SUB;
            case Opcodes.IMUL, Opcodes.LMUL -> Op.MUL;
            case Opcodes.IAND, Opcodes.LAND -> Op.AND;
            case Opcodes.IOR, Opcodes.LOR -> Op.OR;
            case Opcodes.IXOR, Opcodes.LXOR -> Op.XOR;
            case Opcodes.ISHL, Opcodes.LSHL -> Op.SHL;
            case Opcodes.IUSHR, Opcodes.LUSHR -> Op.LSHR;
            case Opcodes.ISHR, Opcodes.LSHR -> Op.ASHR;
            default -> null;
        };
    }
}
