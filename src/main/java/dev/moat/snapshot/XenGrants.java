package dev.moat.snapshot;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Grant tables as Xen prints them: an entry for each reference that is pinned, with what the granter's table says of it. */
final class XenGrants implements FormReader {
    private static final Pattern BEGIN = Pattern.compile("gnttab_usage_print_all \\[ key 'g' pressed.*");
    private static final Pattern END = Pattern.compile("gnttab_usage_print_all \\] done.*");
    private static final Pattern TITLE =
            Pattern.compile("-+ active -+\\s+-+ shared -+|\\[ref\\] localdom .*" + "|no active grant table entries");
    private static final Pattern TABLE =
            Pattern.compile("grant-table for remote (?:d|domain: *)(\\d{1,5}) ?\\(v([12])\\)");
    private static final Pattern SIZES =
            Pattern.compile("(\\d{1,7}) frames \\(\\d{1,9} max\\), (\\d{1,7}) maptrack frames \\(\\d{1,9} max\\)");
    private static final Pattern ENTRY =
            Pattern.compile("\\[(?:0x)?([0-9a-f]{1,8})]\\s+d?(\\d{1,5})\\s+(?:0x)?([0-9a-f]{1,13})"
                    + "\\s+0x([0-9a-f]{8})\\s+d?(\\d{1,5})\\s+(?:0x)?([0-9a-f]{1,16})\\s+0x([0-9a-f]{1,4})");
    private static final Pattern LIKE_ENTRY = Pattern.compile("\\[(?:0x)?[0-9a-f]{1,8}]\\s.*");

    /** From bit 0 of the pin word, eight bits for each; the first of a pair counts writers. */
    private static final List<String> KINDS = List.of("host-write", "host-read", "device-write", "device-read");

    private static final int COUNTER = 8;
    private static final int TYPE = 3;
    private static final int PERMIT_ACCESS = 1;
    private static final int READ_ONLY = 1 << 2;
    private static final int READING = 1 << 3;
    private static final int WRITING = 1 << 4;
    /** Ids from here on are no domains' but names of Xen's own. */
    private static final int FIRST_SPECIAL = 0x7ff0;
    /** Mappings of a maptrack frame, and most pins of a mapping: one for the host, one for devices. */
    private static final int MAPPINGS_OF_FRAME = 256;

    private static final int PINS_OF_MAPPING = 2;

    private final Facts facts;
    private final MappedRanges mappings;
    private final Map<String, Integer> maptrackFrames = new HashMap<>();
    private final Map<String, Line> pinning = new LinkedHashMap<>();
    private final Map<String, Long> pins = new HashMap<>();
    private String domain = "";
    private boolean isVersion1;
    private boolean begun;
    private boolean whole;

    XenGrants(Facts facts, MappedRanges mappings) {
        this.facts = facts;
        this.mappings = mappings;
    }

    @Override
    public SnapshotForm form() {
        return SnapshotForm.XEN_GRANTS;
    }

    @Override
    public boolean read(Line line) {
        String text = line.text();
        if (BEGIN.matcher(text).matches()) {
            begun = true;
            return true;
        }
        if (END.matcher(text).matches()) {
            whole = begun;
            return true;
        }
        Matcher table = TABLE.matcher(text);
        if (table.matches()) {
            domain = domain(table.group(1));
            facts.begins(line, "the grant table of " + domain);
            isVersion1 = table.group(2).equals("1");
            maptrackFrames.putIfAbsent(domain, -1);
            facts.shown("pins");
            facts.shown("hold");
            facts.shown("owner");
            return true;
        }
        Matcher sizes = SIZES.matcher(text);
        if (sizes.matches()) {
            maptrackFrames.put(domain, Integer.parseInt(sizes.group(2)));
            return true;
        }
        return TITLE.matcher(text).matches() || entry(line);
    }

    private boolean entry(Line line) {
        Matcher entry = ENTRY.matcher(line.text());
        if (!entry.matches()) {
            if (!domain.isEmpty() && LIKE_ENTRY.matcher(line.text()).matches()) {
                throw line.error(
                        "an entry of a grant table is a reference, then domain, frame and pins, then domain, frame"
                                + " and flags");
            }
            return false;
        }
        if (domain.isEmpty()) {
            facts.note("grant entries stand before the line that says whose they are, and are not judged");
            return true;
        }
        String gref = domain + "[0x" + entry.group(1) + "]";
        String mapper = domain(entry.group(2));
        long frame = Numbers.hex(entry.group(3));
        mappings.interest(frame);
        long pin = Numbers.hex(entry.group(4));
        int flags = (int) Numbers.hex(entry.group(7));
        pinning.putIfAbsent(mapper, line);
        if ((flags & READING) != 0) {
            facts.add(line, "reading", gref);
        }
        if ((flags & WRITING) != 0) {
            facts.add(line, "writing", gref);
        }
        for (int kind = 0; kind < KINDS.size(); kind++) {
            long counter = (pin >>> (COUNTER * kind)) & 0xff;
            pins.merge(mapper, counter, Long::sum);
            if (counter != 0) {
                pinned(line, gref, new String[] {mapper, Numbers.page(frame)}, kind);
            }
        }
        if (isVersion1) {
            // Of version 2 the last column is the status word, and the granter's own flags are not printed.
            facts.add(line, "owner", Numbers.page(frame), domain);
            if ((flags & TYPE) == PERMIT_ACCESS) {
                facts.add(line, "offer", gref, domain(entry.group(5)), Numbers.page(frame));
                if ((flags & READ_ONLY) == 0) {
                    facts.add(line, "offerW", gref);
                }
            }
        } else {
            facts.note(
                    "entries of grant tables of version 2 are printed without their own flags: their rights are not judged");
        }
        return true;
    }

    private void pinned(Line line, String gref, String[] mapperAndFrame, int kind) {
        boolean writes = kind % 2 == 0;
        String pin = KINDS.get(kind);
        String hold = gref + (writes ? " mapped for writing" : " mapped for reading");
        facts.add(line, "pins", gref, pin, "0");
        facts.add(line, "hold", hold, mapperAndFrame[0], mapperAndFrame[1]);
        if (writes) {
            facts.add(line, "holdW", hold);
            facts.add(line, "isWriter", pin);
        }
        if (isVersion1) {
            facts.add(line, "unit", hold, gref, pin, "0");
        }
    }

    @Override
    public void finish() {
        if (whole) {
            facts.shown("dead");
        } else if (!maptrackFrames.isEmpty()) {
            facts.note("the listing of grant tables is not whole: a domain that it does not have may exist");
        }
        pinning.forEach((mapper, line) -> {
            int frames = maptrackFrames.getOrDefault(mapper, -1);
            if (frames < 0 || pins.getOrDefault(mapper, 0L) <= (long) frames * MAPPINGS_OF_FRAME * PINS_OF_MAPPING) {
                facts.add(line, "hasRoom", mapper);
            }
            facts.shown("hasRoom");
            if (whole && !maptrackFrames.containsKey(mapper) && Integer.parseInt(mapper.substring(1)) < FIRST_SPECIAL) {
                facts.add(line, "dead", mapper);
            }
        });
    }

    private static String domain(String digits) {
        return "d" + Integer.parseInt(digits);
    }
}
