package dev.moat.prove.lift;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.ClassNode;
import org.objectweb.asm.tree.IincInsnNode;
import org.objectweb.asm.tree.InsnList;
import org.objectweb.asm.tree.InsnNode;
import org.objectweb.asm.tree.IntInsnNode;
import org.objectweb.asm.tree.JumpInsnNode;
import org.objectweb.asm.tree.LdcInsnNode;
import org.objectweb.asm.tree.LookupSwitchInsnNode;
import org.objectweb.asm.tree.MethodNode;
import org.objectweb.asm.tree.TableSwitchInsnNode;

/**
 * One instruction that is taken for something else wherever it stands.
 *
 * @param name which
 * @param as what for, for people
 * @param edit makes it so
 */
record OtherInstruction(String name, String as, BiConsumer<InsnList, AbstractInsnNode> edit) {
    /** The instructions that stand for another one on the same operands: each and what it is taken for. */
    private static final String FOR_ANOTHER = """
            IADD ISUB, ISUB IADD, IMUL IADD, IDIV IREM, IREM IDIV, IAND IOR, IOR IXOR, IXOR IOR, INEG NOP
            LADD LSUB, LSUB LADD, LMUL LADD, LDIV LREM, LREM LDIV, LAND LOR, LOR LXOR, LXOR LOR, LNEG NOP
            ISHL IUSHR, ISHR IUSHR, IUSHR ISHR, LSHL LUSHR, LSHR LUSHR, LUSHR LSHR
            I2B I2S, I2S I2C, I2C I2S, ICONST_M1 ICONST_1, ICONST_2 ICONST_3, LCONST_1 LCONST_0""";

    /** The same of jumps. */
    private static final String JUMPS = """
            IFEQ IFNE, IFNE IFEQ, IFLT IFLE, IFGE IFGT, IFGT IFGE, IFLE IFLT, IFNULL IFNONNULL, IFNONNULL IFNULL
            IF_ICMPEQ IF_ICMPNE, IF_ICMPNE IF_ICMPEQ, IF_ICMPLT IF_ICMPLE, IF_ICMPGE IF_ICMPGT
            IF_ICMPGT IF_ICMPGE, IF_ICMPLE IF_ICMPLT, IF_ACMPEQ IF_ACMPNE, IF_ACMPNE IF_ACMPEQ""";

    static List<OtherInstruction> all() {
        List<OtherInstruction> all = new ArrayList<>();
        for (String pair : FOR_ANOTHER.split("[,\n]")) {
            String[] names = pair.trim().split(" ");
            all.add(new OtherInstruction(names[0], names[1], (code, i) -> {
                if (names[1].equals("NOP")) {
                    code.remove(i);
                } else {
                    code.set(i, new InsnNode(number(names[1])));
                }
            }));
        }
        for (String pair : JUMPS.split("[,\n]")) {
            String[] names = pair.trim().split(" ");
            all.add(new OtherInstruction(
                    names[0], names[1], (code, i) -> ((JumpInsnNode) i).setOpcode(number(names[1]))));
        }
        around(all);
        constants(all);
        return all;
    }

    private static int number(String name) {
        try {
            return Opcodes.class.getField(name).getInt(null);
        } catch (ReflectiveOperationException e) {
            throw new IllegalArgumentException(name, e);
        }
    }

    /** Operands and results that are not what they should be. */
    private static void around(List<OtherInstruction> all) {
        all.add(before("ISUB", "with its operands exchanged", "SWAP"));
        all.add(before("IDIV", "with its operands exchanged", "SWAP"));
        all.add(before("IF_ICMPLT", "with its operands exchanged", "SWAP"));
        all.add(before("ISHL", "with its operands exchanged", "SWAP"));
        all.add(before("ISHL", "by a distance modulo 4", "ICONST_3", "IAND"));
        all.add(before("LSHL", "by a distance modulo 4", "ICONST_3", "IAND"));
        all.add(before("IDIV", "of which no divisor is 0", "ICONST_1", "IOR"));
        all.add(before("LREM", "of which no divisor is 0", "LCONST_1", "LOR"));
        all.add(before("LALOAD", "of the neighbour", "ICONST_1", "IXOR"));
        all.add(before("LALOAD", "with the index modulo 4", "ICONST_3", "IAND"));
        all.add(before("IALOAD", "of the neighbour", "ICONST_1", "IXOR"));
        all.add(before("LASTORE", "of what is one less", "LCONST_1", "LSUB"));
        all.add(new OtherInstruction("LASTORE", "lost", (code, i) -> {
            code.insertBefore(i, new InsnNode(Opcodes.POP2));
            code.set(i, new InsnNode(Opcodes.POP2));
        }));
        all.add(before("ISTORE", "of the complement", "ICONST_M1", "IXOR"));
        all.add(before("LSTORE", "of the negative", "LNEG"));
        all.add(before("LRETURN", "of the negative", "LNEG"));
        all.add(after("LCMP", "turned round", "INEG"));
        all.add(after("L2I", "of sixteen bits", "I2S"));
        all.add(after("I2L", "with its last bit set", "LCONST_1", "LOR"));
        all.add(after("ARRAYLENGTH", "less one", "ICONST_1", "ISUB"));
    }

    private static void constants(List<OtherInstruction> all) {
        all.add(new OtherInstruction("IINC", "by one more", (code, i) -> ((IincInsnNode) i).incr++));
        all.add(new OtherInstruction("BIPUSH", "one more", (code, i) -> ((IntInsnNode) i).operand++));
        all.add(new OtherInstruction("SIPUSH", "the negative", (code, i) -> ((IntInsnNode) i).operand *= -1));
        all.add(new OtherInstruction("LDC", "one more", (code, i) -> {
            LdcInsnNode ldc = (LdcInsnNode) i;
            ldc.cst = ldc.cst instanceof Integer k ? (Object) (k + 1) : ldc.cst instanceof Long k ? k + 1 : ldc.cst;
        }));
        all.add(new OtherInstruction("TABLESWITCH", "one further", (code, i) -> {
            TableSwitchInsnNode table = (TableSwitchInsnNode) i;
            table.min++;
            table.max++;
        }));
        all.add(new OtherInstruction(
                "LOOKUPSWITCH",
                "without a default",
                (code, i) -> ((LookupSwitchInsnNode) i).dflt = ((LookupSwitchInsnNode) i).labels.get(0)));
        all.add(new OtherInstruction("LOOKUPSWITCH", "one label further", (code, i) -> {
            LookupSwitchInsnNode table = (LookupSwitchInsnNode) i;
            table.labels.add(table.labels.remove(0));
        }));
    }

    private static OtherInstruction before(String name, String as, String... more) {
        return new OtherInstruction(name, as, (code, i) -> {
            for (String each : more) {
                code.insertBefore(i, new InsnNode(number(each)));
            }
        });
    }

    private static OtherInstruction after(String name, String as, String... more) {
        return new OtherInstruction(name, as, (code, i) -> {
            for (int k = more.length - 1; k >= 0; k--) {
                code.insert(i, new InsnNode(number(more[k])));
            }
        });
    }

    /** Changes every instruction of its kind; answers how many these were. */
    int applyTo(ClassNode node) {
        int changed = 0;
        int opcode = number(name);
        for (MethodNode method : node.methods) {
            // What chooses the piece is no part of it, nor is what makes the tables.
            if (!method.name.startsWith("<") && !method.name.equals("run")) {
                for (AbstractInsnNode i : method.instructions.toArray()) {
                    if (i.getOpcode() == opcode) {
                        edit.accept(method.instructions, i);
                        changed++;
                    }
                }
            }
        }
        return changed;
    }

    @Override
    public String toString() {
        return name + " as " + as;
    }
}
