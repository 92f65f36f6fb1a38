package dev.moat.conform.xen;

import dev.moat.conform.rows.Cell;
import dev.moat.conform.rows.UnrepresentableException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The frames that a case names, bound to frames of the machine: {@code D1.P3} a page that was D1's at the start,
 * {@code D1.L1} one that D1 uses as a page table, {@code D1.GT0} one of D1's grant table; {@code 0} frame 0, which is
 * nobody's; {@code BADMFN} a frame number without memory; {@code D1.P3'} the page that D1 got for the one it gave up, which may
 * be the same one.
 */
final class Symbols {
    static final long BAD_MFN = 0x7fffffffL;
    private static final String BAD_MFN_NAME = "BADMFN";
    private static final List<String> NAMING = List.of("args", "out", "entries", "ptes", "frame", "inv");
    private static final int MAX_FRAMES = 500;
    /** Frames without a name before the first one, at most. */
    private static final int MOST_FIRST = 1 << 13;

    private static final Pattern REFERENCE = Pattern.compile("\\btref=(0x[0-9a-f]{1,8}|0|[1-9][0-9]{0,9})\\b");
    private static final Pattern FRAME = Pattern.compile("D([0-7])\\.(P|L|GT)([0-9]{1,4})('?)");
    /** An address behind the end of the page that it is counted from. */
    private static final Pattern BEYOND =
            Pattern.compile("(?:at=|VA\\()(D[0-7]\\.P)([0-9]{1,4})\\)?\\+([0-9]{4,5})\\b");

    /** Why a row is not judged that names such a page and differs: whose it is now the recording does not say. */
    public static final String LOST = "row that names a page lost in a failed transfer";

    /** What a frame is at the start of a case. */
    public enum Kind {
        /** Its owner's, for any use. */
        PAGE,
        PAGE_TABLE,
        GRANT_TABLE,
        /** Nobody's yet. */
        FREE
    }

    /**
     * A frame by name.
     *
     * @param owner whose it is at the start, or will be
     * @param number in the name
     */
    public record Frame(String name, int owner, Kind kind, int number) {
        /** Whether it is a page table at the start. */
        public boolean pageTable() {
            return kind == Kind.PAGE_TABLE;
        }
    }

    private final List<Frame> frames = new ArrayList<>();
    private final Map<String, Integer> numbers = new HashMap<>();
    private final Set<String> same = new HashSet<>();
    /** Frames whose page a domain lost in a transfer that failed. */
    private final Set<Integer> lost = new HashSet<>();
    /** Those of them that Xen may have given to somebody since. */
    private final Set<Integer> given = new HashSet<>();
    /** Pages that have been replaced so far, by name. */
    private final Set<String> replaced = new HashSet<>();

    private final int first;

    /**
     * Binds every name that appears in the case, in order of appearance.
     *
     * @param least frame from which on names are bound; a later one where a reference that the case stores would be the number of such a
     *     frame: both have their place in the same bits of an entry, and a domain's pages have larger numbers than references
     * @throws UnrepresentableException when that would be larger than a machine has frames
     */
    public static Symbols of(XenCase recorded, int least) {
        Symbols bound = new Symbols(recorded, least);
        NavigableSet<Long> references = references(recorded);
        long first = least;
        for (Long at = references.ceiling(first); at != null && at < first + bound.frames.size(); ) {
            first = at + 1;
            at = references.ceiling(first);
        }
        if (first > MOST_FIRST) {
            Cell name = recorded.first().cell("case");
            throw name.unrepresentable("the case stores references up to " + (first - 1) + " in its entries");
        }
        return first == least ? bound : new Symbols(recorded, (int) first);
    }

    /** Those that the case stores in transitive entries; what is none is its own row's matter. */
    private static NavigableSet<Long> references(XenCase recorded) {
        return recorded.rows().stream()
                .filter(row -> row.op() == XenOp.GT_WRITE_TRANS)
                .map(row -> REFERENCE.matcher(row.text("args")))
                .filter(Matcher::find)
                .map(m -> Long.decode(m.group(1)))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private Symbols(XenCase recorded, int first) {
        this.first = first;
        recorded.rows().forEach(this::noteSame);
        for (XenRow row : recorded.rows()) {
            for (String column : NAMING) {
                if (!row.has(column)) {
                    continue;
                }
                Matcher m = FRAME.matcher(row.text(column));
                while (m.find()) {
                    bind(row.cell(column), m);
                }
            }
            bindBeyond(row.cell("args"));
        }
        recorded.rows().forEach(this::bindReceived);
    }

    private void bind(Cell cell, Matcher m) {
        if (numbers.containsKey(m.group())) {
            return;
        }
        if (frames.size() == MAX_FRAMES) {
            throw cell.unrepresentable("the case names more than " + MAX_FRAMES + " frames");
        }
        if (same.contains(m.group())) {
            numbers.put(m.group(), bindPlain(cell, m.group()));
            return;
        }
        frames.add(new Frame(m.group(), Integer.parseInt(m.group(1)), kind(m), Integer.parseInt(m.group(3))));
        numbers.put(m.group(), first + frames.size() - 1);
    }

    private static Kind kind(Matcher m) {
        if (!m.group(4).isEmpty()) {
            return Kind.FREE;
        }
        return switch (m.group(2)) {
            case "L" -> Kind.PAGE_TABLE;
            case "GT" -> Kind.GRANT_TABLE;
            default -> Kind.PAGE;
        };
    }

    /** The page that an offset leads to, which may have no other name: {@code D1.P3+4096} is in {@code D1.P4}. */
    private void bindBeyond(Cell args) {
        Matcher beyond = BEYOND.matcher(args.text());
        while (beyond.find()) {
            int page = Integer.parseInt(beyond.group(2)) + Integer.parseInt(beyond.group(3)) / Addresses.PAGE_SIZE;
            Matcher m = FRAME.matcher(beyond.group(1) + page);
            if (page < XenBench.OWN_PAGES && m.matches()) {
                bind(args, m);
            }
        }
    }

    /** The number of a primed name's page, when the domain got the same one back. */
    private int bindPlain(Cell cell, String primed) {
        String plain = primed.substring(0, primed.length() - 1);
        Matcher m = FRAME.matcher(plain);
        if (m.matches()) {
            bind(cell, m);
        }
        return Objects.requireNonNull(numbers.get(plain));
    }

    /** A domain that asks for a page gets one, even if no other cell names it. */
    private void bindReceived(XenRow row) {
        String plain = null;
        if (row.op() == XenOp.POPULATE_PHYSMAP) {
            plain = "D" + row.actor() + "." + row.args().get("newpage").text();
        } else if (row.op() == XenOp.MEMORY_EXCHANGE) {
            plain = row.args().get("frame").text();
        }
        if (plain != null) {
            Matcher m = FRAME.matcher(plain + "'");
            if (m.matches()) {
                bind(row.cell("args"), m);
            }
        }
    }

    /** What Xen chose for a domain that asked for a page: recorded, because it could have been any. */
    private void noteSame(XenRow row) {
        if (row.op() == XenOp.POPULATE_PHYSMAP && row.text("out").equals("same-mfn")) {
            same.add("D" + row.actor() + "." + row.args().get("newpage").text() + "'");
        }
    }

    /** Whether a text has the form of a frame's name. */
    public static boolean isName(String text) {
        return FRAME.matcher(text).matches();
    }

    /** Whether a name is bound. */
    public boolean knows(String name) {
        return numbers.containsKey(name);
    }

    /** The frame that the first name stands for. */
    public int first() {
        return first;
    }

    /** The named frames, in the order of their numbers from {@link #first} on. */
    public List<Frame> frames() {
        return List.copyOf(frames);
    }

    /** Notes that a domain got another page for the one of this name; see {@link #frame(Cell, int)}. */
    public void replace(String name) {
        replaced.add(name);
    }

    /** A transfer failed, and the page is its domain's no more; recorders go on to call it by its name. */
    public void lose(int frame) {
        lost.add(frame);
    }

    /** Xen gave a domain pages: this one by its name, or others. What was lost before may be among them. */
    public void gave(int frame) {
        lost.remove(frame);
        given.addAll(lost);
        given.remove(frame);
    }

    /** Whether a row names a page that was lost, and that Xen may have given to somebody. */
    public boolean namesLost(XenRow row) {
        return !given.isEmpty()
                && NAMING.stream()
                        .filter(row::has)
                        .flatMap(column -> FRAME.matcher(row.text(column)).results())
                        .anyMatch(match -> given.contains(numbers.get(match.group())));
    }

    /** The frame number that a cell means; may lie outside of memory. UnrepresentableException for an unknown symbol. */
    public long frameNumber(Cell cell) {
        return frameNumber(cell, -1);
    }

    /** Whether a cell means a frame number at which there is no domain's memory. */
    public static boolean isNoMemory(Cell cell) {
        return cell.text().equals("0") || cell.text().equals(BAD_MFN_NAME);
    }

    /** As {@link #frame(Cell, int)}; the number may lie outside of memory. */
    public long frameNumber(Cell cell, int domain) {
        if (cell.text().equals("0")) {
            return 0;
        }
        return cell.text().equals(BAD_MFN_NAME) ? BAD_MFN : frame(cell, domain);
    }

    /**
     * The frame that a cell of a domain's arguments names: a page that was given up and replaced keeps its name there, while what
     * others name is the frame. UnrepresentableException for an unknown symbol.
     */
    public int frame(Cell cell, int domain) {
        boolean now = cell.text().startsWith("D" + domain + ".") && replaced.contains(cell.text());
        return frame(now ? new Cell(cell.file(), cell.line(), cell.column(), cell.text() + "'") : cell);
    }

    /** The frame of memory that a cell names. UnrepresentableException for an unknown symbol. */
    public int frame(Cell cell) {
        Integer number = numbers.get(cell.text());
        if (number == null) {
            throw unknown(cell, "a frame: D1.P0, D1.L0, D1.GT0");
        }
        return number;
    }

    /** The name of a frame number, the number where it has more than 32 bits; {@code ?} when nothing names it. */
    public String name(long frame) {
        if (frame >>> Integer.SIZE != 0) {
            return "0x" + Long.toHexString(frame);
        }
        if (frame == BAD_MFN) {
            return BAD_MFN_NAME;
        }
        if (frame == 0) {
            return "0";
        }
        return frame >= first && frame < first + frames.size()
                ? frames.get((int) frame - first).name()
                : "?";
    }

    /** The complaint about a cell whose symbol is none of those wanted. */
    public static UnrepresentableException unknown(Cell cell, String wanted) {
        return cell.unrepresentable("unknown symbol '" + cell.text() + "', not " + wanted);
    }
}
