package dev.moat.input;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** The text of files. */
public final class InputText {
    private static final int KIB = 1 << 10;

    private InputText() {}

    /**
     * The text of a file.
     *
     * @param most bytes that it may have, a multiple of 1024
     * @throws IOException that names the file, when it cannot be read
     * @throws InputException when it is larger; then at the first byte that is not UTF-8
     */
    public static String read(Path file, int most) throws IOException {
        byte[] bytes;
        try (InputStream in = InputFile.open(file)) {
            bytes = in.readNBytes(most + 1);
        }
        if (bytes.length > most) {
            throw tooLarge(file.toString(), most);
        }
        return decode(file.toString(), bytes);
    }

    /**
     * The text of a file of any size, to be read bit by bit; reading throws InputException at the first byte that is not UTF-8.
     *
     * @param name that messages print
     * @throws IOException that names the file, when it cannot be read
     */
    public static Reader open(String name, Path file) throws IOException {
        return new BufferedReader(new Utf8Reader(name, InputFile.open(file)));
    }

    /** The complaint about a file of more bytes than that. */
    public static InputException tooLarge(String file, int most) {
        boolean round = most % (KIB * KIB) == 0;
        return InputException.withoutPlace(
                file, "the file is larger than " + (round ? most / KIB / KIB + " MiB" : most / KIB + " KiB"));
    }

    /** UTF-8 as text; InputException at the first byte that is none. */
    static String decode(String file, byte[] bytes) {
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        ByteBuffer in = ByteBuffer.wrap(bytes);
        CharBuffer out = CharBuffer.allocate(bytes.length);
        CoderResult result = decoder.decode(in, out, true);
        String text = out.flip().toString();
        if (result.isError()) {
            throw end(file, text).error(noText(bytes[in.position()]));
        }
        return text;
    }

    /** What is said of a byte that is not UTF-8. */
    static String noText(byte octet) {
        return String.format("the file is not UTF-8 text: byte 0x%02x", octet);
    }

    /** The place behind the last character of a text. */
    public static Place end(String file, String text) {
        return at(file, text, text.length());
    }

    /** The place of the character with this index. */
    public static Place at(String file, String text, int index) {
        int line = 1;
        int start = 0;
        for (int i = text.indexOf('\n'); i >= 0 && i < index; i = text.indexOf('\n', i + 1)) {
            line++;
            start = i + 1;
        }
        return new Place(file, line, index - start + 1);
    }
}
