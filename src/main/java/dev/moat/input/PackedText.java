package dev.moat.input;

import dev.moat.limit.LimitException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;
import org.jspecify.annotations.Nullable;

/**
 * A recording as its reader sees it: unpacked when it is gzip, as it is otherwise. Whatever follows a member of a gzip file must be another
 * member, which Java's own reader does not insist on.
 */
public final class PackedText extends InputStream {
    /** How far a recording may unpack unless somebody says: so many bytes, or so many times what was read if that is more. */
    public static final long MOST_BYTES = 256L << 20;

    public static final long MOST_TIMES = 200;

    private final String file;
    private final Packed packed;
    private final InputStream in;
    private final @Nullable Long most;
    private long unpacked;

    private PackedText(String file, Packed packed, @Nullable Long most) throws IOException {
        this.file = file;
        this.packed = packed;
        this.most = most;
        try {
            in = GzipCompressorInputStream.builder()
                    .setInputStream(packed)
                    .setDecompressConcatenated(true)
                    .get();
        } catch (IOException e) {
            throw damaged(e);
        }
    }

    /**
     * Opens it; reading throws as this does.
     *
     * @param file name for messages
     * @param most bytes that it may unpack to; null for {@link #MOST_BYTES} or {@link #MOST_TIMES} times what was read
     * @throws InputException when it is gzip and damaged or cut
     * @throws IOException when it cannot be read
     */
    public static InputStream open(String file, InputStream in, @Nullable Long most) throws IOException {
        PushbackInputStream whole = new PushbackInputStream(in, 2);
        byte[] magic = whole.readNBytes(2);
        whole.unread(magic);
        return magic.length == 2 && magic[0] == 0x1f && magic[1] == (byte) 0x8b
                ? new PackedText(file, new Packed(whole), most)
                : whole;
    }

    /** What reading the packed bytes met is about the file system, anything else about what they say. */
    private IOException damaged(IOException e) throws IOException {
        if (e == packed.met) {
            return e;
        }
        String how =
                e.getMessage() == null ? "it ends too early" : e.getMessage().replaceFirst("\\.$", "");
        throw InputException.withoutPlace(file, "the compressed file is damaged: " + how);
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    /** @throws LimitException when it has unpacked to more than it may */
    @Override
    public int read(byte[] b, int off, int len) throws IOException {
        int got;
        try {
            got = in.read(b, off, len);
        } catch (IOException e) {
            throw damaged(e);
        }
        unpacked += Math.max(0, got);
        long may = most != null ? most : Math.max(MOST_BYTES, MOST_TIMES * packed.read);
        if (unpacked > may) {
            throw new LimitException(
                    "unpacked bytes",
                    file + ": the limit on unpacked bytes was hit: " + packed.read
                            + " bytes have unpacked to more than " + may + "; --unpacked SIZE sets it");
        }
        return got;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }

    /** Counts what is read, and remembers what reading met. */
    private static final class Packed extends FilterInputStream {
        private long read;
        private @Nullable IOException met;

        Packed(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] b, int off, int len) throws IOException {
            try {
                int got = in.read(b, off, len);
                read += Math.max(0, got);
                return got;
            } catch (IOException e) {
                met = e;
                throw e;
            }
        }
    }
}
