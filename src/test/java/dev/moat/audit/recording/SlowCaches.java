package dev.moat.audit.recording;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What a unit may hold, by brute force: every walk is made at every moment. Two levels of tables, two entries in each; two devices. It is the
 * judge's twin and knows nothing of how that counts: for each set of commands under way that may have been executed, it keeps all that can be
 * cached then. A command may be executed at any moment until it is known to be done: on VT-d in turn, on SMMUv3 those between two waits in any
 * order.
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
            CONTEXTS_OF_DEVICE,
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
    private final boolean inOrder;
    /** For each number of batches that were executed, and each set of commands of the next one: what is held. */
    private final List<Map<Integer, Held>> executed = new ArrayList<>(List.of(new TreeMap<>(Map.of(0, new Held()))));

    private final List<List<Command>> underWay = new ArrayList<>();

    SlowCaches(boolean inOrder) {
        this.inOrder = inOrder;
        for (int[] table : tops) {
            java.util.Arrays.fill(table, -1);
        }
        for (int[] table : leaves) {
            java.util.Arrays.fill(table, -1);
        }
    }

    /** Memory was changed: all walks are made, and each command may be executed now. */
    void changed() {
        for (int n = 0; n < underWay.size(); n++) {
            List<Command> batch = underWay.get(n);
            for (int set = 0; set + 1 < 1 << batch.size(); set++) {
                Held held = executed.get(n).get(set);
                for (int c = 0; held != null && c < batch.size(); c++) {
                    walk(held);
                    if ((set >> c & 1) == 0) {
                        Held next = new Held(held);
                        forget(next, batch.get(c));
                        walk(next);
                        boolean all = set + (1 << c) == (1 << batch.size()) - 1;
                        executed.get(all ? n + 1 : n)
                                .computeIfAbsent(all ? 0 : set + (1 << c), none -> new Held())
                                .add(next);
                    }
                }
            }
        }
        executed.get(underWay.size()).values().forEach(this::walk);
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
            if (inOrder || c == commands.get(0)) {
                underWay.add(new ArrayList<>());
                executed.add(new TreeMap<>());
            }
            underWay.get(underWay.size() - 1).add(c);
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
            case CONTEXTS_OF_DEVICE -> held.contexts.removeIf(x -> x.device == c.device);
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

    /** The oldest commands that were given together are known to be done. */
    void done(int commands) {
        int count = inOrder ? commands : 1;
        executed.subList(0, count).clear();
        underWay.subList(0, count).clear();
    }

    /** What a device may get, as {@code device page frame}. */
    Set<String> reached() {
        Set<String> all = new HashSet<>();
        for (Held held : executed.stream().flatMap(m -> m.values().stream()).toList()) {
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
