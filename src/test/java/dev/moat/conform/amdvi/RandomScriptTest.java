package dev.moat.conform.amdvi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.conform.rows.RecordedLines;
import dev.moat.conform.rows.Recording;
import dev.moat.conform.rows.RowTally;
import dev.moat.iommu.amdvi.format.Registers;
import dev.moat.iommu.amdvi.format.Translation;
import dev.moat.iommu.amdvi.request.FullCaches;
import dev.moat.iommu.amdvi.request.QemuRequests;
import dev.moat.iommu.amdvi.request.RequestCaches;
import dev.moat.iommu.amdvi.request.SpecifiedRequests;
import dev.moat.iommu.amdvi.semantics.Behaviour;
import dev.moat.iommu.amdvi.semantics.Capabilities;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** Scripts that nobody recorded, of all operations: what any unit does lies in what the specification allows. */
class RandomScriptTest {
    private static final Capabilities CAN =
            Capabilities.usual().withNpCache(true).withRewalks(false);
    private static final Behaviour SPECIFIED = Behaviour.specified(CAN);
    private static final int[] DEVICES = {0x20, 0x28, 0x80};

    /** Rows as a recorder would write them, what they answer left open. */
    private static List<AmdViRow> script(Random random) {
        List<String> rows = new ArrayList<>();
        rows.add("boot,,,,0=300001;8=800000000310000;10=800000000320000;18=1005,,");
        for (int t = 0; t < 2; t++) {
            long base = 0x400000 + 0x10000L * t;
            rows.add("mem,,,,%x=%x;%x=%x;%x=%x,,"
                    .formatted(
                            base,
                            entry(2, base + 0x1000, 3),
                            base + 0x1000,
                            entry(1, base + 0x2000, 3),
                            base + 0x2008,
                            entry(0, 0x1001000 + 0x10000L * t, 3)));
        }
        for (int device : DEVICES) {
            rows.add(dte(random, device));
        }
        for (int n = 0; n < 50; n++) {
            rows.add(row(random));
        }
        List<String> lines = new ArrayList<>();
        for (int step = 0; step < rows.size(); step++) {
            lines.add("1,c," + step + "," + rows.get(step) + ",0,0,0,,,,");
        }
        return read(lines);
    }

    private static List<AmdViRow> read(List<String> lines) {
        List<AmdViRow> rows = new ArrayList<>();
        RecordedLines.of(AmdViRow.FORMAT.header(), lines.toArray(String[]::new))
                .judge((name, in) -> Recording.judge(
                        name,
                        in,
                        List.of(AmdViRow.FORMAT),
                        (format, tally) -> all -> all.forEach(row -> {
                            rows.add(new AmdViRow(row));
                            tally.compared(row);
                        })));
        return rows;
    }

    private static long entry(int next, long address, int rights) {
        return 1L | (long) next << 9 | address | (long) rights << 61;
    }

    private static String dte(Random random, int device) {
        long at = 0x300000 + 32L * device;
        int rights = random.nextInt(4) == 0 ? random.nextInt(4) : 3;
        int mode = random.nextInt(6) == 0 ? random.nextInt(8) : 3;
        int valid = random.nextInt(8) == 0 ? random.nextInt(4) : 3;
        long quad0 = valid | (long) mode << 9 | (0x400000 + 0x10000L * random.nextInt(2)) | (long) rights << 61;
        return "mem,,,,%x=%x;%x=%x,,".formatted(at + 8, 5 + random.nextInt(2), at, quad0);
    }

    private static String row(Random random) {
        return switch (random.nextInt(12)) {
            case 0, 1 -> "mem,,,,%x=%x,,".formatted(place(random), word(random));
            case 2 -> dte(random, DEVICES[random.nextInt(3)]);
            case 3 -> "cmd,,,,%x 0,,".formatted(2L << 60 | DEVICES[random.nextInt(3)]);
            case 4 -> "cmd,,,,%x %x,,".formatted(3L << 60 | (5L + random.nextInt(2)) << 32, range(random));
            case 5 -> "cmd,,,,%x %x,,".formatted(1L << 60 | 0x330001, random.nextInt(99));
            case 6 ->
                random.nextInt(3) == 0
                        ? "cmd,,,,%x 0,,".formatted((long) random.nextInt(16) << 60)
                        : "cmd,,,,8000000000000000 0,,";
            case 7 ->
                "reg,,,,18=%x,,".formatted(List.of(5, 0, 0x1005, 0x1005, 0x1001).get(random.nextInt(5)));
            default ->
                "%s,%x,%x,4,,%s,"
                        .formatted(
                                random.nextBoolean() ? "dr" : "dw",
                                DEVICES[random.nextInt(3)],
                                (long) random.nextInt(4) << 12
                                        | (long) random.nextInt(3) << 21
                                        | 8L * random.nextInt(512),
                                "-");
        };
    }

    private static long place(Random random) {
        return 0x400000 + 0x10000L * random.nextInt(2) + 0x1000L * random.nextInt(3) + 8L * random.nextInt(4);
    }

    private static long word(Random random) {
        return switch (random.nextInt(5)) {
            case 0 -> 0;
            case 1 -> entry(1 + random.nextInt(2), place(random) & -4096L, random.nextInt(4));
            case 2 -> entry(7, 0x1001000, 3);
            default -> entry(0, 0x1000000 + 4096L * random.nextInt(64), random.nextInt(4));
        };
    }

    private static long range(Random random) {
        long page = (long) random.nextInt(4) << 12 | (long) random.nextInt(2) << 21;
        long size = random.nextInt(3) == 0 ? 0x7ffffffffffff000L : page | (random.nextInt(2) == 0 ? 0 : 0x1000);
        return size | random.nextInt(4);
    }

    @Property(tries = 400)
    void anyUnitStaysWithinWhatIsAllowed(@ForAll long seed) {
        Random random = new Random(seed);
        Remembered[] remembered = new Remembered[1];
        Machine plain = new Machine(SPECIFIED, (registers, memory, log) -> {
            remembered[0] = new Remembered(memory, registers, SPECIFIED);
            return new Machine.Parts(
                    new SpecifiedRequests(registers, memory, RequestCaches.none(), log, CAN), remembered[0]);
        });
        PossibleOutcomes possible = new PossibleOutcomes(plain.memory(), plain.registers(), remembered[0], SPECIFIED);
        Machine stale = new Machine(SPECIFIED, (registers, memory, log) -> {
            FullCaches caches = new FullCaches(CAN);
            return new Machine.Parts(new SpecifiedRequests(registers, memory, caches, log, CAN), caches);
        });
        for (AmdViRow row : script(random)) {
            plain.software(row);
            stale.software(row);
            remembered[0].look(plain.state());
            if (row.op().isDma()) {
                List<PossibleOutcomes.Possible> all = possible.of(plain.state(), row, row.address());
                long present = plain.request(row).get(0);
                assertThat(shown(row, all.get(0).answer())).isEqualTo(shown(row, present));
                assertThat(all.stream().map(one -> shown(row, one.answer())))
                        .as("row " + row.row().line())
                        .contains(shown(row, stale.request(row).get(0)));
            }
        }
    }

    private static String shown(AmdViRow row, long answer) {
        return Translation.outcome(answer).reachesMemory()
                ? Long.toHexString(Translation.address(answer, row.address()))
                : "-";
    }

    /** A recording of our own QEMU profile is judged as what it is, and a cell of it that is changed is found. */
    @Property(tries = 60)
    void aProfileAgreesWithItself(@ForAll long seed, @ForAll @IntRange(max = 2) int which) {
        QemuProfile profile = QemuProfile.ALL.get(which);
        List<AmdViRow> script = script(new Random(seed));
        Behaviour behaviour = new Behaviour(Capabilities.usual().withNpCache(true), profile.deviations());
        Machine machine = new Machine(behaviour, (registers, memory, log) -> {
            QemuRequests qemu = new QemuRequests(registers, memory, log, behaviour, profile.choices());
            return new Machine.Parts(qemu, qemu);
        });
        List<String> recorded = new ArrayList<>();
        for (AmdViRow row : script) {
            long tail = machine.readRegister(Registers.EVENT_TAIL);
            machine.software(row);
            String outcome = row.op().isDma() ? Outcomes.shown(machine.memory(), row, machine.request(row)) : "";
            Map<String, String> answers = Map.of(
                    "qemu",
                    profile.version() + ".1",
                    "obs",
                    outcome,
                    "events",
                    machine.eventsSince(tail),
                    "cmdhead",
                    Long.toHexString(machine.readRegister(Registers.COMMAND_HEAD)),
                    "evttail",
                    Long.toHexString(machine.readRegister(Registers.EVENT_TAIL)),
                    "status",
                    Long.toHexString(machine.readRegister(Registers.STATUS)));
            List<String> cells = AmdViRow.FORMAT.columns().stream()
                    .map(column -> answers.getOrDefault(column, row.row().text(column)))
                    .toList();
            recorded.add(String.join(",", cells));
        }
        RowTally found = RecordedLines.of(AmdViRow.FORMAT.header(), recorded.toArray(String[]::new))
                .judge((name, in) -> AmdViRecords.run(name, in, profile));
        assertThat(found.disagreements()).isEmpty();
        assertThat(found.compared()).isEqualTo(script.size());
    }
}
