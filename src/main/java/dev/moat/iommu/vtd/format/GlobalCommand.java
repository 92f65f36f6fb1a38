package dev.moat.iommu.vtd.format;

import dev.moat.bits.BitField;
import dev.moat.iommu.vtd.format.Registers.Gsts;
import java.util.List;

/**
 * GCMD, the global command register: what software writes to change {@link Registers.Gsts}.
 *
 * <p>{@code @shape} 32 bits, read as a word. Bits of a state (TE, EAFL, QIE, IRE, CFI) ask for that state; the others
 * start something once, and what they started stays reported when later writes leave them 0. {@code @writer} HYPERVISOR.
 * {@code @source} VTD-REGISTERS.
 */
public final class GlobalCommand {
    private GlobalCommand() {}

    static final BitField RSVD_22 = new BitField("RSVD_22", 22, 0);
    public static final BitField CFI = BitField.bit("CFI", 23);
    /** Take the interrupt-remapping table from IRTA. */
    public static final BitField SIRTP = BitField.bit("SIRTP", 24);

    public static final BitField IRE = BitField.bit("IRE", 25);
    public static final BitField QIE = BitField.bit("QIE", 26);
    /** Flush the write buffer. */
    public static final BitField WBF = BitField.bit("WBF", 27);

    public static final BitField EAFL = BitField.bit("EAFL", 28);
    public static final BitField SFL = BitField.bit("SFL", 29);
    /** Take the root table from RTADDR. */
    public static final BitField SRTP = BitField.bit("SRTP", 30);

    public static final BitField TE = BitField.bit("TE", 31);
    static final BitField NONE_63 = new BitField("NONE_63", 63, 32);

    /** All 64 bits. */
    public static final List<BitField> FIELDS =
            List.of(RSVD_22, CFI, SIRTP, IRE, QIE, WBF, EAFL, SFL, SRTP, TE, NONE_63);

    /**
     * GSTS once the unit has done what a write asks for.
     *
     * @param status GSTS before the write
     * @param command what was written
     */
    public static long status(long status, long command) {
        long s = status;
        s = Gsts.CFIS.set(s, CFI.get(command));
        s = Gsts.IRES.set(s, IRE.get(command));
        s = Gsts.QIES.set(s, QIE.get(command));
        s = Gsts.AFLS.set(s, EAFL.get(command));
        s = Gsts.TES.set(s, TE.get(command));
        s = SIRTP.isSet(command) ? s | Gsts.IRTPS.mask() : s;
        s = SRTP.isSet(command) ? s | Gsts.RTPS.mask() : s;
        s = SFL.isSet(command) ? s | Gsts.FLS.mask() : s;
        return Gsts.WBFS.set(s, 0);
    }
}
