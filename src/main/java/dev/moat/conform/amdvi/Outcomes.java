package dev.moat.conform.amdvi;

import dev.moat.iommu.amdvi.format.Translation;
import java.util.ArrayList;
import java.util.List;

/** What a device's request shows from outside, as the records write it. */
final class Outcomes {
    private static final String NOTHING = "-";

    private Outcomes() {}

    /**
     * What shows of a request.
     *
     * @param answers one {@link Translation} for each page that it touches
     */
    static String shown(RecordedMemory memory, AmdViRow row, List<Long> answers) {
        return row.op() == Op.DR ? read(memory, row, answers) : written(row, answers);
    }

    /** The data, as one number for each 8 bytes. */
    private static String read(RecordedMemory memory, AmdViRow row, List<Long> answers) {
        byte[] data = new byte[row.bytes()];
        int done = 0;
        List<Pages.Piece> pieces = Pages.of(row.address(), row.bytes());
        for (int i = 0; i < pieces.size(); i++) {
            Pages.Piece piece = pieces.get(i);
            if (Translation.reachesMemory(answers.get(i))) {
                copy(memory, Translation.address(answers.get(i), piece.address()), data, done, piece.bytes());
            }
            done += piece.bytes();
        }
        StringBuilder text = new StringBuilder();
        for (int at = 0; at < data.length; at += Long.BYTES) {
            text.append(at == 0 ? "" : "+").append(number(data, at));
        }
        return text.toString();
    }

    private static void copy(RecordedMemory memory, long address, byte[] data, int from, int bytes) {
        for (int i = 0; i < bytes; i++) {
            long at = address + i;
            if (memory.isReadable(new long[0], at)) {
                int shift = Byte.SIZE * (int) (at & (Long.BYTES - 1));
                data[from + i] = (byte) (memory.read(new long[0], at) >>> shift);
            }
        }
    }

    private static String number(byte[] data, int from) {
        int bytes = Math.min(Long.BYTES, data.length - from);
        long number = 0;
        for (int i = 0; i < bytes; i++) {
            number |= Byte.toUnsignedLong(data[from + i]) << (Byte.SIZE * i);
        }
        return address(bytes == Long.BYTES ? RecordedMemory.shown(number) : number);
    }

    /** Where the data landed, as far as that is looked at: the first word that did, or each word. */
    private static String written(AmdViRow row, List<Long> answers) {
        List<Pages.Piece> pieces = Pages.of(row.address(), row.bytes());
        List<String> words = new ArrayList<>();
        for (int done = 0; done < row.bytes(); done += Long.BYTES) {
            long at = row.address() + done;
            int i = 0;
            while (at - pieces.get(i).address() >= pieces.get(i).bytes()) {
                i++;
            }
            long address = Translation.address(answers.get(i), at) & -Long.BYTES;
            boolean landed = Translation.reachesMemory(answers.get(i)) && isWatched(address);
            words.add(landed ? Long.toHexString(address) : NOTHING);
        }
        return row.tellsEveryWord()
                ? String.join("+", words)
                : words.stream()
                        .filter(word -> !word.equals(NOTHING))
                        .findFirst()
                        .orElse(NOTHING);
    }

    private static boolean isWatched(long address) {
        long page = address >>> 12;
        return page == 0
                || (page >= 0x400 && page <= 0x40f)
                || (page >= 0x600 && page <= 0x603)
                || RecordedMemory.isStamped(address);
    }

    /** A number as the records write it. */
    static String address(long number) {
        return number == 0 ? NOTHING : Long.toHexString(number);
    }
}
