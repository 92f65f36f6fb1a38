package dev.moat.audit.recording;

import dev.moat.audit.read.Function;
import dev.moat.audit.read.Function.Role;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The calls that are running, by CPU, the innermost last. */
final class RunningCalls {
    private static final int DEEPEST = 64;
    private static final int MOST_FUNCTIONS = 4096;

    private final Map<String, Function> functions = new HashMap<>();
    /** Functions that were called and promise nothing: at most as many as may be declared. */
    private final Set<String> undeclared = new HashSet<>();

    private final Map<Integer, List<Running>> running = new HashMap<>();
    private long unmatched;

    /**
     * A call that is running.
     *
     * @param function what it promises; null for nothing
     * @param began number of the event
     */
    record Running(
            RecordedCall call,
            @Nullable Function function,
            List<String> arguments,
            String id,
            String task,
            long began) {
        boolean is(Role role) {
            return function != null && function.role() == role;
        }
    }

    /**
     * A function promises something.
     *
     * @throws IllegalArgumentException when it was called before, which would not be judged; then when there are too many
     */
    void declare(String name, Function function) {
        if (undeclared.contains(name)) {
            throw new IllegalArgumentException("the function was called before this line");
        }
        if (functions.size() >= MOST_FUNCTIONS && !functions.containsKey(name)) {
            throw new IllegalArgumentException("more than " + MOST_FUNCTIONS + " functions");
        }
        functions.put(name, function);
    }

    @Nullable
    Function function(String name) {
        return functions.get(name);
    }

    /** Whether a function with a role is declared. */
    boolean has(Role role) {
        return functions.values().stream().anyMatch(f -> f.role() == role);
    }

    private List<Running> on(int cpu) {
        return running.computeIfAbsent(cpu, c -> new ArrayList<>());
    }

    void enter(int cpu, Running call) {
        if (call.function == null && undeclared.size() < MOST_FUNCTIONS) {
            undeclared.add(call.call.name());
        }
        List<Running> stack = on(cpu);
        for (Running below : stack) {
            if (below.call.name().equals(call.call.name())
                    && below.id.equals(call.id)
                    && below.task.equals(call.task)) {
                below.call.doubt("the function was called again on its CPU before it returned");
            }
        }
        if (stack.size() == DEEPEST) {
            stack.remove(0).call.doubt("more than " + DEEPEST + " calls run on one CPU");
        }
        if (!stack.isEmpty()) {
            Running below = stack.get(stack.size() - 1);
            if (!below.task.isEmpty() && !call.task.isEmpty() && !below.task.equals(call.task)) {
                String why = "calls of two tasks run on one CPU, and stores do not tell whose they are";
                stack.forEach(r -> r.call.doubt(why));
                call.call.doubt(why);
            }
        }
        stack.add(call);
    }

    /** The call that returns, which is no longer running; null where it was not seen to begin. */
    @Nullable
    Running leave(int cpu, String name, String id) {
        Running found = leaveOn(on(cpu), name, id);
        if (found == null && !id.isEmpty()) {
            for (List<Running> stack : running.values()) {
                found = leaveOn(stack, name, id);
                if (found != null) {
                    found.call.doubt("the call returned on another CPU than it began on");
                    break;
                }
            }
        }
        unmatched += found == null ? 1 : 0;
        return found;
    }

    private static @Nullable Running leaveOn(List<Running> stack, String name, String id) {
        for (int i = stack.size() - 1; i >= 0; i--) {
            Running call = stack.get(i);
            if (call.call.name().equals(name) && call.id.equals(id)) {
                stack.remove(i);
                if (i < stack.size()) {
                    String why = "calls on one CPU did not return in turn, so stores do not tell whose they are";
                    call.call.doubt(why);
                    stack.subList(i, stack.size()).forEach(r -> r.call.doubt(why));
                }
                return call;
            }
        }
        return null;
    }

    /** The innermost call on a CPU that maps or unmaps. */
    RecordedCall innermost(int cpu) {
        List<Running> stack = running.getOrDefault(cpu, List.of());
        for (int i = stack.size() - 1; i >= 0; i--) {
            if (stack.get(i).is(Role.UNMAP) || stack.get(i).is(Role.MAP)) {
                return stack.get(i).call;
            }
        }
        return RecordedCall.NONE;
    }

    /** The calls that run on a CPU, as reports print them, the innermost first. */
    List<String> says(int cpu) {
        List<String> all = new ArrayList<>();
        for (Running r : running.getOrDefault(cpu, List.of())) {
            all.add(0, "running: " + r.call.says());
        }
        return all;
    }

    /** Calls that are running. */
    List<Running> all() {
        return running.values().stream().flatMap(List::stream).toList();
    }

    /** Calls that return and were not seen to begin. */
    long unmatched() {
        return unmatched;
    }

    /** Events are missing. */
    void doubtAll(String why) {
        running.values().forEach(stack -> stack.forEach(r -> r.call.doubt(why)));
    }
}
