package dev.moat.cli.site;

import dev.moat.check.ExitCode;
import java.lang.reflect.Proxy;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Which signal ends the process: Java answers it with a code of its own, and a report that is written on the way out must say the
 * same. Java tells only handlers of its unsupported module, which the compiler warns of: it is called by name, and without it every
 * signal is taken for SIGINT.
 */
public final class Signals {
    private static final Map<String, ExitCode> CODES =
            Map.of("HUP", ExitCode.HUNG_UP, "INT", ExitCode.INTERRUPTED, "TERM", ExitCode.TERMINATED);

    /** The process's own: it ends once. */
    private static final AtomicInteger RECEIVED = new AtomicInteger(ExitCode.INTERRUPTED.code());

    private Signals() {}

    /** Notes from now on which signal comes, and ends the process as Java would. */
    public static void watch() {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            for (Map.Entry<String, ExitCode> each : CODES.entrySet()) {
                Object ends = Proxy.newProxyInstance(
                        Signals.class.getClassLoader(), new Class<?>[] {handler}, (proxy, method, arguments) -> {
                            if (method.getName().equals("handle")) {
                                RECEIVED.set(each.getValue().code());
                                Runtime.getRuntime().exit(each.getValue().code());
                            }
                            return null;
                        });
                signal.getMethod("handle", signal, handler)
                        .invoke(null, signal.getConstructor(String.class).newInstance(each.getKey()), ends);
            }
        } catch (ReflectiveOperationException | RuntimeException e) {
            // Java was told to leave signals alone (-Xrs), or has no such module: it ends as it does without this.
            return;
        }
    }

    /** What the process answers where a command answers this. */
    public static ExitCode answered(ExitCode code) {
        return code == ExitCode.INTERRUPTED ? ExitCode.of(RECEIVED.get()) : code;
    }
}
