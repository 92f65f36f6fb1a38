package dev.moat.iommu.vtd.format;

import dev.moat.bits.BitField;
import java.util.List;

/**
 * Entry of a PASID table.
 *
 * <p>{@code @shape} 512 bits, eight words, of which the last five are not looked at; indexed by the low 6 bits of the PASID.
 * {@code @unit} SLPTPTR and FLPTPTR are 4 KiB frame numbers; second-level tables have AW + 2 levels, first-level tables
 * FLPM + 4. Names beginning with IGN: not looked at here, whatever a revision of the specification keeps there.
 * {@code @source} VTD-PASID-ENTRY.
 */
public final class PasidEntry {
    private PasidEntry() {}

    /** Bytes of one entry. */
    public static final int BYTES = 64;

    /** PGTT: first-level translation only. */
    public static final int FIRST_LEVEL = 1;
    /** PGTT: second-level translation only. */
    public static final int SECOND_LEVEL = 2;
    /** PGTT: first-level tables in an address space that second-level tables translate. */
    public static final int NESTED = 3;
    /** PGTT: the address is used as it is. */
    public static final int PASS_THROUGH = 4;

    /** Present. */
    public static final BitField P = BitField.bit("P", 0);
    /** Fault processing disable. */
    public static final BitField FPD = BitField.bit("FPD", 1);
    /** Address width of second-level tables. */
    public static final BitField AW = new BitField("AW", 4, 2);

    static final BitField IGN_5 = BitField.bit("IGN_5", 5);
    /** What the PASID means: {@link #FIRST_LEVEL}, SECOND_LEVEL, NESTED or PASS_THROUGH. */
    public static final BitField PGTT = new BitField("PGTT", 8, 6);
    /** The unit sets accessed and dirty bits in second-level entries. */
    public static final BitField SLADE = BitField.bit("SLADE", 9);

    static final BitField RSVD_11 = new BitField("RSVD_11", 11, 10);
    /** Frame of the top second-level table. */
    public static final BitField SLPTPTR = new BitField("SLPTPTR", 63, 12);

    /** Tag of cached translations. */
    public static final BitField DID = new BitField("DID", 15, 0);

    static final BitField IGN_22 = new BitField("IGN_22", 22, 16);
    /** Walks of the tables snoop; nothing here is not coherent. */
    static final BitField PWSNP = BitField.bit("PWSNP", 23);
    /** Requests snoop; nothing here is not coherent. */
    static final BitField PGSNP = BitField.bit("PGSNP", 24);

    static final BitField IGN_63 = new BitField("IGN_63", 63, 25);

    /** Supervisor requests are allowed. */
    public static final BitField SRE = BitField.bit("SRE", 0);

    /** Requests to execute are allowed. */
    public static final BitField ERE = BitField.bit("ERE", 1);

    /** First-level tables have FLPM + 4 levels; 2 and 3 are reserved. */
    public static final BitField FLPM = new BitField("FLPM", 3, 2);
    /** Supervisor requests may not write where R/W is clear. */
    public static final BitField WPE = BitField.bit("WPE", 4);
    /** Execute-disable bits count. */
    public static final BitField NXE = BitField.bit("NXE", 5);

    static final BitField IGN_6 = BitField.bit("IGN_6", 6);
    /** Extended accessed bits; not modelled. */
    public static final BitField EAFE = BitField.bit("EAFE", 7);

    static final BitField IGN_11 = new BitField("IGN_11", 11, 8);
    /** Frame of the top first-level table; a guest's frame if nested. */
    public static final BitField FLPTPTR = new BitField("FLPTPTR", 63, 12);

    /** All 64 bits of the first word. */
    public static final List<BitField> W0 = List.of(P, FPD, AW, IGN_5, PGTT, SLADE, RSVD_11, SLPTPTR);
    /** All 64 bits of the second word. */
    public static final List<BitField> W1 = List.of(DID, IGN_22, PWSNP, PGSNP, IGN_63);
    /** All 64 bits of the third word. */
    public static final List<BitField> W2 = List.of(SRE, ERE, FLPM, WPE, NXE, IGN_6, EAFE, IGN_11, FLPTPTR);
}
