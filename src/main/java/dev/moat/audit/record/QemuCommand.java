package dev.moat.audit.record;

import dev.moat.model.BadSettingException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A user's command of QEMU, and what it lacks for a recording. */
final class QemuCommand {
    private static final Pattern SIZE = Pattern.compile("(?:size=)?([0-9]{1,9})([kmgtKMGT]?)[bB]?");
    private static final long MIB = 1L << 20;
    private static final long GIB = 1L << 30;
    /** Of a q35 machine's memory: all below 4 GiB where it is smaller, otherwise 2 GiB. */
    private static final long LARGEST_LOW = 11 * GIB / 4;

    private static final long LOW = 2 * GIB;

    private final List<String> words;
    private final List<String> added = new ArrayList<>();
    private final UnitKind unit;
    private final Path memory;
    private final long bytes;

    /** Units that are recorded. */
    enum UnitKind {
        VTD("vtd", "q35", "intel-iommu", 0xfed90000L, 0),
        AMD_VI("amd-vi", "q35", "amd-iommu", 0xfed80000L, 0),
        RISCV("riscv", "virt", "iommu-sys=on", 0x3010000L, 0x80000000L),
        SMMUV3("smmuv3", "virt", "iommu=smmuv3", 0x9050000L, 0x40000000L);

        private final String family;
        private final String machine;
        /** The device, or the setting of the machine. */
        private final String device;

        private final long base;
        private final long memory;

        UnitKind(String family, String machine, String device, long base, long memory) {
            this.family = family;
            this.machine = machine;
            this.device = device;
            this.base = base;
            this.memory = memory;
        }

        private boolean isOf(List<String> machines) {
            return machines.stream().anyMatch(m -> isNamed(m, machine) || m.contains("type=" + machine));
        }

        String family() {
            return family;
        }

        /** Where its registers are. */
        long base() {
            return base;
        }
    }

    /**
     * Completes a command.
     *
     * @param words QEMU and its arguments
     * @param directory for the file behind the guest's memory
     * @throws BadSettingException when the command cannot be recorded; the message says what it needs
     */
    QemuCommand(List<String> words, Path directory) {
        this.words = new ArrayList<>(words);
        List<String> machines = new ArrayList<>(values("-machine"));
        machines.addAll(values("-M"));
        unit = Arrays.stream(UnitKind.values())
                .filter(u -> values("-device").stream().anyMatch(v -> isNamed(v, u.device))
                        || machines.stream().anyMatch(m -> List.of(m.split(",")).contains(u.device)))
                .findFirst()
                .orElseThrow(() -> refused("it has no IOMMU: add -device intel-iommu or -device amd-iommu, or to"
                        + " -machine virt iommu=smmuv3 or iommu-sys=on"));
        if (!unit.isOf(machines)) {
            throw refused("its machine is not " + unit.machine + ": add -machine " + unit.machine);
        }
        if (unit == UnitKind.SMMUV3 && values("-cpu").stream().anyMatch(c -> isNamed(c, "max"))) {
            throw refused("-cpu max has instructions whose stores no plug-in sees (FEAT_MOPS): use -cpu neoverse-n1");
        }
        requireTcg(machines);
        long size = size();
        Optional<String> behind = values("-object").stream()
                .filter(o -> isNamed(o, "memory-backend-file"))
                .findFirst();
        boolean chosen =
                machines.stream().anyMatch(m -> setting(m, "memory-backend").isPresent());
        if (behind.isPresent()) {
            String object = behind.get();
            memory = Path.of(
                    setting(object, "mem-path").orElseThrow(() -> refused("its memory-backend-file has no mem-path=")));
            if (!List.of("on", "yes", "true").contains(setting(object, "share").orElse("off"))) {
                throw refused("its memory-backend-file needs share=on, so that Moat sees the guest's memory");
            }
            size = setting(object, "size").map(QemuCommand::size).orElse(size);
        } else if (chosen || !values("-numa").isEmpty() || !values("-mem-path").isEmpty()) {
            throw refused(
                    "its memory is chosen without a file: Moat needs -object memory-backend-file,share=on,mem-path=FILE");
        } else {
            memory = directory.resolve("memory");
            add(
                    "-object",
                    "memory-backend-file,id=moat-memory,size=" + size / MIB + "M,share=on,mem-path=" + escaped(memory));
            add("-machine", "memory-backend=moat-memory");
        }
        bytes = size;
    }

    private void requireTcg(List<String> machines) {
        List<String> accelerators = new ArrayList<>(values("-accel"));
        machines.forEach(m -> setting(m, "accel").ifPresent(accelerators::add));
        for (String accelerator : accelerators) {
            if (!isNamed(accelerator, "tcg")) {
                throw refused("it runs on " + accelerator + ", and plug-ins only on TCG: use -accel tcg,thread=multi");
            } else if (accelerator.contains("thread=single")) {
                throw refused("thread=single tells wrong numbers of CPUs: use -accel tcg,thread=multi");
            }
        }
        if (words.contains("-enable-kvm")) {
            throw refused("-enable-kvm runs without plug-ins: use -accel tcg,thread=multi");
        } else if (words.contains("-icount")) {
            throw refused("-icount runs CPUs in turn, which tells wrong numbers of them");
        } else if (accelerators.isEmpty()) {
            add("-accel", "tcg,thread=multi");
        }
    }

    private void add(String option, String value) {
        words.add(option);
        words.add(value);
        added.add(option + " " + value);
    }

    private static BadSettingException refused(String why) {
        return new BadSettingException("qemu", "this command of QEMU cannot be recorded: " + why);
    }

    /** What options of a name are set to; QEMU takes two dashes for one. */
    private List<String> values(String option) {
        List<String> all = new ArrayList<>();
        for (int i = 1; i + 1 < words.size(); i++) {
            if (words.get(i).equals(option) || words.get(i).equals("-" + option)) {
                all.add(words.get(i + 1));
            }
        }
        return all;
    }

    private static boolean isNamed(String value, String name) {
        return value.equals(name) || value.startsWith(name + ",");
    }

    private static Optional<String> setting(String value, String key) {
        return Arrays.stream(value.split(","))
                .filter(s -> s.startsWith(key + "="))
                .map(s -> s.substring(key.length() + 1))
                .findFirst();
    }

    private long size() {
        List<String> sizes = values("-m");
        return sizes.isEmpty() ? 128 * MIB : size(sizes.get(sizes.size() - 1).split(",")[0]);
    }

    private static long size(String text) {
        Matcher m = SIZE.matcher(text);
        if (!m.matches()) {
            throw refused("its memory's size '" + text + "' is none such as 1G or 512M");
        }
        int shift =
                m.group(2).isEmpty() ? 20 : 10 * (1 + "kmgt".indexOf(m.group(2).toLowerCase(Locale.ROOT)));
        return Long.parseLong(m.group(1)) << shift;
    }

    private static String escaped(Path file) {
        return file.toString().replace(",", ",,");
    }

    UnitKind unit() {
        return unit;
    }

    /** What was added, an option each with its value. */
    List<String> added() {
        return List.copyOf(added);
    }

    /**
     * The whole command.
     *
     * @param plugin a shared library
     * @param settings of the plug-in, beside those about the machine
     * @param monitor where QEMU is to take commands
     */
    List<String> with(Path plugin, List<String> settings, Path monitor) {
        List<String> all = new ArrayList<>(words);
        List<String> plug = new ArrayList<>(List.of(escaped(plugin), "unit=" + unit.family));
        plug.add("base=" + unit.base);
        plug.add("memory=" + escaped(memory));
        boolean whole = unit.memory != 0 || bytes < LARGEST_LOW;
        plug.add("ram=" + unit.memory);
        if (unit == UnitKind.RISCV) {
            plug.add("extended=1"); // QEMU's has MSI_FLAT
        }
        plug.add("low=" + (whole ? bytes : LOW));
        settings.stream().filter(s -> !s.isEmpty()).forEach(s -> plug.add(s.replace(",", ",,")));
        all.addAll(List.of("-plugin", String.join(",", plug)));
        all.addAll(List.of("-qmp", "unix:" + escaped(monitor) + ",server=on,wait=off"));
        return all;
    }
}
