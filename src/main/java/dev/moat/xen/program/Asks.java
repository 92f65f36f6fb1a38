package dev.moat.xen.program;

import java.util.List;
import java.util.stream.Stream;

/** The decisions and locks of code that several steps share, for these to say so of themselves. */
public final class Asks {
    private Asks() {}

    /** The write lock of a grant table. */
    public static final String GRANT_LOCK = "lock.grant-table";
    /** The lock on device assignment. */
    public static final String DEVICES_LOCK = "lock.devices";
    /** The lock under which a domain's I/O tables change. */
    public static final String TABLES_LOCK = "lock.io-tables";

    /** Whether a domain uses a unit. */
    public static final String USES = "device.counts-until-moved";

    /** A pin taken. */
    public static final List<String> PIN =
            List.of("pin.full", "pin.refuses-domain", "pin.refuses-type", "pin.refuses-writer");
    /** A pin dropped, and status bits with the last one. */
    public static final List<String> UNPIN = List.of("status.clear-reading", "status.clear-writing");
    /** A mapping released: references, type, pins, status bits. */
    public static final List<String> RELEASE = joined(UNPIN, List.of("unmap.type-uses"));
    /** A mapping released that waited in a list. */
    public static final List<String> RELEASE_LISTED = joined(RELEASE, List.of("limbo.holds-references"));
    /** An entry of the I/O tables written. */
    public static final List<String> ENTRY = List.of("invalidation.needed", "invalidation.lingers", USES);
    /** An owner's entry written because the type of its frame changes. */
    public static final List<String> OWN_ENTRY = joined(ENTRY, List.of("own-entry.rights"));
    /** A frame that gets an owner. */
    public static final List<String> RECEIVE = joined(OWN_ENTRY, List.of("receive.takes-type"));
    /** The tag in an invalidation. */
    public static final List<String> TAG = List.of("invalidation.did", "invalidation.unit-did");
    /** The next device that has to forget. */
    public static final String DEVICE_TLB = "device-tlb.next";
    /** The tag of what was there before. */
    public static final List<String> FORMER_TAG = joined(TAG, List.of("invalidation.absent-did"));
    /** Translations asked to be forgotten at a known unit; the driver's decisions come to it. */
    public static final List<String> TRANSLATIONS = joined(TAG, List.of("invalidation.for-table", "queue.drops"));
    /** The next unit that has to be asked. */
    public static final List<String> UNIT = List.of("invalidation.unit", USES);
    /** A tag given back. */
    public static final List<String> FREE_TAG = List.of("detach.frees-did", USES);
    /** What was led through a table that was unlinked. */
    public static final List<String> UNLINK = List.of("table.asked-again", "invalidation.needed", USES);

    /** Both lists. */
    public static List<String> joined(List<String> some, List<String> more) {
        return Stream.concat(some.stream(), more.stream()).distinct().toList();
    }
}
