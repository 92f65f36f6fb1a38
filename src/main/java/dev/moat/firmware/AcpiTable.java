package dev.moat.firmware;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A table of the firmware: a header of 36 bytes and a body, the sum of all bytes being 0 modulo 256. {@code @source} ACPI 6.x, 5.2.6. */
public final class AcpiTable {
    /** Bytes of the header. */
    public static final int HEADER = 36;

    private static final int LENGTH_AT = 4;
    private static final int CHECKSUM_AT = 9;
    private static final int SIGNATURE_BYTES = 4;
    private static final String OEM = "Moat  viommu  ";

    private final byte[] bytes;

    private AcpiTable(byte[] bytes) {
        this.bytes = bytes;
    }

    /**
     * A table with its header and checksum.
     *
     * @param signature four letters
     * @param body what follows the header, in little-endian order
     */
    public static AcpiTable of(String signature, int revision, byte[] body) {
        ByteBuffer to = ByteBuffer.allocate(HEADER + body.length).order(ByteOrder.LITTLE_ENDIAN);
        to.put(ascii(signature))
                .putInt(HEADER + body.length)
                .put((byte) revision)
                .put((byte) 0);
        to.put(ascii(OEM)).putInt(1).put(ascii("MOAT")).putInt(1).put(body);
        byte[] all = to.array();
        all[CHECKSUM_AT] = (byte) -sum(all);
        return new AcpiTable(all);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** The sum of bytes modulo 256; 0 where a checksum is right. */
    public static int sum(byte[] bytes) {
        int sum = 0;
        for (byte b : bytes) {
            sum += b & 0xff;
        }
        return sum & 0xff;
    }

    /** Whether bytes are a table as firmware or a guest accepts it: its own length, and a checksum that is right. */
    public static boolean isSound(byte[] bytes) {
        return bytes.length >= HEADER
                && ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt(LENGTH_AT) == bytes.length
                && sum(bytes) == 0;
    }

    /** Four letters, such as {@code DMAR}. */
    public String signature() {
        return new String(bytes, 0, SIGNATURE_BYTES, StandardCharsets.US_ASCII);
    }

    /** All bytes, a copy. */
    public byte[] bytes() {
        return Arrays.copyOf(bytes, bytes.length);
    }
}
