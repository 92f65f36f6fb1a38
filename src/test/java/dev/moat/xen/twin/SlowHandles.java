package dev.moat.xen.twin;

import java.util.ArrayDeque;
import java.util.Deque;

/** The free handles of a domain: numbers go out in order and come back at the end; the last one never goes out. */
final class SlowHandles {
    private static final int PER_FRAME = 256;

    private final Deque<Integer> free = new ArrayDeque<>();

    SlowHandles(int maptrackFrames) {
        for (int h = 0; h < maptrackFrames * PER_FRAME; h++) {
            free.add(h);
        }
    }

    /** The next handle, -1 when there is none. */
    int take() {
        return free.size() > 1 ? free.remove() : -1;
    }

    void put(int handle) {
        free.add(handle);
    }
}
