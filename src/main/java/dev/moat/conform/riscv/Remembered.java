package dev.moat.conform.riscv;

import dev.moat.conform.rows.Choices;
import dev.moat.iommu.riscv.format.DeviceContext;
import dev.moat.iommu.riscv.format.PageTableEntry;
import dev.moat.iommu.riscv.semantics.EntryTag;
import dev.moat.iommu.riscv.semantics.MemoryStructures;
import dev.moat.iommu.riscv.semantics.Scope;
import dev.moat.iommu.riscv.semantics.Transaction;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Everything that a unit's caches may hold: under each tag every valid value that was loaded since the last command that covers it. A
 * load gives the value in memory or one of these, as {@link Choices} say. Contexts may be held together with the place of the table
 * that they lead to, and last entries of both stages together, with what was an interrupt file then.
 */
final class Remembered extends MemoryStructures {
    private final RecordedMemory memory;
    private final Choices choices;
    private final Map<Key, Set<List<Long>>> entries = new HashMap<>();
    private final Map<Root, Set<Long>> roots = new HashMap<>();
    private final Set<Held> held = new LinkedHashSet<>();
    /** What this transaction has found under a tag: an entry is one thing at a time. */
    private final Map<Key, List<Long>> found = new HashMap<>();

    private final boolean inPieces;
    private boolean learning;
    /** What was loaded or found, and may be cached from the next transaction on. */
    private final List<BooleanSupplier> learned = new ArrayList<>();

    /**
     * What an entry is held under.
     *
     * @param piece the page for which it is held, of an entry that stands for several and is held in pieces of 4 KiB; else {@link #WHOLE}
     */
    private record Key(EntryTag tag, long piece) {
        private static final long WHOLE = -1;

        private static Key whole(EntryTag tag) {
            return new Key(tag, WHOLE);
        }

        private boolean isCovered(long lo, long hi, long entry) {
            return piece == WHOLE
                    ? tag.isCovered(lo, hi, entry)
                    : Scope.isOfSecondStage(lo, tag.space()) && Scope.isOfPages(lo, hi, piece, 1, true);
        }
    }

    /** The place of a table: of which context, for the guest page of that table, through which second stage. */
    private record Root(Kind kind, int device, int process, long page, long secondStage) {}

    /** A translation with the tags that it has. */
    private record Held(int gscid, int pscid, boolean bare, long page, Stages stages) {
        private boolean isCovered(long lo, long hi, boolean inPieces) {
            return (!bare
                            && Scope.isOfFirstStage(lo, gscid, pscid)
                            && covers(lo, hi, page, inPieces ? Transaction.PAGE_SHIFT : stages.firstShift()))
                    || (Scope.isOfSecondStage(lo, gscid) && isInSecond(lo, hi));
        }

        private boolean isInSecond(long lo, long hi) {
            return covers(lo, hi, stages.guest() >>> Transaction.PAGE_SHIFT, Transaction.PAGE_SHIFT);
        }

        private static boolean covers(long lo, long hi, long page, int shift) {
            int order = Math.max(0, Math.min(shift, Long.SIZE - 1) - Transaction.PAGE_SHIFT);
            return Scope.isOfPages(lo, hi, page & -1L << order, 1L << order, true);
        }
    }

    /** @param inPieces whether a command by address leaves the other pieces of a page that is held in pieces */
    Remembered(RecordedMemory memory, Choices choices, boolean inPieces) {
        super(memory);
        this.memory = memory;
        this.choices = choices;
        this.inPieces = inPieces;
    }

    /** Nothing is cached. */
    void clear() {
        entries.clear();
        roots.clear();
        held.clear();
    }

    /** A command removes what it covers. */
    void forget(long lo, long hi) {
        entries.forEach((key, values) -> values.removeIf(value -> key.isCovered(lo, hi, value.get(0))));
        roots.keySet()
                .removeIf(root -> root.kind() == Kind.DEVICE_CONTEXT
                        ? Scope.isOfDevice(lo, root.device())
                        : Scope.isOfProcess(lo, root.device(), root.process()));
        held.removeIf(one -> one.isCovered(lo, hi, inPieces));
    }

    /** A transaction begins; whether what it loads may be cached from now on. */
    void begin(boolean learns) {
        found.clear();
        learning = learns;
    }

    /** Caches what was learned; whether any of it had not been cached. */
    boolean learn() {
        boolean isNew = false;
        for (BooleanSupplier add : learned) {
            isNew |= add.getAsBoolean();
        }
        learned.clear();
        return isNew;
    }

    @Override
    protected int status(long[] s, long address, int bytes) {
        return memory.status(address, bytes);
    }

    @Override
    public int load(long[] s, Transaction t, Place place, boolean fresh) {
        int status = super.load(s, t, place, fresh);
        if (fresh) {
            return status;
        }
        EntryTag tag = EntryTag.of(t, place);
        Key piece = new Key(tag, place.index());
        int words = Math.max(1, place.encoding().bytes() / Long.BYTES);
        List<Long> now = status == FOUND ? words(t, words) : List.of();
        Set<List<Long>> options = options(tag, piece, now);
        List<Long> value = found.get(piece);
        if (value == null || !options.contains(value)) {
            value = new ArrayList<>(options).get(choices.choose(options.size()));
            found.put(piece, value);
        }
        if (value.isEmpty()) {
            return status;
        }
        for (int n = 0; n < words; n++) {
            t.loaded.set(n, value.get(n));
        }
        keep(t, tag, piece, value);
        return FOUND;
    }

    private static List<Long> words(Transaction t, int count) {
        return IntStream.range(0, count).mapToObj(t.loaded::get).toList();
    }

    /** What is in memory comes first. */
    private Set<List<Long>> options(EntryTag tag, Key piece, List<Long> now) {
        Set<List<Long>> all = new LinkedHashSet<>();
        all.add(now);
        all.addAll(entries.getOrDefault(Key.whole(tag), Set.of()));
        if (tag.kind() == Kind.FIRST_STAGE) {
            all.addAll(entries.getOrDefault(Key.whole(tag.global()), Set.of()));
        }
        all.addAll(entries.getOrDefault(piece, Set.of()));
        return all;
    }

    /** Pages of the second stage may be held in pieces. */
    private void keep(Transaction t, EntryTag tag, Key piece, List<Long> value) {
        long entry = value.get(0);
        if (!learning || !PageTableEntry.V.isSet(entry)) {
            return;
        }
        Key under = Key.whole(tag);
        if (tag.kind() == Kind.SECOND_STAGE && PageTableEntry.isLeaf(entry)) {
            under = piece;
        } else if (tag.kind() == Kind.FIRST_STAGE && (t.isSharedByProcesses() || PageTableEntry.G.isSet(entry))) {
            under = Key.whole(tag.global());
        }
        Key key = under;
        if (!entries.getOrDefault(key, Set.of()).contains(value)) {
            learned.add(() ->
                    entries.computeIfAbsent(key, k -> new LinkedHashSet<>()).add(value));
        }
    }

    @Override
    public long root(long[] s, Transaction t, Kind kind, long page) {
        Set<Long> frames = roots.getOrDefault(root(t, kind, page), Set.of());
        int way = choices.choose(1 + frames.size());
        return way == 0 ? NOT_CACHED : new ArrayList<>(frames).get(way - 1);
    }

    private static Root root(Transaction t, Kind kind, long page) {
        int process = kind == Kind.PROCESS_CONTEXT ? t.process() : -1;
        return new Root(kind, t.deviceId(), process, page, t.deviceContext(DeviceContext.IOHGATP));
    }

    @Override
    public void offerRoot(long[] s, Transaction t, Kind kind, long page, long frame) {
        if (learning) {
            Root root = root(t, kind, page);
            learned.add(() ->
                    roots.computeIfAbsent(root, k -> new LinkedHashSet<>()).add(frame));
        }
    }

    @Override
    public @Nullable Stages translation(long[] s, Transaction t) {
        List<Held> fitting = held.stream().filter(one -> fits(t, one)).toList();
        int way = choices.choose(1 + fitting.size());
        return way == 0 ? null : fitting.get(way - 1).stages();
    }

    private static boolean fits(Transaction t, Held one) {
        return one.gscid() == t.gscid()
                && one.bare() == t.isFirstBare()
                && (one.bare() || one.pscid() == Scope.GLOBAL || one.pscid() == t.pscid())
                && one.page() == t.iova() >>> Transaction.PAGE_SHIFT;
    }

    @Override
    public void offerTranslation(long[] s, Transaction t) {
        if (learning) {
            Stages stages = t.stages();
            int pscid = t.isFirstBare() ? 0 : stages.global() ? Scope.GLOBAL : t.pscid();
            long page = t.iova() >>> Transaction.PAGE_SHIFT;
            Held one = new Held(t.gscid(), pscid, t.isFirstBare(), page, stages);
            learned.add(() -> held.add(one));
        }
    }
}
