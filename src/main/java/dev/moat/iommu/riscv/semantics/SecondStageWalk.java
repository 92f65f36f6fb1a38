package dev.moat.iommu.riscv.semantics;

import dev.moat.bits.BitField;
import dev.moat.iommu.riscv.format.Cause;
import dev.moat.iommu.riscv.format.DeviceContext;
import dev.moat.iommu.riscv.format.DeviceContext.Control;
import dev.moat.iommu.riscv.format.DeviceContext.SecondStage;
import dev.moat.iommu.riscv.format.FaultRecord;
import dev.moat.iommu.riscv.format.PageTableEntry;
import dev.moat.iommu.riscv.format.Registers.Features;
import dev.moat.iommu.riscv.semantics.Structures.Encoding;
import dev.moat.iommu.riscv.semantics.Structures.Kind;
import dev.moat.iommu.riscv.semantics.Structures.Place;
import dev.moat.iommu.riscv.semantics.TableEntries.Shape;
import dev.moat.iommu.riscv.semantics.Transaction.Access;

/**
 * The second stage: from a guest's addresses to those of memory. Without one they are the same.
 *
 * <p>{@code @fails} first the width of the address, then at each level access, corruption, and what is wrong with the entry, then
 * rights, then A and D. {@code @source} RISCV-PRIVILEGED, two-stage address translation.
 */
final class SecondStageWalk {
    /** Bits of a guest address behind a first stage of Sv32. */
    private static final int WIDTH_32 = 34;

    private final RegisterBank registers;
    private final Structures structures;
    private final TableEntries entries;
    private final Latitude latitude;
    private final int indexBits;
    private final boolean writesAlways;

    SecondStageWalk(
            RegisterBank registers, Structures structures, TableEntries entries, Behaviour behaviour, int indexBits) {
        this.registers = registers;
        this.structures = structures;
        this.entries = entries;
        latitude = behaviour.latitude();
        this.indexBits = indexBits;
        writesAlways = behaviour.has(Deviation.ATS_G_WRITE);
    }

    /** What is done at a guest's address. */
    private enum Use {
        /** The request itself. */
        FINAL(0),
        /** A table of the first stage or a process directory is read. */
        READ(FaultRecord.IMPLICIT),
        /** An entry of the first stage gets A or D. */
        UPDATE(FaultRecord.IMPLICIT | FaultRecord.IMPLICIT_WRITE);

        private final long flags;

        Use(long flags) {
            this.flags = flags;
        }
    }

    /** Whether there is one. */
    private static boolean isBare(Transaction t) {
        return t.gscid() == Transaction.HOST;
    }

    /**
     * Where an entry is that the unit reads on its way: {@code t.physical}.
     *
     * @param from what led to its table, {@link Kind#DEVICE_CONTEXT} or {@link Kind#PROCESS_CONTEXT}, whose cached copy may know where
     *     that is; or anything else
     * @return false when the transaction is refused
     */
    boolean implicit(long[] s, Transaction t, long guest, Kind from) {
        if (isBare(t)) {
            t.physical = guest;
            return true;
        }
        boolean root = from == Kind.DEVICE_CONTEXT || from == Kind.PROCESS_CONTEXT;
        long page = guest >>> Transaction.PAGE_SHIFT;
        if (root) {
            long frame = structures.root(s, t, from, page);
            if (frame != Structures.NOT_CACHED) {
                long offset = guest & (1L << Transaction.PAGE_SHIFT) - 1;
                t.physical = frame << Transaction.PAGE_SHIFT | offset;
                return true;
            }
        }
        if (!walk(s, t, guest, Use.READ)) {
            return false;
        }
        if (root) {
            structures.offerRoot(s, t, from, page, t.physical >>> Transaction.PAGE_SHIFT);
        }
        return true;
    }

    /** Whether an entry of the first stage may be written; also where that is. */
    boolean update(long[] s, Transaction t, long guest) {
        t.physical = guest;
        return isBare(t) || walk(s, t, guest, Use.UPDATE);
    }

    /** The guest's address of the transaction itself. False when it is refused. */
    boolean last(long[] s, Transaction t) {
        t.physical = t.guest;
        return isBare(t) || walk(s, t, t.guest, Use.FINAL);
    }

    /** Whether the last entry, from a cache, lets the transaction pass without being changed. */
    boolean isEnough(Transaction t) {
        return due(t, t.secondLeaf, Use.FINAL) == 0;
    }

    /** Refuses what the last entry does not let the transaction do. */
    boolean judge(Transaction t) {
        return allows(t, t.secondLeaf, Use.FINAL) || guestFault(t, t.guest, Use.FINAL);
    }

    private boolean walk(long[] s, Transaction t, long guest, Use use) {
        long word = t.dc.get(DeviceContext.IOHGATP);
        long fctl = registers.fctl.get(s);
        int bytes = Features.GXL.isSet(fctl) ? Integer.BYTES : Long.BYTES;
        Encoding encoding = new Encoding(bytes, Features.BE.isSet(fctl));
        Shape shape = Shape.of((int) SecondStage.MODE.get(word), encoding, indexBits, PageTableEntry.ROOT_BITS);
        int width = t.control(Control.SXL) ? Math.min(shape.width(), WIDTH_32) : shape.width();
        if (guest >>> width != 0) {
            return guestFault(t, guest, use);
        }
        long table = SecondStage.PPN.get(word);
        for (int level = shape.levels() - 1; level >= 0; level--) {
            long address = (table << Transaction.PAGE_SHIFT) + shape.offset(guest, level);
            Place place = shape.place(Kind.SECOND_STAGE, level, guest, address);
            int loaded = entries.load(s, t, place, false);
            if (loaded != Structures.FOUND) {
                return unread(t, loaded);
            }
            long entry = t.loaded.get(0);
            if (entries.isWrong(entry, level, shape)) {
                return guestFault(t, guest, use);
            }
            if (PageTableEntry.isLeaf(entry)) {
                return leaf(s, t, new Leaf(guest, use, place, level, shape), entry);
            }
            table = PageTableEntry.PPN.get(entry);
        }
        throw new AssertionError("an entry of level 0 that leads to a table is wrong");
    }

    private record Leaf(long guest, Use use, Place place, int level, Shape shape) {}

    private boolean leaf(long[] s, Transaction t, Leaf at, long found) {
        long entry = found;
        long due = due(t, entry, at.use());
        while (allows(t, entry, at.use()) && due != 0 && t.control(Control.GADE)) {
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
                return guestFault(t, at.guest(), at.use());
            }
            due = due(t, entry, at.use());
        }
        if (due != 0 || !allows(t, entry, at.use())) {
            return guestFault(t, at.guest(), at.use());
        }
        int shift = at.shape().pageShift(entry, at.level());
        t.physical = TableEntries.address(entry, shift, at.guest());
        if (at.use() == Use.FINAL) {
            t.secondLeaf = entry;
            t.secondShift = shift;
        }
        return true;
    }

    /** A and D bits that an access needs. */
    private long due(Transaction t, long leaf, Use use) {
        return TableEntries.due(leaf, isWrite(t, use, leaf));
    }

    private boolean isWrite(Transaction t, Use use, long leaf) {
        return switch (use) {
            case UPDATE -> true;
            case READ -> isStore(t, leaf);
            case FINAL ->
                t.type == Transaction.Type.ATS
                        ? t.wantsWrite && PageTableEntry.W.isSet(leaf) && (writesAlways || t.isFirstWritable())
                        : t.access == Access.WRITE;
        };
    }

    /** Whether reading a table counts as a store to it: with SADE, or where A has to be set anyway. */
    private boolean isStore(Transaction t, long leaf) {
        boolean sets = t.control(Control.GADE) && !PageTableEntry.A.isSet(leaf);
        return (t.control(Control.SADE) || sets)
                && PageTableEntry.W.isSet(leaf)
                && latitude.way(Latitude.Point.IMPLICIT_STORE) == 1;
    }

    private static boolean allows(Transaction t, long leaf, Use use) {
        BitField right = switch (use) {
            case READ -> PageTableEntry.R;
            case UPDATE -> PageTableEntry.W;
            case FINAL -> right(t);
        };
        return PageTableEntry.U.isSet(leaf) && right.isSet(leaf);
    }

    /** The right that the request itself needs. */
    static BitField right(Transaction t) {
        return switch (t.access) {
            case READ -> PageTableEntry.R;
            case WRITE -> PageTableEntry.W;
            case EXECUTE -> PageTableEntry.X;
        };
    }

    private static boolean guestFault(Transaction t, long guest, Use use) {
        t.iotval2 = (guest & -Integer.BYTES) | use.flags;
        return t.refuse(t.access.guestPageFault());
    }

    private boolean unread(Transaction t, int loaded) {
        if (t.inDirectory) {
            return t.refuse(loaded == Structures.CORRUPT ? Cause.PDT_CORRUPT : Cause.PDT_ACCESS);
        }
        return t.refuse(loaded == Structures.CORRUPT ? Cause.TABLE_CORRUPT : accessFault(t));
    }

    /** The fault of a table that cannot be read. */
    int accessFault(Transaction t) {
        if (t.type != Transaction.Type.ATS) {
            return t.access.accessFault();
        }
        return switch (latitude.way(Latitude.Point.ATS_ACCESS_FAULT)) {
            case 1 -> t.wantsWrite ? Cause.WRITE_ACCESS : Cause.READ_ACCESS;
            case 2 -> t.wantsExecute ? Cause.EXECUTE_ACCESS : Cause.READ_ACCESS;
            default -> Cause.READ_ACCESS;
        };
    }
}
