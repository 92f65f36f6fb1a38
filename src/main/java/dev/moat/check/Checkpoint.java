package dev.moat.check;

import dev.moat.explore.Checkpointer;
import dev.moat.input.InputException;
import dev.moat.output.OutputFile;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.StreamCorruptedException;
import java.io.UTFDataFormatException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.zip.CRC32C;
import java.util.zip.CheckedInputStream;
import java.util.zip.CheckedOutputStream;

/**
 * The file of one search. It is replaced as a whole, so that the one before is there until the next one is safe.
 *
 * <p>{@code @shape} the word {@code moat-checkpoint-1}; the number of lines; the name and value of each line; the data
 * of {@link Checkpointer#keep}; CRC-32C of all that, 8 bytes. Numbers have 4 bytes, the highest first; texts are those of
 * {@link java.io.DataOutput#writeUTF}.
 */
final class Checkpoint implements Checkpointer {
    private static final String FORMAT = "moat-checkpoint-1";
    private static final int BUFFER = 1 << 16;
    private static final int MOST_DIFFERENCES = 3;

    private final Path file;
    private final Map<String, String> identity;
    private final boolean resumes;
    private final long every;
    private final Consumer<IOException> complaints;
    private long last = System.nanoTime();

    /**
     * @param identity what must be the same for the search to go on: name and value
     * @param resumes whether a file that is there is read
     * @param every seconds from one checkpoint to the next
     * @param complaints told when a checkpoint cannot be written; the search goes on
     */
    Checkpoint(Path file, Map<String, String> identity, boolean resumes, long every, Consumer<IOException> complaints) {
        this.file = file;
        this.identity = identity;
        this.resumes = resumes;
        this.every = every;
        this.complaints = complaints;
    }

    @Override
    public boolean due() {
        return System.nanoTime() - last >= TimeUnit.SECONDS.toNanos(every);
    }

    @Override
    public void keep(Writing search) {
        try {
            OutputFile.writeSafely(file, bytes -> {
                CheckedOutputStream checked = new CheckedOutputStream(bytes, new CRC32C());
                DataOutputStream out = new DataOutputStream(new BufferedOutputStream(checked, BUFFER));
                writeIdentity(out);
                search.to(out);
                out.flush();
                out.writeLong(checked.getChecksum().getValue());
                out.flush();
            });
        } catch (IOException e) {
            complaints.accept(e);
        }
        last = System.nanoTime();
    }

    private void writeIdentity(DataOutputStream out) throws IOException {
        out.writeUTF(FORMAT);
        out.writeInt(identity.size());
        for (Map.Entry<String, String> line : identity.entrySet()) {
            out.writeUTF(line.getKey());
            out.writeUTF(line.getValue());
        }
    }

    /** @throws InputException when the file is no whole checkpoint, or one of another search; says what differs */
    @Override
    public boolean restore(Reading search) {
        return opened(search);
    }

    /**
     * Whether there is a search to go on with, of which nothing but its identity is read.
     *
     * @throws InputException as {@link #restore} does
     */
    boolean isReadable() {
        return opened(in -> {});
    }

    private boolean opened(Reading search) {
        if (!resumes || !Files.exists(file)) {
            return false;
        }
        try {
            requireWhole();
            try (DataInputStream in =
                    new DataInputStream(new BufferedInputStream(new FileInputStream(file.toFile()), BUFFER))) {
                requireSame(readIdentity(in));
                search.from(in);
            }
            return true;
        } catch (EOFException | StreamCorruptedException | UTFDataFormatException e) {
            throw broken();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private InputException broken() {
        return InputException.withoutPlace(
                file.toString(), "not a whole checkpoint of this format; remove it to begin anew");
    }

    private void requireWhole() throws IOException {
        long left = Files.size(file) - Long.BYTES;
        CRC32C sum = new CRC32C();
        try (FileInputStream bytes = new FileInputStream(file.toFile())) {
            CheckedInputStream checked = new CheckedInputStream(bytes, sum);
            byte[] buffer = new byte[BUFFER];
            while (left > 0) {
                int n = checked.read(buffer, 0, (int) Math.min(left, buffer.length));
                if (n < 0) {
                    throw broken();
                }
                left -= n;
            }
            if (left < 0 || new DataInputStream(bytes).readLong() != sum.getValue()) {
                throw broken();
            }
        }
    }

    private Map<String, String> readIdentity(DataInputStream in) throws IOException {
        if (!in.readUTF().equals(FORMAT)) {
            throw broken();
        }
        Map<String, String> lines = new LinkedHashMap<>();
        for (int left = in.readInt(); left > 0; left--) {
            String name = in.readUTF();
            lines.put(name, in.readUTF());
        }
        return lines;
    }

    private void requireSame(Map<String, String> kept) {
        List<String> differences = new ArrayList<>();
        Map<String, String> all = new LinkedHashMap<>(identity);
        kept.forEach(all::putIfAbsent);
        for (String name : all.keySet()) {
            String then = kept.getOrDefault(name, "nothing");
            String now = identity.getOrDefault(name, "nothing");
            if (!then.equals(now)) {
                differences.add(name + " was " + then + ", is " + now);
            }
        }
        if (!differences.isEmpty()) {
            int more = differences.size() - MOST_DIFFERENCES;
            String shown = String.join("; ", differences.subList(0, Math.min(differences.size(), MOST_DIFFERENCES)));
            throw InputException.withoutPlace(
                    file.toString(), "kept by another run: " + shown + (more > 0 ? "; and " + more + " more" : ""));
        }
    }
}
