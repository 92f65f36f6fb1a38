package dev.moat.conform.viommu;

import dev.moat.conform.rows.CaseJudge;
import dev.moat.conform.rows.Row;
import dev.moat.conform.rows.RowTally;
import dev.moat.iommu.vtd.format.Capabilities;
import dev.moat.iommu.vtd.format.Descriptors;
import dev.moat.iommu.vtd.format.Deviation;
import dev.moat.iommu.vtd.format.Deviations;
import dev.moat.iommu.vtd.format.GlobalCommand;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Puts the cases of one file to the unit and compares row by row. A disagreement does not end its case. */
final class UnitJudge implements CaseJudge {
    /** Notes of a shadow that say that a recorded unit left the specification, or that what follows depends on when it looked. */
    private static final Set<String> ENDING = Set.of("KEEP", "SKIP", "WO", "DIFF");

    /** Codes of a shadow's rows that are no deviation: both devices differ for now, a part of a mapping was removed. */
    private static final Set<String> REMARKS = Set.of("DIFF", "PART");

    private static final String SHADOW_OPTIONS = "caching-mode=on";
    /** Where a register of 32 bits stands before another one: VER, GCMD, FECTL, FEADDR, IECTL, IEADDR. */
    private static final Set<Integer> HALVES = Set.of(0, 0x18, 0x38, 0x40, 0xa0, 0xa8);
    /** PFO and IQE. */
    private static final long CLEARED = 0x11;

    private final Profile profile;
    private final Deviations deviations;
    private final RowTally tally;
    private final FileKind kind;
    private final Map<String, Bench> benches = new HashMap<>();

    /** A machine, what runs on it, and its passed-through device. */
    private record Bench(Operations operations, RecordedMachine machine, Shadow shadow) {}

    UnitJudge(FileKind kind, Profile profile, Deviations deviations, RowTally tally) {
        this.kind = kind;
        this.profile = profile;
        this.deviations = deviations;
        this.tally = tally;
    }

    @Override
    public void judge(List<Row> rows) {
        String options = kind == FileKind.SHADOW ? SHADOW_OPTIONS : rows.get(0).text("options");
        MachineOptions given = MachineOptions.of(options);
        Optional<Capabilities> own = given.capabilities(profile);
        Optional<Capabilities> any = own.or(() -> given.capabilities(Profile.SPECIFICATION));
        if (any.isEmpty()) {
            tally.skip("options that no profile has", rows.size());
            return;
        }
        Bench bench = benches.computeIfAbsent(options, o -> bench(any.get(), given.deviations(deviations)));
        bench.operations().restart();
        bench.shadow().restart();
        String column = kind == FileKind.SHADOW ? Profile.QEMU_11_1.column() : profile.column();
        Container recorded = kind == FileKind.SHADOW ? new Container() : null;
        String ended = own.isPresent() ? shadowOfOthers() : "options that this profile does not have";
        for (Row row : rows) {
            if (kind != FileKind.SHADOW && !row.text("options").equals(options)) {
                throw row.cell("options").error("the options change within the case");
            }
            names(row);
            ended = ended == null ? ending(row) : ended;
            List<String> words = run(bench, row, recorded != null);
            String text = row.text(column);
            if (!CellExpectation.isStated(text)) {
                tally.unstated(unstated(row, column));
            } else if (ended != null) {
                tally.skip(ended);
            } else {
                compare(row, column, words, bench, recorded);
                tally.compared(row);
            }
        }
    }

    private void names(Row row) {
        for (String code : codes(row.text(kind == FileKind.SHADOW ? "notes" : "deviations"), "[+; ]+")) {
            if (!REMARKS.contains(code) && Deviation.of(code).isEmpty()) {
                tally.note("unknown code " + code);
            }
        }
    }

    /** The codes of a cell, apart from each other. */
    private static SortedSet<String> codes(String text, String separators) {
        SortedSet<String> codes = new TreeSet<>(List.of(text.split(separators)));
        codes.remove("");
        return codes;
    }

    private static String unstated(Row row, String column) {
        if (!row.has(column)) {
            return "no column " + column;
        }
        return row.text(column).equals("n/a") ? "this version was not asked" : "nothing stated in column " + column;
    }

    /** Why nothing of a kind is judged, or null. */
    private @Nullable String shadowOfOthers() {
        boolean judged = kind != FileKind.SHADOW || profile == Profile.SPECIFICATION || profile == Profile.QEMU_11_1;
        return judged ? null : "only recorded of " + Profile.QEMU_11_1.label();
    }

    /** Why from this row on only the recorded unit itself can judge, or null. */
    private @Nullable String ending(Row row) {
        if (kind != FileKind.SHADOW) {
            return null;
        }
        SortedSet<String> notes = codes(row.text("notes"), "[+; ]+");
        notes.retainAll(ENDING);
        if (profile == Profile.SPECIFICATION && !notes.isEmpty()) {
            return "from " + String.join("+", notes) + " on";
        }
        if (profile == Profile.SPECIFICATION && isUnaligned(row)) {
            return "from an unaligned range on";
        }
        return null;
    }

    private static boolean isUnaligned(Row row) {
        if (!row.text("op").equals("qi")) {
            return false;
        }
        long[] words = new Arguments(row.cell("op"), row.cell("args")).numbers(1, 4, Long.SIZE);
        return Shadow.isUnaligned(words[0], words.length > 1 ? words[1] : 0);
    }

    private Bench bench(Capabilities capabilities, Deviations own) {
        RecordedMachine machine = new RecordedMachine(capabilities, profile.policy(), own);
        Shadow shadow = new Shadow(machine, capabilities, own, Device.P0);
        return new Bench(new Operations(machine), machine, shadow);
    }

    /** Runs a row: the words of what came of it, as a cell has them but for what happened to a shadow. */
    private List<String> run(Bench bench, Row row, boolean shadowed) {
        if (shadowed && row.text("op").equals("gcmd")) {
            beforeTheRoot(bench, new Arguments(row.cell("op"), row.cell("args")).only());
        }
        boolean translating = bench.machine().isTranslating();
        List<String> words = new ArrayList<>(bench.operations().run(row));
        String op = row.text("op");
        if (shadowed) {
            follow(bench, row, translating, words);
        }
        words.addAll(Arrays.asList(bench.machine().faults().split(" ")));
        if (op.equals("dmac")) {
            bench.machine().clearFault(CLEARED);
        }
        return words;
    }

    /** A command that changes TE and sets the root does so in this order: what is mapped for TE is so by the root before. */
    private static void beforeTheRoot(Bench bench, long command) {
        boolean setsRoot = GlobalCommand.SRTP.isSet(command);
        if (setsRoot && GlobalCommand.TE.isSet(command) != bench.machine().isTranslating()) {
            bench.operations().command(command & ~GlobalCommand.SRTP.mask());
            bench.shadow().refresh();
        }
    }

    private void follow(Bench bench, Row row, boolean translating, List<String> words) {
        String op = row.text("op");
        Arguments args = new Arguments(row.cell("op"), row.cell("args"));
        switch (op) {
            case "gcmd" -> {
                boolean root = GlobalCommand.SRTP.isSet(args.only());
                if (root || translating != bench.machine().isTranslating()) {
                    bench.shadow().refresh();
                }
            }
            case "qi" -> {
                long[] parts = args.numbers(1, 4, Long.SIZE);
                if (words.contains("done")) {
                    bench.shadow().executed(parts[0], parts.length > 1 ? parts[1] : 0);
                }
            }
            case "flush" -> {
                bench.shadow().executed(Descriptors.contextGlobal(), 0);
                bench.shadow().executed(Descriptors.iotlbGlobal(), 0);
            }
            case "dma", "dmac" -> {
                boolean write = args.choice(2, "r", "w") == 1;
                int at = words.size() > 1 && words.get(1).startsWith("pa=") ? 2 : 1;
                words.add(at, "pt=" + bench.shadow().container().answer(args.number(1, Long.SIZE), write, Long.BYTES));
            }
            default -> {
                // Nothing that a shadow depends on.
            }
        }
    }

    private void compare(Row row, String column, List<String> words, Bench bench, @Nullable Container recorded) {
        String cell = row.text(column);
        CellExpectation expected = CellExpectation.of(cell);
        boolean same = row.text("op").equals("rd") ? isRead(row, expected, words) : expected.matches(words);
        SortedSet<String> older = bench.operations().older();
        if (kind == FileKind.INTERRUPTS && profile == Profile.SPECIFICATION) {
            compareOlder(row, older);
        }
        if (!same) {
            tally.disagree(row, column, expected.text(), String.join(" ", words));
        }
        if (recorded != null) {
            compareShadow(row, column, bench.shadow(), recorded);
        }
    }

    /** How many bytes were read is not said: of a register of 32 bits they may be 4, or the next one's too. */
    private static boolean isRead(Row row, CellExpectation expected, List<String> words) {
        if (expected.sameNumber(words)) {
            return true;
        }
        List<String> low = new ArrayList<>(words);
        low.set(0, RecordedMachine.hex(Long.parseUnsignedLong(words.get(0).substring(2), 16) & 0xffff_ffffL));
        return HALVES.contains((int) new Arguments(row.cell("op"), row.cell("args")).only())
                && expected.sameNumber(low);
    }

    /** What hardware may do otherwise must be the same set; the order of its members means nothing. */
    private void compareOlder(Row row, SortedSet<String> ours) {
        SortedSet<String> recorded = codes(row.text("may_also"), "[|;]");
        if (!recorded.isEmpty() || !ours.isEmpty()) {
            tally.note("row with what hardware may do otherwise");
        }
        if (!recorded.equals(ours)) {
            tally.disagree(row, "may_also", String.join(";", ours));
        }
    }

    private void compareShadow(Row row, String column, Shadow shadow, Container recorded) {
        if (recorded.wasSplit()) {
            return;
        }
        recorded.follow(CellExpectation.shadowOf(row.text(column)));
        boolean given = shadow.gaveUp() || shadow.container().wasSplit() || recorded.wasSplit();
        String difference = given ? null : shadow.container().difference(recorded);
        if (given && !(recorded.wasSplit() && shadow.container().wasSplit())) {
            tally.disagree(row, column, "a removal as it is recorded", "a removal of a part of a mapping");
        }
        if (difference != null) {
            tally.disagree(row, column, "other mappings", difference);
        }
        if (difference != null || given) {
            // What follows would differ for no other reason.
            recorded.follow(List.of(CellExpectation.SHADOW));
        }
    }
}
