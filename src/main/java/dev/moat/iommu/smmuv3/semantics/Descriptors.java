package dev.moat.iommu.smmuv3.semantics;

import dev.moat.iommu.smmuv3.format.Event;
import dev.moat.iommu.smmuv3.format.TableDescriptor;

/** The meaning of a table descriptor of either stage. {@code @source} Arm ARM, VMSAv8-64 descriptor formats. */
public final class Descriptors {
    private static final int WIDE_GRANULE = 16;
    private static final int WIDE_BITS = 52;
    private static final int HIGH_BITS = 48;

    private Descriptors() {}

    /** Whether a valid descriptor leads to memory; it leads to a table otherwise. */
    public static boolean isLeaf(int level, long descriptor) {
        return level == TableDescriptor.LAST_LEVEL || !TableDescriptor.TABLE.isSet(descriptor);
    }

    /** Why a walk ends that comes to a descriptor, whatever the access is; {@link Event#NONE} if it does not. In the order of the checks. */
    public static int fault(Stage stage, int granule, int level, long descriptor) {
        boolean block = !TableDescriptor.TABLE.isSet(descriptor);
        boolean blocks = level == 2 || (level == 1 && (granule == 12 || (granule == WIDE_GRANULE && isWide(stage))));
        if (!TableDescriptor.VALID.isSet(descriptor) || (block && !blocks)) {
            return Event.F_TRANSLATION;
        }
        if (to(stage, granule, level, descriptor) >>> stage.outputBits() != 0) {
            return Event.F_ADDR_SIZE;
        }
        boolean accessed = stage.accessed() || TableDescriptor.AF.isSet(descriptor);
        return isLeaf(level, descriptor) && !accessed ? Event.F_ACCESS : Event.NONE;
    }

    private static boolean isWide(Stage stage) {
        return stage.outputBits() == WIDE_BITS;
    }

    /** Where a descriptor leads. */
    public static long to(Stage stage, int granule, int level, long descriptor) {
        int shift = isLeaf(level, descriptor) ? Translation.shift(granule, stage.indexBits(), level) : granule;
        long high = granule == WIDE_GRANULE && isWide(stage)
                ? TableDescriptor.ADDRESS_HIGH.get(descriptor) << HIGH_BITS
                : 0;
        return high | (Stage.address(TableDescriptor.ADDRESS, descriptor) & -1L << shift);
    }

    /** A descriptor without a fault as a translation. */
    static Translation translation(
            Stage stage, Transaction t, int granule, int level, int rights, long input, long descriptor) {
        boolean leaf = isLeaf(level, descriptor);
        boolean global = stage.second() || (leaf && !TableDescriptor.NG.isSet(descriptor));
        int left = rights & (leaf ? leafRights(stage, descriptor) : table(stage, descriptor));
        return new Translation(
                stage.second(),
                t.vmid,
                global ? Translation.GLOBAL : t.asid,
                input & -1L << Translation.shift(granule, stage.indexBits(), level),
                granule,
                stage.indexBits(),
                level,
                leaf,
                to(stage, granule, level, descriptor),
                left);
    }

    /** The rights that a leaf gives: {@link Translation#READ} and {@link Translation#WRITE}. */
    public static int leafRights(Stage stage, long descriptor) {
        return stage.second() ? stage2(descriptor) : page(descriptor);
    }

    private static int stage2(long descriptor) {
        return (TableDescriptor.S2AP_READ.isSet(descriptor) ? Translation.READ : 0)
                | (TableDescriptor.S2AP_WRITE.isSet(descriptor) ? Translation.WRITE : 0);
    }

    /** Devices without a PASID are unprivileged. */
    private static int page(long descriptor) {
        if (!TableDescriptor.AP_USER.isSet(descriptor)) {
            return 0;
        }
        return TableDescriptor.AP_READ_ONLY.isSet(descriptor) ? Translation.READ : Translation.ALL;
    }

    private static int table(Stage stage, long descriptor) {
        if (stage.second() || !stage.hierarchical()) {
            return Translation.ALL;
        }
        if (TableDescriptor.AP_TABLE_NO_USER.isSet(descriptor)) {
            return 0;
        }
        return TableDescriptor.AP_TABLE_NO_WRITE.isSet(descriptor) ? Translation.READ : Translation.ALL;
    }
}
