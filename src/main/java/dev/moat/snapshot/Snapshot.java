package dev.moat.snapshot;

import dev.moat.explain.LogText;
import dev.moat.input.InputException;
import dev.moat.logic.InvariantLibrary;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** Files of one system at one time. Filled file by file, then judged once. */
public final class Snapshot {
    private final Facts facts = new Facts();
    private final MappedRanges mappings = new MappedRanges(facts);
    private final Set<SnapshotForm> forms = EnumSet.noneOf(SnapshotForm.class);
    private final List<FormReader> readers = List.of(
            new XenGrants(facts, mappings),
            new XenTables(facts, mappings),
            new VtdDebugfs(facts, mappings),
            new Queues(facts, mappings),
            new InterruptListing(facts, mappings),
            new AmdEntries(facts, mappings),
            new GroupListing(facts));

    /**
     * Reads a file.
     *
     * @throws IOException when it cannot be read
     * @throws InputException when it is larger than 16 MiB or no text, then at the first line that begins as one of a known form and is
     *     none, then when no line is of a known form
     * @throws dev.moat.limit.LimitException when all files together show more than four million facts
     */
    public void read(String file, InputStream in) throws IOException {
        boolean known = false;
        int number = 0;
        List<String> lines =
                new ArrayList<>(Arrays.asList(LogText.text(file, in).split("\n", -1)));
        for (String raw : lines) {
            number++;
            Line line = new Line(file, number, raw);
            for (FormReader reader : readers) {
                if (reader.read(line)) {
                    known = true;
                    forms.add(reader.form());
                    break;
                }
            }
        }
        if (!known) {
            throw new InputException(
                    file,
                    1,
                    1,
                    "no line is of a snapshot; the forms are: "
                            + String.join(
                                    "; ",
                                    Arrays.stream(SnapshotForm.values())
                                            .map(SnapshotForm::title)
                                            .toList())
                            + "; how they look: docs/howto/check-a-snapshot.md");
        }
    }

    /**
     * Judges what the files show.
     *
     * @param home where the properties are
     */
    public List<SnapshotFinding> findings(Path home) {
        readers.forEach(FormReader::finish);
        mappings.finish();
        return new Judging(InvariantLibrary.ofHome(home, List.of(home.resolve("specs/snapshot"))), facts).findings();
    }

    /** The forms of the files, in the order of their declaration. */
    public List<SnapshotForm> forms() {
        return List.copyOf(forms);
    }

    /** Sentences about what could not be taken from the files. */
    public List<String> notes() {
        return facts.notes();
    }
}
