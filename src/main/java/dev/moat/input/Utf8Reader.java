package dev.moat.input;

import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;

/** UTF-8 of any size as text, in constant memory; InputException where bytes are none, once all before them was read. */
final class Utf8Reader extends Reader {
    private final String file;
    private final InputStream in;
    private final CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
    private final ByteBuffer bytes = ByteBuffer.allocate(1 << 13).limit(0);
    private boolean over;
    private int line = 1;
    private int column = 1;

    /** @param file the name that messages print */
    Utf8Reader(String file, InputStream in) {
        this.file = file;
        this.in = in;
    }

    /** At least two characters must be asked for, because some are two. */
    @Override
    public int read(char[] text, int from, int length) throws IOException {
        CharBuffer out = CharBuffer.wrap(text, from, length);
        while (true) {
            CoderResult result = decoder.decode(bytes, out, over);
            int read = out.position() - from;
            if (read > 0) {
                pass(text, from, read);
                return read;
            }
            if (result.isError()) {
                throw new InputException(file, line, column, InputText.noText(bytes.get(bytes.position())));
            }
            if (over) {
                return -1;
            }
            refill();
        }
    }

    private void refill() throws IOException {
        bytes.compact();
        int more = in.read(bytes.array(), bytes.position(), bytes.remaining());
        over = more < 0;
        bytes.position(bytes.position() + Math.max(0, more)).flip();
    }

    private void pass(char[] text, int from, int length) {
        for (int i = from; i < from + length; i++) {
            boolean ends = text[i] == '\n';
            line += ends ? 1 : 0;
            column = ends ? 1 : column + 1;
        }
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
