package dev.moat.iommu.gart;

import dev.moat.bits.BitField;
import java.util.List;

/**
 * Registers of a northbridge for its GART, in the configuration space of function 3: offsets, and formats.
 * {@code @shape} 32 bits each, read as a word. {@code @source} GART-REGISTERS.
 */
public final class NodeRegisters {
    private NodeRegisters() {}

    /** Offset of {@link ApertureControl}. */
    public static final int APERTURE_CONTROL = 0x90;
    /** Offset of {@link ApertureBase}. */
    public static final int APERTURE_BASE = 0x94;
    /** Offset of {@link TableBase}. */
    public static final int TABLE_BASE = 0x98;
    /** Offset of {@link CacheControl}. */
    public static final int CACHE_CONTROL = 0x9c;

    /** Address bits below which the aperture and its size are not counted: 32 MiB. */
    public static final int UNIT_SHIFT = 25;

    /** Size and state of the aperture. */
    public static final class ApertureControl {
        private ApertureControl() {}

        /** Accesses of the aperture are translated. */
        public static final BitField GARTEN = BitField.bit("GARTEN", 0);
        /** The aperture has 32 MiB &lt;&lt; ORDER; 7 is none. */
        public static final BitField ORDER = new BitField("ORDER", 3, 1);
        /** Accesses of CPUs are not translated. */
        public static final BitField DISGARTCPU = BitField.bit("DISGARTCPU", 4);
        /** Accesses of devices are not translated. */
        public static final BitField DISGARTIO = BitField.bit("DISGARTIO", 5);
        /** The table is read past the caches of the CPUs. */
        public static final BitField DISTLBWALKPRB = BitField.bit("DISTLBWALKPRB", 6);

        static final BitField RSVD_31 = new BitField("RSVD_31", 31, 7);
        static final BitField NONE_63 = new BitField("NONE_63", 63, 32);
        public static final List<BitField> FIELDS =
                List.of(GARTEN, ORDER, DISGARTCPU, DISGARTIO, DISTLBWALKPRB, RSVD_31, NONE_63);

        /** {@code @unit} bytes of the aperture. */
        public static long size(long control) {
            return 1L << (UNIT_SHIFT + (int) ORDER.get(control));
        }
    }

    /** Where the aperture is. */
    public static final class ApertureBase {
        private ApertureBase() {}

        /** In units of 32 MiB. */
        public static final BitField BASE = new BitField("BASE", 14, 0);

        static final BitField RSVD_31 = new BitField("RSVD_31", 31, 15);
        static final BitField NONE_63 = new BitField("NONE_63", 63, 32);
        public static final List<BitField> FIELDS = List.of(BASE, RSVD_31, NONE_63);

        /** {@code @unit} byte address of the aperture. */
        public static long address(long base) {
            return BASE.get(base) << UNIT_SHIFT;
        }

        /** The register for an aperture at an address; what an address has beyond the field is lost. */
        public static long of(long address) {
            return (address >>> UNIT_SHIFT) & BASE.max();
        }
    }

    /** Where the table is. */
    public static final class TableBase {
        private TableBase() {}

        static final BitField RSVD_3 = new BitField("RSVD_3", 3, 0);
        /** A 4 KiB frame number. */
        public static final BitField FRAME = new BitField("FRAME", 31, 4);

        static final BitField NONE_63 = new BitField("NONE_63", 63, 32);
        public static final List<BitField> FIELDS = List.of(RSVD_3, FRAME, NONE_63);
    }

    /** The TLB. */
    public static final class CacheControl {
        private CacheControl() {}

        /** Set by software to have the TLB emptied, cleared by hardware when it is. */
        public static final BitField INVGART = BitField.bit("INVGART", 0);
        /** A request met an entry that is not valid; cleared by writing 1. */
        public static final BitField GARTPTEERR = BitField.bit("GARTPTEERR", 1);

        static final BitField RSVD_31 = new BitField("RSVD_31", 31, 2);
        static final BitField NONE_63 = new BitField("NONE_63", 63, 32);
        public static final List<BitField> FIELDS = List.of(INVGART, GARTPTEERR, RSVD_31, NONE_63);
    }
}
