package dev.moat.iommu.vtd.format;

/**
 * What a unit makes of context entries and of second-level entries in legacy mode: functions of the words that it has read, and of nothing else.
 * That they are what the specification says is proved for all words with real tables: {@code moat prove --code layouts}.
 * {@code @source} VTD-WALK.
 */
public final class LegacyRules {
    /** Of {@link #check}: the entry leads to a page. */
    public static final int LEAF = 0;
    /** Of {@link #check}: the entry leads to a table. */
    public static final int TABLE = -1;

    private static final int PAGE_SHIFT = SecondLevelEntry.ADDR.lo();
    private static final int MAX_LEVELS = (int) ContextEntry.AW.max() + 2;

    private final int indexBits;
    private final int guestAddressBits;
    private final boolean[] widthSupported = new boolean[(int) ContextEntry.AW.max() + 1];
    private final int largestWidth;
    private final boolean deviceTlb;
    private final boolean passThrough;
    private final long contextReservedLo;
    private final long contextReservedHi;
    private final long badTablePointer;
    private final long[] leafReserved = new long[MAX_LEVELS + 1];
    private final long tableReserved;

    /** @param indexBits address bits that one level decodes, 1 to 9; 9 is real */
    public LegacyRules(Capabilities can, int indexBits) {
        this.indexBits = indexBits;
        guestAddressBits = can.guestAddressBits();
        for (int aw = 0; aw < widthSupported.length; aw++) {
            widthSupported[aw] = can.supportsWidth(aw);
        }
        largestWidth = can.largestWidth();
        deviceTlb = Registers.Ecap.DT.isSet(can.ecap());
        passThrough = Registers.Ecap.PT.isSet(can.ecap());
        contextReservedLo = Reserved.mask(ContextEntry.LO);
        contextReservedHi = Reserved.mask(ContextEntry.HI);
        badTablePointer = Reserved.beyond(ContextEntry.SLPTPTR, can.hostAddressBits());
        tableReserved = new SecondLevelRules(can).reserved(MAX_LEVELS, false);
        for (int level = 1; level <= MAX_LEVELS; level++) {
            leafReserved[level] = leafReserved(level, can);
        }
    }

    private long leafReserved(int level, Capabilities can) {
        long mask = Reserved.beyond(SecondLevelEntry.ADDR, can.hostAddressBits());
        mask |= Registers.Ecap.SC.isSet(can.ecap()) ? 0 : SecondLevelEntry.SNP.mask();
        mask |= deviceTlb ? 0 : SecondLevelEntry.TM.mask();
        if (level > 1) {
            mask |= can.supportsSuperpage(level) ? 0 : SecondLevelEntry.SP.mask();
            long below = (1L << Math.min(indexBits * (level - 1), SecondLevelEntry.ADDR.width())) - 1;
            mask |= SecondLevelEntry.ADDR.set(0, below);
        }
        return mask;
    }

    /** Code of the reason why a context entry is no good, 0 when it is. */
    public int contextFault(long lo, long hi) {
        if (!ContextEntry.P.isSet(lo)) {
            return FaultReason.CONTEXT_NOT_PRESENT.code();
        }
        int type = (int) ContextEntry.TT.get(lo);
        long reserved = contextReservedLo | (type == ContextEntry.TT_PASS_THROUGH ? 0 : badTablePointer);
        if ((lo & reserved) != 0 || (hi & contextReservedHi) != 0) {
            return FaultReason.CONTEXT_RESERVED.code();
        }
        int aw = (int) ContextEntry.AW.get(hi);
        boolean valid = widthSupported[aw]
                && switch (type) {
                    case ContextEntry.TT_UNTRANSLATED -> true;
                    case ContextEntry.TT_DEVICE_TLB -> deviceTlb;
                    case ContextEntry.TT_PASS_THROUGH -> passThrough && aw == largestWidth;
                    default -> false;
                };
        return valid ? 0 : FaultReason.CONTEXT_INVALID.code();
    }

    /** Whether an address is beyond the tables that a context entry leads to, or beyond the unit. {@code @unit} bytes. */
    public boolean isBeyond(long iova, long contextHi) {
        return iova >>> Math.min(guestAddressBits, PAGE_SHIFT + indexBits * levels(contextHi)) != 0;
    }

    /** Levels of the tables that a context entry leads to. */
    public static int levels(long contextHi) {
        return (int) ContextEntry.AW.get(contextHi) + 2;
    }

    /** The entry of a table of a level through which a page's walk goes. */
    public int index(long page, int level) {
        return (int) ((page >>> (indexBits * (level - 1))) & ((1L << indexBits) - 1));
    }

    /**
     * One step of a walk.
     *
     * @param level of the table that the entry is in, 1 for the lowest
     * @return {@link #LEAF}, {@link #TABLE}, or the code of a {@link FaultReason}
     */
    public int check(long entry, int level, boolean write) {
        if (!(write ? SecondLevelEntry.W : SecondLevelEntry.R).isSet(entry)) {
            return (write ? FaultReason.NO_WRITE_PERMISSION : FaultReason.NO_READ_PERMISSION).code();
        }
        boolean leaf = level == 1 || SecondLevelEntry.SP.isSet(entry);
        if ((entry & (leaf ? leafReserved[level] : tableReserved)) != 0) {
            return FaultReason.TABLE_RESERVED.code();
        }
        return leaf ? LEAF : TABLE;
    }

    /** Whether what may be a table's entry, whatever its rights, leads to a table. */
    public boolean leadsOn(long entry) {
        return !SecondLevelEntry.SP.isSet(entry) && (entry & tableReserved) == 0;
    }

    /** The frame that a page gets through a leaf. */
    public long frame(long leaf, int level, long page) {
        return SecondLevelEntry.ADDR.get(leaf) | (page & ((1L << (indexBits * (level - 1))) - 1));
    }
}
