package dev.moat.conform.viommu;

import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a passed-through device reaches: all of the machine's memory as it is, or single mappings.
 *
 * <p>{@code @unit} byte addresses.
 */
final class Container {
    /** Right to read. */
    static final int READ = 1;
    /** Right to write. */
    static final int WRITE = 2;

    /**
     * One mapping.
     *
     * @param rom whether it leads to memory that is read only, whose address the recorder could not tell
     */
    record Mapping(long size, long target, int rights, boolean rom) {
        private static Mapping recorded(long size, String target, int rights) {
            boolean rom = target.equals("rom");
            return new Mapping(size, rom ? 0 : Long.parseUnsignedLong(target.substring(2), 16), rights, rom);
        }

        /** As a cell has it. */
        String text() {
            String rightsText = rights == (READ | WRITE) ? "rw" : rights == READ ? "r" : "w";
            return RecordedMachine.hex(size) + "=" + (rom ? "rom" : RecordedMachine.hex(target)) + "/" + rightsText;
        }

        /** Whether two are the same as far as the recorder could tell. */
        boolean sameAs(@Nullable Mapping other) {
            return other != null
                    && size == other.size
                    && rights == other.rights
                    && rom == other.rom
                    && (rom || target == other.target);
        }
    }

    private final NavigableMap<Long, Mapping> mappings = new TreeMap<>(Long::compareUnsigned);
    private boolean everything = true;
    private boolean split;

    /** All of memory, or single mappings only, none at first. */
    void setEverything(boolean all) {
        mappings.clear();
        everything = all;
    }

    boolean isEverything() {
        return everything;
    }

    /** Whether part of a mapping was to be removed, which a container refuses. */
    public boolean wasSplit() {
        return split;
    }

    void clear() {
        mappings.clear();
    }

    void map(long address, Mapping mapping) {
        mappings.put(address, mapping);
    }

    /** Removes what lies in a range. */
    void unmap(long address, long size) {
        Map.Entry<Long, Mapping> at = mappings.floorEntry(address);
        if (at != null
                && at.getKey() != address
                && address - at.getKey() < at.getValue().size()) {
            split = true;
        }
        for (Map.Entry<Long, Mapping> e :
                List.copyOf(mappings.tailMap(address, true).entrySet())) {
            if (Long.compareUnsigned(e.getKey() - address, size) >= 0) {
                return;
            }
            split |= e.getKey() + e.getValue().size() - address > size;
            mappings.remove(e.getKey());
        }
    }

    /** What the recorder prints of a request: {@code ok} and the address, or {@code blocked}. */
    public String answer(long address, boolean write, int bytes) {
        if (everything) {
            boolean reaches = GuestMemory.exists(address, bytes) && !(write && GuestMemory.isRom(address));
            return reaches ? "ok:" + RecordedMachine.hex(address) : "blocked";
        }
        Map.Entry<Long, Mapping> at = mappings.floorEntry(address);
        boolean inside = at != null
                && Long.compareUnsigned(address - at.getKey(), at.getValue().size()) < 0;
        if (at == null || !inside || (at.getValue().rights() & (write ? WRITE : READ)) == 0) {
            return "blocked";
        }
        Mapping mapping = at.getValue();
        return "ok:" + (mapping.rom() ? "rom" : RecordedMachine.hex(mapping.target() + address - at.getKey()));
    }

    /**
     * Follows what the recorder printed.
     *
     * @param words {@code -ram}, {@code +ram}, {@code -IOVA/SIZE}, {@code +IOVA/SIZE=GPA/rw}; what is not of this form is
     *     remembered as a split
     */
    public void follow(List<String> words) {
        for (String word : words) {
            if (word.equals("-ram") || word.equals("+ram")) {
                setEverything(word.equals("+ram"));
            } else if (word.matches("-0x[0-9a-f]{1,16}/0x[0-9a-f]{1,16}")) {
                mappings.remove(number(word, 1, word.indexOf('/')));
            } else if (word.matches("\\+0x[0-9a-f]{1,16}/0x[0-9a-f]{1,16}=(rom|0x[0-9a-f]{1,16})/rw?")) {
                int slash = word.indexOf('/');
                int equals = word.indexOf('=');
                int last = word.lastIndexOf('/');
                long size = number(word, slash + 1, equals);
                int rights = word.endsWith("/rw") ? READ | WRITE : READ;
                map(number(word, 1, slash), Mapping.recorded(size, word.substring(equals + 1, last), rights));
            } else {
                split = true;
            }
        }
    }

    private static long number(String word, int from, int to) {
        return Long.parseUnsignedLong(word.substring(from + 2, to), 16);
    }

    /** The first difference to another, or null. */
    @Nullable
    public String difference(Container other) {
        if (everything != other.everything) {
            return everything ? "+ram" : "-ram";
        }
        TreeMap<Long, Mapping> all = new TreeMap<>(Long::compareUnsigned);
        all.putAll(other.mappings);
        all.putAll(mappings);
        for (long address : all.keySet()) {
            Mapping ours = mappings.get(address);
            Mapping theirs = other.mappings.get(address);
            if (ours == null || !ours.sameAs(theirs)) {
                String mapped = Objects.requireNonNullElse(ours == null ? null : ours.text(), "nothing");
                return RecordedMachine.hex(address) + "/" + mapped;
            }
        }
        return null;
    }
}
