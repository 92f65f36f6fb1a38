package dev.moat.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A standalone cluster on this machine: a master and two workers of one core each, as docs/howto/search-on-spark.md starts them. */
@Tag("spark")
class StandaloneClusterTest {
    private static final Path SPARK = Path.of("target", "spark").toAbsolutePath();
    private static final String HOST = "127.0.0.1";
    private static final String EXECUTOR = "CoarseGrainedExecutorBackend";

    @TempDir
    Path directory;

    private final List<Process> cluster = new ArrayList<>();
    private String master = "";

    private static List<String> java(String classPath) {
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        for (String name : List.of("java.lang", "java.lang.invoke", "java.io", "java.net", "java.nio", "java.util")) {
            command.add("--add-opens=java.base/" + name + "=ALL-UNNAMED");
        }
        for (String name : List.of("java.util.concurrent", "sun.nio.ch", "sun.nio.cs")) {
            command.add("--add-opens=java.base/" + name + "=ALL-UNNAMED");
        }
        command.addAll(List.of("-cp", classPath));
        return command;
    }

    private Process start(String name, String heap, String classPath, List<String> words) throws IOException {
        List<String> command = java(classPath);
        command.add(1, "-Xmx" + heap);
        command.addAll(words);
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("SPARK_HOME", SPARK.toString());
        builder.environment().put("SPARK_SCALA_VERSION", "2.13");
        builder.redirectOutput(directory.resolve(name + ".out").toFile());
        builder.redirectError(directory.resolve(name + ".err").toFile());
        return builder.start();
    }

    @BeforeEach
    void startCluster() throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getByName(HOST))) {
            port = free.getLocalPort();
        }
        master = "spark://" + HOST + ":" + port;
        String sparks = SPARK.resolve("jars").resolve("*").toString();
        List<String> words = List.of("org.apache.spark.deploy.master.Master", "--host", HOST, "--webui-port", "0");
        cluster.add(start(
                "master",
                "256m",
                sparks,
                Stream.concat(words.stream(), Stream.of("--port", Integer.toString(port)))
                        .toList()));
        for (int i = 1; i <= 2; i++) {
            String work = Files.createDirectory(directory.resolve("work" + i)).toString();
            cluster.add(start(
                    "worker" + i,
                    "256m",
                    sparks,
                    List.of(
                            "org.apache.spark.deploy.worker.Worker",
                            "--host",
                            HOST,
                            "--webui-port",
                            "0",
                            "--cores",
                            "1",
                            "--memory",
                            "1g",
                            "--work-dir",
                            work,
                            master)));
        }
    }

    @AfterEach
    void stopCluster() throws Exception {
        for (int i = cluster.size() - 1; i >= 0; i--) {
            Process process = cluster.get(i);
            List<ProcessHandle> below = process.descendants().toList();
            process.destroy();
            process.waitFor(20, TimeUnit.SECONDS);
            below.forEach(ProcessHandle::destroyForcibly);
        }
    }

    /** This program without Spark and without tests; then Spark, as the launcher has them. */
    private static String classPath() throws IOException {
        try (Stream<Path> jars = Files.list(SPARK.resolve("jars"))) {
            List<String> sparks = jars.map(p -> p.getFileName().toString()).toList();
            String own = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                    .filter(entry -> !entry.endsWith("test-classes") && !entry.contains("slf4j-nop"))
                    .filter(entry ->
                            !sparks.contains(Path.of(entry).getFileName().toString()))
                    .collect(Collectors.joining(File.pathSeparator));
            return own + File.pathSeparator + SPARK.resolve("jars").resolve("*");
        }
    }

    private Process check(String scenario) throws IOException {
        List<String> words = List.of(
                "-Dmoat.home=" + Path.of("").toAbsolutePath(),
                "-Dmoat.spark.log=" + directory.resolve("spark.log"),
                "-Dspark.driver.host=" + HOST,
                "-Dspark.driver.bindAddress=" + HOST,
                "-Dspark.executor.memory=1g",
                "dev.moat.cli.Moat",
                "check",
                scenario,
                "--engine",
                "spark",
                "--master",
                master,
                "--shared",
                directory.resolve("shared").toString(),
                "--save",
                directory.resolve("saved").toString());
        Process process = start("driver", "1g", classPath(), words);
        cluster.add(process);
        return process;
    }

    private String said() throws IOException {
        return Files.readString(directory.resolve("driver.out")) + Files.readString(directory.resolve("driver.err"));
    }

    private long checkpoints() throws IOException {
        Path shared = directory.resolve("shared");
        if (!Files.exists(shared)) {
            return 0;
        }
        try (Stream<Path> all = Files.walk(shared, 2)) {
            return all.filter(p -> p.getFileName().toString().startsWith("rdd-"))
                    .count();
        }
    }

    private List<ProcessHandle> executors() {
        return cluster.stream()
                .flatMap(Process::descendants)
                .filter(p -> commandLine(p).contains(EXECUTOR))
                .toList();
    }

    /** Java's own answer ends at 4096 bytes. */
    private static String commandLine(ProcessHandle process) {
        try {
            return Files.readString(Path.of("/proc", Long.toString(process.pid()), "cmdline"));
        } catch (IOException e) {
            return ""; // it has ended
        }
    }

    /** The expected counts are the scenario's own: one state more or fewer is another exit code. */
    @Test
    void anExecutorThatIsKilledInTheMiddleChangesNothing() throws Exception {
        Process driver = check("r1-bench");
        while (checkpoints() < 9) {
            assertThat(driver.isAlive()).as(said()).isTrue();
            Thread.sleep(20);
        }
        List<ProcessHandle> running = executors();
        assertThat(running).hasSize(2);
        assertThat(running.get(0).destroyForcibly()).isTrue();
        assertThat(driver.isAlive()).isTrue();
        assertThat(driver.waitFor(300, TimeUnit.SECONDS)).as(said()).isTrue();
        assertThat(driver.exitValue()).as(said()).isZero();
        assertThat(Files.readString(directory.resolve("driver.out")))
                .startsWith("r1-bench: HELD, as expected; not compared with the discipline"
                        + " (3,270,619 states, 37,770,391 generated, depth 19)");
        assertThat(Files.readString(directory.resolve("spark.log"))).contains("Lost executor");
        assertThat(checkpoints()).isZero();
    }

    @Test
    void aControlIsCaughtOnAClusterWithItsCounterexample() throws Exception {
        Process driver = check("xen-batch-lock-dropped-between-elements");
        assertThat(driver.waitFor(300, TimeUnit.SECONDS)).as(said()).isTrue();
        assertThat(driver.exitValue()).as(said()).isZero();
        assertThat(directory.resolve("saved/xen-batch-lock-dropped-between-elements.itf.json"))
                .hasSameTextualContentAs(Path.of("counterexamples/xen-batch-lock-dropped-between-elements.itf.json"));
    }
}
