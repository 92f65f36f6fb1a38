package dev.moat.iommu.vtd.register;

import dev.moat.iommu.Memory;
import dev.moat.iommu.vtd.format.Access;
import dev.moat.iommu.vtd.format.Capabilities;
import dev.moat.iommu.vtd.format.Deviation;
import dev.moat.iommu.vtd.format.Deviations;
import dev.moat.iommu.vtd.format.DmaAnswer;
import dev.moat.iommu.vtd.format.FaultCondition;
import dev.moat.iommu.vtd.format.FirstLevelEntry;
import dev.moat.iommu.vtd.format.PasidEntry;
import dev.moat.iommu.vtd.format.Registers.Cap;
import dev.moat.iommu.vtd.format.Registers.Ecap;
import dev.moat.iommu.vtd.format.Reserved;
import dev.moat.iommu.vtd.format.SecondLevelEntry;
import dev.moat.iommu.vtd.format.SecondLevelRules;
import org.jspecify.annotations.Nullable;

/**
 * Walks first-level tables of 4 or 5 levels; if the PASID entry is nested, each of their addresses, and the page's, is
 * translated by second-level tables. First the address must be canonical. Then at each level the entry is read and
 * must be present. It must allow users (unless a supervisor asks), then writing; then its reserved bits are checked.
 * It is marked accessed, and dirty if a write uses it as a leaf. Marks above a level that faults stay. {@code @source}
 * VTD-FL-WALK.
 */
final class FirstLevelWalk {
    private final Memory memory;
    private final Capabilities capabilities;
    private final TranslationCache pagingStructures;
    private final SecondLevelWalk host;
    private final boolean onesUnreadable;
    private final boolean dirtyOnlyWithAccessed;
    private final boolean canonicalByWidth;
    private final boolean gigabytes;
    private final long beyond;

    FirstLevelWalk(
            Memory memory,
            Capabilities capabilities,
            Deviations deviations,
            TranslationCache pagingStructures,
            SecondLevelWalk host) {
        this.memory = memory;
        this.capabilities = capabilities;
        this.pagingStructures = pagingStructures;
        this.host = host;
        onesUnreadable = deviations.has(Deviation.ALL_ONES_UNREADABLE);
        dirtyOnlyWithAccessed = deviations.has(Deviation.DIRTY_ONLY_WITH_ACCESSED);
        canonicalByWidth = deviations.has(Deviation.CANONICAL_BY_ADDRESS_WIDTH);
        gigabytes = Cap.FL1GP.isSet(capabilities.cap()) || deviations.has(Deviation.GIGABYTE_PAGES_ALWAYS);
        beyond = Reserved.beyond(FirstLevelEntry.ADDR, capabilities.hostAddressBits());
    }

    /**
     * The page that an address leads to.
     *
     * @param tag as in {@link SecondLevelWalk#walk}
     * @param access bits of {@link Access}; PRIVILEGED is what counts for the request, whoever says so
     * @param w0 first word of the PASID entry
     * @param w2 third word of the PASID entry
     * @return a {@link DmaAnswer}
     */
    long walk(long[] s, long tag, long address, int access, long w0, long w2) {
        int levels = (int) PasidEntry.FLPM.get(w2) + 4;
        if (!isCanonical(address, levels, w0)) {
            return DmaAnswer.blocked(FaultCondition.NOT_CANONICAL);
        }
        boolean nested = PasidEntry.PGTT.get(w0) == PasidEntry.NESTED;
        boolean executable = true;
        long rights = SecondLevelEntry.R.mask() | SecondLevelEntry.W.mask();
        long table = PasidEntry.FLPTPTR.get(w2);
        int level = levels;
        int known = nested || tag == SecondLevelWalk.UNTAGGED
                ? -1
                : pagingStructures.find(s, address >>> DmaAnswer.PAGE_BITS, tag, TableTags.MASK);
        if (known >= 0) {
            table = pagingStructures.frame(s, known);
            level = (int) UnitState.LEVEL.get(pagingStructures.tag(s, known)) - 1;
            rights = TableTags.rights(pagingStructures.tag(s, known));
            executable = !UnitState.XD.isSet(pagingStructures.tag(s, known));
        }
        while (true) {
            long guestAt = SecondLevelRules.entryAddress(table, address, level);
            long place = nested ? inHost(s, guestAt, false, w0) : DmaAnswer.SAME_ADDRESS;
            if (!DmaAnswer.isTranslated(place)) {
                return ofTable(place, level == levels);
            }
            long at = DmaAnswer.address(place, guestAt);
            if (!memory.isReadable(s, at) || (onesUnreadable && memory.read(s, at) == -1L)) {
                return unreadable(level == levels);
            }
            long entry = memory.read(s, at);
            boolean leaf = isLeaf(entry, level);
            rights &= entry;
            executable &= !FirstLevelEntry.XD.isSet(entry);
            FaultCondition wrong = judge(entry, level, leaf, access, rights, executable, w2);
            wrong = wrong == null ? mark(s, at, entry, leaf && Access.isWrite(access), place) : wrong;
            if (wrong != null) {
                return DmaAnswer.blocked(wrong);
            }
            if (leaf) {
                long answer = page(entry, level, access, isWritable(rights, access, w2), executable);
                return nested ? throughHost(s, answer, address, Access.isWrite(access), w0) : answer;
            }
            table = FirstLevelEntry.ADDR.get(entry);
            if (!nested && tag != SecondLevelWalk.UNTAGGED) {
                long below = UnitState.XD.set(tag, executable ? 0 : 1);
                pagingStructures.fill(
                        s, address >>> DmaAnswer.PAGE_BITS, TableTags.of(below, level, rights | 1), table);
            }
            level--;
        }
    }

    private static long page(long entry, int level, int access, boolean writable, boolean executable) {
        long answer = DmaAnswer.R.set(DmaAnswer.to(FirstLevelEntry.ADDR.get(entry), level), 1);
        answer = DmaAnswer.W.set(answer, writable ? 1 : 0);
        answer = DmaAnswer.XD.set(answer, executable ? 0 : 1);
        return DmaAnswer.D.set(answer, Access.isWrite(access) ? 1 : FirstLevelEntry.D.get(entry));
    }

    private @Nullable FaultCondition judge(
            long entry, int level, boolean leaf, int access, long rights, boolean executable, long w2) {
        if (!FirstLevelEntry.P.isSet(entry)) {
            return FaultCondition.FIRST_LEVEL_NOT_PRESENT;
        }
        if (!FirstLevelEntry.US.isSet(entry) && !Access.isPrivileged(access)) {
            return FaultCondition.USER_NOT_ALLOWED;
        }
        if (Access.isWrite(access) && !isWritable(rights, access, w2)) {
            return FaultCondition.FIRST_LEVEL_NOT_WRITABLE;
        }
        if ((entry & reserved(level, leaf)) != 0) {
            return FaultCondition.FIRST_LEVEL_RESERVED;
        }
        boolean executes = (access & Access.EXECUTE) != 0 && PasidEntry.NXE.isSet(w2);
        return executes && !executable ? FaultCondition.EXECUTE_NOT_ALLOWED : null;
    }

    /** Whether the rights left so far allow writing; a supervisor writes anyway unless WPE is set. */
    private static boolean isWritable(long rights, int access, long w2) {
        return FirstLevelEntry.RW.isSet(rights) || (Access.isPrivileged(access) && !PasidEntry.WPE.isSet(w2));
    }

    private boolean isCanonical(long address, int levels, long w0) {
        int bits = levels * DmaAnswer.LEVEL_BITS + DmaAnswer.PAGE_BITS;
        if (canonicalByWidth) {
            int width = 30 + DmaAnswer.LEVEL_BITS * (int) PasidEntry.AW.get(w0);
            bits = Math.min(width, capabilities.hostAddressBits());
        }
        long upper = address >>> (bits - 1);
        return upper == 0 || upper == -1L >>> (bits - 1);
    }

    private static long unreadable(boolean top) {
        return DmaAnswer.blocked(top ? FaultCondition.FIRST_LEVEL_TOP_ACCESS : FaultCondition.FIRST_LEVEL_ACCESS);
    }

    /** Why a first-level table cannot be reached: what the second level lacks has reasons of its own. */
    private static long ofTable(long blocked, boolean top) {
        return switch (DmaAnswer.condition(blocked)) {
            case ADDRESS_BEYOND_WIDTH -> DmaAnswer.blocked(FaultCondition.NESTED_BEYOND_WIDTH);
            case NO_READ_PERMISSION ->
                DmaAnswer.blocked(top ? FaultCondition.NESTED_TOP_NOT_READABLE : FaultCondition.NESTED_NOT_READABLE);
            default -> blocked;
        };
    }

    private boolean isLeaf(long entry, int level) {
        boolean large = level == 2 || (level == 3 && gigabytes);
        return level == 1 || (large && FirstLevelEntry.PS.isSet(entry));
    }

    private long reserved(int level, boolean leaf) {
        if (!leaf) {
            return beyond | FirstLevelEntry.PS.mask();
        }
        // The lowest bit of the address field of a large page is PAT.
        long pat = 1L << FirstLevelEntry.ADDR.lo();
        long below = FirstLevelEntry.ADDR.mask() & ~DmaAnswer.pageMask(level) & ~pat;
        return level == 1 ? beyond : beyond | below;
    }

    /** Marks an entry as used; the host must let the unit write it where it is not marked yet. */
    private @Nullable FaultCondition mark(long[] s, long at, long entry, boolean dirty, long place) {
        long marks = FirstLevelEntry.A.mask() | (dirty ? FirstLevelEntry.D.mask() : 0);
        boolean enough = dirtyOnlyWithAccessed ? (entry & marks) != 0 : (entry & marks) == marks;
        if (enough) {
            return null;
        }
        if (!DmaAnswer.W.isSet(place)) {
            return FaultCondition.NESTED_NOT_WRITABLE;
        }
        return memory.write(s, at, entry | marks) ? null : FaultCondition.FIRST_LEVEL_UPDATE;
    }

    private long inHost(long[] s, long address, boolean write, long w0) {
        boolean marks = PasidEntry.SLADE.isSet(w0) && Ecap.SLADS.isSet(capabilities.ecap());
        int aw = (int) PasidEntry.AW.get(w0);
        return host.walk(s, SecondLevelWalk.UNTAGGED, address, write, PasidEntry.SLPTPTR.get(w0), aw, marks);
    }

    /** The host's page of a guest's page: as large as the smaller of both, with the rights of both. */
    private long throughHost(long[] s, long answer, long address, boolean write, long w0) {
        long guest = DmaAnswer.address(answer, address);
        long reached = inHost(s, guest, write, w0);
        if (!DmaAnswer.isTranslated(reached)) {
            boolean beyond = DmaAnswer.condition(reached) == FaultCondition.ADDRESS_BEYOND_WIDTH;
            return beyond ? DmaAnswer.blocked(FaultCondition.NESTED_BEYOND_WIDTH) : reached;
        }
        int level = (int) Math.min(DmaAnswer.LEVEL.get(answer), DmaAnswer.LEVEL.get(reached));
        long frame = (DmaAnswer.address(reached, guest) & DmaAnswer.pageMask(level)) >>> DmaAnswer.PAGE_BITS;
        long both = DmaAnswer.LEVEL.set(DmaAnswer.FRAME.set(answer, frame), level);
        both = DmaAnswer.R.set(both, DmaAnswer.R.get(reached));
        both = DmaAnswer.W.set(both, DmaAnswer.W.get(both) & DmaAnswer.W.get(reached));
        return DmaAnswer.D.set(both, DmaAnswer.D.get(both) & DmaAnswer.D.get(reached));
    }
}
