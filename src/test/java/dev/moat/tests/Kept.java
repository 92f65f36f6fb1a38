package dev.moat.tests;

import java.lang.ref.SoftReference;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/** What several tests ask for by name and what takes long to make: made once for all of them, while there is room. */
public final class Kept<V> {
    private final Map<String, SoftReference<V>> known = new ConcurrentHashMap<>();
    private final Function<String, V> making;

    public Kept(Function<String, V> making) {
        this.making = making;
    }

    /** Two that ask at once may both make it. */
    public V of(String name) {
        SoftReference<V> reference = known.get(name);
        V kept = reference == null ? null : reference.get();
        if (kept == null) {
            kept = making.apply(name);
            known.put(name, new SoftReference<>(kept));
        }
        return kept;
    }
}
