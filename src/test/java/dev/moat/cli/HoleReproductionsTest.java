package dev.moat.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Holes that a review found, where HELD said more than the judges had looked at: the edit, and the commands. Each ends with a property
 * that breaks.
 */
class HoleReproductionsTest {
    private static final String UNIT = "dev/moat/iommu/vtd/VtdUnit.java";

    /** Properties that the holes asked for. */
    private static final List<String> LATER =
            List.of("no-foreign-request", "no-request-strays", "assigned-device-is-led", "entry-means-its-space");

    @TempDir
    Path directory;

    /** Breaks a property that was asked for since, and nothing that was judged when the hole was found. */
    private void breaks(PatchedMoat moat, String property, String scenario, String... more)
            throws IOException, ReflectiveOperationException {
        assertThat(moat.run(check(scenario, more))).isEqualTo(12);
        assertThat(moat.out()).containsPattern(scenario + ": VIOLATED [^(\\n]*\\b" + property + "\\b");
        Path before = Files.createDirectories(directory.resolve("before")).resolve(scenario + ".yaml");
        String text = Files.readString(file(scenario));
        for (String later : LATER) {
            assertThat(text).contains(later);
            text = text.replaceFirst(later + ", |, " + later, "");
        }
        Files.writeString(before, text);
        List<String> plain = new ArrayList<>(List.of(check(before.toString(), more)));
        plain.add("--no-discipline");
        // The witnesses and the counts of states that are demanded since would speak, too; nothing breaks.
        assertThat(moat.run(plain.toArray(String[]::new))).isNotEqualTo(12);
        assertThat(moat.out()).contains(": every reachable state").doesNotContain("VIOLATED");
    }

    /** What they save is of a unit that was edited: it goes to a directory of the test's own. */
    private String[] check(String scenario, String... more) {
        String saved = directory.resolve("saved").toString();
        return Stream.concat(Stream.of("check", scenario, "--save", saved), Stream.of(more))
                .toArray(String[]::new);
    }

    private static Path file(String scenario) throws IOException {
        try (Stream<Path> files = Files.walk(Path.of("specs/scenarios"))) {
            return files.filter(f -> f.endsWith(scenario + ".yaml")).findFirst().orElseThrow();
        }
    }

    /** The words that lead devices to one tree say pass-through: entries were written so, and read by the same words. */
    @Test
    void oneTreesEntriesPassThrough() throws IOException, ReflectiveOperationException {
        breaks(ofOneTree(), "assigned-device-is-led", "xen-step-units", "-P", "iommu=all");
    }

    /** With two CPUs. */
    @Tag("deep")
    @Test
    void oneTreesEntriesPassThroughAsTwoLeadDevicesThere() throws IOException, ReflectiveOperationException {
        breaks(ofOneTree(), "assigned-device-is-led", "xen-2cpu-assign", "-P", "ring=4");
    }

    private PatchedMoat ofOneTree() throws IOException, ReflectiveOperationException {
        return new PatchedMoat(
                directory,
                UNIT,
                "ContextEntry.lo(ContextEntry.TT_UNTRANSLATED,",
                "ContextEntry.lo(tree == 1 ? ContextEntry.TT_PASS_THROUGH : ContextEntry.TT_UNTRANSLATED,");
    }

    /** Entries say another domain's DID. */
    @Test
    void entriesHaveAnotherDid() throws IOException, ReflectiveOperationException {
        PatchedMoat moat = new PatchedMoat(
                directory, UNIT, "ContextEntry.hi(g.walked() - 2, did)", "ContextEntry.hi(g.walked() - 2, did ^ 1)");
        breaks(moat, "entry-means-its-space", "xen-op-batch");
    }
}
