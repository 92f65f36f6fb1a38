package dev.moat.check.mutants;

import dev.moat.check.mutants.Death.How;
import dev.moat.input.InputException;
import dev.moat.input.InputText;
import dev.moat.output.OutputFile;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A file with one line for each finished mutant. A mutant that the same classes tried with the same texts is not tried
 * again, so that an interrupted run continues. From other lines only the scenario that noticed a mutant is used: it is
 * tried first.
 */
public final class Journal implements AutoCloseable {
    private static final int MOST_BYTES = 64 << 20;
    /** Beyond so many bytes lines that later ones repeat are left out. */
    private static final int LARGE = 1 << 20;

    private static final String STATE = "state";
    private static final String NOTHING = "-";
    private static final int PARTS = 5;

    private final Map<String, MutantResult> known = new HashMap<>();
    private final Map<String, String> killers = new HashMap<>();
    private final Path path;
    private @Nullable Writer to;

    private Journal(Path path) {
        this.path = path;
    }

    /** Remembers nothing. */
    public static Journal none() {
        return new Journal(Path.of(""));
    }

    /**
     * Goes on with a file; where it is not there, it is made, and its directories are. A last line without an end is that of a run that was killed, and is dropped.
     *
     * @param state what must be the same for a line to count: one word
     * @throws FileSystemException that names it, when it cannot be read or written
     * @throws InputException when it is larger than 64 MiB or no UTF-8; then at a line that is none of a journal's
     */
    public static Journal open(Path file, String state) throws FileSystemException {
        try {
            return goOn(file, state);
        } catch (IOException e) {
            throw OutputFile.named(file, e);
        }
    }

    private static Journal goOn(Path file, String state) throws IOException {
        List<String> lines = List.of();
        if (Files.isRegularFile(file)) {
            dropTorn(file);
            lines = InputText.read(file, MOST_BYTES).lines().toList();
        }
        Map<String, String> latest = new TreeMap<>();
        Journal journal = new Journal(file);
        boolean same = false;
        for (int i = 0; i < lines.size(); i++) {
            String[] parts = lines.get(i).split("\t", -1);
            if (parts.length == 2 && parts[0].equals(STATE)) {
                same = parts[1].equals(state);
            } else {
                MutantResult fate = fate(parts);
                if (fate == null) {
                    throw new InputException(file.toString(), i + 1, 1, "is no line of what became of mutants");
                }
                journal.remember(fate, same);
                latest.put(fate.mutant(), lines.get(i));
            }
        }
        if (Files.isRegularFile(file) && Files.size(file) > LARGE && lines.size() > 2 * latest.size()) {
            OutputFile.write(file, journal.compact(latest, state));
            same = true;
        }
        Path directory = file.toAbsolutePath().getParent();
        if (directory != null && !Files.isDirectory(directory)) {
            Files.createDirectories(directory);
        }
        journal.to = Files.newBufferedWriter(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        if (!same) {
            journal.write(STATE + "\t" + state);
        }
        return journal;
    }

    /** Only of what begins as a journal does: another file that somebody named stays as it is. */
    private static void dropTorn(Path file) throws IOException {
        byte[] first = (STATE + "\t").getBytes(StandardCharsets.UTF_8);
        try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
            byte[] begin = new byte[(int) Math.min(first.length, bytes.length())];
            bytes.readFully(begin);
            if (!Arrays.equals(begin, Arrays.copyOf(first, begin.length))) {
                return;
            }
            long end = bytes.length();
            while (end > 0) {
                bytes.seek(end - 1);
                if (bytes.read() == '\n') {
                    break;
                }
                end--;
            }
            bytes.setLength(end);
        }
    }

    /** The last line of each mutant: of other states first, then of this one. */
    private String compact(Map<String, String> latest, String state) {
        StringBuilder text = new StringBuilder(STATE + "\t" + NOTHING + "\n");
        latest.forEach((mutant, line) -> text.append(known.containsKey(mutant) ? "" : line + "\n"));
        text.append(STATE).append('\t').append(state).append('\n');
        latest.forEach((mutant, line) -> text.append(known.containsKey(mutant) ? line + "\n" : ""));
        return text.toString();
    }

    private void remember(MutantResult fate, boolean same) {
        Death death = fate.death();
        killers.put(fate.mutant(), death == null ? "" : death.scenario());
        if (same) {
            known.put(fate.mutant(), fate);
        } else {
            known.remove(fate.mutant());
        }
    }

    private static @Nullable MutantResult fate(String... parts) {
        if (parts.length != PARTS || !parts[4].matches("\\d{1,6}/\\d{1,6}")) {
            return null;
        }
        int slash = parts[4].indexOf('/');
        int tried = Integer.parseInt(parts[4].substring(0, slash));
        int cut = Integer.parseInt(parts[4].substring(slash + 1));
        try {
            boolean noticed = !parts[2].equals(NOTHING);
            String word =
                    (noticed ? parts[1] : parts[3]).toUpperCase(Locale.ROOT).replace(' ', '_');
            Death death = noticed ? new Death(How.valueOf(word), parts[2], parts[3]) : null;
            Effect effect = noticed || word.equals(NOTHING) ? null : Effect.valueOf(word);
            return new MutantResult(parts[0], tried, cut, death, effect, true);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    /** What became of a mutant, or null where that has to be found out. */
    @Nullable
    MutantResult known(String mutant) {
        return known.get(mutant);
    }

    /** The scenario that noticed a mutant at some time; empty when none did, null when nobody asked. */
    @Nullable
    String killer(String mutant) {
        return killers.get(mutant);
    }

    /** Keeps what became of a mutant that was tried to the end. */
    synchronized void note(MutantResult fate) {
        Death death = fate.death();
        Effect effect = fate.effect();
        String how = death == null
                ? NOTHING + "\t" + NOTHING + "\t" + (effect == null ? NOTHING : effect.word())
                : death.how().word() + "\t" + death.scenario() + "\t" + death.by();
        write(fate.mutant() + "\t" + how + "\t" + fate.tried() + "/" + fate.cut());
    }

    private void write(String line) {
        Writer writer = to;
        if (writer != null) {
            try {
                writer.write(line + "\n");
                writer.flush();
            } catch (IOException e) {
                throw new UncheckedIOException(OutputFile.named(path, e));
            }
        }
    }

    @Override
    public void close() throws IOException {
        Writer writer = to;
        if (writer != null) {
            writer.close();
        }
    }
}
