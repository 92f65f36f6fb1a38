package dev.moat.iommu.smmuv3.semantics;

import dev.moat.bits.BitField;
import dev.moat.iommu.smmuv3.format.ContextDescriptor;
import dev.moat.iommu.smmuv3.format.StreamTableEntry;
import dev.moat.iommu.smmuv3.format.TableDescriptor;

/**
 * A stage of translation as it is configured for a transaction.
 *
 * @param second whether it is stage 2
 * @param open whether a walk can begin; the address is outside of the region otherwise
 * @param granule log2
 * @param indexBits of an address that index a table which is not the first one
 * @param level of the first table
 * @param inputBits bits of an address that it translates
 * @param root address of the first table
 * @param outputBits bits that addresses in descriptors may have
 * @param accessed whether access flags count as set
 * @param hierarchical whether tables take rights away
 */
public record Stage(
        boolean second,
        boolean open,
        int granule,
        int indexBits,
        int level,
        int inputBits,
        long root,
        int outputBits,
        boolean accessed,
        boolean hierarchical) {
    /** Up to 16 tables of stage 2 behind one another act as the first one. */
    static final int CONCATENATED_BITS = 4;

    private static final int ADDRESS_BITS = 64;
    /** Output bits of 4 and 16 KiB granules at the most. */
    private static final int NARROW_BITS = 48;

    /** An address in a field, at its place. */
    public static long address(BitField field, long word) {
        return field.get(word) << field.lo();
    }

    private static int limited(int bits, int granule) {
        return granule == 16 ? bits : Math.min(bits, NARROW_BITS);
    }

    /** Output bits of a stage 2. */
    static int outputBits(Capabilities can, long fields, int granule) {
        return limited(can.addressBits(StreamTableEntry.S2_PS.get(fields)), granule);
    }

    /** Input bits of a stage 2. */
    static int inputBits(long fields) {
        return ADDRESS_BITS - (int) StreamTableEntry.S2_T0SZ.get(fields);
    }

    /** The start level of a stage 2; negative, or beyond the last one, if it has no meaning. */
    static int startLevel(long fields, int granule) {
        int code = (int) StreamTableEntry.S2_SL0.get(fields);
        return code == 3 ? -1 : (granule == 12 ? 2 : 3) - code;
    }

    /** Stage 2 of a stream for an intermediate address. */
    public static Stage second(Capabilities can, long[] entry, long intermediate) {
        long fields = entry[2];
        int granule = can.granule(StreamTableEntry.S2_TG.get(fields));
        int bits = inputBits(fields);
        return new Stage(
                true,
                !can.isBeyond(intermediate, bits),
                granule,
                can.indexBits(granule),
                startLevel(fields, granule),
                bits,
                address(StreamTableEntry.S2_TTB, entry[3]),
                outputBits(can, fields, granule),
                StreamTableEntry.S2_AFFD.isSet(fields),
                false);
    }

    /** Stage 1 of a transaction: the region of its address, which bit 55 selects. */
    static Stage first(Capabilities can, Transaction t) {
        boolean upper = t.isInUpperRegion();
        Stage region = region(can, t.context, upper);
        boolean inside = (upper ? ~t.untagged : t.untagged) >>> region.inputBits == 0;
        return new Stage(
                false,
                region.open && inside && isTagAllowed(t),
                region.granule,
                region.indexBits,
                region.level,
                region.inputBits,
                region.root,
                region.outputBits,
                region.accessed,
                region.hierarchical);
    }

    /** Whether bits 63:56 of an address may be what they are. */
    static boolean isTagAllowed(Transaction t) {
        boolean upper = t.isInUpperRegion();
        BitField ignored = upper ? ContextDescriptor.TBI1 : ContextDescriptor.TBI0;
        return ignored.isSet(t.context[0]) || t.address == t.untagged;
    }

    /** A region, open unless software has closed it. */
    public static Stage region(Capabilities can, long[] context, boolean upper) {
        long fields = context[0];
        long table = context[upper ? 2 : 1];
        int granule = upper
                ? can.upperGranule(ContextDescriptor.TG1.get(fields))
                : can.granule(ContextDescriptor.TG0.get(fields));
        int bits = ADDRESS_BITS - (int) (upper ? ContextDescriptor.T1SZ : ContextDescriptor.T0SZ).get(fields);
        int levels = granule == Capabilities.NO_GRANULE ? 0 : -Math.floorDiv(granule - bits, can.indexBits(granule));
        return new Stage(
                false,
                !(upper ? ContextDescriptor.EPD1 : ContextDescriptor.EPD0).isSet(fields),
                granule,
                can.indexBits(granule),
                TableDescriptor.LAST_LEVEL + 1 - levels,
                bits,
                address(ContextDescriptor.TTB, table),
                limited(can.addressBits(ContextDescriptor.IPS.get(fields)), granule),
                ContextDescriptor.AFFD.isSet(fields),
                !(can.hasHierarchicalSwitch() && ContextDescriptor.HAD.isSet(table)));
    }

    /** The place of the descriptor of an address in the first table, which is aligned to its size. */
    long firstPlace(long input) {
        long index = input >>> shift(level) & ((1L << rootBits()) - 1);
        return table() + index * TableDescriptor.BYTES;
    }

    /** Log2 of the bytes that an entry of a level stands for. */
    public int shift(int of) {
        return Translation.shift(granule, indexBits, of);
    }

    /** Log2 of the entries of the first table. */
    public int rootBits() {
        return inputBits - shift(level);
    }

    /** The address of the first table, which is aligned to its size. */
    public long table() {
        return root & -((long) TableDescriptor.BYTES << rootBits());
    }

    /** The same in a table below another one. */
    static long place(Translation table, long input) {
        int shift = Translation.shift(table.granule(), table.indexBits(), table.level() + 1);
        long index = input >>> shift & ((1L << table.indexBits()) - 1);
        return table.to() + index * TableDescriptor.BYTES;
    }
}
