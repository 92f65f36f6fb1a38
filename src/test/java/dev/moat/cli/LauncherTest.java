package dev.moat.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What the launcher builds, and what it hands on. */
class LauncherTest extends LauncherBench {
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
        assertThat(calls)
                .content()
                .contains("mvn: -B -ntp -Pquick -Dmaven")
                .doesNotContain("target/spark", "--add-opens");

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
        assertThat(calls).content().contains("mvn: -B -ntp -Pquick -Pspark -Dmaven");
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
                n=0
                until grep -q waiting "$SAID"* || [ $n = 200 ]; do n=$((n + 1)); sleep 0.1; done
                mkdir -p target/lib; : >target/moat-0.1.0.jar
                """);
        String said = directory.resolve("said").toString();
        Map<String, String> env = Map.of("PATH", tools + ":/usr/bin:/bin", "CALLS", calls.toString(), "SAID", said);
        List<Process> both = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            ProcessBuilder one = new ProcessBuilder(home.resolve("moat").toString(), "check");
            one.environment().remove("JAVA_HOME");
            one.environment().putAll(env);
            both.add(one.redirectErrorStream(true)
                    .redirectOutput(directory.resolve("said" + i).toFile())
                    .start());
        }
        for (Process one : both) {
            assertThat(one.waitFor(30, TimeUnit.SECONDS)).isTrue();
            assertThat(one.exitValue()).isEqualTo(12);
        }
        assertThat(Files.readAllLines(calls))
                .filteredOn(l -> l.startsWith("mvn:"))
                .hasSize(1);
        assertThat(Files.readString(directory.resolve("said0")) + Files.readString(directory.resolve("said1")))
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
