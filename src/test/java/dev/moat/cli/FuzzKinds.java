package dev.moat.cli;

import dev.moat.audit.recording.DriverText;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/** Every kind of input that Moat reads: how it is given, and texts to start from. A new kind of input joins here. */
final class FuzzKinds {
    /** Stands for the changed file in a command. */
    static final String FILE = "FILE";

    static final Path RESOURCES = Path.of("src/test/resources");
    private static final int LARGEST_EXAMPLE = 20_000;

    /** What a kind's texts consist of. */
    enum Form {
        WORDS,
        CELLS,
        /** Characters are bytes. */
        BYTES,
        /** Characters are bytes; the last eight are CRC-32C of the others. */
        SEALED;

        /** Whether a complaint has to name a line. */
        boolean hasLines() {
            return this == WORDS || this == CELLS;
        }

        /** What a file of this form reads as. */
        String text(byte[] bytes) {
            return new String(bytes, hasLines() ? StandardCharsets.UTF_8 : StandardCharsets.ISO_8859_1);
        }
    }

    /** Reads a file as a command would that takes too long to run it a hundred times a second. */
    @FunctionalInterface
    interface Reader {
        void read(Path file) throws IOException;
    }

    /**
     * A kind of input.
     *
     * @param file where the changed text goes, below the working directory
     * @param home the directory with {@code specs} and {@code invariants}
     * @param command words, one of them {@value FuzzKinds#FILE} or none; empty when the text itself is the command line
     * @param reader reads the file in place of the command
     * @param seeds texts to start from
     */
    record Kind(
            String name,
            String file,
            Path home,
            List<String> command,
            @Nullable Reader reader,
            Form form,
            List<String> seeds) {
        boolean isCommandLine() {
            return command.isEmpty() && reader == null;
        }

        /** Whether the files of the home that an engine reads are always the same. */
        boolean keepsEngine() {
            return isCommandLine() || command.contains(FILE);
        }
    }

    private final Path work;
    private final List<Kind> kinds = new ArrayList<>();

    private FuzzKinds(Path work) {
        this.work = work;
    }

    /** All kinds; files that they need beside the changed one are written below the working directory. */
    static List<Kind> below(Path work) throws IOException {
        FuzzKinds all = new FuzzKinds(work);
        all.specifications();
        all.counterexamples();
        all.traces();
        all.recordings();
        all.kinds.addAll(FuzzReaders.below(work));
        List<String> configurations = texts(
                Path.of("docs/examples"), ".yaml", text -> text.contains("buses:") && !text.contains("refused by"));
        configurations.addAll(texts(Path.of("docs/examples"), ".yaml", text -> text.contains("refused by")));
        all.add("config", List.of("lint-config", FILE), Form.WORDS, configurations);
        all.add(
                "firmware",
                List.of("lint-config", "docs/examples/two-buses.yaml", "--firmware", FILE),
                Form.WORDS,
                texts(Path.of("docs/examples"), "dmar.txt", text -> true));
        all.guests();
        all.add("words", List.of(), Form.WORDS, commands());
        all.add("parameters", List.of(), Form.WORDS, parameters());
        return all.kinds;
    }

    private void add(String name, List<String> command, Form form, List<String> seeds) {
        add(name, "input." + name, Path.of("").toAbsolutePath(), command, form, seeds);
    }

    private void add(String name, String file, Path home, List<String> command, Form form, List<String> seeds) {
        kinds.add(new Kind(name, file, home, command, null, form, seeds));
    }

    /** Whether every component has what an invariant speaks of; the first seed has to be such a one. */
    private static boolean isOfEveryMachine(String invariant) {
        return invariant.contains("No device reads or writes a frame beyond the rights");
    }

    private void specifications() throws IOException {
        List<String> bounds =
                List.of("--states", "200", "--depth", "4", "--time", "2s", "--workers", "1", "--no-discipline");
        List<String> scenarios = texts(Path.of("specs/scenarios"), ".yaml", text -> true).stream()
                .map(text -> text.replaceFirst("(?m)^id: .*$", "id: input"))
                .toList();
        add("yaml", words(List.of("check", FILE), bounds), Form.WORDS, scenarios);
        Path here = Path.of("").toAbsolutePath();
        List<String> own = texts(Path.of("src/main/resources/dev/moat/cli/command"), ".moat", text -> true);
        own.replaceAll(text -> text.replace("component NAME", "component input"));
        add("text", "input.moat", here, words(List.of("check", FILE), bounds), Form.WORDS, own);
        List<String> invariants =
                new ArrayList<>(texts(Path.of("invariants"), ".smt2", text -> isOfEveryMachine(text)));
        invariants.addAll(texts(Path.of("invariants"), ".smt2", text -> !isOfEveryMachine(text)));
        invariants.addAll(texts(Path.of("specs/properties"), ".smt2", text -> true));
        Path home = home();
        for (String component : List.of("r1", "xen-vtd")) {
            Path scenario = home.resolve(component).resolve("fuzzed.yaml");
            Files.createDirectories(scenario.getParent());
            Files.writeString(scenario, scenario(component));
            List<String> command = words(List.of("check", scenario.toString()), bounds);
            add("smt-" + component, "home/invariants/fuzzed.smt2", home, command, Form.WORDS, invariants);
        }
        Path other = home.resolveSibling("disciplined");
        copy(home, other);
        add(
                "discipline",
                "disciplined/specs/discipline.smt2",
                other,
                List.of("check", scenario("r1", other), "--states", "200", "--workers", "1", "--time", "2s"),
                Form.WORDS,
                List.of(Files.readString(Path.of("specs/discipline.smt2"))));
        add(
                "vocabulary",
                "disciplined/specs/vocabulary.smt2",
                other,
                List.of("list", "invariants"),
                Form.WORDS,
                List.of(Files.readString(Path.of("specs/vocabulary.smt2"))));
    }

    private static String scenario(String component) {
        return "id: fuzzed\nsays: A property that somebody wrote.\ncomponent: " + component
                + "\ngranularity: operation\nparameters: {domains: 2, frames: 2}\nproperties: {hold: [fuzzed]}\n"
                + "expect: {verdict: held}\nset: extra\n";
    }

    private static String scenario(String component, Path home) throws IOException {
        Path file = home.resolve("fuzzed.yaml");
        Files.writeString(file, scenario(component).replace("hold: [fuzzed]", "hold: [no-stale, no-foreign]"));
        return file.toString();
    }

    /** A home of its own: the vocabulary, the discipline, and what may be judged. */
    private Path home() throws IOException {
        Path home = work.resolve("home");
        for (String part :
                List.of("specs/vocabulary.smt2", "specs/discipline.smt2", "specs/properties", "invariants")) {
            copy(Path.of(part), home.resolve(part));
        }
        return home;
    }

    static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> all = Files.walk(from)) {
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                Path target = to.resolve(from.relativize(file).toString());
                Files.createDirectories(target.getParent());
                Files.copy(file, from.equals(file) ? to : target);
            }
        }
    }

    private void guests() throws IOException {
        String listing = "docs/examples/iommu-groups.txt";
        String whole = Files.readString(Path.of("docs/examples/vm.cfg")).replace("01:00.0", "01:00.*");
        String guest = Files.writeString(work.resolve("vm.cfg"), whole).toString();
        String xml = "<domain type='kvm'><name>net</name><memory unit='GiB'>8</memory><devices>\n"
                + "<hostdev type='pci'><source><address domain='0x0' bus='0x01' slot='0x00' function='0x1'/></source></hostdev>\n"
                + "</devices></domain>\n";
        add(
                "guest-file",
                List.of("lint-config", FILE, "--machine", listing),
                Form.WORDS,
                List.of(
                        whole,
                        xml,
                        "<?xml version='1.0'?>\n" + xml,
                        "options vfio-pci ids=10de:1b80,10de:10f0\n",
                        "qemu -m 4G -device vfio-pci,host=01:00.0\nvirsh nodedev-detach pci_0000_01_00_1 --driver vfio-pci\n"));
        add(
                "machine-listing",
                List.of("lint-config", guest, "--machine", FILE),
                Form.WORDS,
                List.of(
                        Files.readString(Path.of(listing)),
                        "/sys/kernel/iommu_groups/7/devices/0000:04:00.0\n"
                                + "DMAR: Setting identity map for device 0000:04:00.0 [0x3e2e0000 - 0x3e2fffff]\n"
                                + "DMAR: RMRR base: 0x0000003e2e0000 end: 0x0000003e2fffff\n"));
    }

    private void counterexamples() throws IOException {
        List<String> examples =
                texts(Path.of("counterexamples"), ".itf.json", text -> text.length() <= LARGEST_EXAMPLE);
        add("replay", List.of("replay", FILE), Form.WORDS, examples);
        add("show", List.of("show", FILE), Form.WORDS, examples);
        Path home = Path.of("").toAbsolutePath();
        List<String> lassos = texts(RESOURCES.resolve("lasso"), ".lasso.txt", text -> true);
        add("lasso", "input.lasso.txt", home, List.of("replay", FILE), Form.WORDS, lassos);
        Path other = Files.writeString(work.resolve("other.itf.json"), examples.get(0));
        add("diff", List.of("diff", FILE, other.toString()), Form.WORDS, examples);
        add("diff", List.of("diff", "counterexamples/r1-unmap-no-invalidation.itf.json", FILE), Form.WORDS, examples);
        String page = work.resolve("page.html").toString();
        add("page", List.of("show", FILE, "--html", page), Form.WORDS, examples);
    }

    private void traces() throws IOException {
        List<String> traces = new ArrayList<>();
        for (String mode : List.of("strict", "lazy")) {
            List<String> lines = packed("linux-6.1-vtd-" + mode + "-nvme.trace.gz");
            for (int from = 0; from + 200 <= lines.size(); from += 300) {
                traces.add(piece(lines, from, from + 200));
            }
        }
        traces.add(Files.readString(RESOURCES.resolve("traces/linux-6.12-forms.trace")));
        traces.add(Files.readString(RESOURCES.resolve("traces/linux-6.12-amd-forms.trace")));
        traces.add(
                "[ 9.1] Dumping ftrace buffer:\n"
                        + "[ 9.2] nvme-24      0d..2. 6159725us : map: IOMMU: iova=0x1000 - 0x2000 paddr=0x5000 size=4096\n"
                        + "[ 9.3] nvme-24      0d..2. 6174761us : unmap: IOMMU: iova=0x1000 - 0x2000 size=4096 unmapped_size=4096\n");
        add("trace", List.of("audit", FILE), Form.WORDS, traces);
        for (String form : List.of("trace-cmd", "perf", "bpftrace")) {
            List<String> printed = List.of(Files.readString(RESOURCES.resolve("traces/" + form + "-forms.txt")));
            add("trace-" + form, List.of("audit", "--strict", FILE), Form.WORDS, printed);
        }
        add("trace-device", List.of("audit", "--device", "00:04.0", "--device", "03:00.0", FILE), Form.WORDS, traces);
        add("trace-follow", List.of("audit", "--follow", "--idle", "1s", FILE), Form.WORDS, traces.subList(0, 2));
        List<String> packed = compressed(traces.subList(0, 4));
        packed.add(packed.get(0) + packed.get(1)); // two members
        add("events", List.of("audit", "--strict", FILE), Form.WORDS, DriverText.all());
        add("trace-packed", List.of("audit", FILE), Form.BYTES, packed);
        String cases = Files.readString(RESOURCES.resolve("explain/cases.txt"));
        add(
                "log-kernel",
                List.of("explain", FILE),
                Form.WORDS,
                List.of(cases.split("(?m)^=== .*\\n(?=.)")).subList(1, 50));
        add("log-kernel", List.of("explain", "--json", FILE), Form.WORDS, List.of(cases));
        String tables = Files.readString(RESOURCES.resolve("snapshot/cases.txt"));
        add(
                "snapshot",
                List.of("snapshot", FILE),
                Form.WORDS,
                List.of(tables.split("(?m)^=== (?:.*\n)*?---\n")).subList(1, 10));
        String found = work.resolve("found").toString();
        String written = work.resolve("audit.html").toString();
        add(
                "trace-save",
                List.of("audit", "--json", "--lazy", "--save", found, "--html", written, FILE),
                Form.WORDS,
                traces);
        List<String> log = packed("qemu-7.2-vtd-strict-nvme.log.gz");
        List<String> logs = IntStream.range(0, 4)
                .mapToObj(n -> piece(log, 0, 100 + 100 * n))
                .toList();
        add("log", List.of("conform", "qemu", FILE), Form.WORDS, logs);
        add("log-packed", List.of("conform", "qemu", FILE), Form.BYTES, compressed(logs));
        Path whole = Files.writeString(work.resolve("whole.log"), piece(log, 0, 1000));
        List<String> guest = List.of(piece(packed("linux-6.1-vtd-strict-nvme.trace.gz"), 0, 300));
        add("guest", List.of("conform", "qemu", "--trace", FILE, whole.toString()), Form.WORDS, guest);
        List<String> packedGuest = List.of("conform", "qemu", whole.toString(), "--unpacked", "1m", "--trace", FILE);
        add("guest-packed", packedGuest, Form.BYTES, compressed(guest));
    }

    private void recordings() throws IOException {
        List<String> xen = cases("xen-oracle");
        add("xen", List.of("conform", "xen", "--strict", FILE), Form.CELLS, xen);
        add("dma", List.of("conform", "dma", FILE), Form.CELLS, cases("dma-oracle"));
        add("amdvi", List.of("conform", "amdvi", FILE), Form.CELLS, cases("amdvi-oracle"));
        add("riscv", List.of("conform", "riscv", FILE), Form.CELLS, cases("riscv-oracle"));
        add("smmuv3", List.of("conform", "smmuv3", FILE), Form.CELLS, cases("smmuv3-oracle"));
        add("viommu", List.of("conform", "viommu", FILE), Form.CELLS, cases("viommu-oracle"));
        List<String> devices =
                xen.stream().filter(text -> text.startsWith("config,")).toList();
    }

    /** None of them writes a file: a changed name may be anybody's. */
    private static List<String> commands() {
        return List.of(
                "check r1 --depth 5 --workers 1 -P domains=2 -P frames=2 --inject unmap.no-invalidation",
                "check xen-step --depth 4 --memory 64m --coverage --no-discipline",
                "check iommu-api-lazy xen-calgary amdvi-op --json --depth 3",
                "check specs/scenarios/r1/r1.yaml --coverage",
                "simulate r1 --seed 7 --walk 10 --first-walk 3 -P frames=2",
                "simulate xen-op --seed 7 --walk 10 --inject unmap.no-invalidation -q",
                "list scenarios",
                "list faults",
                "list mechanisms",
                "list parameters",
                "audit --strict src/test/resources/traces/linux-6.1-vtd-lazy-nvme.trace.gz --every-rule",
                "audit --recipe linux-6.12",
                "conform xen src/test/resources/xen-oracle/unusual.csv --strict",
                "conform viommu src/test/resources/viommu-oracle/capabilities.csv --profile qemu-10.0",
                "conform qemu --json src/test/resources/traces/qemu-7.2-vtd-strict-nvme.log.gz",
                "conform dma src/test/resources/dma-oracle/area.csv --strict",
                "needed xen-vtd --row omit.map-wait --column defaults --json --workers 1",
                "doctor",
                "show counterexamples/r1-unmap-no-invalidation.itf.json",
                "replay counterexamples/r1-unmap-no-invalidation.itf.json --expect fixed");
    }

    /** What {@code -P} sets, also beyond what machines may have. */
    private static List<String> parameters() {
        return List.of(
                "check r1 -P domains=3 -P frames=2 -P refs=2 -P handles=1 --symmetry",
                "check xen-op -P refs=3 -P handles=300 -P frames=4 --symmetry --json",
                "check xen-step -P cpus=2 -P ring=4 -P levels=3 -P index-bits=9",
                "check dma-queue-lingers -P pages=16 -P frames=2 -P queue=256 -P reach=0",
                "check r1 -P frames=3 --inject unmap.no-invalidation -P handles=2",
                "simulate xen-sim-strict --seed 7 -P frames=64");
    }

    @SafeVarargs
    private static List<String> words(List<String>... parts) {
        List<String> all = new ArrayList<>();
        for (List<String> part : parts) {
            all.addAll(part);
        }
        return all;
    }

    private static List<String> texts(Path directory, String end, Predicate<String> which) throws IOException {
        List<String> texts = new ArrayList<>();
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file :
                    files.filter(f -> f.toString().endsWith(end)).sorted().toList()) {
                String text = Files.readString(file);
                if (which.test(text)) {
                    texts.add(text);
                }
            }
        }
        return texts;
    }

    private static List<String> packed(String name) throws IOException {
        try (InputStream in = new GZIPInputStream(Files.newInputStream(RESOURCES.resolve("traces/" + name)))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
        }
    }

    private static List<String> compressed(List<String> texts) throws IOException {
        List<String> all = new ArrayList<>();
        for (String text : texts) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
                out.write(text.getBytes(StandardCharsets.UTF_8));
            }
            all.add(Form.BYTES.text(bytes.toByteArray()));
        }
        return all;
    }

    private static String piece(List<String> lines, int from, int to) {
        return lines.subList(from, to).stream().collect(Collectors.joining("\n", "", "\n"));
    }

    /** Files of recorded rows with a few cases each: pieces that begin with a case, under the first line of their file. */
    private static List<String> cases(String directory) throws IOException {
        List<String> pieces = new ArrayList<>();
        for (String text : texts(RESOURCES.resolve(directory), ".csv", all -> true)) {
            List<String> lines = text.lines().toList();
            int from = 1;
            for (int i = 2; i <= lines.size(); i++) {
                if (i == lines.size() || (i - from >= 20 && !name(lines.get(i)).equals(name(lines.get(i - 1))))) {
                    if (i - from <= 200) {
                        pieces.add(lines.get(0) + "\n" + piece(lines, from, i));
                    }
                    from = i;
                }
            }
        }
        return pieces;
    }

    private static String name(String row) {
        return Stream.of(row.split(",", -1)).limit(2).collect(Collectors.joining(","));
    }
}
