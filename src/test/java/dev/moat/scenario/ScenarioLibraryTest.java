package dev.moat.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which files of a directory are scenarios. */
class ScenarioLibraryTest {
    @TempDir
    Path directory;

    /** An editor's lock is there as long as a scenario is being edited: no command may stop at it. */
    @Test
    void namesThatBeginWithAPointAreNobodysScenarios() throws IOException {
        Files.writeString(directory.resolve("good.yaml"), ScenarioReaderTest.GOOD);
        Files.createSymbolicLink(directory.resolve(".#good.yaml"), Path.of("me@host.1:2"));
        Files.write(directory.resolve("._good.yaml"), new byte[] {0, 5, 22, 7});
        ScenarioReader reader = new ScenarioReader(Catalog.load(), List.of("bounded", "even"));
        ScenarioLibrary library = new ScenarioLibrary(directory, reader);
        assertThat(library.ids()).containsExactly("good");
        assertThat(library.all()).hasSize(1);
    }

    /** Counts, reports and files would have it twice. */
    @Test
    void whatIsNamedTwiceIsCheckedOnce() throws IOException {
        Path good = Files.writeString(directory.resolve("good.yaml"), ScenarioReaderTest.GOOD);
        ScenarioReader reader = new ScenarioReader(Catalog.load(), List.of("bounded", "even"));
        ScenarioLibrary library = new ScenarioLibrary(directory, reader);
        assertThat(library.find(List.of("good", good.toString(), "good"))).hasSize(1);
    }
}
