package dev.moat.snapshot;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A property that a snapshot may answer. What its formula says beyond the relations that are shown stands in premises, and is taken as
 * false: what no snapshot shows, for example what a cache holds, is not judged.
 *
 * @param id of the property
 * @param needs relations that have to be shown and true of something; else there is nothing to judge
 * @param shown relations that have to be shown, whether they are true of anything
 * @param about it is listed, judged or not, if this is shown
 * @param provided taken as given, though no snapshot shows it; empty if nothing is
 */
record SnapshotProperty(String id, List<String> needs, List<String> shown, String about, String provided) {
    private static final String UNTOUCHED = "the granter has not stored to the entry while it was pinned";
    private static final String AT_REST = "no wait was answered while the queue was printed: a second snapshot tells";

    private static final String MEMORY = "entries in memory are judged; what caches hold is not shown";

    /** Shown by tables of a kind, and no relation of a formula that they answer. */
    static final String XEN = "tablesOfXen";

    static final String LINUX = "tablesOfLinux";
    static final String QUEUE = "queueOfVtd";

    static final List<SnapshotProperty> ALL = List.of(
            of("status-matches-pins", "pins", "", UNTOUCHED),
            of("mapping-is-permitted", "unit", "", UNTOUCHED).about("pins"),
            of("pin-has-a-mapping", "hold", "hasRoom", "no copy is under way"),
            of("nothing-outlives-its-domain", "hold", "dead", ""),
            of("right-is-granted", "for mapR owner", "hold dead", "").about(XEN),
            of("shared-frame-is-granted", "for mapR", "hold dead", "").about(XEN),
            of("level-is-in-width", "usesLevel", "", "").about("mapR"),
            of("device-entry-is-legal", "ent", "", MEMORY),
            of("one-did-one-domain", "ent", "", MEMORY),
            of("entry-follows-attachment", "ent for assigned", "", "no device is being attached or detached; " + MEMORY)
                    .about(LINUX),
            of("io-table-is-unreachable", "mapR ioTable", "", MEMORY).about(LINUX),
            of("message-window-is-unmapped", "mapR", LINUX, MEMORY).about(LINUX),
            of("device-has-one-group", "inGroup", "", ""),
            of("group-shares-a-space", "inGroup ent", "", MEMORY),
            of("group-shares-a-domain", "inGroup assigned", "", ""),
            of("wait-is-answered", "isWait", "", AT_REST).about(QUEUE),
            of(
                    "submission-ends-with-wait",
                    "lastSubmitted",
                    "",
                    "no wait was about to be submitted: a second snapshot tells"),
            of("descriptor-is-legal", "written", "", ""),
            of("interrupt-names-its-source", "presentIndex", "verifiesSource", "")
                    .about("verifiesSource"),
            of("interrupt-vector-is-legal", "presentIndex", "", ""),
            of("interrupt-entry-is-legal", "presentIndex", "legalInterrupt", "").about("legalInterrupt"),
            of("redirection-has-its-entry", "goesBy", "", ""));

    /** Who shows a relation. */
    private static final Map<String, String> SHOWN_BY = Map.ofEntries(
            Map.entry("pins", "a pinned grant entry (Xen's key 'g')"),
            Map.entry("unit", "a pinned entry of a grant table of version 1 (Xen's key 'g')"),
            Map.entry("hold", "grant tables (Xen's key 'g')"),
            Map.entry("hasRoom", "a pinned grant entry (Xen's key 'g')"),
            Map.entry("owner", "a pinned entry of a grant table of version 1 (Xen's key 'g')"),
            Map.entry("dead", "the whole listing of grant tables (Xen's key 'g'), from its first line to its last"),
            Map.entry("for", "I/O page tables (Xen's key 'o', domain_translation_struct)"),
            Map.entry("assigned", "domain_translation_struct"),
            Map.entry("mapR", "an entry of I/O page tables (Xen's key 'o', domain_translation_struct)"),
            Map.entry(LINUX, "domain_translation_struct"),
            Map.entry(
                    "usesLevel",
                    "I/O page tables and their width (Xen's key 'o', domain_translation_struct with dmar_translation_struct)"),
            Map.entry("ent", "device entries (dmar_translation_struct, devtbl)"),
            Map.entry("ioTable", "device entries or tables (dmar_translation_struct, domain_translation_struct)"),
            Map.entry("inGroup", "a listing of iommu_groups"),
            Map.entry("isWait", "a wait descriptor (invalidation_queue)"),
            Map.entry("lastSubmitted", "a queue with its tail (invalidation_queue, cmdbuf at rest)"),
            Map.entry("written", "a descriptor (invalidation_queue, cmdbuf)"),
            Map.entry("presentIndex", "an interrupt entry (ir_translation_struct, irqtbl, Xen's key 'V')"),
            Map.entry("verifiesSource", "ir_translation_struct, or Xen's key 'V'"),
            Map.entry("legalInterrupt", "ir_translation_struct or irqtbl"),
            Map.entry("goesBy", "a pin of an I/O APIC (Xen's key 'V')"));

    SnapshotProperty {
        needs = List.copyOf(needs);
        shown = List.copyOf(shown);
    }

    private static SnapshotProperty of(String id, String needs, String shown, String provided) {
        List<String> needed = List.of(needs.split(" "));
        return new SnapshotProperty(
                id, needed, shown.isEmpty() ? List.of() : List.of(shown.split(" ")), needed.get(0), provided);
    }

    private SnapshotProperty about(String what) {
        return new SnapshotProperty(id, needs, shown, what, provided);
    }

    /** What facts lack for the property to be judged; empty if they lack nothing. */
    List<String> lacks(Facts facts) {
        return Stream.concat(
                        needs.stream().filter(relation -> facts.of(relation).isEmpty()),
                        shown.stream().filter(relation -> !facts.isShown(relation)))
                .map(relation -> SHOWN_BY.getOrDefault(relation, relation))
                .distinct()
                .toList();
    }

    /** Whether facts show something that the property is about. */
    boolean concerns(Facts facts) {
        return facts.isShown(about);
    }

    /** How many things of those that it is about are shown. */
    int size(Facts facts) {
        return facts.of(needs.get(0)).size();
    }
}
