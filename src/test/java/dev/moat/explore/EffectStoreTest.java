package dev.moat.explore;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.machine.Probe;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** What is stored of an effect is what is told of it. */
class EffectStoreTest {
    private static final Probe.Account NOTHING = Probe.Account.NOTHING;

    private static int add(EffectStore store, int successors, int flags) {
        EffectStore.Draft draft = store.new Draft();
        draft.begin(successors, flags);
        for (int k = 0; k < successors; k++) {
            draft.successor(k, 3L * k, 0, new long[] {k}, new long[0]);
        }
        return draft.end(NOTHING);
    }

    /** As many as the letters that an alphabet may have. */
    @Test
    void asManySuccessorsAsLetters() {
        EffectStore store = new EffectStore(1, 0);
        int effect = add(store, 1 << 16, Probe.WAITS);
        long[] words = store.view().words;
        assertThat(EffectStore.successors(words, effect)).isEqualTo(1 << 16);
        assertThat(EffectStore.flags(words, effect)).isEqualTo(Probe.WAITS);
        int last = effect + EffectStore.HEADER + ((1 << 16) - 1) * store.stride();
        assertThat(EffectStore.letter(words, last)).isEqualTo((1 << 16) - 1);
        assertThat(EffectStore.print(words, last)).isEqualTo(3L * ((1 << 16) - 1));
    }

    @Test
    void eachOnce() {
        EffectStore store = new EffectStore(1, 0);
        int effect = add(store, 2, 0);
        assertThat(add(store, 2, 0)).isEqualTo(effect);
        assertThat(add(store, 2, Probe.SERVED)).isNotEqualTo(effect);
        add(store, 1_000, 0);
        assertThat(store.bytes()).isGreaterThan(new EffectStore(1, 0).bytes());
    }

    /** Numbers that others were given are theirs: what is behind one is what was told. */
    @Test
    void eachIsWhatWasToldWhileOthersAdd() throws Exception {
        EffectStore store = new EffectStore(1, 0);
        ExecutorService threads = Executors.newFixedThreadPool(3);
        List<Future<Integer>> running = new ArrayList<>();
        for (int n = 0; n < 3; n++) {
            running.add(threads.submit(() -> {
                int wrong = 0;
                for (int i = 0; i < 20_000; i++) {
                    int effect = add(store, i % 5, i % 1_000);
                    EffectStore.View view = store.view();
                    long[] words = view.words;
                    boolean same = effect < view.end
                            && EffectStore.successors(words, effect) == i % 5
                            && EffectStore.flags(words, effect) == i % 1_000;
                    wrong += same ? 0 : 1;
                }
                return wrong;
            }));
        }
        for (Future<Integer> one : running) {
            assertThat(one.get()).isZero();
        }
        threads.shutdown();
        // All that differ, and the word that is left out.
        int each = 1_000 * EffectStore.HEADER + 200 * (0 + 1 + 2 + 3 + 4) * store.stride();
        assertThat(store.view().end).isEqualTo(1 + each);
    }
}
