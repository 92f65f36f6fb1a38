package dev.moat.prove.lift;

import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.ClassNode;
import org.objectweb.asm.tree.JumpInsnNode;
import org.objectweb.asm.tree.LabelNode;
import org.objectweb.asm.tree.LineNumberNode;
import org.objectweb.asm.tree.LookupSwitchInsnNode;
import org.objectweb.asm.tree.MethodNode;
import org.objectweb.asm.tree.TableSwitchInsnNode;

/** The bytecode of methods, as it stands in the class files that run. */
final class ClassFiles {
    private final ClassLoader loader;
    /** Those of objects that were met, where they are others: compiled components have one of their own. */
    private final Set<ClassLoader> others = new LinkedHashSet<>();

    private final Map<String, ClassNode> classes = new HashMap<>();
    private final Map<MethodNode, Method> methods = new HashMap<>();

    /**
     * A method.
     *
     * @param owner internal name of its class
     * @param joins indices of the instructions that jumps lead to
     */
    public record Method(String owner, MethodNode node, Set<Integer> joins) {
        public boolean isStatic() {
            return (node.access & Opcodes.ACC_STATIC) != 0;
        }

        public boolean isPrivate() {
            return (node.access & Opcodes.ACC_PRIVATE) != 0;
        }

        public AbstractInsnNode at(int index) {
            return node.instructions.get(index);
        }

        public int index(AbstractInsnNode instruction) {
            return node.instructions.indexOf(instruction);
        }

        /** Class, method and line of an instruction. */
        public String place(int index) {
            int line = -1;
            for (int i = index; i >= 0 && line < 0; i--) {
                line = at(i) instanceof LineNumberNode n ? n.line : -1;
            }
            return owner.replace('/', '.') + "." + node.name + (line < 0 ? "" : ":" + line);
        }
    }

    /** @param loader where class files are found */
    public ClassFiles(ClassLoader loader) {
        this.loader = loader;
    }

    private ClassNode node(String internalName) {
        ClassNode there = classes.get(internalName);
        if (there == null) {
            there = read(internalName);
            classes.put(internalName, there);
        }
        return there;
    }

    private ClassNode read(String internalName) {
        try (InputStream in = file(internalName + ".class")) {
            if (in == null) {
                throw new RefusedException("no class file of " + internalName.replace('/', '.'));
            }
            ClassNode node = new ClassNode();
            new ClassReader(in).accept(node, ClassReader.SKIP_FRAMES);
            return node;
        } catch (IOException e) {
            throw new RefusedException("the class file of " + internalName + " cannot be read: " + e.getMessage());
        }
    }

    private @Nullable InputStream file(String name) {
        InputStream in = loader.getResourceAsStream(name);
        for (ClassLoader other : others) {
            in = in == null ? other.getResourceAsStream(name) : in;
        }
        return in;
    }

    /** The class with this internal name, initialised. */
    public Class<?> type(String internalName) {
        String name = Type.getObjectType(internalName).getClassName();
        for (ClassLoader one : Stream.concat(Stream.of(loader), others.stream()).toList()) {
            try {
                return Class.forName(name, true, one);
            } catch (ClassNotFoundException e) {
                // Another one may have it.
            }
        }
        throw new RefusedException("no class " + internalName.replace('/', '.'));
    }

    /** The method that a call of this name and these types reaches from a class on. */
    public Method method(Class<?> from, String name, String descriptor) {
        for (Class<?> c = from; c != null; c = c.getSuperclass()) {
            Method found = declared(c, name, descriptor);
            if (found != null) {
                return found;
            }
        }
        Method found = inherited(from, name, descriptor);
        if (found == null) {
            throw new RefusedException("no code of " + from.getName() + "." + name + descriptor);
        }
        return found;
    }

    private @Nullable Method inherited(@Nullable Class<?> from, String name, String descriptor) {
        for (Class<?> c = from; c != null; c = c.getSuperclass()) {
            for (Class<?> i : c.getInterfaces()) {
                Method found = declared(i, name, descriptor);
                found = found == null ? inherited(i, name, descriptor) : found;
                if (found != null) {
                    return found;
                }
            }
        }
        return null;
    }

    /** A method that a class itself has code for; null where it does not. */
    public @Nullable Method declared(Class<?> type, String name, String descriptor) {
        String internalName = Type.getInternalName(type);
        ClassLoader own = type.getClassLoader();
        if (own != null && own != loader) {
            others.add(own);
        }
        for (MethodNode m : node(internalName).methods) {
            if (m.name.equals(name) && m.desc.equals(descriptor) && (m.access & Opcodes.ACC_ABSTRACT) == 0) {
                return methods.computeIfAbsent(m, node -> checked(internalName, node));
            }
        }
        return null;
    }

    private static Method checked(String owner, MethodNode node) {
        String name = owner.replace('/', '.') + "." + node.name;
        if ((node.access & (Opcodes.ACC_NATIVE | Opcodes.ACC_SYNCHRONIZED)) != 0) {
            throw new RefusedException(name + " is native or synchronized");
        }
        if (!node.tryCatchBlocks.isEmpty()) {
            throw new RefusedException(name + " catches exceptions");
        }
        Set<Integer> joins = new HashSet<>();
        for (AbstractInsnNode i : node.instructions) {
            if (i instanceof JumpInsnNode jump) {
                joins.add(node.instructions.indexOf(jump.label));
            } else if (i instanceof TableSwitchInsnNode table) {
                table.labels.forEach(label -> joins.add(node.instructions.indexOf(label)));
                joins.add(node.instructions.indexOf(table.dflt));
            } else if (i instanceof LookupSwitchInsnNode table) {
                for (LabelNode label : table.labels) {
                    joins.add(node.instructions.indexOf(label));
                }
                joins.add(node.instructions.indexOf(table.dflt));
            }
        }
        return new Method(owner, node, joins);
    }
}
