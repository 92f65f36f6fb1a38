package dev.moat.limit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ApartTest {
    private static final long SOON = TimeUnit.MILLISECONDS.toNanos(50);

    private final CountDownLatch ended = new CountDownLatch(1);

    /** What a test leaves on its thread would stop the next one. */
    @AfterEach
    void clear() {
        ended.countDown();
        Thread.interrupted();
    }

    @Test
    void whatWasMadeOrThrownThereIsHere() throws IOException {
        assertThat(SeparateThread.<String>get(() -> "result")).isEqualTo("result");
        for (Throwable thrown : new Throwable[] {
            new IOException("disk"),
            new IllegalStateException("refused"),
            new OutOfMemoryError("heap"),
            new Exception("not declared")
        }) {
            assertThatThrownBy(() -> SeparateThread.get(() -> ApartTest.<RuntimeException>thrower(thrown)))
                    .isSameAs(thrown);
        }
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }

    @SuppressWarnings("unchecked") // so that the compiler takes any for one that need not be declared
    private static <E extends Throwable> String thrower(Throwable thrown) throws E {
        throw (E) thrown;
    }

    @Test
    void itFindsWhatItsThreadFinds() throws IOException {
        ClassLoader mine = new ClassLoader() {};
        ClassLoader before = Thread.currentThread().getContextClassLoader();
        Thread.currentThread().setContextClassLoader(mine);
        try {
            assertThat(SeparateThread.<ClassLoader>get(
                            () -> Thread.currentThread().getContextClassLoader()))
                    .isSameAs(mine);
        } finally {
            Thread.currentThread().setContextClassLoader(before);
        }
    }

    /** As if it had been done here: who looks stops, and whether the thread stays interrupted is as the work left it. */
    @Test
    void anInterruptReachesTheWork() throws IOException {
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> SeparateThread.get(ApartTest::look))
                .isInstanceOfSatisfying(
                        StoppedException.class, e -> assertThat(e.behind()).isEmpty());
        assertThat(Thread.interrupted()).isTrue();

        Thread.currentThread().interrupt();
        assertThat(SeparateThread.<Boolean>get(ApartTest::takeInterrupt)).isTrue();
        assertThat(Thread.interrupted()).isFalse();
    }

    /** However short the work is: a run that was interrupted would else now and then be told as one that was not. */
    @Test
    void whoWasInterruptedBeforeIsSoFromTheStart() throws IOException {
        for (int i = 0; i < 200; i++) {
            Thread.currentThread().interrupt();
            assertThat(SeparateThread.<Boolean>get(Thread::interrupted)).isTrue();
            assertThat(Thread.interrupted()).isFalse();
        }
    }

    private static String look() {
        while (true) {
            StoppedException.look();
            Thread.onSpinWait();
        }
    }

    private static boolean takeInterrupt() {
        while (!Thread.interrupted()) {
            Thread.onSpinWait();
        }
        return true;
    }

    @Test
    void anInterruptThatComesTooLateIsKept() throws IOException {
        Thread caller = Thread.currentThread();
        // Whichever of the two threads sees it, it is not lost.
        for (int i = 0; i < 2_000; i++) {
            int spins = i % 200;
            assertThat(SeparateThread.<String>get(() -> {
                        caller.interrupt();
                        for (int k = 0; k < spins; k++) {
                            Thread.onSpinWait();
                        }
                        return "done";
                    }))
                    .isEqualTo("done");
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    @Test
    void whatDoesNotLookIsLeftBehindAndNamed() {
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> SeparateThread.get(SOON, this::deaf))
                .isInstanceOfSatisfying(
                        StoppedException.class,
                        e -> assertThat(e.behind())
                                .startsWith("dev.moat.limit.ApartTest.")
                                .contains("ApartTest.java:"))
                .hasMessageEndingWith(" does not come back");
        assertThat(Thread.interrupted()).isTrue();
    }

    /** Its own thread only waits for the one that does not come back. */
    @Test
    void theThreadsThatItStartsAreLookedAt() {
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> SeparateThread.get(SOON, () -> {
                    Thread thread = new Thread(this::deaf);
                    thread.setDaemon(true);
                    thread.start();
                    while (true) {
                        try {
                            thread.join();
                            return "joined";
                        } catch (InterruptedException e) {
                            continue;
                        }
                    }
                }))
                .hasMessageContaining("ApartTest.java:");
    }

    private String deaf() {
        while (true) {
            try {
                ended.await();
                return "late";
            } catch (InterruptedException e) {
                continue;
            }
        }
    }

    @Test
    void whatIsNotMoatsIsNamedFirst() {
        StackTraceElement java =
                new StackTraceElement("app", "java.base", "17", "java.lang.Thread", "run", "T.java", 1);
        StackTraceElement moat = new StackTraceElement("dev.moat.machine.Machine", "step", "Machine.java", 2);
        StackTraceElement own = new StackTraceElement("example.Toy", "build", "Toy.java", 3);
        StackTraceElement[][] stacks = {{java, moat}, {java, own, moat}};
        assertThat(SeparateThread.place(List.of(stacks))).isEqualTo("example.Toy.build, Toy.java:3");
        assertThat(SeparateThread.place(List.of(new StackTraceElement[][] {{java, moat}})))
                .isEqualTo("dev.moat.machine.Machine.step, Machine.java:2");
        assertThat(SeparateThread.place(List.of())).isEqualTo("code");
    }

    @Test
    void readingForSoLongSaysWhatDoesNotComeBack() throws IOException {
        assertThat(Alarm.<String>within(60, "reading", () -> "read")).isEqualTo("read");
        assertThatThrownBy(() -> Alarm.within(0, "reading", ApartTest::look))
                .isInstanceOf(LimitException.class)
                .hasMessage("the limit on time was hit while reading");
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }
}
