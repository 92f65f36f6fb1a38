package dev.moat.conform.xen;

import dev.moat.conform.rows.Cell;
import dev.moat.conform.xen.QueueLog.Descriptor;
import dev.moat.conform.xen.QueueLog.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Descriptors as recorded, and whether Moat's are the same. Recorded DIDs are read as Moat has them: the domain's number;
 * with caching mode the recorder's Xen used its complement, Moat one more, both kept 0 for entries that are absent.
 *
 * <p>A page-selective and a domain-selective IOTLB descriptor count as the same: Xen queues the latter when the entry was
 * the last one in its table, which depends on where neighbours lie.
 */
final class RecordedQueue {
    private static final Pattern TOKEN = Pattern.compile("([A-Z-]+)(?:\\(([^()]*)\\))?");
    private static final Pattern REPEAT = Pattern.compile("([0-9]{1,4})x\\[([^\\[\\]]*)\\]");
    private static final int MAX_TOKENS = 10_000;
    private static final int MAX_DID = 0xffff;
    /** The recorder's e0 sits at 00:04.0, Moat's at 00:01.0. */
    private static final int SOURCE_ID_SHIFT = 0x18;

    private static final String WANTED = "descriptors: IOTLB-PAGE(did=0 D1.P0 am=0), IOTLB-DOMAIN(did=0),"
            + " CTX-DEVICE(did=0 sid=28 fm=0), WAIT, 2x[...]; by registers each with REG- before it";

    /** What stands before a command that was given by registers; such a command has no wait. */
    private static final String REGISTER = "REG-";

    /** In a recorded descriptor: a number that its cell does not tell. */
    private static final int ANY = -1;

    private final Symbols symbols;
    private final boolean cachingMode;
    private final boolean registers;

    RecordedQueue(Symbols symbols, VtdConfiguration configuration) {
        this.symbols = symbols;
        cachingMode = configuration.cachingMode();
        registers = configuration.registers();
    }

    /** The descriptors of a cell, repeats written out; InputException when it is malformed. */
    List<Descriptor> read(Cell cell) {
        List<Descriptor> all = new ArrayList<>();
        String text = cell.text();
        int at = 0;
        while (at < text.length()) {
            Matcher repeat = REPEAT.matcher(text).region(at, text.length());
            Matcher token = TOKEN.matcher(text).region(at, text.length());
            if (repeat.lookingAt()) {
                List<Descriptor> body = read(cell.part(repeat.start(2), repeat.end(2)));
                for (int n = Integer.parseInt(repeat.group(1)); n > 0; n--) {
                    add(cell, all, body);
                }
                at = repeat.end();
            } else if (token.lookingAt()) {
                Cell arguments = token.group(2) == null
                        ? cell.part(token.end(), token.end())
                        : cell.part(token.start(2), token.end(2));
                add(cell, all, List.of(descriptor(cell.part(at, token.end()), token.group(1), arguments)));
                at = token.end();
            } else {
                throw Symbols.unknown(cell.part(at, text.length()), WANTED);
            }
            if (at < text.length() && text.charAt(at++) != ' ') {
                throw Symbols.unknown(cell.part(at - 1, text.length()), WANTED);
            }
        }
        return all;
    }

    private static void add(Cell cell, List<Descriptor> all, List<Descriptor> more) {
        if (all.size() + more.size() > MAX_TOKENS) {
            throw cell.error("more than " + MAX_TOKENS + " descriptors");
        }
        all.addAll(more);
    }

    private Descriptor descriptor(Cell token, String kind, Cell arguments) {
        Words words = new Words(arguments, registers && kind.startsWith(REGISTER));
        return switch (words.optional ? byRegisters(kind) : kind) {
            case "WAIT" -> new Descriptor(Kind.WAIT, 0, 0, 0);
            case "IOTLB-DOMAIN" -> new Descriptor(Kind.DOMAIN, did(words), 0, 0);
            case "IOTLB-PAGE" -> {
                Optional<Cell> frame = words.plain();
                yield new Descriptor(
                        Kind.PAGE,
                        did(words),
                        frame.isEmpty() ? ANY : symbols.frameNumber(frame.get()),
                        words.number("am", 63));
            }
            case "CTX-DEVICE" -> {
                Optional<Cell> sid = words.value("sid");
                yield new Descriptor(
                        Kind.CONTEXT,
                        did(words),
                        sid.isEmpty() ? ANY : hex(sid.get()) - SOURCE_ID_SHIFT,
                        words.number("fm", 3));
            }
            default -> throw Symbols.unknown(token, WANTED);
        };
    }

    /** The recorder's description has only {@code REG-*}, so names are taken for what they contain. */
    private static String byRegisters(String kind) {
        if (kind.contains("PAGE")) {
            return "IOTLB-PAGE";
        }
        if (kind.contains("IOTLB")) {
            return "IOTLB-DOMAIN";
        }
        boolean context = kind.contains("CTX") || kind.contains("CONTEXT") || kind.contains("CCMD");
        return context ? "CTX-DEVICE" : kind;
    }

    private int did(Words words) {
        int did = words.number("did", MAX_DID);
        return cachingMode && did > 0 ? MAX_DID - did + 1 : did;
    }

    private static long hex(Cell cell) {
        try {
            return Long.parseLong(cell.text(), 16) & MAX_DID;
        } catch (NumberFormatException e) {
            throw cell.error("'" + cell.text() + "' is not a source-id");
        }
    }

    /** Whether the first descriptor of a cell forgets a context entry of domain 0. */
    boolean isOfDomain0(Cell cell) {
        List<Descriptor> all = read(cell);
        return !all.isEmpty()
                && all.get(0).kind() == Kind.CONTEXT
                && isSame(all.get(0).did(), cachingMode ? 1 : 0);
    }

    /** Whether two sequences ask for the same. */
    static boolean same(List<Descriptor> recorded, List<Descriptor> ours) {
        if (recorded.size() != ours.size()) {
            return false;
        }
        for (int i = 0; i < ours.size(); i++) {
            if (!same(recorded.get(i), ours.get(i))) {
                return false;
            }
        }
        return true;
    }

    private static boolean same(Descriptor recorded, Descriptor ours) {
        if (!isSame(recorded.did(), ours.did())) {
            return false;
        }
        if (recorded.kind() != ours.kind()) {
            return isIotlb(recorded) && isIotlb(ours);
        }
        return isSame(recorded.page(), ours.page()) && isSame(recorded.mask(), ours.mask());
    }

    private static boolean isSame(long recorded, long ours) {
        return recorded == ANY || recorded == ours;
    }

    private static boolean isIotlb(Descriptor d) {
        return d.kind() == Kind.PAGE || d.kind() == Kind.DOMAIN;
    }

    /** Descriptors as the recorder writes them. */
    String print(List<Descriptor> descriptors) {
        List<String> texts = new ArrayList<>();
        for (Descriptor d : descriptors) {
            int did = cachingMode && d.did() != 0 ? MAX_DID - d.did() + 1 : d.did();
            texts.add(
                    switch (d.kind()) {
                        case WAIT -> "WAIT";
                        case DOMAIN -> "IOTLB-DOMAIN(did=" + did + ")";
                        case PAGE -> "IOTLB-PAGE(did=" + did + " " + symbols.name(d.page()) + " am=" + d.mask() + ")";
                        case CONTEXT ->
                            "CTX-DEVICE(did=" + did + " sid=" + Long.toHexString(d.page() + SOURCE_ID_SHIFT) + " fm="
                                    + d.mask() + ")";
                        case OTHER -> "OTHER";
                    });
        }
        return texts.stream().map(t -> registers ? REGISTER + t : t).collect(Collectors.joining(" "));
    }

    /**
     * The arguments of one descriptor: words, some of them {@code name=value}.
     *
     * @param optional whether one that is missing is not compared, instead of being an error
     */
    private record Words(Cell all, boolean optional) {
        int number(String name, int most) {
            Optional<Cell> cell = value(name);
            return cell.isEmpty() ? ANY : (int) cell.get().number(most);
        }

        Optional<Cell> value(String name) {
            return find(name + "=", "'" + name + "=' is missing");
        }

        /** The frame; empty when the recorder had no name for it. */
        Optional<Cell> plain() {
            boolean named =
                    Stream.of(all.text().split(" ")).allMatch(word -> word.contains("=") || word.startsWith("D"));
            return named ? find("D", "the frame is missing") : Optional.empty();
        }

        private Optional<Cell> find(String start, String missing) {
            int from = 0;
            while (from < all.text().length()) {
                int space = all.text().indexOf(' ', from);
                int to = space < 0 ? all.text().length() : space;
                if (all.text().startsWith(start, from)) {
                    return Optional.of(all.part(start.endsWith("=") ? from + start.length() : from, to));
                }
                from = to + 1;
            }
            if (!optional) {
                throw all.error(missing);
            }
            return Optional.empty();
        }
    }
}
