package dev.moat.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.moat.cli.site.Site;
import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the reports say of a run that was ended. */
class SignalledRunTest {
    /** Searched for minutes, by one worker. */
    private static final String LONG = "xen-step-2cpu";

    @TempDir
    Path directory;

    /** SIGINT has {@link KillTest}, of every command. */
    @ParameterizedTest
    @CsvSource({"TERM, 143", "HUP, 129"})
    void everyReportHasAllScenariosAndTheProcessesOwnCode(String signal, int code) throws Exception {
        boolean ignored = isIgnored(code - 128);
        if (ignored) {
            System.out.println("*** SKIPPED: SIG" + signal
                    + " is ignored here (nohup?), and so by what this test starts: NOT tested ***");
        }
        assumeFalse(ignored, "SIG" + signal + " is ignored");
        Path kept = directory.resolve("kept");
        Process process = started(
                "check",
                LONG,
                "r1",
                "xen-op",
                "--json",
                "--workers",
                "1",
                "--junit",
                path("j.xml"),
                "--sarif",
                path("s.sarif"),
                "--every",
                "1s",
                "--checkpoint",
                kept.toString());
        while (process.isAlive() && !Files.exists(kept.resolve(LONG + ".checkpoint"))) {
            process.waitFor(5, TimeUnit.MILLISECONDS);
        }
        new ProcessBuilder("kill", "-" + signal, String.valueOf(process.pid()))
                .start()
                .waitFor();
        assertThat(process.waitFor()).isEqualTo(code);
        JsonObject json = JsonParser.parseString(Files.readString(directory.resolve("out")))
                .getAsJsonObject();
        assertThat(json.get("exit").getAsInt()).isEqualTo(code);
        List<String> ids = new ArrayList<>();
        json.getAsJsonArray("scenarios")
                .forEach(s -> ids.add(s.getAsJsonObject().get("id").getAsString()));
        assertThat(ids).containsExactly(LONG, "r1", "xen-op");
        assertThat(directory.resolve("j.xml"))
                .content()
                .contains("tests=\"3\" failures=\"0\" errors=\"3\"", "message=\"not begun: the run was interrupted");
        assertThat(directory.resolve("s.sarif"))
                .content()
                .contains("\"executionSuccessful\": false", "no verdict on " + LONG + ", r1, xen-op");
    }

    /** Whether this process ignores a signal, which those that it starts do then, too. */
    private static boolean isIgnored(int signal) throws IOException {
        Path status = Path.of("/proc/self/status");
        return Files.exists(status)
                && Files.readAllLines(status).stream()
                        .filter(line -> line.startsWith("SigIgn:"))
                        .map(line -> new BigInteger(
                                line.substring("SigIgn:".length()).trim(), 16))
                        .anyMatch(signals -> signals.testBit(signal - 1));
    }

    @Test
    void aLimitIsNoSuccessfulExecution() {
        PrintWriter nowhere = new PrintWriter(Writer.nullWriter());
        Site site = new Site(Path.of(""), nowhere, nowhere, false, false, CheckoutEngine::open);
        assertThat(Moat.run(
                        site,
                        "check",
                        "r1",
                        "xen-op",
                        "--states",
                        "100",
                        "--sarif",
                        path("s.sarif"),
                        "--save",
                        path("c")))
                .isEqualTo(5);
        assertThat(directory.resolve("s.sarif"))
                .content()
                .contains("\"executionSuccessful\": false", "no verdict on r1, xen-op");
    }

    private Process started(String... words) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                "-Dmoat.home=" + new File("").getAbsolutePath(),
                "dev.moat.cli.Moat"));
        command.addAll(List.of(words));
        return new ProcessBuilder(command)
                .redirectOutput(directory.resolve("out").toFile())
                .redirectError(directory.resolve("err").toFile())
                .start();
    }

    private String path(String name) {
        return directory.resolve(name).toString();
    }
}
