package dev.moat.audit.recording;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What a VT-d unit may hold, by brute force: every walk is made at every moment. Two levels of tables, two entries in each; two devices. It is
 * the judge's twin and knows nothing of how that counts: for each number of commands under way that may have been executed, it keeps all that
 * can be cached then; a command may be executed at any moment, in turn, until it is known to be done.
 */
final class SlowCaches {
    /** A context entry: a DID and a top table; tables and frames are numbers, -1 for nothing. */
    record Context(int device, int did, int top) {}

    /** A pointer to a table of leaves for the half of the pages that an entry of the top table spans. */
    record Pointer(int did, int half, int table) {}

    /** A translation. */
    record Page(int did, int page, int frame) {}

    /** What a command has forgotten: which contexts, which pages, whether pointers go. */
    record Command(Kind kind, int device, int did, int page, int order, boolean leavesOnly) {
        enum Kind {
            CONTEXTS,
            CONTEXTS_OF_DID,
            CONTEXT_OF_DEVICE,
            PAGES,
            PAGES_OF_DID,
            PAGES_OF_RANGE
        }
    }

    /** What may be held at one time. */
    private static final class Held {
        private final Set<Context> contexts;
        private final Set<Pointer> pointers;
        private final Set<Page> pages;

        Held(Held of) {
            contexts = new HashSet<>(of.contexts);
            pointers = new HashSet<>(of.pointers);
            pages = new HashSet<>(of.pages);
        }

        void add(Held other) {
            contexts.addAll(other.contexts);
            pointers.addAll(other.pointers);
            pages.addAll(other.pages);
        }

        Held() {
            contexts = new HashSet<>();
            pointers = new HashSet<>();
            pages = new HashSet<>();
        }
    }

    final int[][] tops = new int[2][2];
    final int[][] leaves = new int[3][2];
    final Context[] entries = new Context[2];
    private final List<Held> executed = new ArrayList<>(List.of(new Held()));
    private final List<Command> underWay = new ArrayList<>();

    SlowCaches() {
        for (int[] table : tops) {
            java.util.Arrays.fill(table, -1);
        }
        for (int[] table : leaves) {
            java.util.Arrays.fill(table, -1);
        }
    }

    /** Memory was changed: all walks are made, and each command may be executed now. */
    void changed() {
        executed.forEach(this::walk);
        for (int n = 0; n < underWay.size(); n++) {
            Held next = new Held(executed.get(n));
            forget(next, underWay.get(n));
            walk(next);
            executed.get(n + 1).add(next);
        }
    }

    private void walk(Held held) {
        for (Context entry : entries) {
            if (entry != null) {
                held.contexts.add(entry);
            }
        }
        for (Context c : held.contexts) {
            for (int half = 0; half < 2; half++) {
                if (tops[c.top][half] >= 0) {
                    held.pointers.add(new Pointer(c.did, half, tops[c.top][half]));
                }
            }
        }
        for (Pointer p : held.pointers) {
            for (int i = 0; i < 2; i++) {
                if (leaves[p.table][i] >= 0) {
                    held.pages.add(new Page(p.did, 2 * p.half + i, leaves[p.table][i]));
                }
            }
        }
    }

    /** Commands are given. */
    void give(List<Command> commands) {
        for (Command c : commands) {
            underWay.add(c);
            executed.add(new Held());
        }
        changed();
    }

    private static void forget(Held held, Command c) {
        int size = 1 << c.order;
        int first = c.page & -size;
        switch (c.kind) {
            case CONTEXTS -> held.contexts.clear();
            case CONTEXTS_OF_DID -> held.contexts.removeIf(x -> x.did == c.did);
            case CONTEXT_OF_DEVICE -> held.contexts.removeIf(x -> x.device == c.device && x.did == c.did);
            case PAGES -> {
                held.pages.clear();
                held.pointers.clear();
            }
            case PAGES_OF_DID -> {
                held.pages.removeIf(x -> x.did == c.did);
                held.pointers.removeIf(x -> x.did == c.did);
            }
            case PAGES_OF_RANGE -> {
                held.pages.removeIf(x -> x.did == c.did && x.page >= first && x.page < first + size);
                if (!c.leavesOnly) {
                    held.pointers.removeIf(x -> x.did == c.did && 2 * x.half < first + size && first < 2 * x.half + 2);
                }
            }
        }
    }

    /** The oldest commands are known to be done. */
    void done(int count) {
        executed.subList(0, count).clear();
        underWay.subList(0, count).clear();
    }

    /** What a device may get, as {@code device page frame}. */
    Set<String> reached() {
        Set<String> all = new HashSet<>();
        for (Held held : executed) {
            for (Context c : held.contexts) {
                for (Page p : held.pages) {
                    if (p.did == c.did) {
                        all.add(c.device + " " + p.page + " " + p.frame);
                    }
                }
            }
        }
        return all;
    }
}
