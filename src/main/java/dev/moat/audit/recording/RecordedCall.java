package dev.moat.audit.recording;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A call of a function that is running, and what came of what it stored. */
final class RecordedCall {
    /** Stands for no call. */
    public static final RecordedCall NONE = new RecordedCall("", "", 0, 0, "");

    /** Where a call has mapped more than that, only the first are judged. */
    private static final int MOST_MAPPED = 1 << 12;

    private static final int MOST_LED = 64;

    /**
     * Pages that a call has mapped.
     *
     * @param frame that the first one leads to
     */
    public record Mapped(UnitTables unit, long tag, long page, int order, long frame) {}

    private final String name;
    private final String arguments;
    private final int cpu;
    private final long line;
    private final String source;
    private final List<Lingering> removed = new ArrayList<>();
    private final List<Mapped> mapped = new ArrayList<>();
    private final Map<UnitTables, List<Long>> led = new LinkedHashMap<>();
    private boolean mappedMore;
    private boolean over;
    private @Nullable String doubt;

    /** @param arguments as the recording has them, separated by commas */
    public RecordedCall(String name, String arguments, int cpu, long line, String source) {
        this.name = name;
        this.arguments = arguments;
        this.cpu = cpu;
        this.line = line;
        this.source = source;
    }

    public String name() {
        return name;
    }

    public int cpu() {
        return cpu;
    }

    public long line() {
        return line;
    }

    /** As reports print it. */
    public String says() {
        return String.format(
                Locale.ROOT,
                "%s(%s) on CPU %d since line %d%s",
                name,
                arguments,
                cpu,
                line,
                source.isEmpty() ? "" : ", " + source);
    }

    void removes(Lingering lingering) {
        if (this != NONE && !over) {
            removed.add(lingering);
        }
    }

    void maps(Mapped pages) {
        if (this == NONE) {
            return;
        } else if (mapped.size() < MOST_MAPPED) {
            mapped.add(pages);
        } else {
            mappedMore = true;
        }
    }

    /** It has led a requester to tables under a tag; more than some are not kept. */
    public void leads(UnitTables unit, long tag) {
        List<Long> tags = led.computeIfAbsent(unit, u -> new ArrayList<>());
        if (tags.size() < MOST_LED && !tags.contains(tag)) {
            tags.add(tag);
        }
    }

    /** The tags under which it has led requesters to tables. */
    public Map<UnitTables, List<Long>> led() {
        return led;
    }

    /** What it took away. */
    public List<Lingering> removed() {
        return removed;
    }

    /** What it mapped. */
    public List<Mapped> mapped() {
        return mapped;
    }

    /** Whether it mapped more than is kept. */
    public boolean mappedMore() {
        return mappedMore;
    }

    /** It has returned. */
    public void returned() {
        over = true;
    }

    /** What it did is not known for certain. */
    public void doubt(String why) {
        doubt = doubt == null ? why : doubt;
    }

    /** Why it is not known, or null. */
    public @Nullable String doubt() {
        return doubt;
    }
}
