package dev.moat.junit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** That the parts of a committed story fit each other: what its last sentence speaks of is in the lines before it. */
class StoryPartsTest {
    private static final Pattern EVENT = Pattern.compile("\\((\\d+)(?:-(\\d+))?\\) .*", Pattern.DOTALL);

    /** A story: its name, the line of names, what was done, and what is broken. */
    private record Parts(String id, String names, List<String> events, String broken) {
        /** What was done in a row of the table. */
        String at(int row) {
            return events.stream()
                    .filter(event -> {
                        Matcher m = EVENT.matcher(event);
                        return m.matches()
                                && Integer.parseInt(m.group(1)) <= row
                                && row <= Integer.parseInt(m.group(2) == null ? m.group(1) : m.group(2));
                    })
                    .findFirst()
                    .orElse("");
        }
    }

    private static List<Parts> stories() throws IOException {
        List<Parts> all =
                List.of(Files.readString(Path.of("src/test/resources/stories.txt"))
                                .strip()
                                .split("\n(?=\\S)"))
                        .stream()
                        .map(story -> story.lines().map(String::strip).toList())
                        .map(lines -> new Parts(
                                lines.get(0),
                                first(lines, "\\([a-z][\\w.-]*[:,] .*"),
                                List.of(first(lines, "\\(\\d.*").split("; (?=\\(\\d)")),
                                first(lines, "Broken: .*").replaceFirst(" In full: .*", "")))
                        .toList();
        assertThat(all).hasSizeGreaterThan(400);
        return all;
    }

    private static String first(List<String> lines, String shape) {
        return lines.stream().filter(l -> l.matches(shape)).findFirst().orElse("");
    }

    @Test
    void everyDeviceIsInTheLineOfNames() throws IOException {
        Pattern device = Pattern.compile("\\b(?:v?dev\\d+[a-z]?|e\\d+|req\\d+)\\b");
        int seen = 0;
        for (Parts story : stories()) {
            Matcher devices = device.matcher(String.join("; ", story.events()) + story.broken());
            while (devices.find()) {
                seen++;
                assertThat(story.names()).as(story.id()).containsPattern("\\b" + devices.group() + "\\b");
            }
        }
        assertThat(seen).isGreaterThan(500);
    }

    /** Where an entry was cleared, or lost a right, as the last sentence says, the line of that step says so of the same page. */
    @Test
    void theStepThatClearedAnEntryNamesItsPage() throws IOException {
        Pattern cleared = Pattern.compile(
                "(?:though|cleared) (\\w+)'s entry (?:in memory )?(?:was cleared in|allows only reading since|in) step (\\d+)");
        int seen = 0;
        for (Parts story : stories()) {
            Matcher m = cleared.matcher(story.broken());
            while (m.find()) {
                seen++;
                assertThat(story.at(Integer.parseInt(m.group(2))))
                        .as(story.id())
                        .containsPattern("\\b" + m.group(1) + "\\b");
            }
        }
        assertThat(seen).isGreaterThan(50);
    }

    /** By an entry that a step made somebody reaches a frame: that step says which page leads to which frame. */
    @Test
    void theStepThatWroteAnEntryNamesPageAndFrame() throws IOException {
        Pattern reached = Pattern.compile(
                "can (?:read and write|read|write) (?:all of )?(\\w+) at (\\w+), by its (?:table|shadow) entry since step (\\d+)");
        int seen = 0;
        for (Parts story : stories()) {
            Matcher m = reached.matcher(story.broken());
            while (m.find()) {
                seen++;
                assertThat(story.at(Integer.parseInt(m.group(3))))
                        .as(story.id())
                        .containsPattern("\\b" + m.group(2) + "\\b");
            }
        }
        assertThat(seen).isGreaterThan(20);
    }

    /** What nobody waits for was put into a queue before. */
    @Test
    void whatIsQueuedAtTheEndWasQueued() throws IOException {
        assertThat(stories())
                .filteredOn(story -> story.broken().contains("nobody waits for the queued invalidation"))
                .isNotEmpty()
                .allMatch(story -> String.join("; ", story.events()).contains("queue"));
    }

    /** A call that is made twice is told at the one in which the fault does harm. */
    @Test
    void aFaultOfTwoCallsIsToldAtTheLast() throws IOException {
        assertThat(stories())
                .filteredOn(story -> story.id().equals("viommu-wait-before-shadow"))
                .singleElement()
                .satisfies(story -> assertThat(story.at(15)).contains("told the guest that it is done; FAULT: "));
    }

    /** Where the fault is that something was not done, it is not told as done in the same breath. */
    @Test
    void whatTheFaultLeavesOutIsNotToldAsDone() throws IOException {
        Pattern waits = Pattern.compile("(?s).*FAULT(?: \\(\\d+\\))?: correct code waits.*");
        int seen = 0;
        for (Parts story : stories()) {
            for (String event : story.events()) {
                if (waits.matcher(event).matches()) {
                    seen++;
                    assertThat(event.replaceFirst("(?s); FAULT.*", ""))
                            .as(story.id())
                            .doesNotContain("has waited");
                }
            }
        }
        assertThat(seen).isGreaterThan(5);
    }

    /** A new root that leads nowhere leaves the entries below the old one as they were. */
    @Test
    void anEntryThatIsCutOffIsNotToldAsCleared() throws IOException {
        List<Parts> grown = stories().stream()
                .filter(s -> s.id().matches("amdvi-growth-(?:lost|cached)-below"))
                .toList();
        assertThat(grown)
                .hasSize(2)
                .allSatisfy(s -> assertThat(s.events().get(s.events().size() - 1))
                        .contains("p0 leads nowhere")
                        .doesNotContain("cleared"));
    }

    /** Who is said to have waited for an invalidation has asked for one, and nobody sees a store late that was written back. */
    @Test
    void whatIsToldAsDoneWasDone() throws IOException {
        assertThat(stories())
                .filteredOn(s -> s.id().equals("xen-step-grant-table-lock-dropped-before-wait"))
                .singleElement()
                .satisfies(s -> assertThat(s.at(17)).contains("dropped pins").doesNotContain("waited"));
        assertThat(stories())
                .filteredOn(s -> s.id().equals("xen-calgary-runs-stop-fails"))
                .singleElement()
                .satisfies(s -> assertThat(s.at(9)).doesNotContain("does not see"));
        assertThat(stories())
                .filteredOn(s -> s.id().matches("xen-(?:calgary-keeps-line|unmap-entry-not-written-back)"))
                .hasSize(2)
                .allSatisfy(s -> assertThat(s.broken())
                        .contains("software cleared p0's entry in step 3")
                        .doesNotContain("entry in memory was cleared"));
    }

    /** What is said of an entry says whether it is the one in memory or the one in a cache; of invalidations one thing is said. */
    @Test
    void entriesInMemoryAndInCachesAreToldApart() throws IOException {
        assertThat(stories())
                .filteredOn(s ->
                        s.broken().contains(", though ") && s.broken().matches(".*by what u\\d+ has cached.*entry.*"))
                .hasSizeGreaterThan(50)
                .allMatch(s ->
                        s.broken().contains("entry in memory") || s.broken().contains("though software "));
        assertThat(stories()).noneMatch(s -> s.broken().matches(".*(?:is owed|is pending|what is queued).*"));
    }

    /** Every frame and every part of a buffer has its place in the line of names; what a page bounces through is called so. */
    @Test
    void framesAndPartsAreInTheLineOfNames() throws IOException {
        Pattern name = Pattern.compile("(?<![\\w.])(?:f\\d|part\\d)(?![\\w.]*\\w)");
        int seen = 0;
        for (Parts story : stories()) {
            Matcher names = name.matcher(String.join("; ", story.events()) + " " + story.broken());
            while (names.find()) {
                seen++;
                assertThat(story.names()).as(story.id()).containsPattern("\\b" + names.group() + "\\b");
            }
        }
        assertThat(seen).isGreaterThan(1000);
        assertThat(stories())
                .filteredOn(s -> s.id().startsWith("dma-bounced-"))
                .isNotEmpty()
                .allMatch(s -> s.names().contains("f1: bounce frame"));
    }

    /** What devices and guests do while a call is under way that is told whole has its row among the call's. */
    @Test
    void whatIsDoneDuringACallIsToldWithIt() throws IOException {
        Pattern during = Pattern.compile("(?:meanwhile|, and|,) \\((\\d+)\\) ");
        int seen = 0;
        for (Parts story : stories()) {
            for (String event : story.events()) {
                Matcher m = during.matcher(event);
                while (m.find()) {
                    seen++;
                    assertThat(story.at(Integer.parseInt(m.group(1))))
                            .as(story.id())
                            .isEqualTo(event);
                }
            }
        }
        assertThat(seen).isGreaterThan(50);
        assertThat(stories())
                .filteredOn(s -> s.events().stream().anyMatch(e -> e.contains("; meanwhile (")))
                .hasSizeGreaterThan(15);
    }

    /** Who has cleared an entry, or has asked before, has not found that there was nothing to forget. */
    @Test
    void whoHasClearedAsksForNothing() throws IOException {
        assertThat(stories())
                .noneMatch(s -> String.join("; ", s.events()).contains("found nothing to invalidate"))
                .anyMatch(s -> String.join("; ", s.events()).contains("has asked for no invalidation"));
    }

    /** That a frame is its who reaches it says nothing: what that means is said. */
    @Test
    void anOwnerWhoReachesTheFrameHasAReasonNotTo() throws IOException {
        Pattern late = Pattern.compile(
                "Broken: (\\w+)'s \\w+ can still .*; (?:f|frame)\\d+ is (?:still )?\\1's\\b(.*) \\([a-z].*");
        int seen = 0;
        for (Parts story : stories()) {
            Matcher m = late.matcher(story.broken());
            if (m.matches()) {
                seen++;
                assertThat(m.group(2)).as(story.id()).containsAnyOf("may have reused it", "as a page table");
            }
        }
        assertThat(seen).isGreaterThan(8);
    }
}
