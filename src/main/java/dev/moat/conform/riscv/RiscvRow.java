package dev.moat.conform.riscv;

import dev.moat.conform.riscv.RecordedMemory.Place;
import dev.moat.conform.riscv.RecordedMemory.Range;
import dev.moat.conform.rows.Cell;
import dev.moat.conform.rows.Fields;
import dev.moat.conform.rows.Format;
import dev.moat.conform.rows.Row;
import dev.moat.iommu.riscv.format.Registers;
import dev.moat.iommu.riscv.semantics.Deviation;
import dev.moat.iommu.riscv.semantics.Transaction;
import dev.moat.iommu.riscv.semantics.Transaction.Access;
import dev.moat.iommu.riscv.semantics.Transaction.Asked;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A recorded row of a RISC-V IOMMU, its cells read. */
final class RiscvRow {
    /** A file of these rows. Numbers are hexadecimal without a prefix; steps, offsets, sizes, counts and causes are decimal. */
    static final Format FORMAT = Format.of(
                    "riscv-iommu (reference model)",
                    "case,step,op,arg,store,obs,rec,mem,regs,size,allow,maybe,why,note")
            .casesBy("case")
            .optional("why");

    private static final int REGISTER_PAGE = 0x1000;
    private static final long LAST_DEVICE = 0xffffffL;
    private static final long LAST_PROCESS = 0xfffffL;
    private static final int MOST_ORDINALS = 64;

    /** Registers as notes name them. */
    private static final Map<String, Integer> NAMED = Map.of(
            "cqcsr", Registers.CQCSR,
            "fqcsr", Registers.FQCSR,
            "pqcsr", Registers.PQCSR,
            "ipsr", Registers.IPSR,
            "fqt", Registers.FQT,
            "pqt", Registers.PQT,
            "tr_req_ctl", Registers.TR_REQ_CTL);

    private static final Pattern SPECIFIED = Pattern.compile(
            "regs by the specification: ((?:(?:" + String.join("|", NAMED.keySet()) + ")=[0-9a-f]{1,16} ?)+)");

    private final Row row;
    private final Op op;

    /** What a row does. */
    enum Op {
        RESET,
        MEM,
        REG,
        RREG,
        CMD,
        SKIP,
        REQ,
        RANGE,
        PR,
        DONE,
        LATE;

        private static final Map<String, Op> BY_NAME =
                Arrays.stream(values()).collect(Collectors.toMap(Op::label, Function.identity()));

        String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** A value for some bytes of memory. */
    record Store(Place place, long value) {}

    /** A value for a register. */
    record Write(int offset, int bytes, long value) {}

    /** The words of a command. */
    record Command(long lo, long hi) {}

    /** Reads what a row does; InputException at the first cell from the left that is malformed. */
    RiscvRow(Row row) {
        this.row = row;
        Op named = Op.BY_NAME.get(row.op());
        if (named == null) {
            throw row.cell("op").unknown("operation", Op.BY_NAME.keySet());
        }
        op = named;
    }

    Row row() {
        return row;
    }

    Op op() {
        return op;
    }

    private Cell arg() {
        return row.cell("arg");
    }

    private Fields fields() {
        return new Fields(arg(), ' ');
    }

    /** A value of a reset row. */
    long reset(String name) {
        return fields().get(name).hex();
    }

    /** A small value of a reset row, from 0 on. */
    int reset(String name, int most) {
        return (int) fields().get(name).hex(most);
    }

    /** What software stores first, 8 bytes each. */
    List<Store> stores() {
        List<Store> all = new ArrayList<>();
        for (Cell.Pair pair : row.cell("store").pairs(';')) {
            all.add(new Store(
                    new Place(pair.name().hex(), Long.BYTES), pair.value().hex()));
        }
        return all;
    }

    /** The bytes that an answer holds for, where they are recorded: behind those of the request. */
    OptionalLong size() {
        Cell size = row.cell("size");
        if (size.isEmpty()) {
            return OptionalLong.empty();
        }
        List<Cell> parts = size.split('/');
        if (parts.size() != 2) {
            throw size.error("'" + size.text() + "' is not of the form requested/answered");
        }
        return OptionalLong.of(parts.get(1).hex());
    }

    /** Register writes, in their order. */
    List<Write> writes() {
        List<Write> all = new ArrayList<>();
        for (Cell.Pair pair : arg().pairs(';')) {
            Place place = register(pair.name());
            all.add(new Write((int) place.address(), place.bytes(), pair.value().hex()));
        }
        return all;
    }

    /** The register that is read. */
    Place register() {
        return register(arg());
    }

    private static Place register(Cell cell) {
        List<Cell> parts = cell.split('.');
        if (parts.size() != 2) {
            throw cell.error("'" + cell.text() + "' is not of the form offset.size");
        }
        int offset = parts.get(0).decimal(REGISTER_PAGE - 1);
        int bytes = parts.get(1).decimal(Long.BYTES);
        if ((bytes != Long.BYTES && bytes != Integer.BYTES) || offset % bytes != 0) {
            throw cell.error("registers are accessed by 4 or 8 bytes, aligned");
        }
        return new Place(offset, bytes);
    }

    /** Commands, in their order. */
    List<Command> commands() {
        List<Command> all = new ArrayList<>();
        for (Cell one : arg().list(';')) {
            List<Cell> words = one.split('.');
            if (words.size() != 2) {
                throw one.error("a command is two words with a dot between");
            }
            all.add(new Command(words.get(0).hex(), words.get(1).hex()));
        }
        return all;
    }

    /** ATS invalidations that are answered, or late. */
    List<Integer> ordinals() {
        return arg().list('+').stream()
                .map(cell -> cell.decimal(MOST_ORDINALS - 1))
                .toList();
    }

    /** Ranges of memory that cannot be accessed, or are corrupt. */
    List<Range> ranges() {
        List<Range> all = new ArrayList<>();
        for (Cell.Pair pair : arg().pairs(';')) {
            List<Cell> ends = pair.name().split('-');
            if (ends.size() != 2) {
                throw pair.name().error("a range is two addresses with a minus sign between");
            }
            boolean corrupt = pair.value().choice(List.of("af", "dc")) == 1;
            all.add(new Range(ends.get(0).hex(), ends.get(1).hex(), corrupt));
        }
        return all;
    }

    private static boolean flag(Fields fields, String name) {
        return fields.get(name).decimal(1) != 0;
    }

    private static Asked asked(Fields fields, boolean write, boolean execute) {
        int device = (int) fields.get("did").hex(LAST_DEVICE);
        Cell pid = fields.find("pid");
        int process = pid == null ? -1 : (int) pid.hex(LAST_PROCESS);
        return new Asked(device, process, pid != null && flag(fields, "priv"), write, execute);
    }

    /** The request of a device: each time a transaction that nobody has used. */
    Supplier<Transaction> request() {
        Fields fields = fields();
        long iova = fields.get("iova").hex();
        int type = fields.get("at").choice(List.of("u", "t", "a"));
        if (type == 2) {
            Asked asked = asked(fields, !flag(fields, "nw"), flag(fields, "exe"));
            return () -> Transaction.ats(asked, iova);
        }
        Asked asked = asked(fields, false, false);
        Access access = access(fields);
        return type == 0
                ? () -> Transaction.untranslated(asked, access, iova)
                : () -> Transaction.translated(asked, access, iova);
    }

    /** Whether it is a translation request of ATS. */
    boolean isAts() {
        return fields().get("at").text().equals("a");
    }

    private static Access access(Fields fields) {
        return switch (fields.get("op").choice(List.of("r", "w", "x"))) {
            case 0 -> Access.READ;
            case 1 -> Access.WRITE;
            default -> Access.EXECUTE;
        };
    }

    /** Who sends a page request. */
    Asked pageRequester() {
        Fields fields = fields();
        return asked(fields, false, fields.find("pid") != null && flag(fields, "exe"));
    }

    /** Its payload. */
    long payload() {
        return fields().get("payload").hex();
    }

    /** The answers that the recorder's independent model permits; the observed one alone where nothing else is written. */
    List<String> allowed() {
        String text = row.text("allow");
        return text.equals("=") || text.isEmpty() ? List.of(row.text("obs")) : Arrays.asList(text.split("\\|"));
    }

    /** Memory that the unit has written, queue records left out. */
    SortedMap<Place, Long> memory() {
        return places("mem");
    }

    /** Bits of that which may differ. */
    SortedMap<Place, Long> maybe() {
        return places("maybe");
    }

    private SortedMap<Place, Long> places(String column) {
        SortedMap<Place, Long> all = new TreeMap<>();
        for (Cell.Pair pair : row.cell(column).pairs(';')) {
            List<Cell> parts = pair.name().split('.');
            if (parts.size() != 2) {
                throw pair.name().error("'" + pair.name().text() + "' is not of the form address.size");
            }
            int bytes = parts.get(1).decimal(Long.BYTES);
            all.put(new Place(parts.get(0).hex(), bytes), pair.value().hex());
        }
        return all;
    }

    /** Registers that have changed, by offset. */
    SortedMap<Integer, Long> registers() {
        SortedMap<Integer, Long> all = new TreeMap<>();
        for (Cell.Pair pair : row.cell("regs").pairs(';')) {
            all.put(pair.name().decimal(REGISTER_PAGE - 1), pair.value().hex());
        }
        return all;
    }

    /** What was sent, in the order of the text. */
    List<String> records() {
        String text = row.text("rec");
        return text.isEmpty() ? List.of() : Arrays.asList(text.split(";"));
    }

    /** How the recorder deviates in the row. */
    Optional<Deviation> deviation() {
        Cell why = row.cell("why");
        if (why.isEmpty()) {
            return Optional.empty();
        }
        return Arrays.stream(Deviation.values())
                .filter(one -> one.name().equals(why.text()))
                .findFirst()
                .or(() -> {
                    throw why.unknown(
                            "deviation",
                            Arrays.stream(Deviation.values()).map(Enum::name).toList());
                });
    }

    /** Of a row with a deviation: registers that its note says otherwise, by offset. */
    SortedMap<Integer, Long> specifiedRegisters() {
        SortedMap<Integer, Long> all = new TreeMap<>();
        Matcher matcher = SPECIFIED.matcher(row.text("note"));
        if (matcher.find()) {
            for (String one : matcher.group(1).split(" ")) {
                String[] sides = one.split("=");
                all.put(NAMED.get(sides[0]), Long.parseUnsignedLong(sides[1], 16));
            }
        }
        return all;
    }
}
