package dev.moat.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs a copy of the launcher with stand-ins for Java and Maven that write down how they were called. */
class LauncherTest {
    @TempDir
    Path directory;

    private Path home;
    private Path tools;
    private Path calls;

    private record Result(int exit, String out, String err) {}

    @BeforeEach
    void prepare() throws IOException {
        home = Files.createDirectories(directory.resolve("a home"));
        tools = Files.createDirectories(directory.resolve("tools"));
        calls = directory.resolve("calls");
        Files.createDirectories(home.resolve("src/main"));
        Files.copy(Path.of("moat"), home.resolve("moat"));
        home.resolve("moat").toFile().setExecutable(true);
        age(Files.writeString(home.resolve("pom.xml"), "<project/>"));
        age(Files.writeString(home.resolve("src/main/A.java"), "class A {}"));
        age(home.resolve("src/main"));
        tool("java", """
                if [ "$1" = -version ]; then echo 'openjdk version "'"${FAKE_JAVA:-17.0.1}"'"' >&2; exit 0; fi
                case $1 in -XX:ArchiveClassesAtExit=*)
                    echo "shared: $*" >>"$CALLS"
                    [ -n "${FAKE_NONE:-}" ] || echo classes >"${1#*=}"
                    exit ;;
                esac
                for a in "$@"; do echo "java: $a" >>"$CALLS"; done
                echo "cwd: $(pwd)" >>"$CALLS"
                exit 12
                """);
        tool("mvn", """
                echo "mvn: $*" >>"$CALLS"
                echo "in $(pwd)"
                [ -z "${FAKE_BROKEN:-}" ] || { echo "cannot find symbol"; exit 1; }
                mkdir -p target/lib; : >target/moat-0.1.0.jar
                """);
    }

    private static Path age(Path file) throws IOException {
        return Files.setLastModifiedTime(file, FileTime.from(Instant.parse("2020-01-01T00:00:00Z")));
    }

    private void tool(String name, String script) throws IOException {
        Path file = Files.writeString(tools.resolve(name), "#!/bin/sh\n" + script);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private Result moat(Map<String, String> environment, String... args) throws Exception {
        return moat(home.resolve("moat"), environment, args);
    }

    private Result moat(Path launcher, Map<String, String> environment, String... args) throws Exception {
        Files.writeString(calls, "");
        List<String> command = new ArrayList<>(List.of(launcher.toString()));
        command.addAll(List.of(args));
        ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
        Map<String, String> env = builder.environment();
        env.keySet().removeIf(k -> k.startsWith("MOAT_") || k.equals("JAVA_HOME") || k.equals("COLUMNS"));
        env.put("PATH", tools + ":/usr/bin:/bin");
        env.put("CALLS", calls.toString());
        env.putAll(environment);
        Path out = directory.resolve("out");
        Path err = directory.resolve("err");
        Process process =
                builder.redirectOutput(out.toFile()).redirectError(err.toFile()).start();
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        return new Result(
                process.exitValue(),
                Files.readString(out, StandardCharsets.UTF_8),
                Files.readString(err, StandardCharsets.UTF_8));
    }

    @Test
    void buildsOnFirstUseThenOnlyAfterChanges() throws Exception {
        Result first = moat(Map.of(), "check", "a b");
        assertThat(first.err()).startsWith("moat: building (once, and after changes); log: ");
        assertThat(first.out()).isEmpty();
        assertThat(first.exit()).isEqualTo(12);
        assertThat(calls).content().startsWith("mvn: -B -ntp ").contains(" package\n");
        assertThat(home.resolve("target/moat-build.log")).content().isEqualTo("in " + home.toRealPath() + "\n");

        Result second = moat(Map.of(), "check");
        assertThat(second.err()).isEmpty();
        assertThat(calls).content().doesNotContain("mvn:");

        Files.writeString(home.resolve("src/main/A.java"), "class A { int changed; }");
        Files.setLastModifiedTime(
                home.resolve("src/main/A.java"), FileTime.from(Instant.now().plusSeconds(5)));
        moat(Map.of(), "check");
        assertThat(calls).content().contains("mvn:");

        age(home.resolve("src/main/A.java"));
        moat(Map.of(), "check");
        assertThat(calls).content().doesNotContain("mvn:");
    }

    /** Once behind a build, and again when the jar is another; not again and again where Java makes none. */
    @Test
    void classesAreSharedBetweenRuns() throws Exception {
        String shared = home.toRealPath() + "/target/moat-17.jsa";
        String used = "java: -XX:SharedArchiveFile=" + shared + "\n";
        moat(Map.of("FAKE_NONE", "1"), "check", "r1");
        assertThat(calls).content().contains("shared: ").doesNotContain(used);
        moat(Map.of(), "check", "r1");
        assertThat(calls).content().doesNotContain("shared: ", used);

        Path jar = home.resolve("target/moat-0.1.0.jar");
        Files.setLastModifiedTime(jar, FileTime.from(Instant.now().plusSeconds(5)));
        moat(Map.of(), "check", "r1");
        // Made without compilers: what waits for one then is never compiled where the file is used.
        assertThat(calls).content().containsPattern("shared: -XX:ArchiveClassesAtExit=" + shared + "\\.\\d+ -Xint ");
        assertThat(calls).content().contains(used);
        age(jar);
        moat(Map.of(), "check", "r1");
        assertThat(calls).content().contains(used, "java: -Xlog:cds*=off\n").doesNotContain("shared: ");
        assertThat(home.resolve("target")).isDirectoryNotContaining("glob:**.jsa.*");
        moat(Map.of("FAKE_JAVA", "21.0.1"), "check", "r1");
        assertThat(calls).content().contains("shared: ", "/target/moat-21.jsa\n");
    }

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

    @Test
    void handsOverArgumentsHomeAndWorkingDirectoryAsTheyAre() throws Exception {
        moat(Map.of("MOAT_HEAP", "3g", "MOAT_JAVA_OPTIONS", "-ea -Dx=1"), "check", "a b", "-P", "n=*", "");
        assertThat(calls)
                .content()
                .containsSubsequence(
                        "java: -ea\n",
                        "java: -Dx=1\n",
                        "java: -Dmoat.home=" + home.toRealPath() + "\n",
                        "java: -cp\n",
                        "java: " + home.toRealPath() + "/target/moat-0.1.0.jar:" + home.toRealPath()
                                + "/target/lib/*\n",
                        "java: -Xmx3g\n",
                        "java: dev.moat.cli.Moat\n",
                        "java: check\njava: a b\njava: -P\njava: n=*\njava: \n",
                        "cwd: " + directory.toRealPath() + "\n")
                .doesNotContain("moat.colour", "moat.progress");
    }

    @Test
    void sparkIsOnTheClassPathWhereItIsBuiltAndAskedFor() throws Exception {
        moat(Map.of(), "check", "r1", "--engine", "spark");
        assertThat(calls).content().contains("mvn: -B -ntp -Dmaven").doesNotContain("target/spark", "--add-opens");

        Files.createDirectories(home.resolve("target/spark/jars"));
        moat(Map.of(), "check", "r1");
        assertThat(calls).content().doesNotContain("mvn:", "target/spark", "--add-opens");
        moat(Map.of(), "check", "r1", "--engine", "spark");
        assertThat(calls)
                .content()
                .doesNotContain("mvn:")
                .contains("/target/lib/*:" + home.toRealPath() + "/target/spark/jars/*\n")
                .contains("java: --add-opens=java.base/sun.nio.ch=ALL-UNNAMED\n");

        Path source = Files.createDirectories(home.resolve("src/spark/java")).resolve("B.java");
        Files.setLastModifiedTime(
                Files.writeString(source, "class B {}"),
                FileTime.from(Instant.now().plusSeconds(5)));
        moat(Map.of(), "check", "r1");
        assertThat(calls).content().contains("mvn: -B -ntp -Pspark -Dmaven");
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

    /** What -Prelease puts beside it holds no classes. */
    @Test
    void theJarOfTheClassesIsTaken() throws Exception {
        moat(Map.of(), "check");
        for (String other : List.of("sources", "javadoc")) {
            Path jar = Files.writeString(home.resolve("target/moat-0.1.0-" + other + ".jar"), "");
            Files.setLastModifiedTime(jar, FileTime.from(Instant.now().plusSeconds(5)));
        }
        moat(Map.of(), "check");
        assertThat(calls).content().contains("/target/moat-0.1.0.jar:").doesNotContain("-sources", "-javadoc", "mvn:");
    }

    /** The second of two first starts waits, and does not build again. */
    @Test
    void twoStartsAtOnceBuildOnce() throws Exception {
        tool("mvn", """
                echo "mvn: $*" >>"$CALLS"
                sleep 3
                mkdir -p target/lib; : >target/moat-0.1.0.jar
                """);
        Map<String, String> env = Map.of("PATH", tools + ":/usr/bin:/bin", "CALLS", calls.toString());
        List<Process> both = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            ProcessBuilder one = new ProcessBuilder(home.resolve("moat").toString(), "check");
            one.environment().remove("JAVA_HOME");
            one.environment().putAll(env);
            both.add(one.redirectErrorStream(true)
                    .redirectOutput(directory.resolve("out" + i).toFile())
                    .start());
        }
        for (Process one : both) {
            assertThat(one.waitFor(30, TimeUnit.SECONDS)).isTrue();
            assertThat(one.exitValue()).isEqualTo(12);
        }
        assertThat(Files.readAllLines(calls))
                .filteredOn(l -> l.startsWith("mvn:"))
                .hasSize(1);
        assertThat(Files.readString(directory.resolve("out0")) + Files.readString(directory.resolve("out1")))
                .contains("moat: another one is building; waiting for it\n");
        assertThat(home.resolve("target/moat.lock")).doesNotExist();
    }

    /** Whoever died at a build has to be told of; a failed build leaves no lock. */
    @Test
    void aLockOfNobodyIsTold() throws Exception {
        moat(Map.of("FAKE_BROKEN", "1"), "check");
        Path lock = home.resolve("target/moat.lock");
        assertThat(lock).doesNotExist();
        Process gone = new ProcessBuilder("true").start();
        gone.waitFor();
        Files.createDirectory(lock);
        Files.writeString(lock.resolve("process"), gone.pid() + "\n");
        Result told = moat(Map.of(), "check");
        assertThat(told.exit()).isEqualTo(70);
        assertThat(told.err())
                .contains("target/moat.lock is there, but process " + gone.pid())
                .hasLineCount(1);
    }

    @Test
    void aCheckoutThatCannotBeWrittenIsTold() throws Exception {
        Path target = Files.writeString(home.resolve("target"), "in the way");
        Result told = moat(Map.of(), "check");
        assertThat(told.exit()).isEqualTo(70);
        assertThat(told.err())
                .endsWith("/target cannot be written, and nothing is built there\n")
                .hasLineCount(1);
        Files.delete(target);
        moat(Map.of(), "check");
        Files.setLastModifiedTime(
                home.resolve("src/main/A.java"), FileTime.from(Instant.now().plusSeconds(5)));
        assertThat(target.toFile().setWritable(false)).isTrue();
        try {
            assumeThat(Files.isWritable(target))
                    .as("for whom there are no permissions")
                    .isFalse();
            Result older = moat(Map.of(), "check");
            assertThat(older.exit()).isEqualTo(12);
            assertThat(older.err()).contains("cannot be written; what runs is older than the sources");
        } finally {
            target.toFile().setWritable(true);
        }
    }

    @Test
    void aLocaleOfAsciiIsNotHandedOn() throws Exception {
        tool("java", """
                if [ "$1" = -version ]; then echo 'openjdk version "17"' >&2; exit 0; fi
                echo "locale: $LC_ALL" >>"$CALLS"
                """);
        for (String[] one : new String[][] {{"C", "C.UTF-8"}, {"POSIX", "C.UTF-8"}, {"de_DE.UTF-8", "de_DE.UTF-8"}}) {
            moat(Map.of("LC_ALL", one[0]), "check");
            assertThat(Files.readAllLines(calls)).last().isEqualTo("locale: " + one[1]);
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

    @Test
    void worksThroughASymbolicLink() throws Exception {
        Path link = Files.createSymbolicLink(tools.resolve("linked"), Path.of("../a home/moat"));
        assertThat(moat(link, Map.of(), "list").exit()).isEqualTo(12);
        assertThat(calls).content().contains("java: -Dmoat.home=" + home.toRealPath() + "\n");
    }

    @Test
    void aFailedBuildShowsTheEndOfItsLogAndIsTriedAgain() throws Exception {
        Result broken = moat(Map.of("FAKE_BROKEN", "1"), "check");
        assertThat(broken.exit()).isEqualTo(70);
        assertThat(broken.err()).contains("cannot find symbol\nmoat: the build failed; the whole log is in ");
        assertThat(calls).content().doesNotContain("java:");
        assertThat(moat(Map.of(), "check").exit()).isEqualTo(12);
    }

    @Test
    void anOldJavaIsRefusedBeforeTheBuild() throws Exception {
        Result old = moat(Map.of("FAKE_JAVA", "11.0.2"), "check");
        assertThat(old.exit()).isEqualTo(70);
        assertThat(old.err()).contains("is version 11; 17 or newer is needed");
        assertThat(calls).content().isEmpty();
        assertThat(moat(Map.of("FAKE_JAVA", "21"), "check").exit()).isEqualTo(12);
    }
}
