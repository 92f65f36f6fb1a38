package dev.moat.arch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The walks of {@code docs/project/code-tour.md} are walks: each file is there, and one before it leads to it. */
class CodeTourTest {
    private static final Path MAIN = Path.of("src/main/java/dev/moat");
    private static final Pattern HEADING = Pattern.compile("## (.*): (\\d+) files");
    private static final Pattern ROW = Pattern.compile("\\| `([\\w/]+\\.java)` \\| \\S.*\\|");
    private static final Pattern COMMENT =
            Pattern.compile("//[^\\n]*|/\\*.*?\\*/|^import [^\\n]*", Pattern.DOTALL | Pattern.MULTILINE);

    /** Files per heading, in order. A heading that gives another number than it has rows is a failure. */
    private static Map<String, List<String>> walks(String page) {
        Map<String, List<String>> walks = new LinkedHashMap<>();
        Map<String, Integer> said = new LinkedHashMap<>();
        String heading = "";
        for (String line : page.lines().toList()) {
            Matcher title = HEADING.matcher(line);
            Matcher row = ROW.matcher(line);
            if (title.matches()) {
                heading = title.group(1);
                said.put(heading, Integer.parseInt(title.group(2)));
                walks.put(heading, new ArrayList<>());
            } else if (row.matches()) {
                walks.get(heading).add(row.group(1));
            }
        }
        walks.forEach((name, files) -> assertThat(files).as(name).hasSize(said.get(name)));
        return walks;
    }

    /** The files of a walk that none before them names in its code. */
    private static List<String> unreached(List<String> walk) throws IOException {
        List<String> lost = new ArrayList<>();
        StringBuilder before = new StringBuilder();
        for (String file : walk) {
            String name = Path.of(file).getFileName().toString().replace(".java", "");
            if (before.length() > 0
                    && !Pattern.compile("\\b" + name + "\\b").matcher(before).find()) {
                lost.add(file);
            }
            before.append(COMMENT.matcher(Files.readString(MAIN.resolve(file))).replaceAll(" "));
        }
        return lost;
    }

    @Test
    void theMapShowsWhichRoomUsesWhich() throws IOException {
        String page = Files.readString(Path.of("docs/project/code-tour.md"));
        String drawn = page.substring(
                page.indexOf("flowchart TD\n") + 13, page.indexOf("\n```", page.indexOf("flowchart TD")));
        assertThat(drawn.strip().lines().map(line -> "  " + line.strip())).containsExactlyElementsOf(Rules.map());
    }

    @Test
    void everyFileIsReachedFromOneBefore() throws IOException {
        Map<String, List<String>> walks = walks(Files.readString(Path.of("docs/project/code-tour.md")));
        assertThat(walks).hasSize(3);
        for (Map.Entry<String, List<String>> walk : walks.entrySet()) {
            assertThat(walk.getValue())
                    .as(walk.getKey())
                    .doesNotHaveDuplicates()
                    .allMatch(f -> Files.isRegularFile(MAIN.resolve(f)));
            assertThat(unreached(walk.getValue())).as(walk.getKey()).isEmpty();
        }
    }

    @Test
    void aFileThatNothingLeadsToIsFound() throws IOException {
        assertThat(unreached(
                        List.of("iommu/vtd/VtdWalk.java", "iommu/vtd/TableWalk.java", "xen/state/UpkeepRule.java")))
                .containsExactly("xen/state/UpkeepRule.java");
        assertThat(walks("## A walk: 1 files\n| `a/B.java` | says |\n"))
                .isEqualTo(Map.of("A walk", List.of("a/B.java")));
    }
}
