package dev.moat.explore.effect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.machine.Probe;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is stored of an effect is what is told of it. */
class EffectStoreTest {
    private static final Probe.Account NOTHING = new Probe.Account(List.of(), List.of(), List.of(), List.of());

    private static int add(EffectStore store, int successors, int flags) {
        store.begin(successors, flags, NOTHING);
        for (int k = 0; k < successors; k++) {
            store.successor(k, 3L * k, 0, new long[] {k});
        }
        return store.end();
    }

    /** As many as the letters that an alphabet may have. */
    @Test
    void asManySuccessorsAsLetters() {
        EffectStore store = new EffectStore(1);
        int effect = add(store, 1 << 16, Probe.WAITS);
        assertThat(store.successors(effect)).isEqualTo(1 << 16);
        assertThat(store.flags(effect)).isEqualTo(Probe.WAITS);
        int last = store.at(effect, (1 << 16) - 1);
        assertThat(store.letter(last)).isEqualTo((1 << 16) - 1);
        assertThat(store.print(last)).isEqualTo(3L * ((1 << 16) - 1));
    }

    @Test
    void eachOnceAndNoneAfterForgetting() {
        EffectStore store = new EffectStore(1);
        int effect = add(store, 2, 0);
        assertThat(add(store, 2, 0)).isEqualTo(effect);
        assertThat(add(store, 2, Probe.SERVED)).isNotEqualTo(effect);
        long empty = new EffectStore(1).bytes();
        add(store, 1_000, 0);
        assertThat(store.bytes()).isGreaterThan(empty);
        store.clear();
        assertThat(store.bytes()).isEqualTo(empty);
    }
}
