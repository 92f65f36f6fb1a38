package dev.moat.check.mutants;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.moat.input.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The list of mutants that nothing has to notice. */
class ListedTest {
    @TempDir
    Path directory;

    private Path file(String text) throws IOException {
        return Files.writeString(directory.resolve("list.txt"), text);
    }

    @Test
    void readsReasons() throws IOException {
        assertThat(Listed.read(file("# why\n\ndrop a/b c   nobody  looks\nplus-1 x y z  dead\n")))
                .containsEntry("drop a/b c", "nobody  looks")
                .containsEntry("plus-1 x y z", "dead")
                .hasSize(2);
    }

    @Test
    void complainsAtThePlace() throws IOException {
        Path bare = file("drop a  why\ndrop b c\n");
        assertThatThrownBy(() -> Listed.read(bare))
                .isInstanceOf(InputException.class)
                .hasMessage(bare + ":2:9: two spaces and a reason are expected");
        Path twice = file("drop a  why\ndrop a  so\n");
        assertThatThrownBy(() -> Listed.read(twice)).hasMessage(twice + ":2:1: 'drop a' is listed twice");
    }

    /** The project's own list is in order, so that nobody adds what is there. */
    @Test
    void isSorted() throws IOException {
        List<String> ids = Files.readAllLines(Path.of("specs/mutant-survivors.txt")).stream()
                .filter(line -> !line.isBlank() && !line.startsWith("#"))
                .map(line -> line.split(" {2,}", 2)[0])
                .toList();
        List<String> sorted = new ArrayList<>(ids);
        sorted.sort(null);
        assertThat(ids).isEqualTo(sorted);
    }
}
