package dev.moat.page;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.moat.logic.InvariantLibrary;
import dev.moat.output.OutputFile;
import dev.moat.scenario.Catalog;
import dev.moat.scenario.Scenario;
import dev.moat.scenario.ScenarioLibrary;
import dev.moat.scenario.ScenarioReader;
import dev.moat.trace.StateJudge;
import dev.moat.trace.file.CounterexampleReader;
import dev.moat.trace.file.Replay;
import dev.moat.trace.file.Replayer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The walk by hand as a browser asks for it, and as nobody else may. */
class HandServerTest {
    private static final InvariantLibrary LIBRARY = InvariantLibrary.ofHome(Path.of(""));

    @TempDir
    Path directory;

    private final HttpClient client = HttpClient.newHttpClient();

    @SuppressWarnings("NullAway.Init") // before each test
    private HandServer server;

    /** A scenario with a fault. */
    static HandWalk walk(String id, String... faults) throws IOException {
        ScenarioReader reader = new ScenarioReader(Catalog.load(), LIBRARY.ids());
        Scenario read = new ScenarioLibrary(Path.of("specs/scenarios"), reader).find(id);
        Scenario scenario =
                read.with(read.machine().withFaults(List.of(faults)), read.invariants(), List.of(), read.expect());
        return new HandWalk(scenario, Catalog.load(), LIBRARY);
    }

    @BeforeEach
    void start() throws IOException {
        Path file = directory.resolve("explored.itf.json");
        server = HandServer.start(walk("r1", "unmap.no-invalidation"), 0, text -> {
            OutputFile.write(file, text);
            return file.toString();
        });
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws IOException {
        try {
            return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    private JsonObject post(String what, String body) throws IOException {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(server.address().resolve(what)).POST(HttpRequest.BodyPublishers.ofString(body));
        return JsonParser.parseString(send(request).body()).getAsJsonObject();
    }

    private JsonObject perform(int steps, String name, JsonObject data) throws IOException {
        for (JsonElement offer : data.getAsJsonArray("offered")) {
            if (offer.getAsJsonObject().get("name").getAsString().equals(name)) {
                String letter = offer.getAsJsonObject().get("letter").getAsString();
                return post("do", "{\"steps\": " + steps + ", \"letter\": " + letter + "}");
            }
        }
        throw new AssertionError(name + " is not offered");
    }

    private JsonObject start0() throws IOException {
        return post("cut", "{\"steps\": 0, \"length\": 0}").getAsJsonObject("data");
    }

    private static boolean isBroken(JsonObject data) {
        int last = data.getAsJsonArray("steps").size();
        for (JsonElement promise : data.getAsJsonArray("promises")) {
            if (promise.getAsJsonObject().getAsJsonArray("holds").get(last).getAsInt() == 0) {
                return true;
            }
        }
        return false;
    }

    /** The same steps as in the committed counterexample; what is saved is replayed. */
    @Test
    void aViolationIsWalkedToAndSaved() throws IOException {
        JsonObject committed = JsonParser.parseString(
                        java.nio.file.Files.readString(Path.of("counterexamples/r1-unmap-no-invalidation.itf.json")))
                .getAsJsonObject();
        List<String> names = new ArrayList<>();
        committed
                .getAsJsonArray("states")
                .forEach(s ->
                        names.add(s.getAsJsonObject().get("mbt::actionTaken").getAsString()));
        JsonObject data = start0();
        assertThat(post("save", "{\"steps\": 0}").get("message").getAsString()).startsWith("No promise is broken yet");
        for (int k = 1; k < names.size(); k++) {
            assertThat(isBroken(data)).isFalse();
            data = perform(k - 1, names.get(k), data).getAsJsonObject("data");
        }
        assertThat(isBroken(data)).isTrue();
        String saved = post("save", "{\"steps\": 0}").get("saved").getAsString();
        var record = new CounterexampleReader(Catalog.load(), LIBRARY.ids()).read(Path.of(saved));
        Replay replay = Replayer.replay(record, Catalog.load(), StateJudge.from(LIBRARY));
        assertThat(replay.outcome()).isEqualTo(Replay.Outcome.REPRODUCED);
        assertThat(record.actions()).isEqualTo(names.subList(1, names.size()));
    }

    /** Java's server writes a warning to the terminal of an answer that it does not like. */
    @Test
    void whoAsksForNoBodyIsAnsweredInSilence() throws IOException {
        List<String> warnings = new ArrayList<>();
        Handler listens = new Handler() {
            @Override
            public void publish(LogRecord record) {
                warnings.add(record.getMessage());
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        Logger logger = Logger.getLogger("com.sun.net.httpserver");
        logger.addHandler(listens);
        try {
            HttpRequest.Builder head =
                    HttpRequest.newBuilder(server.address()).method("HEAD", HttpRequest.BodyPublishers.noBody());
            assertThat(send(head).statusCode()).isEqualTo(404);
        } finally {
            logger.removeHandler(listens);
        }
        assertThat(warnings).isEmpty();
    }

    @Test
    void stepsAreTakenBack() throws IOException {
        JsonObject before = start0();
        perform(0, "grant(d1, r1, d2, f1, rw)", before);
        JsonObject answer = post("cut", "{\"steps\": 1, \"length\": 0}");
        assertThat(answer.getAsJsonObject("data")).isEqualTo(before);
    }

    /** A window that has not seen the last step changes nothing. */
    @Test
    void whatIsOutOfDateIsNotDone() throws IOException {
        JsonObject before = start0();
        perform(0, "grant(d1, r1, d2, f1, rw)", before);
        JsonObject late = perform(0, "free(d1, f1)", before);
        assertThat(late.get("message").getAsString()).startsWith("that cannot be done any more");
        assertThat(late.getAsJsonObject("data").getAsJsonArray("steps")).hasSize(1);
        JsonObject cut = post("cut", "{\"steps\": 0, \"length\": 0}");
        assertThat(cut.get("message").getAsString()).startsWith("another window went on");
        assertThat(cut.getAsJsonObject("data").getAsJsonArray("steps")).hasSize(1);
    }

    @Test
    void nonsenseChangesNothing() throws IOException {
        for (String body : List.of("", "[]", "{", "7", "{\"steps\": {}}", "x".repeat(5_000))) {
            assertThat(post("do", body).has("message")).as(body).isTrue();
        }
        for (String letter : List.of("-1", "99999999", "1e3", "\"x\"", "null", "99999999999999")) {
            JsonObject answer = post("do", "{\"steps\": 0, \"letter\": " + letter + "}");
            assertThat(answer.getAsJsonObject("data").getAsJsonArray("steps"))
                    .as(letter)
                    .isEmpty();
        }
        assertThat(post("nothing", "{\"steps\": 0}").get("message").getAsString())
                .isEqualTo("there is no nothing");
        assertThat(start0().getAsJsonArray("steps")).isEmpty();
    }

    /** Without the word, or by another name of this computer, as a page of somebody else's would ask. */
    @Test
    void strangersGetNothing() throws IOException {
        URI page = server.address();
        assertThat(send(HttpRequest.newBuilder(page)).statusCode()).isEqualTo(200);
        assertThat(send(HttpRequest.newBuilder(page.resolve("/"))).statusCode()).isEqualTo(404);
        assertThat(send(HttpRequest.newBuilder(page.resolve("/0123456789abcdef0123456789abcdef/")))
                        .statusCode())
                .isEqualTo(404);
        assertThat(send(HttpRequest.newBuilder(page.resolve("do"))).statusCode())
                .isEqualTo(404);
        for (String host : List.of("localhost:" + page.getPort(), "evil.example:" + page.getPort(), "127.0.0.1")) {
            assertThat(raw(page, host)).as(host).startsWith("HTTP/1.1 404");
        }
        assertThat(raw(page, "127.0.0.1:" + page.getPort())).startsWith("HTTP/1.1 200");
    }

    private static String raw(URI page, String host) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", page.getPort());
                OutputStream to = socket.getOutputStream();
                InputStream from = socket.getInputStream()) {
            String request = "GET " + page.getPath() + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n";
            to.write(request.getBytes(StandardCharsets.US_ASCII));
            return new String(from.readNBytes(12), StandardCharsets.US_ASCII);
        }
    }

    /** Anybody on this computer can open connections: they take few threads, and keep nobody from the walk for long. */
    @Test
    void whoSendsHalvesOfRequestsKeepsNobodyWaitingForLong() throws Exception {
        List<Socket> halves = new ArrayList<>();
        try {
            for (int i = 0; i < 5; i++) {
                halves.add(half());
            }
            HttpRequest.Builder page = HttpRequest.newBuilder(server.address()).timeout(Duration.ofSeconds(20));
            assertThat(send(page).statusCode()).isEqualTo(200);
            for (int i = 0; i < 200; i++) {
                halves.add(half());
            }
            assertThat(Thread.getAllStackTraces().keySet().stream()
                            .filter(t -> t.getName().equals("explore")))
                    .hasSizeBetween(5, 64);
            int status = 0;
            for (int seconds = 0; seconds < 20 && status != 200; seconds++) {
                try {
                    status = HttpClient.newHttpClient()
                            .send(page.build(), HttpResponse.BodyHandlers.ofString())
                            .statusCode();
                } catch (IOException e) {
                    Thread.sleep(1_000); // all connections are taken, until their time is up
                }
            }
            assertThat(status).isEqualTo(200);
        } finally {
            for (Socket half : halves) {
                half.close();
            }
        }
    }

    private Socket half() throws IOException {
        Socket half = new Socket("127.0.0.1", server.address().getPort());
        half.getOutputStream().write("GET / HT".getBytes(StandardCharsets.US_ASCII));
        return half;
    }

    @Test
    void noRequestIsLargerThanThePages() throws IOException {
        HttpRequest.Builder large = HttpRequest.newBuilder(server.address()).header("X", "x".repeat(1 << 15));
        try {
            assertThat(send(large).statusCode()).isNotEqualTo(200);
        } catch (IOException e) {
            assertThat(e).as("or the connection is closed").isNotNull();
        }
    }

    /** Nobody may show it within a page of his own, or have it load, send or run anything else. */
    @Test
    void thePageStaysByItself() throws IOException {
        HttpResponse<String> page = send(HttpRequest.newBuilder(server.address()));
        assertThat(page.headers().firstValue("X-Frame-Options")).contains("DENY");
        assertThat(page.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
        assertThat(page.headers().firstValue("Referrer-Policy")).contains("no-referrer");
        assertThat(page.headers().firstValue("Cache-Control")).contains("no-store");
        assertThat(page.body())
                .containsPattern(
                        "Content-Security-Policy\" content=\"default-src 'none'; base-uri 'none';"
                                + " form-action 'none'; script-src 'sha256-[^']+'; style-src 'sha256-[^']+'; connect-src 'self'\"");
    }

    /** Other addresses of this computer do not answer. */
    @Test
    void onlyTheLoopbackListens() throws IOException {
        assertThat(server.address().getHost()).isEqualTo("127.0.0.1");
        List<InetAddress> open = new ArrayList<>();
        for (NetworkInterface one : Collections.list(NetworkInterface.getNetworkInterfaces())) {
            for (InetAddress address : Collections.list(one.getInetAddresses())) {
                try (Socket socket = new Socket(address, server.address().getPort())) {
                    open.add(socket.getInetAddress());
                } catch (IOException e) {
                    continue; // as it should be
                }
            }
        }
        assertThat(open).containsExactly(InetAddress.getByName("127.0.0.1"));
    }

    @Test
    void thePageEndsIt() throws IOException, InterruptedException {
        assertThat(post("end", "{\"steps\": 0}").get("message").getAsString()).isEqualTo("ended");
        server.awaitEnd();
    }
}
