package dev.moat.firmware;

import dev.moat.input.InputException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an ACPI table says of devices and their IOMMUs: Intel's {@code DMAR} or AMD's {@code IVRS}. A requester is a segment of PCI
 * times 2^16 plus bus, device and function.
 *
 * <p>{@code @source} VT-d specification, chapter 8 (DMAR); AMD I/O Virtualization Technology specification, chapter 5.2 (IVRS).
 *
 * @param signature the table's four letters
 * @param covered which requesters a unit translates
 * @param reserved ranges of memory that requesters need
 * @param aliases requesters whose requests bear the id of another one
 * @param unclear segments in which a unit has devices behind bridges, whose bus numbers the table does not tell
 */
public record RemappingTable(
        String signature, List<Ids> covered, List<Reserved> reserved, List<Alias> aliases, List<Integer> unclear) {
    /** Requesters, both ends included. */
    public record Ids(int first, int last) {
        boolean has(int requester) {
            return Integer.compareUnsigned(first, requester) <= 0 && Integer.compareUnsigned(requester, last) <= 0;
        }
    }

    /**
     * A range that requesters read and write at its own address.
     *
     * @param from first byte address; {@code to} the last one
     * @param name what the table calls it: RMRR or IVMD
     */
    public record Reserved(Ids ids, long from, long to, String name) {
        /** Whether the requester needs it. */
        public boolean isOf(int requester) {
            return ids.has(requester);
        }
    }

    /** Requesters that send the id {@code as}. */
    public record Alias(Ids ids, int as) {
        /** Whether the requester sends the other id. */
        public boolean isOf(int requester) {
            return ids.has(requester);
        }
    }

    /** Whether a unit translates a requester. */
    public enum Coverage {
        COVERED,
        NONE,
        UNKNOWN
    }

    private static final int SIGNATURE = 4;
    private static final int FIRST_STRUCTURE = 48;
    private static final int SEGMENT_BITS = 16;
    private static final int LAST_ID = 0xffff;

    public RemappingTable {
        covered = List.copyOf(covered);
        reserved = List.copyOf(reserved);
        aliases = List.copyOf(aliases);
        unclear = List.copyOf(unclear);
    }

    /**
     * Reads a table.
     *
     * @param file for complaints
     * @param bytes of the file: those of the table, or a text that tells them
     * @throws InputException when it is neither table, or shorter than its parts say, at the line of a text; the sum of the table's
     *     bytes is not looked at
     */
    public static RemappingTable of(String file, byte[] bytes) {
        TableText text = new TableText(new String(bytes, StandardCharsets.ISO_8859_1));
        byte[] told = text.bytes();
        Reader reader = new Reader(file, told.length > 0 ? told : bytes, told.length > 0 ? text : null);
        String signature = reader.bytes.limit() < FIRST_STRUCTURE
                ? ""
                : new String(reader.bytes.array(), 0, SIGNATURE, StandardCharsets.US_ASCII);
        return switch (signature) {
            case "DMAR" -> reader.dmar();
            case "IVRS" -> reader.ivrs();
            default ->
                throw new InputException(
                        file,
                        told.length > 0 ? text.line(0) : 1,
                        1,
                        "neither a DMAR nor an IVRS table, as bytes, as iasl -d or as acpidump print it");
        };
    }

    /** Whether a unit translates what a requester sends, as far as the table tells. */
    public Coverage of(int requester) {
        if (covered.stream().anyMatch(ids -> ids.has(requester))) {
            return Coverage.COVERED;
        }
        return unclear.contains(requester >>> SEGMENT_BITS) ? Coverage.UNKNOWN : Coverage.NONE;
    }

    private static Ids segment(int segment) {
        return new Ids(segment << SEGMENT_BITS, segment << SEGMENT_BITS | LAST_ID);
    }

    /** Goes through the structures of a table. */
    private static final class Reader {
        private static final int SCOPE_HEAD = 6;
        private static final int ENDPOINT = 1;
        private static final int BRIDGE = 2;

        private final String file;
        private final ByteBuffer bytes;
        private final @Nullable TableText text;
        private final List<Ids> covered = new ArrayList<>();
        private final List<Reserved> reserved = new ArrayList<>();
        private final List<Alias> aliases = new ArrayList<>();
        private final List<Integer> unclear = new ArrayList<>();

        Reader(String file, byte[] bytes, @Nullable TableText text) {
            this.file = file;
            this.text = text;
            this.bytes = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        }

        private int u8(int at) {
            require(at, 1);
            return bytes.get(at) & 0xff;
        }

        private int u16(int at) {
            require(at, Short.BYTES);
            return bytes.getShort(at) & 0xffff;
        }

        private long u64(int at) {
            require(at, Long.BYTES);
            return bytes.getLong(at);
        }

        private void require(int at, int length) {
            if (at + length > bytes.limit()) {
                throw error(at, "the table ends");
            }
        }

        private InputException error(int at, String message) {
            String says = "byte 0x" + Integer.toHexString(at) + ": " + message;
            return text == null
                    ? InputException.withoutPlace(file, says)
                    : new InputException(file, text.line(at), 1, says);
        }

        private RemappingTable table(String signature) {
            return new RemappingTable(signature, covered, reserved, aliases, unclear);
        }

        RemappingTable dmar() {
            for (int at = FIRST_STRUCTURE, length; at < bytes.limit(); at += length) {
                length = u16(at + 2);
                requireRoom(at, length);
                switch (u16(at)) {
                    case 0 -> drhd(at, length);
                    case 1 -> rmrr(at, length);
                    default -> {} // root ports with ATS, affinities, names, caches of SoCs: no requester becomes or
                    // ceases to be a unit's
                }
            }
            return table("DMAR");
        }

        private void requireRoom(int at, int length) {
            if (length < SIGNATURE || at + length > bytes.limit()) {
                throw error(at, "a structure of " + length + " bytes has no room");
            }
        }

        private void drhd(int at, int length) {
            int segment = u16(at + 6);
            if ((u8(at + 4) & 1) != 0) {
                covered.add(segment(segment));
            }
            scopes(at + 16, at + length, segment).forEach(covered::add);
        }

        private void rmrr(int at, int length) {
            for (Ids ids : scopes(at + 24, at + length, u16(at + 6))) {
                reserved.add(new Reserved(ids, u64(at + 8), u64(at + 16), "RMRR"));
            }
        }

        /** The requesters of a list of scopes, as far as their bus numbers are known without the configuration of bridges. */
        private List<Ids> scopes(int from, int to, int segment) {
            List<Ids> all = new ArrayList<>();
            for (int at = from, length; at < to; at += length) {
                int type = u8(at);
                length = u8(at + 1);
                if (length < SCOPE_HEAD || at + length > to) {
                    throw error(at, "a device scope of " + length + " bytes has no room");
                }
                boolean isDirect = length == SCOPE_HEAD + 2;
                if (type == ENDPOINT && isDirect) {
                    int function = (u8(at + 6) & 0x1f) << 3 | (u8(at + 7) & 7);
                    int id = segment << SEGMENT_BITS | u8(at + 5) << 8 | function;
                    all.add(new Ids(id, id));
                } else if ((type == ENDPOINT || type == BRIDGE) && !unclear.contains(segment)) {
                    unclear.add(segment);
                }
            }
            return all;
        }

        RemappingTable ivrs() {
            for (int at = FIRST_STRUCTURE, length; at < bytes.limit(); at += length) {
                int type = u8(at);
                length = u16(at + 2);
                requireRoom(at, length);
                if (type == 0x10 || type == 0x11 || type == 0x40) {
                    ivhd(at + (type == 0x10 ? 24 : 40), at + length, u16(at + 16));
                } else if (type >= 0x20 && type <= 0x22) {
                    ivmd(at, type);
                }
            }
            return table("IVRS");
        }

        private void ivhd(int from, int to, int segment) {
            boolean begun = false;
            int start = 0;
            int startsAs = 0;
            boolean aliased = false;
            for (int at = from, length; at < to; at += length) {
                int type = u8(at);
                length = type == 0xf0 ? 22 + u8(at + 21) : 4 << (type >>> 6);
                if (at + length > to) {
                    throw error(at, "a device entry of " + length + " bytes has no room");
                }
                int id = segment << SEGMENT_BITS | u16(at + 1);
                switch (type) {
                    case 1 -> covered.add(segment(segment));
                    case 2, 0x42, 0x46, 0xf0 -> covered.add(new Ids(id, id));
                    case 3, 0x43, 0x47 -> {
                        begun = true;
                        start = id;
                        aliased = type == 0x43;
                        startsAs = aliased ? segment << SEGMENT_BITS | u16(at + 5) : 0;
                    }
                    case 4 -> {
                        if (!begun || Integer.compareUnsigned(start, id) > 0) {
                            throw error(at, "a range of devices ends before it begins");
                        }
                        begun = false;
                        covered.add(new Ids(start, id));
                        if (aliased) {
                            aliases.add(new Alias(new Ids(start, id), startsAs));
                        }
                    }
                    default -> {} // padding, and APICs and HPETs, whose requests are interrupts
                }
                if (type == 0x42) {
                    aliases.add(new Alias(new Ids(id, id), segment << SEGMENT_BITS | u16(at + 5)));
                }
            }
        }

        /** A block's own segment is not told before revision 2: all that it can be is 0. */
        private void ivmd(int at, int type) {
            int first = type == 0x20 ? 0 : u16(at + 4);
            int last = type == 0x20 ? LAST_ID : type == 0x21 ? first : u16(at + 6);
            long from = u64(at + 16);
            reserved.add(new Reserved(new Ids(first, last), from, from + u64(at + 24) - 1, "IVMD"));
        }
    }
}
