package dev.moat.limit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;

class AwaitedTest {
    @Test
    void whatWasThrownThereIsThrownHere() {
        assertThat(Awaited.get(CompletableFuture.completedFuture("result"))).isEqualTo("result");
        IllegalArgumentException refused = new IllegalArgumentException("refused");
        assertThatThrownBy(() -> Awaited.get(CompletableFuture.failedFuture(refused)))
                .isSameAs(refused);
        OutOfMemoryError exhausted = new OutOfMemoryError("heap");
        assertThatThrownBy(() -> Awaited.get(CompletableFuture.failedFuture(exhausted)))
                .isSameAs(exhausted);
        IOException checked = new IOException("disk");
        assertThatThrownBy(() -> Awaited.get(CompletableFuture.failedFuture(checked)))
                .isInstanceOf(IllegalStateException.class)
                .hasCause(checked);
    }

    @Test
    void anInterruptedWaitStopsAndStaysInterrupted() {
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> Awaited.get(new FutureTask<>(() -> "never run")))
                .isInstanceOf(StoppedException.class);
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void anInterruptIsSeenThoughTheResultIsThere() {
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> Awaited.get(CompletableFuture.completedFuture("result")))
                .isInstanceOf(StoppedException.class);
        assertThat(Thread.interrupted()).isTrue();
    }
}
