package dev.moat.prove.lift;

import dev.moat.prove.lift.StackValue.Either;
import dev.moat.prove.lift.StackValue.Reference;
import dev.moat.prove.lift.StackValue.State;
import dev.moat.prove.lift.StackValue.Word;
import dev.moat.prove.lift.TermExpr.Op;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.FieldInsnNode;
import org.objectweb.asm.tree.IincInsnNode;
import org.objectweb.asm.tree.IntInsnNode;
import org.objectweb.asm.tree.JumpInsnNode;
import org.objectweb.asm.tree.LabelNode;
import org.objectweb.asm.tree.LdcInsnNode;
import org.objectweb.asm.tree.LookupSwitchInsnNode;
import org.objectweb.asm.tree.MethodInsnNode;
import org.objectweb.asm.tree.TableSwitchInsnNode;
import org.objectweb.asm.tree.VarInsnNode;

/** The effect of each instruction. */
final class Instructions {
    private final Lifter lifter;
    private final Exprs exprs;
    private final Arithmetic arithmetic;

    Instructions(Lifter lifter) {
        this.lifter = lifter;
        exprs = lifter.exprs;
        arithmetic = new Arithmetic(exprs);
    }

    /** Executes one; the ways on from there, none where it ends in an exception. */
    List<Flow> execute(Flow flow, AbstractInsnNode i) {
        int opcode = i.getOpcode();
        if (opcode < 0) {
            return next(flow);
        }
        if (i instanceof JumpInsnNode jump) {
            return jump(flow, jump);
        }
        if (i instanceof TableSwitchInsnNode table) {
            int[] keys = new int[table.labels.size()];
            Arrays.setAll(keys, k -> table.min + k);
            return choose(flow, keys, table.labels, table.dflt);
        }
        if (i instanceof LookupSwitchInsnNode table) {
            int[] keys = table.keys.stream().mapToInt(Integer::intValue).toArray();
            return choose(flow, keys, table.labels, table.dflt);
        }
        if (i instanceof MethodInsnNode call) {
            return lifter.calls().call(flow, call);
        }
        if (i instanceof FieldInsnNode field) {
            lifter.calls().objects().field(flow, field);
            return next(flow);
        }
        if (opcode == Opcodes.ATHROW) {
            lifter.obligation(flow, exprs.yes, "an exception");
            return List.of();
        }
        if (opcode >= Opcodes.IALOAD && opcode <= Opcodes.SALOAD) {
            return load(flow);
        }
        if (opcode == Opcodes.LASTORE) {
            return store(flow);
        }
        if (opcode == Opcodes.IDIV || opcode == Opcodes.LDIV || opcode == Opcodes.IREM || opcode == Opcodes.LREM) {
            divide(flow, opcode == Opcodes.IDIV || opcode == Opcodes.LDIV ? Op.SDIV : Op.SREM);
        } else if (!arithmetic.execute(flow, opcode) && !place(flow, i) && !shuffle(flow, opcode)) {
            lifter.calls().objects().other(flow, i);
        }
        return next(flow);
    }

    static List<Flow> next(Flow flow) {
        flow.at++;
        return List.of(flow);
    }

    private void divide(Flow flow, Op op) {
        TermExpr y = flow.popNumber();
        TermExpr x = flow.popNumber();
        TermExpr zero = exprs.eq(y, exprs.constant(y.width(), 0));
        lifter.require(flow, exprs.not(zero), "a divisor that is not 0");
        flow.push(exprs.binary(op, x, y));
    }

    /** Constants and local variables. */
    private boolean place(Flow flow, AbstractInsnNode i) {
        int opcode = i.getOpcode();
        if (i instanceof VarInsnNode var) {
            if (opcode >= Opcodes.ISTORE) {
                flow.locals[var.var] = flow.pop();
            } else {
                flow.push(flow.locals[var.var]);
            }
        } else if (i instanceof IincInsnNode inc) {
            TermExpr x = Flow.number(flow.locals[inc.var]);
            flow.locals[inc.var] = new Word(exprs.binary(Op.ADD, x, exprs.ofInt(inc.incr)));
        } else if (i instanceof IntInsnNode constant && opcode != Opcodes.NEWARRAY) {
            flow.push(exprs.ofInt(constant.operand));
        } else if (i instanceof LdcInsnNode ldc && ldc.cst instanceof Integer k) {
            flow.push(exprs.ofInt(k));
        } else if (i instanceof LdcInsnNode ldc && ldc.cst instanceof Long k) {
            flow.push(exprs.ofLong(k));
        } else if (i instanceof LdcInsnNode ldc) {
            flow.push(ldc.cst instanceof String ? new Reference(ldc.cst) : new StackValue.Unknown("a constant"));
        } else if (opcode >= Opcodes.ICONST_M1 && opcode <= Opcodes.ICONST_5) {
            flow.push(exprs.ofInt(opcode - Opcodes.ICONST_0));
        } else if (opcode == Opcodes.LCONST_0 || opcode == Opcodes.LCONST_1) {
            flow.push(exprs.ofLong(opcode - Opcodes.LCONST_0));
        } else if (opcode == Opcodes.ACONST_NULL) {
            flow.push(new Reference(null));
        } else {
            return false;
        }
        return true;
    }

    private static boolean shuffle(Flow flow, int opcode) {
        switch (opcode) {
            case Opcodes.POP -> flow.pop();
            case Opcodes.POP2 -> {
                if (!Flow.isWide(flow.pop())) {
                    flow.pop();
                }
            }
            case Opcodes.DUP -> flow.push(flow.peek(0));
            case Opcodes.DUP_X1 -> insert(flow, 1, 1);
            case Opcodes.DUP_X2 -> insert(flow, 1, Flow.isWide(flow.peek(1)) ? 1 : 2);
            case Opcodes.DUP2 -> {
                if (Flow.isWide(flow.peek(0))) {
                    flow.push(flow.peek(0));
                } else {
                    flow.push(flow.peek(1));
                    flow.push(flow.peek(1));
                }
            }
            case Opcodes.DUP2_X1 -> insert(flow, Flow.isWide(flow.peek(0)) ? 1 : 2, 1);
            case Opcodes.DUP2_X2 -> {
                int many = Flow.isWide(flow.peek(0)) ? 1 : 2;
                insert(flow, many, Flow.isWide(flow.peek(many)) ? 1 : 2);
            }
            case Opcodes.SWAP -> {
                StackValue top = flow.pop();
                StackValue below = flow.pop();
                flow.push(top);
                flow.push(below);
            }
            default -> {
                return false;
            }
        }
        return true;
    }

    /** Copies the topmost values below the next ones. */
    private static void insert(Flow flow, int many, int below) {
        int size = flow.stack.size();
        List<StackValue> copied = new ArrayList<>(flow.stack.subList(size - many, size));
        flow.stack.addAll(size - many - below, copied);
    }

    private List<Flow> jump(Flow flow, JumpInsnNode jump) {
        int target = flow.method.index(jump.label);
        if (jump.getOpcode() == Opcodes.GOTO) {
            flow.at = target;
            return List.of(flow);
        }
        TermExpr condition = flow.path.simplified(condition(flow, jump.getOpcode()), exprs);
        if (condition.isConstant()) {
            flow.at = condition.isTrue() ? target : flow.at + 1;
            return List.of(flow);
        }
        Flow jumps = flow.fork(condition, exprs);
        jumps.at = target;
        flow.assume(exprs.not(condition), exprs);
        flow.at++;
        return List.of(flow, jumps);
    }

    private TermExpr condition(Flow flow, int opcode) {
        if (opcode == Opcodes.IFNULL || opcode == Opcodes.IFNONNULL) {
            TermExpr isNull = same(flow.pop(), new Reference(null));
            return opcode == Opcodes.IFNULL ? isNull : exprs.not(isNull);
        }
        if (opcode == Opcodes.IF_ACMPEQ || opcode == Opcodes.IF_ACMPNE) {
            TermExpr equal = same(flow.pop(), flow.pop());
            return opcode == Opcodes.IF_ACMPEQ ? equal : exprs.not(equal);
        }
        boolean withZero = opcode <= Opcodes.IFLE;
        TermExpr y = withZero ? exprs.ofInt(0) : flow.popNumber();
        TermExpr x = flow.popNumber();
        return switch (opcode) {
            case Opcodes.IFEQ, Opcodes.IF_ICMPEQ -> exprs.eq(x, y);
            case Opcodes.IFNE, Opcodes.IF_ICMPNE -> exprs.not(exprs.eq(x, y));
            case Opcodes.IFLT, Opcodes.IF_ICMPLT -> exprs.slt(x, y);
            case Opcodes.IFGE, Opcodes.IF_ICMPGE -> exprs.not(exprs.slt(x, y));
            case Opcodes.IFGT, Opcodes.IF_ICMPGT -> exprs.slt(y, x);
            case Opcodes.IFLE, Opcodes.IF_ICMPLE -> exprs.not(exprs.slt(y, x));
            default -> throw new RefusedException("jump " + opcode);
        };
    }

    /** Whether two references are of one object. */
    private TermExpr same(StackValue x, StackValue y) {
        if (x instanceof Either e) {
            return exprs.ite(e.condition(), same(e.yes(), y), same(e.no(), y));
        }
        if (y instanceof Either) {
            return same(y, x);
        }
        if (x instanceof StackValue.Unknown || y instanceof StackValue.Unknown) {
            throw new RefusedException("two objects are compared of which one is " + x + " and one " + y);
        }
        return x.equals(y) ? exprs.yes : exprs.no;
    }

    private List<Flow> choose(Flow flow, int[] keys, List<LabelNode> labels, LabelNode otherwise) {
        TermExpr key = flow.popNumber();
        List<Flow> all = new ArrayList<>();
        for (int k = 0; k < keys.length; k++) {
            TermExpr here = flow.path.simplified(exprs.eq(key, exprs.ofInt(keys[k])), exprs);
            if (here.isFalse()) {
                continue;
            }
            Flow one = here.isTrue() ? flow : flow.fork(here, exprs);
            one.at = flow.method.index(labels.get(k));
            all.add(one);
            if (here.isTrue()) {
                return all;
            }
            flow.assume(exprs.not(here), exprs);
        }
        flow.at = flow.method.index(otherwise);
        all.add(flow);
        return all;
    }

    private List<Flow> load(Flow flow) {
        TermExpr index = flow.popNumber();
        StackValue array = flow.pop();
        flow.at++;
        if (array instanceof State state) {
            return lifter.forEachIndex(
                    flow, index, flow.states[state.number()].length, (f, k) -> f.push(f.states[state.number()][k]));
        }
        if (array instanceof Reference r && r.object() != null) {
            Object elements = r.object();
            return lifter.forEachIndex(
                    flow,
                    index,
                    Objects.length(elements),
                    (f, k) -> f.push(lifter.calls().objects().element(elements, k)));
        }
        throw new RefusedException("an element of " + array);
    }

    private List<Flow> store(Flow flow) {
        TermExpr value = flow.popNumber();
        TermExpr index = flow.popNumber();
        StackValue array = flow.pop();
        if (!(array instanceof State state)) {
            throw new RefusedException("a store into an array that is not the state");
        }
        flow.at++;
        int length = flow.states[state.number()].length;
        return lifter.forEachIndex(flow, index, length, (f, k) -> f.store(state.number(), k, value));
    }
}
