package dev.moat.viommu.hostile;

import dev.moat.bits.BitField;
import dev.moat.iommu.Memory;
import dev.moat.model.Decision;
import dev.moat.model.ModelBuilder;
import dev.moat.state.Role;
import dev.moat.state.Slots;
import dev.moat.state.Sort;
import dev.moat.state.Writer;
import java.util.List;

/**
 * A guest's memory as its vIOMMU sees it: a few pages from address 0 on, behind them a page that is Xen's, and other guests'. A page holds few words
 * over and over again, so that whatever index a table or a queue is read at there is one of them.
 */
final class GuestWords implements Memory {
    private static final int PAGE_BITS = 12;
    /** The first of each two words in memory that is not the guest's: as a table's entry present, as a descriptor one of the context cache. */
    private static final long OF_OTHERS = 0x11;

    private static final int MOST_COUNTED = (1 << 20) - 1;
    private static final List<BitField> WORD = List.of(new BitField("WORD", 63, 0));

    private final int pages;
    private final int words;
    private final Slots memory;
    /** Accesses since Xen's trap began. */
    private final Slots work;
    /** The vIOMMU stored to Xen's page. */
    private final Slots strayed;
    /** It read what is not the guest's, and got it. */
    private final Slots pried;
    /** {@code registers.memory-checked}: (page, 1 when it is the guest's) to 1 when it may be written. */
    private final Decision checked;
    /** {@code registers.reads-checked}: (1 when an address is the guest's, the number of a {@link Memory.Kind}) to 1 when its unit may read there. */
    private final Decision readChecked;

    /** The last page is one that the vIOMMU may not write for its guest, as it may not write a grant for reading. */
    private final boolean lastIsReadOnly;

    GuestWords(HostileSetting setting, ModelBuilder model) {
        Sort pageSort = setting.pages;
        Sort wordSort = setting.words;
        pages = pageSort.size();
        words = wordSort.size();
        lastIsReadOnly = setting.knowing;
        memory = model.schema()
                .slots("guest.memory", Role.ARCHITECTURAL, Writer.GUEST, pageSort, wordSort)
                .word(WORD, -1L);
        work = model.schema().slots("work", Role.GHOST, Writer.GHOST).bits(20);
        strayed = model.schema().slots("strayed", Role.GHOST, Writer.GHOST).bits(1);
        pried = model.schema().slots("pried", Role.GHOST, Writer.GHOST).bits(1);
        checked = model.decision("registers.memory-checked", (s, page, own, c) -> own);
        readChecked = model.decision("registers.reads-checked", (s, own, b, c) -> own);
    }

    private int at(long address) {
        return (int) (address >>> PAGE_BITS) * words + (int) ((address >>> 3) % words);
    }

    /** Whether an address is of the guest's memory. */
    boolean isOwn(long address) {
        return Long.compareUnsigned(address >>> PAGE_BITS, pages) < 0;
    }

    /** The same memory; which kind of use is asked for, the decision is told. */
    @Override
    public Memory of(Kind kind) {
        return new Used(kind);
    }

    @Override
    public boolean isReadable(long[] s, long address) {
        return isReadable(s, address, Kind.QUEUE);
    }

    private boolean isReadable(long[] s, long address, Kind kind) {
        return readChecked.decide(s, isOwn(address) ? 1 : 0, kind.number(), 0) != 0;
    }

    /** A unit that reads without having asked gets what is there, whosever it is: nothing else is between it and the machine's memory. */
    @Override
    public long read(long[] s, long address) {
        count(s);
        if (isOwn(address)) {
            return memory.get(s, at(address));
        }
        pried.set(s, 0, 1);
        return (address & Long.BYTES) == 0 ? OF_OTHERS : 0;
    }

    @Override
    public boolean write(long[] s, long address, long value) {
        count(s);
        boolean xens = address >>> PAGE_BITS == pages;
        if (xens && checked.decide(s, pages, 0, 0) != 0) {
            strayed.set(s, 0, 1);
            return true;
        }
        boolean readOnly = lastIsReadOnly && address >>> PAGE_BITS == pages - 1;
        if (readOnly || !isOwn(address) || checked.decide(s, (int) (address >>> PAGE_BITS), 1, 0) == 0) {
            return false;
        }
        memory.set(s, at(address), value);
        return true;
    }

    @Override
    public boolean write32(long[] s, long address, long value) {
        return isOwn(address) ? Memory.super.write32(s, address, value) : write(s, address, value);
    }

    private final class Used implements Memory {
        private final Kind kind;

        Used(Kind kind) {
            this.kind = kind;
        }

        @Override
        public boolean isReadable(long[] s, long address) {
            return GuestWords.this.isReadable(s, address, kind);
        }

        @Override
        public long read(long[] s, long address) {
            return GuestWords.this.read(s, address);
        }

        @Override
        public boolean write(long[] s, long address, long value) {
            return GuestWords.this.write(s, address, value);
        }

        @Override
        public boolean write32(long[] s, long address, long value) {
            return GuestWords.this.write32(s, address, value);
        }
    }

    private void count(long[] s) {
        work.set(s, 0, Math.min(MOST_COUNTED, work.get(s, 0) + 1));
    }

    /** The guest stores a word. */
    boolean store(long[] s, int page, int word, long value) {
        int at = page * words + word;
        boolean changes = memory.get(s, at) != value;
        memory.set(s, at, value);
        return changes;
    }

    /** A word as the guest reads it. */
    long load(long[] s, int page, int word) {
        return memory.get(s, page * words + word);
    }

    /** The guest stores a word at an address, if it is the guest's. */
    void storeAt(long[] s, long address, long value) {
        if (isOwn(address)) {
            memory.set(s, at(address), value);
        }
    }

    /** Counts from 0 again. */
    void begin(long[] s) {
        work.set(s, 0, 0);
    }

    /** Accesses since then, at most 2^20 - 1. */
    int work(long[] s) {
        return (int) work.get(s, 0);
    }

    Slots strayed() {
        return strayed;
    }

    Slots pried() {
        return pried;
    }
}
