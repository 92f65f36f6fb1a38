package dev.moat.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.moat.cli.site.Site;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands that write pages: what is there afterwards, and what becomes of them when a part fails. */
class PagesTest {
    private static final String COMMITTED = "counterexamples/r1-unmap-no-invalidation.itf.json";

    @TempDir
    Path directory;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int moat(String... args) {
        return Moat.run(
                new Site(Path.of(""), new PrintWriter(out), new PrintWriter(err), false, false, CheckoutEngine::open),
                args);
    }

    @Test
    void aTraceIsWrittenWhole() throws IOException {
        Path page = directory.resolve("deep/trace.html");
        assertThat(moat("show", COMMITTED, "--html", page.toString())).isZero();
        assertThat(out.toString()).isEqualTo(page + ": open it in a browser\n");
        assertThat(Files.readString(page)).startsWith("<!DOCTYPE html>").endsWith("</html>\n");
        try (Stream<Path> beside = Files.list(page.resolveSibling("."))) {
            assertThat(beside).hasSize(1);
        }
    }

    @Test
    void whatCannotBeShownLeavesTheOldPage() throws IOException {
        Path page = Files.writeString(directory.resolve("trace.html"), "old");
        Path bad = Files.writeString(directory.resolve("bad.itf.json"), "{\"#meta\": {}}");
        assertThat(moat("show", bad.toString(), "--html", page.toString())).isEqualTo(65);
        assertThat(moat("show", directory.resolve("none.itf.json").toString(), "--html", page.toString()))
                .isEqualTo(74);
        assertThat(page).hasContent("old");
        assertThat(moat("show", COMMITTED, "--html", directory.toString())).isEqualTo(74);
        assertThat(err.toString()).contains("bad.itf.json", "none.itf.json", "is a directory");
    }

    @Test
    void aMachineIsServedUntilItsPageEndsIt() throws Exception {
        FutureTask<Integer> run = new FutureTask<>(() -> moat("explore", "r1"));
        new Thread(run, "moat").start();
        URI page = address();
        HttpRequest end = HttpRequest.newBuilder(page.resolve("end"))
                .POST(HttpRequest.BodyPublishers.ofString("{}"))
                .build();
        HttpClient.newHttpClient().send(end, HttpResponse.BodyHandlers.ofString());
        assertThat(run.get(30, TimeUnit.SECONDS)).isZero();
    }

    @Test
    void anInterruptEndsIt() throws Exception {
        FutureTask<Integer> run = new FutureTask<>(() -> moat("explore", "xen-runs-queue"));
        Thread thread = new Thread(run, "moat");
        thread.start();
        URI page = address();
        thread.interrupt();
        assertThat(run.get(30, TimeUnit.SECONDS)).isEqualTo(130);
        assertThatThrownBy(() -> page.toURL().openStream()).isInstanceOf(IOException.class);
        assertThat(out.toString()).contains("  not judged    operations-return, invalidations-complete: of runs");
    }

    /** The page judges by them too, or it would not be made; {@code none} takes the scenario's fault away. */
    @Test
    void invariantsOfOnesOwnAreJudgedByHand() throws Exception {
        Path own = Files.createDirectories(directory.resolve("invariants"));
        Files.writeString(own.resolve("nothing-is-mapped.smt2"), """
                (set-info :says "No grant is mapped.")
                (set-info :kind safety)
                (set-info :source "a test")
                (define-fun invariant () Bool
                  (forall ((u Unit) (t Tag) (p Page) (f Frame)) (not (mayR u t p f))))
                (define-fun witness () Bool true)
                """);
        Path scenario = Files.writeString(directory.resolve("own.yaml"), """
                id: own
                says: A scenario of somebody else.
                component: r1
                granularity: operation
                inject: [unmap.no-invalidation]
                properties: {hold: [nothing-is-mapped]}
                expect: {verdict: held}
                """);
        FutureTask<Integer> run = new FutureTask<>(() -> moat("explore", scenario.toString(), "--inject", "none"));
        Thread thread = new Thread(run, "moat");
        thread.start();
        URI page = address();
        String shown = new String(page.toURL().openStream().readAllBytes(), StandardCharsets.UTF_8);
        thread.interrupt();
        assertThat(run.get(30, TimeUnit.SECONDS)).isEqualTo(130);
        assertThat(shown).contains("nothing-is-mapped").doesNotContain("unmap.no-invalidation");
    }

    private URI address() throws InterruptedException {
        for (int n = 0; n < 600 && !out.toString().contains("(Ctrl-C"); n++) {
            TimeUnit.MILLISECONDS.sleep(50);
        }
        return URI.create(out.toString().replaceFirst("(?s).* open (\\S+) .*", "$1"));
    }

    @Test
    void whatCannotBeExploredIsSaidAtOnce() throws IOException {
        assertThat(moat("explore", "r2")).isEqualTo(2);
        assertThat(moat("explore", "r1", "--port", "65536")).isEqualTo(2);
        assertThat(moat("explore", "r1", "--inject", "unmap.none")).isEqualTo(2);
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            assertThat(moat("explore", "r1", "--port", Integer.toString(taken.getLocalPort())))
                    .isEqualTo(74);
        }
        assertThat(err.toString().lines())
                .anyMatch(l -> l.contains("r2"))
                .anyMatch(l -> l.contains("65536"))
                .anyMatch(l -> l.contains("unmap.none"))
                .anyMatch(l -> l.toLowerCase(Locale.ROOT).contains("address already in use"));
    }

    /** Every command of docs/howto/use-a-browser.md that ends by itself, with files below a directory of its own. */
    @Test
    void thePageOfPagesSaysWhatWorks() throws IOException {
        List<String> commands = Files.readAllLines(Path.of("docs/howto/use-a-browser.md")).stream()
                .filter(l -> l.startsWith("./moat ") && !l.startsWith("./moat explore "))
                .toList();
        assertThat(commands).hasSize(4);
        for (String command : commands) {
            String[] words = command.replaceFirst("\\s+#.*", "")
                    .replaceAll("--(html|save) (\\S+)", "--$1 " + directory.resolve("$2"))
                    .split(" ");
            assertThat(moat(Stream.of(words).skip(1).toArray(String[]::new)))
                    .as(command)
                    .isZero();
        }
    }
}
