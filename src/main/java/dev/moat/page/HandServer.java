package dev.moat.page;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Serves one walk to browsers of this computer. It listens on the loopback address only, and answers only who knows the random
 * word in its address and asks for it by that address, so that a page of somebody else's cannot.
 */
public final class HandServer implements AutoCloseable {
    private static final int LONGEST_REQUEST = 1_000;
    private static final int TOKEN_BYTES = 16;
    /** Connections, and threads that read requests; a browser has six. */
    private static final int MOST = 64;

    static {
        // Java's server reads these once. A request is a few hundred bytes of this computer's own, read at once.
        bound("jdk.httpserver.maxConnections", MOST);
        bound("sun.net.httpserver.maxReqTime", 3); // seconds
        bound("sun.net.httpserver.maxRspTime", 120);
        bound("sun.net.httpserver.maxReqHeaderSize", 1 << 14);
    }

    private record Answer(int status, String type, String text) {
        static final Answer NOTHING = new Answer(404, "text/plain", "There is nothing here.\n");

        static Answer say(int status, String name, String text) {
            JsonObject answer = new JsonObject();
            answer.addProperty(name, text);
            return new Answer(status, "application/json", Html.json(answer));
        }
    }

    private static final Answer ENDED = Answer.say(200, "message", "ended");

    /** Keeps a counterexample. */
    @FunctionalInterface
    public interface Keeper {
        /**
         * Writes its text.
         *
         * @return where it is now
         */
        String keep(String text) throws IOException;
    }

    /** One request's at a time, from the look at where it is to what is said of it. */
    private final HandWalk walk;

    private final Keeper keeper;
    private final HttpServer server;
    /** As many as there are requests, up to a bound: who sends half of one waits alone, and not for long. */
    private final ExecutorService readers =
            new ThreadPoolExecutor(0, MOST, 1, TimeUnit.MINUTES, new SynchronousQueue<>(), task -> {
                Thread thread = new Thread(task, "explore");
                thread.setDaemon(true);
                return thread;
            });

    private final String path;
    private final CountDownLatch ended = new CountDownLatch(1);

    private static void bound(String property, int value) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, Integer.toString(value));
        }
    }

    private HandServer(HandWalk walk, int port, Keeper keeper) throws IOException {
        this.walk = walk;
        this.keeper = keeper;
        byte[] token = new byte[TOKEN_BYTES];
        new SecureRandom().nextBytes(token);
        path = "/" + HexFormat.of().formatHex(token) + "/";
        server = HttpServer.create(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port), 0);
        server.setExecutor(readers);
        server.createContext("/", this::answer);
        server.start();
    }

    /**
     * Begins to serve.
     *
     * @param port to listen on, 0 for any that is free
     * @throws IOException when the port is taken
     */
    public static HandServer start(HandWalk walk, int port, Keeper keeper) throws IOException {
        return new HandServer(walk, port, keeper);
    }

    private String host() {
        return "127.0.0.1:" + server.getAddress().getPort();
    }

    /** Where the page is. */
    public URI address() {
        return URI.create("http://" + host() + path);
    }

    /** Waits until the person ends the walk. */
    public void awaitEnd() throws InterruptedException {
        ended.await();
    }

    @Override
    public void close() {
        server.stop(0);
        readers.shutdownNow();
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            Answer answer = answerTo(exchange);
            send(exchange, answer);
            if (answer.equals(ENDED)) {
                ended.countDown();
            }
        }
    }

    private Answer answerTo(HttpExchange exchange) throws IOException {
        String host = exchange.getRequestHeaders().getFirst("Host");
        String asked = exchange.getRequestURI().getPath();
        if (!host().equals(host) || asked == null || !asked.startsWith(path)) {
            return Answer.NOTHING;
        }
        String what = asked.substring(path.length());
        if (what.isEmpty() && exchange.getRequestMethod().equals("GET")) {
            synchronized (walk) {
                return new Answer(200, "text/html", walk.html());
            }
        } else if (exchange.getRequestMethod().equals("POST")) {
            return post(exchange.getRequestBody().readNBytes(LONGEST_REQUEST + 1), what);
        }
        return Answer.NOTHING;
    }

    private Answer post(byte[] body, String what) {
        Optional<JsonObject> request = body.length > LONGEST_REQUEST ? Optional.empty() : parse(body);
        if (request.isEmpty()) {
            return Answer.say(400, "message", "this is no request of the page's");
        }
        synchronized (walk) {
            return perform(request.get(), what);
        }
    }

    private Answer perform(JsonObject request, String what) {
        // Another window may have gone on meanwhile.
        boolean stale = number(request, "steps") != walk.length();
        return switch (what) {
            case "do" -> {
                boolean done = !stale && walk.perform(number(request, "letter"));
                yield show(done ? "" : "that cannot be done any more: this is where the machine is");
            }
            case "cut" -> {
                int length = number(request, "length");
                if (!stale && length >= 0) {
                    walk.cut(length);
                }
                yield show(stale ? "another window went on: this is where the machine is" : "");
            }
            case "save" -> save();
            case "end" -> ENDED;
            default -> Answer.say(404, "message", "there is no " + what);
        };
    }

    private static Optional<JsonObject> parse(byte[] body) {
        try {
            JsonElement read = JsonParser.parseString(new String(body, StandardCharsets.UTF_8));
            return read.isJsonObject() ? Optional.of(read.getAsJsonObject()) : Optional.empty();
        } catch (JsonParseException e) {
            return Optional.empty();
        }
    }

    /** A number of a request that is not negative; -1 for anything else. */
    private static int number(JsonObject request, String name) {
        JsonElement value = request.get(name);
        boolean is =
                value != null && value.isJsonPrimitive() && value.getAsString().matches("\\d{1,9}");
        return is ? Integer.parseInt(value.getAsString()) : -1;
    }

    private Answer show(String message) {
        JsonObject answer = new JsonObject();
        answer.addProperty("message", message);
        answer.add("data", walk.data());
        return new Answer(200, "application/json", Html.json(answer));
    }

    private Answer save() {
        Optional<String> text = walk.counterexample();
        if (text.isEmpty()) {
            return Answer.say(200, "message", "No promise is broken yet: there is nothing to save.");
        }
        try {
            return Answer.say(200, "saved", keeper.keep(text.get()));
        } catch (IOException e) {
            return Answer.say(200, "message", "It cannot be saved: " + e.getMessage());
        }
    }

    private static void send(HttpExchange exchange, Answer answer) throws IOException {
        byte[] bytes = answer.text.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", answer.type + "; charset=utf-8");
        exchange.getResponseHeaders().set("Cache-Control", "no-store");
        exchange.getResponseHeaders().set("X-Content-Type-Options", "nosniff");
        exchange.getResponseHeaders().set("X-Frame-Options", "DENY");
        exchange.getResponseHeaders().set("Referrer-Policy", "no-referrer");
        if (exchange.getRequestMethod().equals("HEAD")) {
            // Java's server warns on the terminal of a length where no body may follow.
            exchange.sendResponseHeaders(answer.status, -1);
            return;
        }
        exchange.sendResponseHeaders(answer.status, bytes.length);
        exchange.getResponseBody().write(bytes);
    }
}
