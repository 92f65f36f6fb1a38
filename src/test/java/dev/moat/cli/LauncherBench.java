package dev.moat.cli;

import static org.assertj.core.api.Assertions.assertThat;

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
import org.junit.jupiter.api.io.TempDir;

/** A copy of the launcher with stand-ins for Java and Maven that write down how they were called. */
abstract class LauncherBench {
    @TempDir
    Path directory;

    Path home;
    Path tools;
    Path calls;

    record Result(int exit, String out, String err) {}

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

    static Path age(Path file) throws IOException {
        return Files.setLastModifiedTime(file, FileTime.from(Instant.parse("2020-01-01T00:00:00Z")));
    }

    final void tool(String name, String script) throws IOException {
        Path file = Files.writeString(tools.resolve(name), "#!/bin/sh\n" + script);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    final Result moat(Map<String, String> environment, String... args) throws Exception {
        return moat(home.resolve("moat"), environment, args);
    }

    final Result moat(Path launcher, Map<String, String> environment, String... args) throws Exception {
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
}
