package dev.moat.audit;

import dev.moat.output.Counted;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What only the report of a trace has. */
final class TraceNotes {
    private final Audit audit;
    private final Map<String, Long> figures;
    private final List<String> lines = new ArrayList<>();

    private TraceNotes(Audit audit) {
        this.audit = audit;
        figures = audit.figures();
    }

    /** Lines below the table of rules. */
    static List<String> hints(Audit audit, boolean showsVtd, boolean assumesOneDomain) {
        List<String> hints = new ArrayList<>();
        if (!audit.showsInvalidations()) {
            hints.add(
                    showsVtd
                            ? "  invalidations of VT-d are intel_iommu:qi_submit, which was not recorded"
                            : "  nothing here is of VT-d; of AMD-Vi and virtio-iommu Linux has no event for invalidations, so these rules stay unjudged");
        }
        if (assumesOneDomain) {
            hints.add("  no event names a domain: one domain is assumed, and maps that contradict it are not judged");
        }
        return hints;
    }

    /** Lines at the end of the report. */
    static List<String> closing(Audit audit) {
        TraceNotes text = new TraceNotes(audit);
        text.invalidations();
        text.rest();
        return text.lines;
    }

    private void line(String format, Object... values) {
        lines.add(String.format(Locale.ROOT, format, values));
    }

    private long figure(String name) {
        return figures.getOrDefault(name, 0L);
    }

    private String of(String name, String one) {
        return Counted.of(figure(name), one);
    }

    private void invalidations() {
        if (!audit.showsInvalidations()) {
            return;
        }
        line("");
        line("  invalidations of translations");
        for (String scope : List.of("pages", "domain", "global")) {
            line(
                    "    %-7s %,9d, ending the exposure of %s",
                    scope, figure(scope + "Invalidations"), of(scope + "InvalidatedPages", "page"));
        }
        line("    %,d covered nothing that was seen mapped", figure("idleInvalidations"));
        if (figure("foreignIdInvalidations") > 0) {
            line(
                    "    %,d in a flush of a domain that has another domain id, taken to be for the id that they carry",
                    figure("foreignIdInvalidations"));
        }
        if (figure("unassignedInvalidations") > 0) {
            line(
                    "    %,d of a domain id of unknown owner, taken to cover every domain it may be",
                    figure("unassignedInvalidations"));
        }
    }

    private void rest() {
        line("");
        if (audit.showsBounces()) {
            line(
                    "  %s bounced, %s because it was forced; %s got no address",
                    of("bytesBounced", "byte"), of("bouncesForced", "time"), of("bouncesWithoutAddress", "bounce"));
        }
        if (figure("bytesExposed") > 0) {
            line(
                    "  sub-page exposure: %s to be reachable, %,d were (page maps only)",
                    Counted.says(figure("bytesAsked"), "{byte was|bytes were}"), figure("bytesExposed"));
        }
        line(
                "  %,d of %s took away pages that were not seen to be mapped (%s)",
                figure("unseenUnmaps"), of("unmaps", "unmap"), of("unseenPages", "page"));
        line(
                "  at the end: %s (%s), %s under way",
                Counted.says(
                        figure("windowsOpen"),
                        audit.showsInvalidations()
                                ? "{window|windows} open"
                                : "{range|ranges} unmapped since {it was|they were} last mapped"),
                of("pagesOpen", "page"),
                of("callsUnderWay", "call"));
        long faults = figure("faultsOnLingering") + figure("faultsOnMapped") + figure("faultsOnUnmapped");
        if (faults > 0) {
            line(
                    "  I/O page faults: %s%s",
                    Counted.of(faults, "fault"), audit.faults().size() < faults ? ", of which the first are told" : "");
            audit.faults().forEach(fault -> line("    line %,d: %s", fault.line(), fault.says()));
        }
    }
}
