package dev.moat.prove.lift;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandleProxies;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Finds the method that a lambda runs, and its captured arguments. The class of a lambda is hidden, and its class file
 * cannot be read. Its constant pool has the method, but the JVM shows the pool only to its own reflection. {@code
 * sun.misc.Unsafe} opens this way: it is exact, while every other way (names, stack traces) guesses.
 */
final class Lambdas {
    private static final String POOL = "jdk.internal.reflect.ConstantPool";
    private static final Set<String> NOT_THE_TARGET = Set.of("java/lang/Object", "java/lang/Integer", "java/lang/Long");

    private final Map<Class<?>, Target> targets = new HashMap<>();
    private final Function<Object, Object> poolOf;
    private final ToIntFunction<Object> size;
    private final BiFunction<Object, Integer, Object> member;

    /** A method by the internal name of its class, its own and its descriptor. */
    public record Target(String owner, String name, String descriptor) {}

    /** @throws RefusedException when this JVM does not show constant pools */
    public Lambdas() {
        try {
            Class<?> unsafe = Class.forName("sun.misc.Unsafe");
            Field only = unsafe.getDeclaredField("theUnsafe");
            only.setAccessible(true);
            Object door = only.get(null);
            Field trusted = MethodHandles.Lookup.class.getDeclaredField("IMPL_LOOKUP");
            Object base = unsafe.getMethod("staticFieldBase", Field.class).invoke(door, trusted);
            Object offset = unsafe.getMethod("staticFieldOffset", Field.class).invoke(door, trusted);
            MethodHandles.Lookup all = (MethodHandles.Lookup)
                    unsafe.getMethod("getObject", Object.class, long.class).invoke(door, base, offset);
            Class<?> pool = Class.forName(POOL);
            poolOf = as(Function.class, all.findVirtual(Class.class, "getConstantPool", MethodType.methodType(pool)));
            size = as(ToIntFunction.class, all.findVirtual(pool, "getSize", MethodType.methodType(int.class)));
            MethodType ofMember = MethodType.methodType(String[].class, int.class);
            member = as(BiFunction.class, all.findVirtual(pool, "getMemberRefInfoAt", ofMember));
        } catch (ReflectiveOperationException e) {
            throw new RefusedException("this JVM does not show which methods lambdas run: " + e);
        }
    }

    @SuppressWarnings("unchecked")
    private static <T> T as(Class<? super T> type, MethodHandle handle) {
        return (T) MethodHandleProxies.asInterfaceInstance(type, handle);
    }

    /** What a lambda, or a method reference, runs. */
    public Target target(Class<?> lambda) {
        return targets.computeIfAbsent(lambda, this::read);
    }

    private Target read(Class<?> lambda) {
        List<Target> found = new ArrayList<>();
        Object pool = poolOf.apply(lambda);
        int n = size.applyAsInt(pool);
        for (int i = 1; i < n; i++) {
            String[] info = info(pool, i);
            if (info != null && info[2].startsWith("(") && !NOT_THE_TARGET.contains(info[0])) {
                found.add(new Target(info[0], info[1], info[2]));
            }
        }
        if (found.size() != 1) {
            throw new RefusedException(lambda.getName() + " names " + found + " where one method is expected");
        }
        return found.get(0);
    }

    private String @Nullable [] info(Object pool, int i) {
        try {
            return (String[]) member.apply(pool, i);
        } catch (IllegalArgumentException e) {
            return null; // another kind of constant
        }
    }

    /** What a lambda has captured, in order. */
    public static List<Field> captured(Class<?> lambda) {
        return Arrays.stream(lambda.getDeclaredFields())
                .filter(f -> !Modifier.isStatic(f.getModifiers()))
                .sorted(Comparator.comparingInt(
                        f -> Integer.parseInt(f.getName().substring(f.getName().indexOf('$') + 1))))
                .toList();
    }
}
