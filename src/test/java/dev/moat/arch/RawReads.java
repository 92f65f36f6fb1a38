package dev.moat.arch;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.Handle;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.ClassNode;
import org.objectweb.asm.tree.InvokeDynamicInsnNode;
import org.objectweb.asm.tree.MethodInsnNode;
import org.objectweb.asm.tree.MethodNode;
import org.objectweb.asm.tree.VarInsnNode;

/**
 * Looks in class files for code that takes words of {@code long[]} arrays, so perhaps of states, without asking slots: in the classes
 * given and all of Moat that they name, directly or not.
 *
 * <p>An array is not followed to where it comes from. So code that reads arrays which are no states is found as well, and has to be named
 * by who asks.
 */
final class RawReads {
    private static final String WORDS = "[J";
    private static final String MOAT = "dev/moat/";
    /** What notes reads, packs and normalises: beside the components. */
    private static final Set<String> WATCHES = Set.of("dev/moat/state/", "dev/moat/state/relation/", "dev/moat/bits/");
    /** Of it, what reads whole states and notes nothing. */
    private static final Set<String> UNSEEN = Set.of(
            "dev/moat/state/Packing", "dev/moat/state/Normaliser", "dev/moat/state/Schema", "dev/moat/bits/Watched");

    private final Map<String, ClassNode> classes = new HashMap<>();
    /** How many places each method has. */
    private final Map<String, Integer> found = new TreeMap<>();

    /** @param roots internal names */
    RawReads(List<String> roots) {
        Deque<String> todo = new ArrayDeque<>(roots);
        while (!todo.isEmpty()) {
            String name = todo.pop();
            if (name.startsWith(MOAT) && !classes.containsKey(name)) {
                ClassReader reader = read(name);
                ClassNode node = new ClassNode();
                reader.accept(node, 0);
                classes.put(name, node);
                todo.addAll(named(reader));
            }
        }
        classes.values().stream().filter(c -> !isWatching(c.name)).forEach(this::look);
    }

    static ClassReader read(String name) {
        try (InputStream in = RawReads.class.getClassLoader().getResourceAsStream(name + ".class")) {
            return new ClassReader(in);
        } catch (IOException e) {
            throw new IllegalStateException(name, e);
        }
    }

    /** All classes that a class names. */
    private static List<String> named(ClassReader reader) {
        List<String> names = new ArrayList<>();
        char[] buffer = new char[reader.getMaxStringLength()];
        for (int i = 1; i < reader.getItemCount(); i++) {
            int at = reader.getItem(i);
            // A class in the table of constants (JVMS 4.4.1); its tag is the byte before.
            if (at != 0 && reader.readByte(at - 1) == 7) {
                Type type = Type.getObjectType(reader.readUTF8(at, buffer));
                Type element = type.getSort() == Type.ARRAY ? type.getElementType() : type;
                if (element.getSort() == Type.OBJECT) {
                    names.add(element.getInternalName());
                }
            }
        }
        return names;
    }

    private static boolean isWatching(String name) {
        return WATCHES.contains(name.substring(0, name.lastIndexOf('/') + 1));
    }

    private void look(ClassNode in) {
        for (MethodNode method : in.methods) {
            for (AbstractInsnNode i : method.instructions) {
                if (isRaw(method, i)) {
                    found.merge(
                            in.name.substring(MOAT.length()).replace('/', '.') + "." + plain(method.name),
                            1,
                            Integer::sum);
                }
            }
        }
    }

    /** The method in which a lambda is written, without its number. */
    private static String plain(String name) {
        return name.startsWith("lambda$") ? name.split("\\$")[1] : name;
    }

    private static boolean isRaw(MethodNode method, AbstractInsnNode i) {
        if (i.getOpcode() == Opcodes.LALOAD || i.getOpcode() == Opcodes.LASTORE) {
            return true;
        }
        if (i.getOpcode() == Opcodes.ARRAYLENGTH || i.getOpcode() == Opcodes.AASTORE) {
            // A state that notes reads is longer than others; and one of several arguments is stored to an array of
            // objects.
            return i.getPrevious() instanceof VarInsnNode load && isWords(method, load.var);
        }
        if (i instanceof InvokeDynamicInsnNode made) {
            return Arrays.stream(made.bsmArgs)
                    .anyMatch(to ->
                            to instanceof Handle handle && takesWords(handle, made.bsmArgs[made.bsmArgs.length - 1]));
        }
        return i instanceof MethodInsnNode call && takesWords(call.owner, call.name, call.desc);
    }

    /** Whether a local variable may be a state: an argument or what is declared. */
    private static boolean isWords(MethodNode method, int variable) {
        int at = (method.access & Opcodes.ACC_STATIC) == 0 ? 1 : 0;
        for (Type type : Type.getArgumentTypes(method.desc)) {
            if (at == variable) {
                return type.getDescriptor().equals(WORDS);
            }
            at += type.getSize();
        }
        return method.localVariables == null
                || method.localVariables.stream().anyMatch(v -> v.index == variable && v.desc.equals(WORDS));
    }

    /** The same of a reference to a method; what it is used for tells what it takes, where that takes anything. */
    private static boolean takesWords(Handle handle, Object usedFor) {
        boolean own = handle.getOwner().startsWith(MOAT) && !UNSEEN.contains(handle.getOwner());
        return takesWords(handle.getOwner(), handle.getName(), handle.getDesc())
                || (!own && usedFor.toString().contains(WORDS));
    }

    private static boolean takesWords(String owner, String name, String desc) {
        if (owner.equals("java/lang/System") && name.equals("arraycopy")) {
            return true;
        }
        boolean words = owner.equals(WORDS) || desc.contains(WORDS);
        return words && (UNSEEN.contains(owner) || !owner.startsWith(MOAT));
    }

    /** Methods that may read words of states as they are, by class and name, without {@code dev.moat}, and in how many places. */
    Map<String, Integer> found() {
        return found;
    }

    /** Classes that were looked at, by internal name. */
    Set<String> classes() {
        return classes.keySet();
    }
}
