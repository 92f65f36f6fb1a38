package dev.moat.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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

    /** Ids by a pattern, and all below a directory; what means nothing is an error, or it would be taken for checked. */
    @Test
    void patternsAndDirectoriesNameSeveral() throws IOException {
        Path below = Files.createDirectory(directory.resolve("below"));
        for (String id : List.of("good-b", "good-a")) {
            Files.writeString(below.resolve(id + ".yaml"), ScenarioReaderTest.GOOD.replace("id: good", "id: " + id));
        }
        Files.writeString(directory.resolve("good.yaml"), ScenarioReaderTest.GOOD);
        ScenarioReader reader = new ScenarioReader(Catalog.load(), List.of("bounded", "even"));
        ScenarioLibrary library = new ScenarioLibrary(directory, reader);
        assertThat(library.find(List.of("good-*", "g*d")))
                .extracting(Scenario::id)
                .containsExactly("good-a", "good-b", "good");
        assertThat(library.find(List.of("good-?"))).extracting(Scenario::id).containsExactly("good-a", "good-b");
        assertThat(library.find(List.of(below.toString())))
                .extracting(Scenario::id)
                .containsExactly("good-a", "good-b");
        assertThatThrownBy(() -> library.find(List.of("better-*"))).hasMessageContaining("named like 'better-*'");
        Path empty = Files.createDirectory(directory.resolve("empty"));
        assertThatThrownBy(() -> library.find(List.of(empty.toString()))).hasMessageContaining("below the directory");
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
