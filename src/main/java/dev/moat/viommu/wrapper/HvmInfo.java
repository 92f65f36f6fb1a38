package dev.moat.viommu.wrapper;

import dev.moat.firmware.AcpiTable;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * The vIOMMU in {@code struct hvm_info_table}: signature, length and checksum as Xen has them, and what the post of 2016 adds behind the fields that
 * are there, of which only these are modelled.
 *
 * @param base byte address of the registers, 0 when there is no vIOMMU
 * @param capabilities bits of {@link ViommuCalls}
 */
public record HvmInfo(long base, int capabilities) {
    /** No vIOMMU. */
    public static final HvmInfo NONE = new HvmInfo(0, 0);

    private static final byte[] SIGNATURE = "HVM INFO".getBytes(StandardCharsets.US_ASCII);
    private static final int CHECKSUM_AT = 12;
    private static final int BASE_AT = 16;
    private static final int BYTES = 28;

    /** As it lies in memory, little-endian, its bytes adding up to 0 modulo 256. */
    public byte[] bytes() {
        ByteBuffer to = ByteBuffer.allocate(BYTES).order(ByteOrder.LITTLE_ENDIAN);
        to.put(SIGNATURE).putInt(BYTES).putInt(0).putLong(base).putInt(capabilities);
        byte[] all = to.array();
        all[CHECKSUM_AT] = (byte) -AcpiTable.sum(all);
        return all;
    }

    /** What firmware reads; nothing when the table is not there or damaged. */
    public static Optional<HvmInfo> read(byte[] bytes) {
        if (bytes.length != BYTES
                || !Arrays.equals(Arrays.copyOf(bytes, SIGNATURE.length), SIGNATURE)
                || AcpiTable.sum(bytes) != 0) {
            return Optional.empty();
        }
        ByteBuffer from = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        return from.getInt(SIGNATURE.length) == BYTES
                ? Optional.of(new HvmInfo(from.getLong(BASE_AT), from.getInt(BASE_AT + Long.BYTES)))
                : Optional.empty();
    }
}
