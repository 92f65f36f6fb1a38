package dev.moat.audit.read;

import dev.moat.audit.read.EventHandler.Also;
import dev.moat.audit.read.EventHandler.Request;
import dev.moat.audit.read.EventLine.Malformed;
import dev.moat.input.InputException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Reads the event text from a stream of any length in constant memory. A line that is no event may have been one: it counts as a lost event, and
 * its place is kept.
 */
public final class EventReader {
    /** The first line of the text, without its end. */
    public static final String FIRST_LINE = "moat-events 1";

    /** How each version of it begins. */
    public static final String MAGIC = "moat-events ";

    static final int MOST_CPUS = 4095;
    static final int MOST_UNITS = 63;

    private static final int PLACES = 20;
    private static final int PAGE_SHIFT = 12;
    private static final int PAGE = 1 << PAGE_SHIFT;
    private static final int WORDS = PAGE / Long.BYTES;
    private static final int LARGEST_STORE = 64;
    private static final int MOST_ARGUMENTS = 16;
    private static final int REGISTERS = 1 << 17;

    private final String file;
    private final LineSource lines;
    private final EventLine line = new EventLine();
    private final byte[] value = new byte[LARGEST_STORE];
    private final long[] words = new long[WORDS];
    private final long[] second = new long[1];
    private final Map<String, long[]> counts = new LinkedHashMap<>();
    private final Map<String, Form> forms = new HashMap<>();
    private final List<String> malformed = new ArrayList<>();
    private long malformedCount;

    /** Reads the rest of a line and tells of the event. */
    @FunctionalInterface
    private interface Form {
        void read(EventHandler events);
    }

    /**
     * @param file name for messages
     * @param in plain text
     */
    public EventReader(String file, InputStream in) {
        this.file = file;
        lines = new LineSource(file, in);
        forms.put("unit", this::unit);
        forms.put("device", this::device);
        forms.put("domain", this::domain);
        forms.put("records", this::records);
        forms.put("function", this::function);
        forms.put("store", this::store);
        forms.put("load", this::load);
        forms.put("page", this::page);
        forms.put("forget", e -> e.forget(frame()));
        forms.put("write", e -> register(e, true));
        forms.put("read", e -> register(e, false));
        forms.put("call", this::call);
        forms.put("return", this::returned);
        forms.put("alloc", e -> frames(e, "alloc"));
        forms.put("free", e -> frames(e, "free"));
        forms.put("owner", e -> frames(e, "owner"));
        forms.put("took", this::took);
        forms.put("request", this::request);
        forms.put("differs", e -> e.differs(line.number("the address"), line.number("the word")));
        forms.put("lost", e -> e.lost(line.hasMore() ? line.number("the count") : 0));
    }

    /**
     * Reads to the end.
     *
     * @throws InputException when the first line is not {@value #FIRST_LINE}, or a line has a NUL byte
     */
    public void read(EventHandler events) throws IOException {
        header();
        while (advance(events)) {
            // Each line is one event.
        }
    }

    private void header() throws IOException {
        if (!lines.advance()) {
            throw new InputException(file, 1, 1, "it is empty");
        }
        String first = new String(
                lines.buffer(), lines.start(), Math.min(lines.end() - lines.start(), 40), StandardCharsets.ISO_8859_1);
        if (!first.strip().equals(FIRST_LINE)) {
            throw new InputException(
                    file, 1, 1, "the first line is '" + first.strip() + "'; this Moat reads '" + FIRST_LINE + "'");
        }
    }

    private boolean advance(EventHandler events) throws IOException {
        if (!lines.advance()) {
            return false;
        }
        try {
            if (lines.skipped()) {
                throw new Malformed(1, "the line is longer than 1 MiB");
            }
            if (line.read(lines.buffer(), lines.start(), lines.end())) {
                event(events);
            }
        } catch (Malformed e) {
            complain(events, e.column(), String.valueOf(e.getMessage()));
        } catch (IllegalArgumentException e) {
            complain(events, 1, String.valueOf(e.getMessage()));
        }
        return true;
    }

    private void complain(EventHandler events, int column, String why) {
        malformedCount++;
        if (malformed.size() < PLACES) {
            malformed.add(file + ":" + lines.line() + ":" + column + ": " + why);
        }
        events.lost(1);
    }

    private void event(EventHandler events) {
        String source = line.option("at");
        String name = line.name("the event");
        Form form = forms.get(name);
        if (form == null) {
            throw line.wrong("'" + name + "' is no event");
        }
        events.at(lines.line(), source);
        form.read(events);
        line.end();
        counts.computeIfAbsent(name, n -> new long[1])[0]++;
    }

    private int unitNumber() {
        return line.number("the unit", MOST_UNITS);
    }

    private void unit(EventHandler events) {
        int unit = unitNumber();
        String family = line.name("the family");
        Map<String, Long> settings = new HashMap<>();
        for (String setting : line.rest("a setting")) {
            int equals = setting.indexOf('=');
            if (equals <= 0) {
                throw line.wrong("'" + setting + "' is no NAME=NUMBER");
            }
            settings.put(
                    setting.substring(0, equals),
                    EventLine.numberOf(setting.substring(0, equals), setting.substring(equals + 1)));
        }
        events.unit(unit, family, settings);
    }

    private void device(EventHandler events) {
        String ats = line.option("ats");
        int unit = unitNumber();
        int requester = line.requester();
        line.end();
        if (!ats.isEmpty() && !ats.equals("on") && !ats.equals("off")) {
            throw line.wrong("ats= is not on or off");
        }
        events.device(unit, requester, ats.isEmpty() ? null : ats.equals("on"));
    }

    private void domain(EventHandler events) {
        int unit = unitNumber();
        long domain = line.number("the domain id");
        String owner = line.name("the owner");
        line.end();
        events.domain(unit, domain, owner);
    }

    private void records(EventHandler events) {
        List<Also> all = new ArrayList<>();
        do {
            String what = line.name("what is recorded");
            all.add(Arrays.stream(Also.values())
                    .filter(a -> a.name().toLowerCase(Locale.ROOT).equals(what))
                    .findFirst()
                    .orElseThrow(() -> line.wrong("'" + what + "' is none of waits, loads, alloc")));
        } while (line.hasMore());
        all.forEach(events::records);
    }

    private void function(EventHandler events) {
        int tag = argument("domain");
        int iova = argument("iova");
        int bytes = argument("size");
        int pages = argument("pages");
        int order = argument("order");
        String name = line.name("the function");
        String id = line.name("the role");
        line.end();
        Function.Role role = Arrays.stream(Function.Role.values())
                .filter(r -> r.id().equals(id))
                .findFirst()
                .orElseThrow(() -> line.wrong("'" + id + "' is none of unmap, map, flush, wait"));
        int unit = order > 0 ? Function.ORDER : pages > 0 ? PAGE_SHIFT : 0;
        int size = order > 0 ? order : pages > 0 ? pages : bytes;
        events.function(name, new Function(role, tag, iova, size, unit));
    }

    private int argument(String key) {
        String number = line.option(key);
        if (number.isEmpty()) {
            return 0;
        }
        long value = EventLine.numberOf(key, number);
        if (value < 1 || value > MOST_ARGUMENTS) {
            throw line.wrong(key + "= is no number of an argument, 1 to " + MOST_ARGUMENTS);
        }
        return (int) value;
    }

    private int size(long address, int most) {
        int size = line.number("the size", most);
        if (size == 0 || (address & PAGE - 1) + size > PAGE) {
            throw line.wrong(
                    size == 0 ? "the size is 0" : "a store or load does not cross pages: print one line for each page");
        }
        return size;
    }

    private void store(EventHandler events) {
        int unit = line.unit();
        int cpu = unit < 0 ? line.cpu() : 0;
        long address = line.number("the address");
        int size = size(address, LARGEST_STORE);
        line.bytes("the value", value, size);
        line.end();
        if (unit < 0) {
            events.store(cpu, address, value, size);
        } else {
            events.unitStored(unit, address, value, size);
        }
    }

    private void load(EventHandler events) {
        int cpu = line.cpu();
        long address = line.number("the address");
        int size = size(address, Long.BYTES);
        line.bytes("the value", value, size);
        line.end();
        long number = 0;
        for (int b = size - 1; b >= 0; b--) {
            number = number << Byte.SIZE | (value[b] & 0xffL);
        }
        events.load(cpu, address, number, size);
    }

    private long frame() {
        long address = line.number("the address");
        if (address % PAGE != 0) {
            throw line.wrong("the address is no multiple of 4096");
        }
        return address >>> PAGE_SHIFT;
    }

    private void page(EventHandler events) {
        long frame = frame();
        Arrays.fill(words, 0);
        while (line.hasMore()) {
            int offset = line.pair("a word of the page", PAGE - 1, second);
            words[offset / Long.BYTES] = second[0];
        }
        events.page(frame, words);
    }

    private void register(EventHandler events, boolean write) {
        int cpu = line.cpu();
        int unit = unitNumber();
        int offset = line.number("the offset", REGISTERS - 1);
        int size = line.number("the size", Long.BYTES);
        if ((size != Integer.BYTES && size != Long.BYTES) || offset % size != 0) {
            throw line.wrong("a register is written or read by 4 or 8 bytes, at a multiple of them");
        }
        long number = line.number("the value");
        line.end();
        if (size == Integer.BYTES && number >>> Integer.SIZE != 0) {
            throw line.wrong("the value has more than 4 bytes");
        }
        if (write) {
            events.write(cpu, unit, offset, size, number);
        } else {
            events.read(cpu, unit, offset, size, number);
        }
    }

    private void call(EventHandler events) {
        String id = line.option("id");
        String task = line.option("task");
        int cpu = line.cpu();
        String name = line.name("the function");
        List<String> arguments = line.rest("an argument");
        if (arguments.size() > MOST_ARGUMENTS) {
            throw line.wrong("more than " + MOST_ARGUMENTS + " arguments");
        }
        events.call(cpu, name, arguments, id, task);
    }

    private void returned(EventHandler events) {
        String id = line.option("id");
        int cpu = line.cpu();
        String name = line.name("the function");
        if (line.hasMore()) {
            line.name("the result");
        }
        line.end();
        events.returned(cpu, name, id);
    }

    private void frames(EventHandler events, String what) {
        long frame = frame();
        long bytes = line.number("the size");
        long count = bytes >>> PAGE_SHIFT;
        if (bytes <= 0 || bytes % PAGE != 0 || frame + count > 1L << (Long.SIZE - PAGE_SHIFT)) {
            throw line.wrong("the size is no multiple of 4096 that ends in memory");
        }
        String owner = what.equals("owner") || line.hasMore() ? line.name("the owner") : "";
        line.end();
        switch (what) {
            case "alloc" -> events.allocated(frame, count, owner);
            case "owner" -> events.owned(frame, count, owner);
            default -> {
                if (!owner.isEmpty()) {
                    throw line.wrong("nothing is expected behind the size");
                }
                events.freed(frame, count);
            }
        }
    }

    private void took(EventHandler events) {
        int unit = unitNumber();
        List<Long> taken = new ArrayList<>();
        do {
            taken.add(line.number("a word of the command"));
        } while (line.hasMore() && taken.size() < 8);
        line.end();
        events.took(unit, taken);
    }

    private void request(EventHandler events) {
        String pasid = line.option("pasid");
        int unit = unitNumber();
        int requester = line.requester();
        String access = line.name("read or write");
        if (!access.equals("read") && !access.equals("write")) {
            throw line.wrong("'" + access + "' is neither read nor write");
        }
        long address = line.number("the I/O address");
        String answer = line.name("what it got");
        line.end();
        Long reached = answer.equals("fault") ? null : EventLine.numberOf("the address that it got", answer);
        long process = pasid.isEmpty() ? -1 : EventLine.numberOf("pasid", pasid);
        if (process < -1 || process >= 1 << 20) {
            throw line.wrong("pasid= has more than 20 bits");
        }
        events.request(new Request(unit, requester, (int) process, address, access.equals("write"), reached));
    }

    /** How many events of each kind were read, by name. */
    public Map<String, Long> counts() {
        Map<String, Long> all = new LinkedHashMap<>();
        counts.forEach((name, n) -> all.put(name, n[0]));
        return all;
    }

    /** The first lines that are no events, as {@code file:line:column: why}. */
    public List<String> malformed() {
        return List.copyOf(malformed);
    }

    /** How many lines are no events. */
    public long malformedCount() {
        return malformedCount;
    }

    /** Whether the last line had no line feed, and was left out therefore. */
    public boolean truncated() {
        return lines.unfinished();
    }

    /** Lines so far. */
    public long lineCount() {
        return lines.line();
    }
}
