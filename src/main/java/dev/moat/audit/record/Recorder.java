package dev.moat.audit.record;

import dev.moat.model.BadSettingException;
import dev.moat.output.Counted;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.Closeable;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * Runs a user's QEMU with a plug-in that tells what the guest does to its IOMMU. At random moments all CPUs are stopped, and the plug-in compares
 * what it watches with the memory and the registers of the machine.
 */
public final class Recorder implements Closeable {
    private static final Pattern VERSION = Pattern.compile("version (\\d+)\\.(\\d+)");
    private static final int PARTING_SECONDS = 5;
    /** Between comparisons at first, and once there are many: each costs the guest some 20 ms. */
    private static final int MOST_PAUSE_MILLIS = 300;

    private static final int LATER_PAUSE_MILLIS = 3000;
    private static final int MANY = 100;
    private static final long LOOK_MILLIS = 20;

    private final Path directory;
    private final QemuCommand command;
    private final WatchedFunctions functions;
    private final Process process;
    private final SocketChannel events;
    private final SocketChannel control;
    private final Monitor monitor;
    private final String header;
    private final Thread comparing = new Thread(this::compare, "comparison with memory");
    private volatile boolean closed;
    private final AtomicLong comparisons = new AtomicLong();
    private final AtomicLong pages = new AtomicLong();
    private final AtomicLong differences = new AtomicLong();
    private @Nullable OutputStream copy;

    /**
     * What is wanted beside the user's command.
     *
     * @param system whose functions are looked for
     * @param symbols of the guest, as /proc/kallsyms prints them; null for none
     * @param plant for tests of the judge, {@code NAME:N}: the function returns at once from its Nth call on; null for none
     * @param blind for tests: stores of so many bytes are overlooked; 0 for none
     */
    public record Wanted(
            WatchedFunctions.Known system,
            @Nullable Path symbols,
            @Nullable String plant,
            int blind) {}

    /**
     * Starts the guest.
     *
     * @param words QEMU and its arguments
     * @param says hears what was added to the command, and which functions are watched
     * @throws BadSettingException when the command cannot be recorded, or gcc or QEMU is missing; the message says what is needed
     * @throws IOException when QEMU ends before the guest runs
     */
    public static Recorder start(List<String> words, Wanted wanted, Consumer<String> says)
            throws IOException, InterruptedException {
        Path directory = Files.createTempDirectory("moat-record-");
        try {
            return new Recorder(directory, words, wanted, says);
        } catch (IOException | InterruptedException | RuntimeException e) {
            remove(directory);
            throw e;
        }
    }

    private Recorder(Path directory, List<String> words, Wanted wanted, Consumer<String> says)
            throws IOException, InterruptedException {
        this.directory = directory;
        command = new QemuCommand(words, directory);
        Path symbols = wanted.symbols();
        functions = symbols == null ? WatchedFunctions.none() : WatchedFunctions.of(wanted.system(), symbols);
        Path plugin = build(api(words.get(0)));
        command.added().forEach(a -> says.accept("added " + a));
        functions.says().forEach(says);
        List<String> settings = new ArrayList<>(
                List.of("events=" + directory.resolve("events"), "control=" + directory.resolve("control")));
        if (symbols != null) {
            Path list = directory.resolve("symbols");
            Files.writeString(list, String.join("", functions.lines()));
            settings.add("symbols=" + list);
            settings.add(functions.setting());
        }
        String plant = wanted.plant();
        if (plant != null) {
            settings.add("plant=" + plant.replaceAll("(.*):(.*)", "$2:$1"));
        }
        if (wanted.blind() > 0) {
            settings.add("blind=" + wanted.blind());
        }
        try (ServerSocketChannel first = listening("events");
                ServerSocketChannel second = listening("control")) {
            process = new ProcessBuilder(command.with(plugin, settings, directory.resolve("monitor")))
                    .inheritIO()
                    .start();
            try {
                events = accept(first);
                control = accept(second);
                monitor = monitor();
                header = header();
            } catch (IOException | InterruptedException | RuntimeException e) {
                process.destroyForcibly();
                throw e;
            }
        }
        comparing.setDaemon(true);
        comparing.start();
    }

    private static BadSettingException missing(String program, String why) {
        return new BadSettingException(program, program + " cannot be run: " + why);
    }

    private static String output(String... words) throws IOException, InterruptedException {
        Process run;
        try {
            run = new ProcessBuilder(words).redirectErrorStream(true).start();
        } catch (IOException e) {
            throw missing(words[0], "install it, or name it by its path");
        }
        run.getOutputStream().close();
        String text = new String(run.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (run.waitFor() != 0) {
            throw missing(words[0], text.lines().findFirst().orElse("it ends with code " + run.exitValue()));
        }
        return text;
    }

    /** The version of the plug-in interface: QEMU 11.1 takes only 7, those from 9.2 on 4. */
    private static int api(String qemu) throws IOException, InterruptedException {
        Matcher version = VERSION.matcher(output(qemu, "--version"));
        if (!version.find()) {
            throw missing(qemu, "it does not tell its version, as QEMU does");
        }
        int number = 100 * Integer.parseInt(version.group(1)) + Integer.parseInt(version.group(2));
        if (number < 902) {
            throw missing(
                    qemu,
                    "QEMU " + version.group(1) + "." + version.group(2)
                            + " has no plug-ins that see stored values; 9.2 or later is needed");
        }
        return number >= 1101 ? 7 : 4;
    }

    private Path build(int api) throws IOException, InterruptedException {
        Path source = directory.resolve("record.c");
        Path plugin = directory.resolve("record.so");
        try (InputStream in = Recorder.class.getResourceAsStream("record.c")) {
            if (in == null) {
                throw new IllegalStateException("record.c is missing from the build");
            }
            Files.copy(in, source);
        }
        output(
                "gcc",
                "-std=gnu11",
                "-O2",
                "-fPIC",
                "-shared",
                "-pthread",
                "-fvisibility=hidden",
                "-DAPI=" + api,
                "-o",
                plugin.toString(),
                source.toString());
        return plugin;
    }

    private ServerSocketChannel listening(String name) throws IOException {
        ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        channel.bind(UnixDomainSocketAddress.of(directory.resolve(name)));
        channel.configureBlocking(false);
        return channel;
    }

    private void requireAlive() throws IOException {
        if (!process.isAlive()) {
            throw new IOException("QEMU ended with code " + process.exitValue() + " before the guest ran");
        }
    }

    private SocketChannel accept(ServerSocketChannel from) throws IOException, InterruptedException {
        while (true) {
            SocketChannel taken = from.accept();
            if (taken != null) {
                return taken;
            }
            requireAlive();
            Thread.sleep(LOOK_MILLIS);
        }
    }

    private Monitor monitor() throws IOException, InterruptedException {
        while (true) {
            try {
                return new Monitor(directory.resolve("monitor"));
            } catch (IOException e) {
                requireAlive();
                Thread.sleep(LOOK_MILLIS);
            }
        }
    }

    /** What the plug-in cannot tell: the unit, and what functions promise. */
    private String header() throws IOException {
        long base = command.unit().base();
        List<String> lines = new ArrayList<>(List.of("moat-events 1"));
        lines.add("unit 0 " + command.unit().family() + " " + unit(base));
        boolean statuses = command.unit() == QemuCommand.UnitKind.VTD || command.unit() == QemuCommand.UnitKind.AMD_VI;
        lines.add(statuses ? "records waits" : "records loads");
        lines.addAll(functions.events());
        return String.join("\n", lines) + "\n";
    }

    /** What the unit says of itself. */
    private String unit(long base) throws IOException {
        return switch (command.unit()) {
            case VTD -> {
                List<Long> can = monitor.words(base + 8, 2);
                long width = (can.get(0) >>> 16 & 0x3f) + 1;
                yield String.format(
                        Locale.ROOT, "cap=%#x ecap=%#x haw=%d", can.get(0), can.get(1), Math.max(32, width));
            }
            case AMD_VI ->
                String.format(
                        Locale.ROOT, "efr=%#x", monitor.words(base + 0x30, 1).get(0));
            case RISCV ->
                String.format(
                        Locale.ROOT, "caps=%#x fctl=%#x", monitor.words(base, 1).get(0), monitor.half(base + 8));
            case SMMUV3 ->
                String.format(
                        Locale.ROOT,
                        "idr0=%#x idr1=%#x idr3=%#x idr5=%#x",
                        monitor.half(base),
                        monitor.half(base + 4),
                        monitor.half(base + 0xc),
                        monitor.half(base + 0x14));
        };
    }

    /**
     * The recording, while the guest runs; it ends when QEMU does.
     *
     * @param saved gets a copy, packed by gzip; null for none
     */
    public InputStream events(@Nullable Path saved) throws IOException {
        InputStream all = new SequenceInputStream(
                new ByteArrayInputStream(header.getBytes(StandardCharsets.US_ASCII)), Channels.newInputStream(events));
        if (saved == null) {
            return all;
        }
        OutputStream to = new GZIPOutputStream(Files.newOutputStream(saved), 1 << 16);
        copy = to;
        return new FilterInputStream(all) {
            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
            }

            @Override
            public int read(byte[] b, int off, int len) throws IOException {
                int got = super.read(b, off, len);
                if (got > 0) {
                    to.write(b, off, got);
                }
                return got;
            }
        };
    }

    /** Registers that say where tables and commands are. */
    private List<Long> compared() {
        return switch (command.unit()) {
            case VTD -> List.of(0x20L, 0x88L, 0x90L);
            case AMD_VI -> List.of(0L, 8L, 0x2008L);
            case RISCV -> List.of(16L, 24L);
            case SMMUV3 -> List.of(0x80L, 0x90L);
        };
    }

    private void compare() {
        Random random = new Random();
        try (BufferedReader answers = new BufferedReader(
                new InputStreamReader(Channels.newInputStream(control), StandardCharsets.US_ASCII))) {
            while (!closed) {
                int most = comparisons.get() < MANY ? MOST_PAUSE_MILLIS : LATER_PAUSE_MILLIS;
                Thread.sleep(1 + random.nextInt(most));
                if (!monitor.isRunning()) {
                    continue;
                }
                monitor.stop();
                StringBuilder line = new StringBuilder();
                for (long offset : compared()) {
                    long value =
                            monitor.words(command.unit().base() + offset, 1).get(0);
                    line.append(String.format(Locale.ROOT, "%x:%x ", offset, value));
                }
                control.write(ByteBuffer.wrap(line.append('\n').toString().getBytes(StandardCharsets.US_ASCII)));
                String answer = answers.readLine();
                if (answer == null) {
                    return;
                }
                String[] counts = answer.split(" ");
                pages.addAndGet(Long.parseLong(counts[0]));
                differences.addAndGet(Long.parseLong(counts[1]));
                comparisons.incrementAndGet();
                monitor.go();
            }
        } catch (IOException | InterruptedException e) {
            // QEMU has ended.
            return;
        }
    }

    /** What the comparisons have found, in words. */
    public String comparisons() {
        if (comparisons.get() == 0) {
            return "not compared with memory: the guest ended before a random moment came";
        }
        return Counted.of(comparisons.get(), "comparison") + " with memory and registers at random moments, "
                + Counted.of(pages.get(), "page") + " in all: "
                + (differences.get() == 0 ? "no difference" : Counted.of(differences.get(), "difference"));
    }

    /** Whether what was recorded ever differed from the machine. */
    public boolean differs() {
        return differences.get() > 0;
    }

    /** Ends QEMU, as its window's button does. */
    public void end() {
        closed = true;
        process.destroy();
        boolean interrupted = Thread.interrupted();
        try {
            if (!process.waitFor(PARTING_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            interrupted = true;
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() throws IOException {
        end();
        OutputStream to = copy;
        if (to != null) {
            to.close();
        }
        monitor.close();
        events.close();
        control.close();
        remove(directory);
    }

    private static void remove(Path directory) {
        try (Stream<Path> all = Files.list(directory)) {
            for (Path file : all.toList()) {
                Files.deleteIfExists(file);
            }
            Files.deleteIfExists(directory);
        } catch (IOException | UncheckedIOException e) {
            // What is left is the system's to remove.
            return;
        }
    }
}
