package dev.moat.prove.lift;

import dev.moat.prove.lift.StackValue.Either;
import dev.moat.prove.lift.StackValue.Reference;
import dev.moat.prove.lift.StackValue.Unknown;
import dev.moat.state.Claim;
import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.Handle;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;
import org.objectweb.asm.tree.InvokeDynamicInsnNode;
import org.objectweb.asm.tree.MethodInsnNode;

/** Calls are inlined, except calls that only make an exception, and calls to library methods of immutable objects. */
final class LiftedCalls {
    /** Functions of unchangeable objects of the library; executed, where what they are given is constant. */
    private static final Set<String> EXECUTED = Set.of(
            "get",
            "size",
            "isEmpty",
            "contains",
            "containsKey",
            "intValue",
            "longValue",
            "booleanValue",
            "valueOf",
            "ordinal",
            "indexOf",
            "getOrDefault",
            "equals",
            "length",
            "hashCode",
            "compareTo");

    /** Functions of enumerations that are only told apart by their place. */
    private static final Set<String> OF_ENUM = Set.of("ordinal", "compareTo", "equals");

    private static final String FIXED = "java.util.ImmutableCollections";

    private final Lifter lifter;
    private final Exprs exprs;
    private final ClassFiles files;
    private final Lambdas lambdas;
    private final Objects objects;

    LiftedCalls(Lifter lifter, Lambdas lambdas) {
        this.lifter = lifter;
        exprs = lifter.exprs;
        files = lifter.files;
        this.lambdas = lambdas;
        objects = new Objects(exprs, files);
    }

    Objects objects() {
        return objects;
    }

    /** The descriptor of an object's method of this name and so many parameters, declared or inherited. */
    static String descriptor(Class<?> type, String name, int parameters) {
        List<String> found = new ArrayList<>();
        for (Class<?> c = type; c != null; c = c.getSuperclass()) {
            for (Method m : c.getDeclaredMethods()) {
                if (m.getName().equals(name) && m.getParameterCount() == parameters && !m.isBridge()) {
                    found.add(Type.getMethodDescriptor(m));
                }
            }
        }
        if (found.isEmpty()) {
            throw new RefusedException("no method " + type.getName() + "." + name);
        }
        return found.get(0);
    }

    /** A text that is put together, of which nothing may be asked; or a function that is made. */
    static void dynamic(Flow flow, InvokeDynamicInsnNode i) {
        List<StackValue> captured = pop(flow, i.desc);
        if (i.bsm.getOwner().equals("java/lang/invoke/StringConcatFactory")) {
            flow.push(new Unknown("a text"));
        } else if (i.bsmArgs.length > 1
                && i.bsmArgs[1] instanceof Handle h
                && h.getTag() != Opcodes.H_NEWINVOKESPECIAL) {
            flow.push(new StackValue.Function(new Lambdas.Target(h.getOwner(), h.getName(), h.getDesc()), captured));
        } else {
            throw new RefusedException("makes a function (" + i.name + ")");
        }
    }

    private static List<StackValue> pop(Flow flow, String descriptor) {
        int n = Type.getArgumentTypes(descriptor).length;
        List<StackValue> tail = flow.stack.subList(flow.stack.size() - n, flow.stack.size());
        List<StackValue> arguments = new ArrayList<>(tail);
        tail.clear();
        return arguments;
    }

    List<Flow> call(Flow flow, MethodInsnNode i) {
        List<StackValue> arguments = pop(flow, i.desc);
        if (i.getOpcode() != Opcodes.INVOKESTATIC) {
            StackValue on = there(flow, flow.pop());
            if (on == null) {
                return List.of();
            }
            arguments.add(0, on);
        }
        Type result = Type.getReturnType(i.desc);
        if (makesException(i, result)) {
            if (result.getSort() != Type.VOID) {
                flow.push(new Unknown("an exception"));
            }
            return Instructions.next(flow);
        }
        if (i.owner.startsWith("java/") && result.getDescriptor().equals("Ljava/lang/String;")) {
            flow.push(new Unknown("a text"));
            return Instructions.next(flow);
        }
        List<?> list = listOf(i, arguments);
        if (list != null) {
            return element(flow, list, Flow.number(arguments.get(1)));
        }
        Ending end = invoke(flow, i, arguments);
        if (end == null) {
            return List.of();
        }
        flow.continueAfter(end);
        return Instructions.next(flow);
    }

    /** Constructors of exceptions, and methods that answer one: who calls them throws. */
    private boolean makesException(MethodInsnNode i, Type result) {
        if (i.name.equals("<init>")) {
            return Throwable.class.isAssignableFrom(files.type(i.owner));
        }
        return result.getSort() == Type.OBJECT
                && !result.getInternalName().equals("java/lang/Object")
                && Throwable.class.isAssignableFrom(files.type(result.getInternalName()));
    }

    /** What a call is of, once it is demanded that it is no null; null where it always is one. */
    private @Nullable StackValue there(Flow flow, StackValue on) {
        TermExpr isNull = isNull(on);
        if (isNull.isFalse()) {
            return on;
        }
        lifter.require(flow, exprs.not(isNull), "a call of null");
        return isNull.isTrue() ? null : withoutNull(on);
    }

    private TermExpr isNull(StackValue v) {
        if (v instanceof Either e) {
            return exprs.ite(e.condition(), isNull(e.yes()), isNull(e.no()));
        }
        return v instanceof Reference r && r.object() == null ? exprs.yes : exprs.no;
    }

    private StackValue withoutNull(StackValue v) {
        if (!(v instanceof Either e)) {
            return v;
        }
        if (isNull(e.yes()).isTrue() || isNull(e.no()).isTrue()) {
            return withoutNull(isNull(e.yes()).isTrue() ? e.no() : e.yes());
        }
        return StackValue.either(e.condition(), withoutNull(e.yes()), withoutNull(e.no()), exprs);
    }

    private static @Nullable Object object(StackValue v) {
        return v instanceof Reference r ? r.object() : null;
    }

    /** The unchangeable list of which an element is asked for that the state decides; null where none is. */
    private static @Nullable List<?> listOf(MethodInsnNode i, List<StackValue> arguments) {
        return i.name.equals("get")
                        && arguments.size() == 2
                        && object(arguments.get(0)) instanceof List<?> list
                        && list.getClass().getName().startsWith(FIXED)
                        && arguments.get(1) instanceof StackValue.Word n
                        && !n.expr().isConstant()
                ? list
                : null;
    }

    /** A way on for each element, as with arrays. */
    private List<Flow> element(Flow flow, List<?> list, TermExpr index) {
        flow.at++;
        return lifter.forEachIndex(
                flow, index, list.size(), (f, k) -> f.push(objects.value(Object.class, list.get(k))));
    }

    private @Nullable Ending invoke(Flow flow, MethodInsnNode i, List<StackValue> arguments) {
        Class<?> owner = files.type(i.owner);
        if (i.getOpcode() == Opcodes.INVOKESTATIC && isExecuted(i)) {
            return new Ending(executed(owner, null, i.name + i.desc, arguments), flow.path, flow.effects());
        }
        if (i.getOpcode() == Opcodes.INVOKESTATIC || i.getOpcode() == Opcodes.INVOKESPECIAL) {
            return lifter.run(files.method(owner, i.name, i.desc), arguments, flow.path, flow.effects());
        }
        ClassFiles.Method direct = files.declared(owner, i.name, i.desc);
        if (direct != null && direct.isPrivate()) {
            return lifter.run(direct, arguments, flow.path, flow.effects());
        }
        return virtual(i.name, i.desc, arguments, flow.path, flow.effects());
    }

    private static boolean isExecuted(MethodInsnNode i) {
        return (i.name.equals("valueOf") && i.owner.startsWith("java/lang/"))
                || (i.name.equals("of") && i.owner.startsWith("java/util/"));
    }

    /** A call whose receiver decides which method runs; where the receiver is one of several, each is called. */
    @Nullable
    Ending virtual(String name, String descriptor, List<StackValue> arguments, Path path, PathEffects effects) {
        StackValue on = arguments.get(0);
        if (on instanceof Either e) {
            TermExpr first = path.simplified(e.condition(), exprs);
            if (first.isConstant()) {
                return virtual(name, descriptor, with(arguments, first.isTrue() ? e.yes() : e.no()), path, effects);
            }
            Ending yes = virtual(name, descriptor, with(arguments, e.yes()), path.with(first), effects);
            Ending no = virtual(name, descriptor, with(arguments, e.no()), path.with(exprs.not(first)), effects);
            return yes == null ? no : no == null ? yes : Ending.joined(List.of(yes, no), exprs);
        }
        if (on instanceof StackValue.Function f) {
            return function(f.target(), f.captured(), arguments, path, effects);
        }
        if (!(on instanceof Reference r) || r.object() == null) {
            throw new RefusedException("calls " + name + " of " + on);
        }
        if (r.object() instanceof Claim) {
            return new Ending(Ending.NOTHING, path, claimed(name, arguments, effects));
        }
        Class<?> type = r.object().getClass();
        if (type.isHidden()) {
            return function(lambdas.target(type), captured(r.object()), arguments, path, effects);
        }
        boolean ofEnum = r.object() instanceof Enum && OF_ENUM.contains(name);
        if (ofEnum || type.getName().startsWith("java.")) {
            return new Ending(library(r.object(), name + descriptor, arguments), path, effects);
        }
        return lifter.run(files.method(type, name, descriptor), arguments, path, effects);
    }

    /** A claim is only added to, as {@link Claim} says; who would ask it anything is refused. */
    private PathEffects claimed(String call, List<StackValue> arguments, PathEffects effects) {
        if (!call.equals("add") && !call.equals("exchange")) {
            throw new RefusedException("calls " + call + " of a claim");
        }
        List<TermExpr> of = new ArrayList<>();
        arguments.subList(2, arguments.size()).forEach(v -> of.add(Flow.number(v)));
        while (of.size() < Claim.PLACES) {
            of.add(exprs.ofInt(0));
        }
        return effects.adding(exprs.yes, arguments.get(1), List.copyOf(of), exprs);
    }

    private static List<StackValue> with(List<StackValue> arguments, StackValue first) {
        List<StackValue> all = new ArrayList<>(arguments);
        all.set(0, first);
        return all;
    }

    private List<StackValue> captured(Object lambda) {
        List<StackValue> all = new ArrayList<>();
        for (Field f : Lambdas.captured(lambda.getClass())) {
            all.add(objects.read(lambda, f));
        }
        return all;
    }

    /** What a lambda or a method reference runs. */
    private @Nullable Ending function(
            Lambdas.Target target,
            List<StackValue> captured,
            List<StackValue> arguments,
            Path path,
            PathEffects effects) {
        List<StackValue> all = new ArrayList<>(captured);
        all.addAll(arguments.subList(1, arguments.size()));
        Class<?> owner = files.type(target.owner());
        ClassFiles.Method direct = files.declared(owner, target.name(), target.descriptor());
        if (direct != null && direct.isStatic()) {
            return lifter.run(direct, all, path, effects);
        }
        if (direct != null && direct.isPrivate()) {
            return lifter.run(direct, all, path, effects);
        }
        return virtual(target.name(), target.descriptor(), all, path, effects);
    }

    /** A function of the library on an object that never changes, all constant: it is executed. */
    private StackValue library(Object object, String call, List<StackValue> arguments) {
        String type = object.getClass().getName();
        boolean fixed = type.startsWith(FIXED)
                || object instanceof Enum
                || object instanceof String
                || object instanceof Integer
                || object instanceof Long
                || object instanceof Boolean;
        if (!fixed || !EXECUTED.contains(call.substring(0, call.indexOf('(')))) {
            throw new RefusedException("calls " + type + "." + call);
        }
        for (Class<?> c : List.of(
                List.class, Map.class, Set.class, String.class, Integer.class, Long.class, Boolean.class, Enum.class)) {
            if (c.isInstance(object)) {
                return executed(c, object, call, arguments.subList(1, arguments.size()));
            }
        }
        throw new RefusedException("calls " + type + "." + call);
    }

    private StackValue executed(Class<?> type, @Nullable Object on, String call, List<StackValue> arguments) {
        for (Method m : type.getMethods()) {
            if (call.equals(m.getName() + Type.getMethodDescriptor(m))) {
                Object[] actual = new Object[arguments.size()];
                for (int k = 0; k < actual.length; k++) {
                    actual[k] = constant(arguments.get(k), m.getParameterTypes()[k], call);
                }
                try {
                    return objects.value(m.getReturnType(), m.invoke(on, actual));
                } catch (IllegalAccessException | InvocationTargetException e) {
                    throw new RefusedException("the call " + call + " fails: " + e);
                }
            }
        }
        throw new RefusedException("no method " + type.getName() + "." + call);
    }

    private static @Nullable Object constant(StackValue v, Class<?> type, String call) {
        if (v instanceof Reference r) {
            return r.object();
        }
        if (v instanceof StackValue.Word n && n.expr().isConstant()) {
            long k = n.expr().constant();
            return type == boolean.class ? (Object) (k != 0) : type == long.class ? (Object) k : (Object) (int) k;
        }
        throw new RefusedException("calls " + call + " with what depends on the state");
    }
}
