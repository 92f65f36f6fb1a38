package dev.moat.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The options with which the launcher starts Java: sizes, compilers, a locale; and what of them the user may say. */
class LauncherOptionsTest extends LauncherBench {
    /** On few cores the default set is searched without the second compiler; what may take long is not, nor are many cores. */
    @Test
    void theDefaultSetIsSearchedWithoutTheSecondCompilerOnFewCores() throws Exception {
        tool("getconf", "echo \"${CORES:-2}\"");
        String first = "java: -XX:TieredStopAtLevel=1\n";
        String late = "java: -XX:Tier4CompileThreshold=300000\n";
        moat(Map.of(), "check", "-q");
        assertThat(calls).content().contains(first, "-XX:SharedArchiveFile=").doesNotContain(late);
        moat(Map.of(), "check", "--junit", "xen-step", "-q", "--sarif=moat.sarif", "--no-discipline");
        assertThat(calls).content().contains(first).doesNotContain(late);
        for (String other : List.of("xen-step", "--set=deep", "--inject=none", "-Pdomains=3", "--states=1M")) {
            moat(Map.of(), "check", "--junit", "moat.xml", other);
            assertThat(calls).content().as(other).contains(late).doesNotContain(first);
        }
        moat(Map.of(), "check", "-q", "xen-step");
        assertThat(calls).content().contains(late, "-XX:SharedArchiveFile=").doesNotContain(first);
        moat(Map.of("CORES", "8"), "check", "r1-bench", "--symmetry");
        assertThat(calls).content().contains(first).doesNotContain(late);
        moat(Map.of("CORES", "8"), "check", "--symmetry", "--json", "r1-bench", "--save", "out");
        assertThat(calls).content().contains(first).doesNotContain(late);
        moat(Map.of("CORES", "8"), "check", "r1-bench", "--symmetry", "-Pdomains=3");
        assertThat(calls).content().contains(late).doesNotContain(first);
        moat(Map.of("CORES", "8"), "check", "r1-bench", "xen-step-2cpu-2refs", "--symmetry");
        assertThat(calls).content().contains(late).doesNotContain(first);
        moat(Map.of("CORES", "8"), "check");
        assertThat(calls).content().contains(late).doesNotContain(first);
        moat(Map.of("MOAT_CLASSPATH", "own"), "check");
        assertThat(calls).content().contains(late).doesNotContain(first);
    }

    /** What Java keeps is bounded where the heap is large and the user has no sizes of his own. */
    @Test
    void whatJavaKeepsBeginsSmall() throws Exception {
        String[] bounds = {
            "java: -Xms256m\n", "java: -XX:MaxNewSize=64m\n", "java: -XX:TenuredGenerationSizeSupplement=0\n"
        };
        for (String heap : List.of("1000m", "12288m", "4g")) {
            moat(Map.of("MOAT_HEAP", heap), "check");
            assertThat(calls).content().contains(bounds);
        }
        moat(Map.of("MOAT_HEAP", "4g", "MOAT_JAVA_OPTIONS", "-ea"), "check");
        assertThat(calls).content().contains(bounds);
        moat(Map.of("MOAT_HEAP", "999m"), "check");
        assertThat(calls).content().doesNotContain(bounds);
        for (String own : List.of("-Xmn900m", "-ea -Xms1g", "-XX:NewSize=1g", "-XX:InitialHeapSize=1g")) {
            moat(Map.of("MOAT_HEAP", "4g", "MOAT_JAVA_OPTIONS", own), "check");
            assertThat(calls).content().doesNotContain(bounds);
        }
    }

    /** Large pages are asked for where they are given to who asks; where they are not, Java would say so on the standard output. */
    @Test
    void largePagesAreAskedForWhereTheyAreGiven() throws Exception {
        String asked = "java: -XX:+UseTransparentHugePages\n";
        tool("cat", "case $1 in */transparent_hugepage/*) echo \"$PAGES\" ;; *) exec /bin/cat \"$@\" ;; esac");
        moat(Map.of("PAGES", "always [madvise] never"), "check");
        assertThat(calls).content().contains(asked);
        for (String mode : List.of("[always] madvise never", "always madvise [never]", "")) {
            moat(Map.of("PAGES", mode), "check");
            assertThat(calls).content().as(mode).doesNotContain("HugePages");
        }
        moat(Map.of("PAGES", "always [madvise] never", "MOAT_JAVA_OPTIONS", "-XX:+UseZGC"), "check");
        assertThat(calls).content().doesNotContain("HugePages");
        // The user's word is the last.
        moat(Map.of("PAGES", "always [madvise] never", "MOAT_JAVA_OPTIONS", "-XX:-UseTransparentHugePages"), "check");
        assertThat(calls).content().containsSubsequence(asked, "java: -XX:-UseTransparentHugePages\n");
    }

    @Test
    void heapIsBoundedByDefault() throws Exception {
        assumeThat(Path.of("/proc/meminfo")).isReadable();
        moat(Map.of(), "check");
        String heap = Files.readAllLines(calls).stream()
                .filter(l -> l.startsWith("java: -Xmx"))
                .findFirst()
                .orElseThrow();
        assertThat(Integer.parseInt(heap.replaceAll("\\D", ""))).isBetween(64, 12288);
    }

    /** A container has what its group may have, not what the machine has. */
    @Test
    void theHeapIsThatOfTheContainer() throws Exception {
        assumeThat(Path.of("/proc/meminfo")).isReadable();
        tool("cat", "case $1 in /sys/*) echo max; echo 419430400; exit 1 ;; esac; exec /bin/cat \"$@\"");
        moat(Map.of(), "check");
        assertThat(calls).content().contains("java: -Xmx300m\n");
    }

    /** Java takes the last of two sizes, and no two collectors. */
    @Test
    void sizesAndACollectorOfTheUsersStand() throws Exception {
        for (String own : List.of("-Xmx1g -Xms1g", "-XX:MaxHeapSize=1g", "-XX:MaxRAMPercentage=50")) {
            moat(Map.of("MOAT_JAVA_OPTIONS", own), "check");
            assertThat(calls).content().contains("java: " + own.split(" ")[0]).doesNotContainPattern("-Xmx\\d+m");
        }
        moat(Map.of("MOAT_JAVA_OPTIONS", "-Xmx1g", "MOAT_HEAP", "2g"), "check");
        assertThat(calls).content().contains("java: -Xmx2g\n", "java: -XX:+UseParallelGC\n");
        moat(Map.of("MOAT_JAVA_OPTIONS", "-ea -XX:+UseG1GC"), "check");
        assertThat(calls).content().contains("java: -XX:+UseG1GC\n").doesNotContain("UseParallelGC");
        moat(Map.of("MOAT_JAVA_OPTIONS", "-XX:+UseGCOverheadLimit"), "check");
        assertThat(calls).content().contains("java: -XX:+UseParallelGC\n");
    }

    @Test
    void aLocaleOfAsciiIsNotHandedOn() throws Exception {
        tool("java", """
                if [ "$1" = -version ]; then echo 'openjdk version "17"' >&2; exit 0; fi
                echo "locale: $LC_ALL" >>"$CALLS"
                """);
        tool("mvn", "echo \"built in $LC_ALL\" >>\"$CALLS\"; mkdir -p target/lib; : >target/moat-0.1.0.jar\n");
        tool("locale", "case $LC_ALL in de*) echo UTF-8 ;; *) echo ANSI_X3.4-1968 ;; esac\n");
        for (String[] one : new String[][] {
            {"C", "C.UTF-8"}, {"POSIX", "C.UTF-8"}, {"de_DE.UTF-8", "de_DE.UTF-8"}, {"not_HERE.UTF-8", "C.UTF-8"}
        }) {
            moat(Map.of("LC_ALL", one[0]), "check");
            assertThat(Files.readAllLines(calls)).last().isEqualTo("locale: " + one[1]);
            assertThat(Files.readAllLines(calls))
                    .filteredOn(line -> line.startsWith("built"))
                    .containsExactlyElementsOf(one[0].equals("C") ? List.of("built in C.UTF-8") : List.of());
        }
    }

    /** Java's own complaint is several lines, and another exit code. */
    @Test
    void aHeapThatIsNoSizeIsRefused() throws Exception {
        for (String none : List.of("zz", "8q", "0", "08g", "-1", "1 g", "g")) {
            Result refused = moat(Map.of("MOAT_HEAP", none), "check");
            assertThat(refused.err()).endsWith("moat: MOAT_HEAP=" + none + " is no size such as 512m or 8g\n");
            assertThat(refused.exit()).isEqualTo(2);
            assertThat(calls).content().doesNotContain("java:");
        }
        assertThat(moat(Map.of("MOAT_HEAP", "16777217k"), "check").exit()).isEqualTo(12);
        for (String large : List.of("17t", "99999999999999999999g", "999999999999999t")) {
            assertThat(moat(Map.of("MOAT_HEAP", large), "check").err()).endsWith(large + " is more than 16t\n");
        }
        for (String small : List.of("5", "31m", "32767k", "33554431")) {
            Result refused = moat(Map.of("MOAT_HEAP", small), "check");
            assertThat(refused.err()).endsWith("moat: Java's heap is too small; Moat needs at least 32m (MOAT_HEAP)\n");
            assertThat(refused.exit()).isEqualTo(2);
        }
        for (String enough : List.of("32m", "32768k", "33554432", "1T", "16t")) {
            assertThat(moat(Map.of("MOAT_HEAP", enough), "check").exit()).isEqualTo(12);
        }
    }

    /** Not that of a terminal behind a pipe. */
    @Test
    void theWidthOfListsIsTheUsersWhereHeSetsOne() throws Exception {
        moat(Map.of("COLUMNS", "80"), "list", "faults");
        assertThat(calls).content().contains("java: -Dmoat.columns=80\n");
        for (String none : List.of("", "wide", "1000000")) {
            moat(Map.of("COLUMNS", none), "list", "faults");
            assertThat(calls).content().contains("java: list\n").doesNotContain("moat.columns");
        }
        moat(Map.of(), "list", "faults");
        assertThat(calls).content().doesNotContain("moat.columns");
    }
}
