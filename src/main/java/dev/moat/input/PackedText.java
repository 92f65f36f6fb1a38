package dev.moat.input;

import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/** A recording as its reader sees it: unpacked when it is gzip, as it is otherwise. */
public final class PackedText extends FilterInputStream {
    private static final int BUFFER = 1 << 16;

    private final String file;

    private PackedText(String file, InputStream in) {
        super(in);
        this.file = file;
    }

    /**
     * Opens it; reading throws as this does.
     *
     * @param file name for messages
     * @throws InputException when it is gzip and damaged or cut
     * @throws IOException when it cannot be read
     */
    public static InputStream open(String file, InputStream in) throws IOException {
        PushbackInputStream whole = new PushbackInputStream(in, 2);
        byte[] magic = whole.readNBytes(2);
        whole.unread(magic);
        if (magic.length < 2 || magic[0] != 0x1f || magic[1] != (byte) 0x8b) {
            return whole;
        }
        try {
            return new PackedText(file, new GZIPInputStream(whole, BUFFER));
        } catch (EOFException | ZipException e) {
            throw damaged(file, e);
        }
    }

    private static InputException damaged(String file, IOException e) {
        String how = e.getMessage() == null ? "it ends too early" : e.getMessage();
        return InputException.withoutPlace(file, "the compressed file is damaged: " + how);
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] b, int off, int len) throws IOException {
        try {
            return super.read(b, off, len);
        } catch (EOFException | ZipException e) {
            throw damaged(file, e);
        }
    }
}
