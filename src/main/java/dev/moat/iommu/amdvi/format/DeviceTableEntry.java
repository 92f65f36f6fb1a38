package dev.moat.iommu.amdvi.format;

import dev.moat.bits.BitField;
import java.util.List;

/**
 * Device table entry (DTE): what the unit does with the requests of one DevID.
 *
 * <p>{@code @shape} 256 bits, four quadwords at {@link #BYTES} times the DevID in the device table; bit 64 * n + b of the
 * document is bit b of quadword n here. {@code @unit} ROOT is a 4 KiB frame number; Mode is the level of the table there.
 * Names that start with IGN are looked at by no translation modelled here. {@code @writer} HYPERVISOR.
 * {@code @source} AMDVI-DTE.
 */
public final class DeviceTableEntry {
    private DeviceTableEntry() {}

    /** Bytes of one entry. */
    public static final int BYTES = 32;
    /** Quadwords of one entry. */
    public static final int WORDS = BYTES / Long.BYTES;

    /** Mode: no page table; addresses are used as they are, as far as IR and IW permit. */
    public static final int MODE_UNTRANSLATED = 0;
    /** Mode: has no meaning, an entry with it is illegal. */
    public static final int MODE_RESERVED = 7;

    /** The rest of quadwords 0 and 1 means something; requests of a device without it are not translated. */
    public static final BitField V = BitField.bit("V", 0);
    /** Mode and ROOT mean something. */
    public static final BitField TV = BitField.bit("TV", 1);

    static final BitField RSVD_6 = new BitField("RSVD_6", 6, 2);
    /** Host access and dirty bits of page table entries; not modelled. */
    public static final BitField HAD = new BitField("HAD", 8, 7);
    /** Level of the table at ROOT, {@link #MODE_UNTRANSLATED} or {@link #MODE_RESERVED}. */
    public static final BitField MODE = new BitField("Mode", 11, 9);
    /** Frame of the top page table. */
    public static final BitField ROOT = new BitField("PageTableRoot", 51, 12);

    public static final BitField PPR = BitField.bit("PPR", 52);
    public static final BitField GPRP = BitField.bit("GPRP", 53);
    public static final BitField GIOV = BitField.bit("GIoV", 54);
    /** Guest translation; not modelled, host translation is done as if it were clear. */
    public static final BitField GV = BitField.bit("GV", 55);

    public static final BitField GLX = new BitField("GLX", 57, 56);
    public static final BitField GCR3_LOW = new BitField("GCR3_14_12", 60, 58);
    /** Reads are permitted. */
    public static final BitField IR = BitField.bit("IR", 61);
    /** Writes are permitted. */
    public static final BitField IW = BitField.bit("IW", 62);

    static final BitField RSVD_63 = BitField.bit("RSVD_63", 63);

    /** Tag of all translations of this device that are cached. */
    public static final BitField DOMAIN_ID = new BitField("DomainID", 15, 0);

    public static final BitField GCR3_MIDDLE = new BitField("GCR3_30_15", 31, 16);
    /** The device may use a TLB of its own. */
    public static final BitField I = BitField.bit("I", 32);
    /** Suppress page fault events of the device behind the first one, until its entry is forgotten. */
    public static final BitField SE = BitField.bit("SE", 33);
    /** Suppress all page fault events of the device. */
    public static final BitField SA = BitField.bit("SA", 34);

    public static final BitField IO_CTL = new BitField("IoCtl", 36, 35);
    public static final BitField CACHE = BitField.bit("Cache", 37);
    public static final BitField SD = BitField.bit("SD", 38);
    /** The exclusion range applies to this device. */
    public static final BitField EX = BitField.bit("EX", 39);

    public static final BitField SYS_MGT = new BitField("SysMgt", 41, 40);
    static final BitField IGN_42 = BitField.bit("IGN_42", 42);
    public static final BitField GCR3_HIGH = new BitField("GCR3_51_31", 63, 43);

    /** The interrupt fields mean something. */
    public static final BitField IV = BitField.bit("IV", 0);
    /** Log2 of the entries of the interrupt table. */
    public static final BitField INT_TAB_LEN = new BitField("IntTabLen", 4, 1);

    public static final BitField IG = BitField.bit("IG", 5);
    /** The interrupt table, in units of 64 bytes. */
    public static final BitField INT_TAB_ROOT = new BitField("IntTabRoot", 51, 6);

    static final BitField RSVD_53 = new BitField("RSVD_53", 53, 52);
    static final BitField IGN_55 = new BitField("IGN_55", 55, 54);
    public static final BitField INIT_PASS = BitField.bit("INITPass", 56);
    public static final BitField EINT_PASS = BitField.bit("EIntPass", 57);
    public static final BitField NMI_PASS = BitField.bit("NMIPass", 58);
    static final BitField IGN_59 = BitField.bit("IGN_59", 59);
    public static final BitField INT_CTL = new BitField("IntCtl", 61, 60);
    public static final BitField LINT0_PASS = BitField.bit("Lint0Pass", 62);
    public static final BitField LINT1_PASS = BitField.bit("Lint1Pass", 63);

    static final BitField RSVD_14 = new BitField("RSVD_14", 14, 0);
    static final BitField IGN_47 = new BitField("IGN_47", 47, 15);
    static final BitField RSVD_53_48 = new BitField("RSVD_53_48", 53, 48);
    public static final BitField ATTR_V = BitField.bit("AttrV", 54);
    public static final BitField MODE0_FC = BitField.bit("Mode0FC", 55);
    public static final BitField SNOOP_ATTRIBUTE = new BitField("SnoopAttribute", 63, 56);

    /** Bits 63:0 of the entry. */
    public static final List<BitField> QUAD0 =
            List.of(V, TV, RSVD_6, HAD, MODE, ROOT, PPR, GPRP, GIOV, GV, GLX, GCR3_LOW, IR, IW, RSVD_63);
    /** Bits 127:64 of the entry. */
    public static final List<BitField> QUAD1 =
            List.of(DOMAIN_ID, GCR3_MIDDLE, I, SE, SA, IO_CTL, CACHE, SD, EX, SYS_MGT, IGN_42, GCR3_HIGH);
    /** Bits 191:128 of the entry. */
    public static final List<BitField> QUAD2 = List.of(
            IV,
            INT_TAB_LEN,
            IG,
            INT_TAB_ROOT,
            RSVD_53,
            IGN_55,
            INIT_PASS,
            EINT_PASS,
            NMI_PASS,
            IGN_59,
            INT_CTL,
            LINT0_PASS,
            LINT1_PASS);
    /** Bits 255:192 of the entry. */
    public static final List<BitField> QUAD3 = List.of(RSVD_14, IGN_47, RSVD_53_48, ATTR_V, MODE0_FC, SNOOP_ATTRIBUTE);

    /**
     * Quadword 0 of an entry with V and TV set.
     *
     * @param mode level of the table, or {@link #MODE_UNTRANSLATED}
     * @param root frame number of the table; 0 without one
     * @param rights {@link Translation#READ} and {@link Translation#WRITE}
     */
    public static long quad0(int mode, long root, int rights) {
        long quad = ROOT.set(MODE.set(V.mask() | TV.mask(), mode), root);
        return IW.set(IR.set(quad, rights & Translation.READ), (rights & Translation.WRITE) >>> 1);
    }

    /** Quadword 1 of an entry with this DomainID. */
    public static long quad1(int domainId) {
        return DOMAIN_ID.set(0, domainId);
    }

    /** IR and IW of quadword 0 as a set of {@link Translation#READ} and {@link Translation#WRITE}. */
    public static int rights(long quad0) {
        return (IR.isSet(quad0) ? Translation.READ : 0) | (IW.isSet(quad0) ? Translation.WRITE : 0);
    }
}
