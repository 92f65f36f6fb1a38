package dev.moat.input;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.moat.limit.LimitException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What is read of a packed file is all of it, or there is a complaint. */
class PackedTextTest {
    private static byte[] packed(String text) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
            out.write(text.getBytes(StandardCharsets.ISO_8859_1));
        }
        return bytes.toByteArray();
    }

    private static byte[] joined(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    private static String read(@Nullable Long most, InputStream in) throws IOException {
        return new String(PackedText.open("t", in, most).readAllBytes(), StandardCharsets.ISO_8859_1);
    }

    private static String read(byte... file) throws IOException {
        return read(null, new ByteArrayInputStream(file));
    }

    /** How many of the files are read without a complaint. */
    private static List<Integer> taken(List<byte[]> files) throws IOException {
        List<Integer> taken = new ArrayList<>();
        for (int i = 0; i < files.size(); i++) {
            try {
                read(files.get(i));
                taken.add(i);
            } catch (InputException e) {
                assertThat(e).hasMessageStartingWith("t: the compressed file is damaged: ");
            }
        }
        return taken;
    }

    @Test
    void everyMemberIsReadAndTextAsItIs() throws IOException {
        assertThat(read(joined(packed("one\n"), packed(""), packed("two\n")))).isEqualTo("one\ntwo\n");
        for (String text : List.of("", "x", "\u001f", "plain\n")) {
            assertThat(read(text.getBytes(StandardCharsets.ISO_8859_1))).isEqualTo(text);
        }
    }

    /** Java's own reader takes a cut within the header of a second member, and garbage, for the end. */
    @Test
    void whatFollowsAMemberIsAMemberOrAnError() throws IOException {
        byte[] first = packed("one\n");
        byte[] both = joined(first, packed("two\n"));
        List<byte[]> files = new ArrayList<>();
        for (int length = 2; length < both.length; length++) {
            files.add(Arrays.copyOf(both, length));
        }
        assertThat(taken(files)).containsExactly(first.length - 2);
        files.clear();
        // Identification, method, reserved flags; then all that is packed, but for bits behind its end, and its sum and
        // length.
        for (int i : new int[] {0, 1, 2, 3, 10, 11, 12, 13, 14, 16, 17, 18, 19, 20, 21, 22, 23}) {
            byte[] damaged = both.clone();
            damaged[first.length + i] ^= (byte) 0xe0;
            files.add(damaged);
        }
        files.add(joined(both, new byte[1]));
        files.add(joined(both, "garbage".getBytes(StandardCharsets.ISO_8859_1)));
        assertThat(taken(files)).isEmpty();
    }

    @Test
    void unpacksNoFurtherThanItMay() throws IOException {
        byte[] packed = packed("0".repeat(100_000));
        assertThat(read(100_000L, new ByteArrayInputStream(packed))).hasSize(100_000);
        assertThatThrownBy(() -> read(99_999L, new ByteArrayInputStream(packed)))
                .isInstanceOf(LimitException.class)
                .hasMessageContaining("t: the limit on unpacked bytes was hit")
                .hasMessageContaining("--unpacked");
        // A thousand times what is packed: only so much of it.
        byte[] tenMillion = packed("0".repeat(10_000_000));
        InputStream bomb = new SequenceInputStream(
                Collections.enumeration(Stream.generate(() -> new ByteArrayInputStream(tenMillion))
                        .limit(30)
                        .toList()));
        InputStream unpacking = PackedText.open("t", bomb, null);
        unpacking.skipNBytes(PackedText.MOST_BYTES);
        assertThatThrownBy(unpacking::readAllBytes).isInstanceOf(LimitException.class);
    }

    @Test
    void whatCannotBeReadIsNotSaidToBeDamaged() throws IOException {
        byte[] packed = packed("one\n");
        InputStream torn = new SequenceInputStream(new ByteArrayInputStream(packed, 0, 12), new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("the disk is gone");
            }
        });
        assertThatThrownBy(() -> read(null, torn))
                .isInstanceOf(IOException.class)
                .hasMessage("the disk is gone");
    }
}
