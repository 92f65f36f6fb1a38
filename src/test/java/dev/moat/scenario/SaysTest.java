package dev.moat.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What each scenario says of itself can be read alone: a list shows it without its neighbours. */
class SaysTest {
    private static final Pattern SAYS = Pattern.compile("^says: \"?(.*?)\"?$", Pattern.MULTILINE);
    private static final Pattern OF_ANOTHER =
            Pattern.compile("^(Control: )?(The same|Likewise|As above|As the|Also|And|Again)\\b");

    /** The file names of those that say nothing of their own, by what they say. */
    private static Map<String, List<String>> wrong(Map<String, String> said) {
        Map<String, List<String>> users = new TreeMap<>();
        said.forEach((file, says) -> users.merge(says, List.of(file), SaysTest::joined));
        users.entrySet().removeIf(e -> e.getValue().size() == 1 && isSentence(e.getKey()));
        return users;
    }

    private static List<String> joined(List<String> some, List<String> others) {
        return Stream.concat(some.stream(), others.stream()).toList();
    }

    private static boolean isSentence(String says) {
        return !says.isEmpty()
                && Character.isUpperCase(says.charAt(0))
                && says.endsWith(".")
                && !OF_ANOTHER.matcher(says).find();
    }

    /** The rungs of a ladder are told apart by their component, so several of them may say the same. */
    @Test
    void everyScenarioSaysSomethingOfItsOwn() throws IOException {
        Map<String, String> said = new TreeMap<>();
        try (Stream<Path> files = Files.walk(Path.of("specs/scenarios"))) {
            for (Path file : files.filter(
                            f -> f.toString().endsWith(".yaml") && !f.toString().contains("needed"))
                    .toList()) {
                Matcher says = SAYS.matcher(Files.readString(file));
                said.put(file.toString(), says.find() ? says.group(1) : "");
            }
        }
        assertThat(said).hasSizeGreaterThan(400);
        assertThat(wrong(said)).isEmpty();
    }

    @Test
    void sentencesThatNeedAnotherAreFound() {
        assertThat(wrong(Map.of("a", "A device comes.", "b", "Control: a device comes.")))
                .isEmpty();
        for (String says :
                List.of("", "a device comes.", "A device comes", "The same on two CPUs.", "Likewise step by step.")) {
            assertThat(wrong(Map.of("a", says))).as(says).hasSize(1);
        }
        assertThat(wrong(Map.of("a", "A device comes.", "b", "A device comes.")))
                .hasSize(1);
    }
}
