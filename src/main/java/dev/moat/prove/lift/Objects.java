package dev.moat.prove.lift;

import dev.moat.prove.lift.StackValue.Either;
import dev.moat.prove.lift.StackValue.Reference;
import dev.moat.prove.lift.StackValue.State;
import dev.moat.prove.lift.StackValue.Unknown;
import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.FieldInsnNode;
import org.objectweb.asm.tree.InvokeDynamicInsnNode;
import org.objectweb.asm.tree.TypeInsnNode;

/** Instructions about objects. Those of the machine are read as they are, and never written. */
final class Objects {
    private final Exprs exprs;
    private final ClassFiles files;

    Objects(Exprs exprs, ClassFiles files) {
        this.exprs = exprs;
        this.files = files;
    }

    void field(Flow flow, FieldInsnNode i) {
        switch (i.getOpcode()) {
            case Opcodes.GETSTATIC -> flow.push(read(null, files.type(i.owner), i.name));
            case Opcodes.GETFIELD -> flow.push(read(flow.pop(), i));
            default -> throw new RefusedException("writes the field " + i.owner + "." + i.name);
        }
    }

    private StackValue read(StackValue on, FieldInsnNode i) {
        if (on instanceof Either e) {
            return StackValue.either(e.condition(), read(e.yes(), i), read(e.no(), i), exprs);
        }
        if (on instanceof Reference r && r.object() != null) {
            return read(r.object(), files.type(i.owner), i.name);
        }
        throw new RefusedException("field " + i.name + " of " + on);
    }

    private StackValue read(@Nullable Object object, Class<?> from, String name) {
        for (Class<?> c = from; c != null; c = c.getSuperclass()) {
            for (Field f : c.getDeclaredFields()) {
                if (f.getName().equals(name)) {
                    return read(object, f);
                }
            }
        }
        throw new RefusedException("no field " + from.getName() + "." + name);
    }

    StackValue read(@Nullable Object object, Field f) {
        if (!Modifier.isFinal(f.getModifiers())) {
            throw new RefusedException("reads a field that is not final: " + f);
        }
        try {
            f.setAccessible(true);
            return value(f.getType(), f.get(object));
        } catch (IllegalAccessException | RuntimeException e) {
            throw new RefusedException("field " + f + " cannot be read: " + e.getMessage());
        }
    }

    /** A value as reflection gives it: numbers as boxes. */
    StackValue value(Class<?> type, @Nullable Object v) {
        if (!type.isPrimitive()) {
            return new Reference(v);
        }
        if (v instanceof Boolean b) {
            return new StackValue.Word(exprs.ofInt(b ? 1 : 0));
        }
        if (v instanceof Character c) {
            return new StackValue.Word(exprs.ofInt(c));
        }
        if (v instanceof Long n) {
            return new StackValue.Word(exprs.ofLong(n));
        }
        if (v instanceof Integer || v instanceof Short || v instanceof Byte) {
            return new StackValue.Word(exprs.ofInt(((Number) v).longValue()));
        }
        throw new RefusedException("a value of type " + type.getName());
    }

    StackValue element(Object array, int index) {
        return value(array.getClass().getComponentType(), Array.get(array, index));
    }

    static int length(Object array) {
        return Array.getLength(array);
    }

    /** What is neither arithmetic nor a jump nor a call. */
    void other(Flow flow, AbstractInsnNode i) {
        switch (i.getOpcode()) {
            case Opcodes.ARRAYLENGTH -> {
                StackValue array = flow.pop();
                if (array instanceof State s) {
                    flow.push(exprs.ofInt(flow.states[s.number()].length));
                } else if (array instanceof Reference r && r.object() != null) {
                    flow.push(exprs.ofInt(length(r.object())));
                } else {
                    throw new RefusedException("the length of " + array);
                }
            }
            case Opcodes.NEW -> {
                Class<?> type = files.type(((TypeInsnNode) i).desc);
                if (!Throwable.class.isAssignableFrom(type)) {
                    throw new RefusedException("makes a " + type.getName());
                }
                flow.push(new Unknown("an exception"));
            }
            case Opcodes.CHECKCAST -> cast(flow, files.type(((TypeInsnNode) i).desc));
            case Opcodes.INSTANCEOF -> {
                StackValue v = flow.pop();
                Class<?> type = files.type(((TypeInsnNode) i).desc);
                if (!(v instanceof Reference r)) {
                    throw new RefusedException("instanceof of " + v);
                }
                flow.push(exprs.ofInt(type.isInstance(r.object()) ? 1 : 0));
            }
            case Opcodes.INVOKEDYNAMIC -> LiftedCalls.dynamic(flow, (InvokeDynamicInsnNode) i);
            default -> throw new RefusedException("instruction " + i.getOpcode());
        }
    }

    private static void cast(Flow flow, Class<?> type) {
        StackValue v = flow.peek(0);
        if (!fits(v, type)) {
            throw new RefusedException("casts " + v + " to " + type.getName());
        }
    }

    private static boolean fits(StackValue v, Class<?> type) {
        if (v instanceof Either e) {
            return fits(e.yes(), type) && fits(e.no(), type);
        }
        return v instanceof State
                ? type == long[].class
                : v instanceof Unknown
                        || (v instanceof Reference r && (r.object() == null || type.isInstance(r.object())));
    }
}
