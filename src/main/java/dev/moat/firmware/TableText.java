package dev.moat.firmware;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The bytes of an ACPI table out of a text: a listing of {@code iasl -d}, each line of which tells offset, length and value, or the hexadecimal
 * dump of {@code acpidump}.
 */
public final class TableText {
    private final TreeMap<Integer, Byte> bytes = new TreeMap<>();
    private final TreeMap<Integer, Integer> lines = new TreeMap<>();

    private static final int MOST = 1 << 20;
    private static final int HEX = 16;
    private static final Pattern LISTED =
            Pattern.compile("\\[([0-9A-F]{3,5})h [0-9]{4,5} +([0-9A-F]{1,4})h?\\] +[^:]+ : ([^\\[]*).*");
    private static final Pattern DUMPED = Pattern.compile("\\s*([0-9A-F]{4,5}): ((?:[0-9A-F]{2} ?){1,16})(?:\\s.*)?");

    /** Takes what the lines tell. */
    public TableText(String text) {
        int number = 0;
        for (String line : (Iterable<String>) text.lines()::iterator) {
            number++;
            Matcher listed = LISTED.matcher(line);
            Matcher dumped = DUMPED.matcher(line);
            if (listed.matches()) {
                put(number, listed.group(1), value(listed.group(3).strip(), listed.group(2)));
            } else if (dumped.matches()) {
                put(number, dumped.group(1), octets(dumped.group(2).strip().split(" ")));
            }
        }
    }

    private void put(int line, String offset, byte[] octets) {
        int at = Integer.parseInt(offset, HEX);
        lines.put(at, line);
        for (int i = 0; i < octets.length && at + i < MOST; i++) {
            bytes.put(at + i, octets[i]);
        }
    }

    /** The bytes; what no line tells is 0. Empty when no line tells any. */
    public byte[] bytes() {
        byte[] all = new byte[bytes.isEmpty() ? 0 : bytes.lastKey() + 1];
        bytes.forEach((at, octet) -> all[at] = octet);
        return all;
    }

    /** The line that tells a byte, or the last before it; 1 where there is none. */
    public int line(int at) {
        Map.Entry<Integer, Integer> told = lines.floorEntry(at);
        return told == null ? 1 : told.getValue();
    }

    /** A text in quotes, bytes with commas or blanks between them, or one number, the last byte of which comes first. */
    private static byte[] value(String text, String length) {
        if (text.startsWith("\"")) {
            return text.replace("\"", "").getBytes(StandardCharsets.US_ASCII);
        }
        String[] words = text.split("[, ]+");
        boolean isNumber = words.length == 1 && text.matches("[0-9A-F]{2,16}") && text.length() % 2 == 0;
        if (!isNumber) {
            return text.matches("[0-9A-F]{2}([, ]+[0-9A-F]{2})*") ? octets(words) : new byte[0];
        }
        byte[] octets = new byte[Math.max(text.length() / 2, Math.min(Integer.parseInt(length, HEX), Long.BYTES))];
        for (int i = 0; i < text.length() / 2; i++) {
            int end = text.length() - 2 * i;
            octets[i] = (byte) Integer.parseInt(text.substring(end - 2, end), HEX);
        }
        return octets;
    }

    private static byte[] octets(String... words) {
        byte[] octets = new byte[words.length];
        for (int i = 0; i < words.length; i++) {
            octets[i] = (byte) Integer.parseInt(words[i], HEX);
        }
        return octets;
    }
}
