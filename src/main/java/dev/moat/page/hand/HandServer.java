package dev.moat.page.hand;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.moat.page.Html;
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
import java.util.concurrent.Executors;

/**
 * Serves one walk to browsers of this computer. It listens on the loopback address only, and answers only who knows the random
 * word in its address and asks for it by that address, so that a page of somebody else's cannot.
 */
public final class HandServer implements AutoCloseable {
    private static final int LONGEST_REQUEST = 1_000;
    private static final int TOKEN_BYTES = 16;

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

    private final HandWalk walk;
    private final Keeper keeper;
    private final HttpServer server;
    private final ExecutorService worker = Executors.newSingleThreadExecutor(task -> {
        Thread thread = new Thread(task, "explore");
        thread.setDaemon(true);
        return thread;
    });
    private final String path;
    private final CountDownLatch ended = new CountDownLatch(1);

    private HandServer(HandWalk walk, int port, Keeper keeper) throws IOException {
        this.walk = walk;
        this.keeper = keeper;
        byte[] token = new byte[TOKEN_BYTES];
        new SecureRandom().nextBytes(token);
        path = "/" + HexFormat.of().formatHex(token) + "/";
        server = HttpServer.create(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port), 0);
        server.setExecutor(worker);
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
        worker.shutdownNow();
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String host = exchange.getRequestHeaders().getFirst("Host");
            String asked = exchange.getRequestURI().getPath();
            if (!host().equals(host) || asked == null || !asked.startsWith(path)) {
                send(exchange, 404, "text/plain", "There is nothing here.\n");
                return;
            }
            String what = asked.substring(path.length());
            boolean posts = exchange.getRequestMethod().equals("POST");
            if (what.isEmpty() && exchange.getRequestMethod().equals("GET")) {
                send(exchange, 200, "text/html", walk.html());
            } else if (posts) {
                post(exchange, what);
            } else {
                send(exchange, 404, "text/plain", "There is nothing here.\n");
            }
        }
    }

    private void post(HttpExchange exchange, String what) throws IOException {
        byte[] body = exchange.getRequestBody().readNBytes(LONGEST_REQUEST + 1);
        Optional<JsonObject> request = body.length > LONGEST_REQUEST ? Optional.empty() : parse(body);
        if (request.isEmpty()) {
            say(exchange, 400, "message", "this is no request of the page's");
            return;
        }
        // Another window may have gone on meanwhile.
        boolean stale = number(request.get(), "steps") != walk.length();
        switch (what) {
            case "do" -> {
                boolean done = !stale && walk.perform(number(request.get(), "letter"));
                show(exchange, done ? "" : "that cannot be done any more: this is where the machine is");
            }
            case "cut" -> {
                int length = number(request.get(), "length");
                if (!stale && length >= 0) {
                    walk.cut(length);
                }
                show(exchange, stale ? "another window went on: this is where the machine is" : "");
            }
            case "save" -> save(exchange);
            case "end" -> {
                say(exchange, 200, "message", "ended");
                ended.countDown();
            }
            default -> say(exchange, 404, "message", "there is no " + what);
        }
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

    private void show(HttpExchange exchange, String message) throws IOException {
        JsonObject answer = new JsonObject();
        answer.addProperty("message", message);
        answer.add("data", walk.data());
        send(exchange, 200, "application/json", Html.json(answer));
    }

    private void save(HttpExchange exchange) throws IOException {
        Optional<String> text = walk.counterexample();
        if (text.isEmpty()) {
            say(exchange, 200, "message", "No promise is broken yet: there is nothing to save.");
            return;
        }
        try {
            say(exchange, 200, "saved", keeper.keep(text.get()));
        } catch (IOException e) {
            say(exchange, 200, "message", "It cannot be saved: " + e.getMessage());
        }
    }

    private static void say(HttpExchange exchange, int status, String name, String text) throws IOException {
        JsonObject answer = new JsonObject();
        answer.addProperty(name, text);
        send(exchange, status, "application/json", Html.json(answer));
    }

    private static void send(HttpExchange exchange, int status, String type, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", type + "; charset=utf-8");
        exchange.getResponseHeaders().set("Cache-Control", "no-store");
        exchange.getResponseHeaders().set("X-Content-Type-Options", "nosniff");
        exchange.getResponseHeaders().set("X-Frame-Options", "DENY");
        exchange.getResponseHeaders().set("Referrer-Policy", "no-referrer");
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
    }
}
