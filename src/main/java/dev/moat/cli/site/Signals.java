package dev.moat.cli.site;

import dev.moat.check.ExitCode;
import java.lang.reflect.Proxy;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Which signal ends the process: Java answers it with a code of its own, and a report that is written on the way out must say the
 * same. Java tells only handlers of its unsupported module, which the compiler warns of: it is called by name, and without it every
 * signal is taken for SIGINT.
 */
public final class Signals {
    private static final Map<String, ExitCode> CODES =
            Map.of("HUP", ExitCode.HUNG_UP, "INT", ExitCode.INTERRUPTED, "TERM", ExitCode.TERMINATED);

    /** The process's own: it ends once. The code of the signal that ends it, 0 while none has come. */
    private static final AtomicInteger RECEIVED = new AtomicInteger();

    private static final AtomicBoolean SETTLED = new AtomicBoolean();
    private static final AtomicBoolean INSISTED = new AtomicBoolean();

    private Signals() {}

    /** Notes from now on which signal comes, and ends the process as Java would. */
    public static void watch() {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            for (Map.Entry<String, ExitCode> each : CODES.entrySet()) {
                Object ends = Proxy.newProxyInstance(
                        Signals.class.getClassLoader(), new Class<?>[] {handler}, (proxy, method, arguments) -> {
                            if (method.getName().equals("handle") && ends(each.getValue())) {
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

    /** Whether a signal that comes now ends the process: one more does in any case, where nobody else would wait for a solver. */
    private static boolean ends(ExitCode code) {
        synchronized (RECEIVED) {
            if (SETTLED.get() && (SolverProcess.isHere() || !INSISTED.getAndSet(true))) {
                return false;
            }
            RECEIVED.set(code.code());
            return true;
        }
    }

    /**
     * What the process is going to answer, to be asked right before reports are written that say so: a signal that has come is it, one that
     * comes later is not heard.
     *
     * @param code of everything that was found
     */
    public static ExitCode settled(ExitCode code) {
        synchronized (RECEIVED) {
            SETTLED.set(true);
            return RECEIVED.get() == 0 ? code : ExitCode.of(RECEIVED.get());
        }
    }

    /** What was answered was not the process's last word: it goes on, and the next signal ends it as if nothing had been said. */
    public static void goesOn() {
        synchronized (RECEIVED) {
            SETTLED.set(false);
            INSISTED.set(false);
        }
    }

    /** Whether {@link #settled} was asked, so that the process has to answer what it was told. */
    public static boolean areSettled() {
        return SETTLED.get();
    }

    /** What the process answers where a command answers this. */
    public static ExitCode answered(ExitCode code) {
        return code == ExitCode.INTERRUPTED && RECEIVED.get() != 0 ? ExitCode.of(RECEIVED.get()) : code;
    }
}
