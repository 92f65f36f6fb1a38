package dev.moat.iommu.riscv.semantics;

import dev.moat.iommu.riscv.format.Cause;
import dev.moat.iommu.riscv.format.DeviceContext.Control;
import dev.moat.iommu.riscv.format.DeviceContext.Pointer;
import dev.moat.iommu.riscv.format.PageTableEntry;
import dev.moat.iommu.riscv.semantics.Structures.Encoding;
import dev.moat.iommu.riscv.semantics.Structures.Kind;
import dev.moat.iommu.riscv.semantics.Structures.Place;
import dev.moat.iommu.riscv.semantics.TableEntries.Shape;
import dev.moat.iommu.riscv.semantics.Transaction.Access;

/**
 * The first stage: from a device's addresses to those of memory, or of a guest, in whose memory its tables are then.
 *
 * <p>{@code @fails} first the width of the address, then at each level the second stage, access, corruption, and what is wrong with
 * the entry, then rights, then A and D. {@code @source} RISCV-PRIVILEGED, Sv39 and Sv32; RISCV-IOMMU, data structures.
 */
final class FirstStageWalk {
    private static final int WIDTH_32 = 32;

    private final TableEntries entries;
    private final SecondStageWalk second;
    private final Latitude latitude;
    private final int indexBits;

    FirstStageWalk(TableEntries entries, SecondStageWalk second, Latitude latitude, int indexBits) {
        this.entries = entries;
        this.second = second;
        this.latitude = latitude;
        this.indexBits = indexBits;
    }

    /** Whether the bits of an address that no table decodes are as they have to be: a sign, or of Sv32 zero. */
    private static boolean isInWidth(long iova, boolean narrow, int width) {
        long high = iova >>> (narrow ? WIDTH_32 : width - 1);
        return high == 0 || (!narrow && high == -1L >>> (width - 1));
    }

    /** Descends to the page of the transaction's address. False when it is refused. */
    boolean walk(long[] s, Transaction t) {
        boolean narrow = t.control(Control.SXL);
        Encoding encoding = new Encoding(narrow ? Integer.BYTES : Long.BYTES, t.control(Control.SBE));
        Shape shape = Shape.of((int) Pointer.MODE.get(t.firstStage), encoding, indexBits, 0);
        if (!isInWidth(t.iova, narrow, shape.width())) {
            return t.refuse(t.access.pageFault());
        }
        Kind from = t.process >= 0 ? Kind.PROCESS_CONTEXT : Kind.DEVICE_CONTEXT;
        long table = Pointer.PPN.get(t.firstStage);
        for (int level = shape.levels() - 1; level >= 0; level--) {
            long guest = (table << Transaction.PAGE_SHIFT) + shape.offset(t.iova, level);
            if (!second.implicit(s, t, guest, level == shape.levels() - 1 ? from : Kind.FIRST_STAGE)) {
                return false;
            }
            Place place = shape.place(Kind.FIRST_STAGE, level, t.iova, t.physical);
            int loaded = entries.load(s, t, place, false);
            if (loaded != Structures.FOUND) {
                return unread(t, loaded);
            }
            long entry = t.loaded.get(0);
            if (entries.isWrong(entry, level, shape)) {
                return t.refuse(t.access.pageFault());
            }
            if (PageTableEntry.isLeaf(entry)) {
                return leaf(s, t, new Leaf(guest, place, level, shape), entry);
            }
            t.global |= PageTableEntry.G.isSet(entry);
            table = PageTableEntry.PPN.get(entry);
        }
        throw new AssertionError("an entry of level 0 that leads to a table is wrong");
    }

    /** @param guest where the entry is for the guest */
    private record Leaf(long guest, Place place, int level, Shape shape) {}

    private boolean leaf(long[] s, Transaction t, Leaf at, long found) {
        long entry = found;
        long due = due(t, entry);
        while (allows(t, entry) && due != 0 && t.control(Control.SADE)) {
            if (!second.update(s, t, at.guest())) {
                return false;
            }
            int loaded = entries.load(s, t, at.place(), true);
            if (loaded != Structures.FOUND) {
                return unread(t, loaded);
            }
            long now = t.loaded.get(0);
            boolean same = now == entry;
            entry = same ? now | due : now;
            if (same) {
                entries.store(s, at.place(), entry);
                t.hasSetDirty |= PageTableEntry.D.isSet(due);
            } else if (entries.isWrong(entry, at.level(), at.shape()) || !PageTableEntry.isLeaf(entry)) {
                return t.refuse(t.access.pageFault());
            }
            due = due(t, entry);
        }
        if (due != 0 || !allows(t, entry)) {
            return t.refuse(t.access.pageFault());
        }
        t.global |= PageTableEntry.G.isSet(entry);
        t.firstLeaf = entry;
        t.firstShift = at.shape().pageShift(entry, at.level());
        t.guest = TableEntries.address(entry, t.firstShift, t.iova);
        return true;
    }

    /** Whether the last entry, from a cache, lets the transaction pass without being changed. */
    boolean isEnough(Transaction t) {
        return due(t, t.firstLeaf) == 0;
    }

    /** Refuses what the last entry does not let the transaction do. */
    boolean judge(Transaction t) {
        return allows(t, t.firstLeaf) || t.refuse(t.access.pageFault());
    }

    private static long due(Transaction t, long leaf) {
        boolean write = t.type == Transaction.Type.ATS
                ? t.wantsWrite && PageTableEntry.W.isSet(leaf)
                : t.access == Access.WRITE;
        return TableEntries.due(leaf, write);
    }

    private boolean allows(Transaction t, long leaf) {
        boolean user = PageTableEntry.U.isSet(leaf);
        if (!t.supervisor && !user) {
            return false;
        }
        if (t.supervisor && user) {
            boolean executes = t.access == Access.EXECUTE || (t.wantsExecute && deniesAllToExecutors());
            if (!t.sum || executes) {
                return false;
            }
        }
        return SecondStageWalk.right(t).isSet(leaf);
    }

    private boolean deniesAllToExecutors() {
        return latitude.way(Latitude.Point.ATS_SUPERVISOR_EXECUTE) == 1;
    }

    /** Whether a transaction may execute what the last entry leads to, if that says so. */
    static boolean mayExecute(Transaction t) {
        return !t.supervisor || !PageTableEntry.U.isSet(t.firstLeaf);
    }

    private boolean unread(Transaction t, int loaded) {
        return t.refuse(loaded == Structures.CORRUPT ? Cause.TABLE_CORRUPT : second.accessFault(t));
    }
}
