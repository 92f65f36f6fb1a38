package dev.moat.page;

import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** A headless Chromium, spoken to by the DevTools protocol: clicks and keys as a person's. */
public final class Chromium implements AutoCloseable, WebSocket.Listener {
    private static final long SECONDS = 60;

    private final Process process;
    private final Map<Integer, CompletableFuture<JsonObject>> asked = new ConcurrentHashMap<>();
    private final AtomicInteger number = new AtomicInteger();
    private final List<String> complaints = Collections.synchronizedList(new ArrayList<>());
    private final StringBuilder part = new StringBuilder();
    private final WebSocket socket;
    private final Path profile;

    private Chromium(Process process, Path profile) throws IOException {
        this.process = process;
        this.profile = profile;
        HttpClient client = HttpClient.newHttpClient();
        socket = client.newWebSocketBuilder()
                .buildAsync(URI.create(page(client, port(profile))), this)
                .join();
        List.of("Page.enable", "Runtime.enable", "Log.enable").forEach(m -> ask(m, new JsonObject()));
    }

    /** One with a profile of its own below a directory; nothing where no Chromium is installed. */
    static Optional<Chromium> start(Path directory) throws IOException {
        Optional<String> program = Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .flatMap(d -> Stream.of(d + "/chromium", d + "/chromium-browser", d + "/google-chrome"))
                .filter(p -> Files.isExecutable(Path.of(p)))
                .findFirst();
        if (program.isEmpty()) {
            return Optional.empty();
        }
        Path profile = Files.createDirectories(directory.resolve("profile"));
        // The sandbox refuses to be root's, which containers of builds often are; only pages made here are opened.
        Process process = new ProcessBuilder(
                        program.get(),
                        "--headless",
                        "--no-sandbox",
                        "--disable-gpu",
                        "--disable-dev-shm-usage",
                        "--disable-background-networking",
                        "--no-first-run",
                        "--window-size=1280,800",
                        "--remote-debugging-port=0",
                        "--user-data-dir=" + profile,
                        "about:blank")
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("chromium.log").toFile())
                .start();
        return Optional.of(new Chromium(process, profile));
    }

    private static int port(Path profile) throws IOException {
        Path file = profile.resolve("DevToolsActivePort");
        for (long n = 0; n < SECONDS * 20; n++) {
            if (Files.exists(file) && Files.readAllLines(file).size() >= 2) {
                return Integer.parseInt(Files.readAllLines(file).get(0));
            }
            pause();
        }
        throw new IOException("Chromium does not answer");
    }

    private static String page(HttpClient client, int port) throws IOException {
        try {
            HttpRequest list = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/json"))
                    .build();
            String pages =
                    client.send(list, HttpResponse.BodyHandlers.ofString()).body();
            for (JsonElement page : JsonParser.parseString(pages).getAsJsonArray()) {
                if (page.getAsJsonObject().get("type").getAsString().equals("page")) {
                    return page.getAsJsonObject().get("webSocketDebuggerUrl").getAsString();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        throw new IOException("Chromium has no page");
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(50);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
        part.append(data);
        if (last) {
            JsonObject message = JsonParser.parseString(part.toString()).getAsJsonObject();
            part.setLength(0);
            if (message.has("id")) {
                asked.remove(message.get("id").getAsInt()).complete(message);
            } else if (List.of("Runtime.exceptionThrown", "Log.entryAdded")
                    .contains(message.get("method").getAsString())) {
                complaints.add(message.toString());
            }
        }
        from.request(1);
        return CompletableFuture.completedFuture(null);
    }

    private JsonObject ask(String method, JsonObject parameters) {
        JsonObject message = new JsonObject();
        int id = number.incrementAndGet();
        message.addProperty("id", id);
        message.addProperty("method", method);
        message.add("params", parameters);
        CompletableFuture<JsonObject> answer = new CompletableFuture<>();
        asked.put(id, answer);
        socket.sendText(message.toString(), true).join();
        JsonObject said = answer.orTimeout(SECONDS, TimeUnit.SECONDS).join();
        if (said.has("error")) {
            throw new IllegalStateException(method + ": " + said.get("error"));
        }
        return said.getAsJsonObject("result");
    }

    private static JsonObject object(Object... pairs) {
        JsonObject made = new JsonObject();
        for (int i = 0; i < pairs.length; i += 2) {
            if (pairs[i + 1] instanceof Number n) {
                made.addProperty((String) pairs[i], n);
            } else if (pairs[i + 1] instanceof Boolean b) {
                made.addProperty((String) pairs[i], b);
            } else {
                made.addProperty((String) pairs[i], (String) pairs[i + 1]);
            }
        }
        return made;
    }

    /** Opens a page and waits until its programs have run. */
    public void open(String url) {
        open(url, "document.getElementById('page') !== null");
    }

    /** What is at an address once an expression is true there. */
    public void open(String url, String until) {
        complaints.clear();
        ask("Page.navigate", object("url", "about:blank"));
        ask("Page.navigate", object("url", url));
        await("document.readyState === 'complete' && " + until);
    }

    /** The value of an expression; a promise's when it is kept. */
    public JsonElement value(String expression) {
        JsonObject result =
                ask("Runtime.evaluate", object("expression", expression, "returnByValue", true, "awaitPromise", true));
        if (result.has("exceptionDetails")) {
            throw new IllegalStateException(expression + ": " + result.get("exceptionDetails"));
        }
        JsonElement value = result.getAsJsonObject("result").get("value");
        return value == null ? JsonNull.INSTANCE : value;
    }

    public String text(String selector) {
        return value("document.querySelector(" + quoted(selector) + ").innerText")
                .getAsString();
    }

    public int count(String selector) {
        return value("[...document.querySelectorAll(" + quoted(selector)
                        + ")].filter(e => e.offsetParent !== null).length")
                .getAsInt();
    }

    private static String quoted(String text) {
        return new com.google.gson.JsonPrimitive(text).toString();
    }

    /** Waits until an expression is true. */
    public void await(String expression) {
        for (long n = 0; n < SECONDS * 20; n++) {
            if (value(expression).equals(new com.google.gson.JsonPrimitive(true))) {
                return;
            }
            pause();
        }
        throw new IllegalStateException("never so: " + expression);
    }

    /** Clicks with the mouse in the middle of what is found, scrolled into view; fails when something else lies there. */
    public void click(String selector) {
        String found = "document.querySelector(" + quoted(selector) + ")";
        String at = value("(() => { const e = " + found + "; e.scrollIntoView({block: 'center'});"
                        + " const r = e.getBoundingClientRect(), x = r.x + r.width / 2, y = r.y + r.height / 2;"
                        + " const hit = document.elementFromPoint(x, y);"
                        + " return hit !== null && (e.contains(hit) || hit.contains(e)) ? x + ' ' + y : ''; })()")
                .getAsString();
        if (at.isEmpty()) {
            throw new IllegalStateException(selector + " cannot be clicked: something lies over it");
        }
        double x = Double.parseDouble(at.split(" ")[0]);
        double y = Double.parseDouble(at.split(" ")[1]);
        for (String type : List.of("mousePressed", "mouseReleased")) {
            ask("Input.dispatchMouseEvent", object("type", type, "x", x, "y", y, "button", "left", "clickCount", 1));
        }
    }

    /** Presses a key that writes nothing, for example {@code ArrowLeft}. */
    public void press(String key) {
        ask("Input.dispatchKeyEvent", object("type", "rawKeyDown", "key", key));
        ask("Input.dispatchKeyEvent", object("type", "keyUp", "key", key));
    }

    /** Writes into what has the focus. */
    public void type(String text) {
        ask("Input.insertText", object("text", text));
    }

    /** What the page did wrong since it was opened: exceptions, and what its policy forbade. */
    public List<String> complaints() {
        return List.copyOf(complaints);
    }

    /** A picture of what a window of some size shows. */
    public void picture(Path file, int width, int height) throws IOException {
        ask(
                "Emulation.setDeviceMetricsOverride",
                object("width", width, "height", height, "deviceScaleFactor", 1, "mobile", false));
        String data = ask("Page.captureScreenshot", object("format", "png"))
                .get("data")
                .getAsString();
        Files.write(file, Base64.getDecoder().decode(data));
    }

    @Override
    public void close() {
        socket.abort();
        List<ProcessHandle> children = process.descendants().toList();
        process.destroy();
        try {
            // Its profile is deleted by who made it, and must not be written to any more: not by its children either.
            for (ProcessHandle child : children) {
                child.destroyForcibly();
                child.onExit().get(SECONDS, TimeUnit.SECONDS);
            }
            if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
            // They lead out of the directory.
            for (String link : List.of("SingletonSocket", "SingletonLock", "SingletonCookie")) {
                Files.deleteIfExists(profile.resolve(link));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException("Chromium does not end", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
