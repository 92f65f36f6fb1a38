package dev.moat.audit.record;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** QEMU's monitor (QMP). */
final class Monitor implements Closeable {
    private static final Pattern HALF = Pattern.compile("0x([0-9a-f]{8})\\b");
    private static final Pattern WORD = Pattern.compile("0x([0-9a-f]{16})");

    private final SocketChannel channel;
    private final BufferedReader replies;

    /** @throws IOException when nobody listens there, or it is not QEMU's monitor */
    Monitor(Path socket) throws IOException {
        channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        replies = new BufferedReader(new InputStreamReader(Channels.newInputStream(channel), StandardCharsets.UTF_8));
        try {
            channel.connect(UnixDomainSocketAddress.of(socket));
            replies.readLine(); // the greeting
            ask("qmp_capabilities", new JsonObject());
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    private JsonElement ask(String command, JsonObject arguments) throws IOException {
        JsonObject asked = new JsonObject();
        asked.addProperty("execute", command);
        asked.add("arguments", arguments);
        channel.write(ByteBuffer.wrap((asked + "\n").getBytes(StandardCharsets.UTF_8)));
        for (String line = replies.readLine(); line != null; line = replies.readLine()) {
            JsonObject reply;
            try {
                reply = JsonParser.parseString(line).getAsJsonObject();
            } catch (JsonParseException | IllegalStateException e) {
                throw new IOException("QEMU's monitor answers no JSON", e);
            }
            if (reply.has("return")) {
                return reply.get("return");
            } else if (reply.has("error")) {
                throw new IOException("QEMU's monitor refuses " + command + ": " + reply.get("error"));
            }
        }
        throw new IOException("QEMU's monitor is closed");
    }

    /** Whether the CPUs run. */
    boolean isRunning() throws IOException {
        return ask("query-status", new JsonObject())
                .getAsJsonObject()
                .get("running")
                .getAsBoolean();
    }

    /** Stops all CPUs: no instruction is half done then. */
    void stop() throws IOException {
        ask("stop", new JsonObject());
    }

    void go() throws IOException {
        ask("cont", new JsonObject());
    }

    /** The 4 bytes at a physical address, read by themselves. */
    long half(long address) throws IOException {
        JsonObject line = new JsonObject();
        line.addProperty("command-line", "xp /1wx 0x" + Long.toHexString(address));
        Matcher m = HALF.matcher(ask("human-monitor-command", line).getAsString());
        if (!m.find()) {
            throw new IOException("QEMU's monitor does not tell what is at 0x" + Long.toHexString(address));
        }
        return Long.parseLong(m.group(1), 16);
    }

    /** Words of 8 bytes, at a physical address. */
    List<Long> words(long address, int count) throws IOException {
        JsonObject line = new JsonObject();
        line.addProperty("command-line", "xp /" + count + "gx 0x" + Long.toHexString(address));
        List<Long> all = new ArrayList<>();
        Matcher m = WORD.matcher(ask("human-monitor-command", line).getAsString());
        while (m.find()) {
            all.add(Long.parseUnsignedLong(m.group(1), 16));
        }
        if (all.size() != count) {
            throw new IOException("QEMU's monitor does not tell what is at 0x" + Long.toHexString(address));
        }
        return all;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
