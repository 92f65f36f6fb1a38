package dev.moat.audit;

import dev.moat.audit.result.RuleTally;
import dev.moat.audit.result.Skipped;
import dev.moat.audit.result.Violation;
import dev.moat.audit.result.Window;
import dev.moat.audit.result.Windows;
import dev.moat.audit.trace.AddressSpace;
import dev.moat.output.Counted;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** An audit for a person. */
public final class AuditText {
    private static final int BAR = 40;
    private static final List<String> CLASSES =
            List.of("< 1 us", "< 10 us", "< 100 us", "< 1 ms", "< 10 ms", "< 100 ms", "< 1 s", ">= 1 s");

    private final Audit audit;
    private final Map<String, Long> figures;
    private final List<String> lines = new ArrayList<>();

    private AuditText(Audit audit) {
        this.audit = audit;
        figures = audit.figures();
    }

    /** The report, line by line. */
    public static List<String> of(Audit audit) {
        AuditText text = new AuditText(audit);
        text.head();
        text.rules();
        text.violations();
        text.windows();
        text.lines.addAll(audit.closing());
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

    private void head() {
        long events =
                audit.events().values().stream().mapToLong(Long::longValue).sum();
        long other = audit.events().getOrDefault("other", 0L);
        line(
                "%s: %s, %s (%,d of other kinds skipped); domains known: %,d",
                audit.file(), of("lines", "line"), Counted.of(events, "event"), other, figure("domains"));
        line("  read as: %s", audit.form());
        if (!audit.devices().isEmpty()) {
            line(
                    "  judged for %s only: %,d events are of it or its domains, %,d of others and left out (%,d judgements), %,d do not tell",
                    String.join(", ", audit.devices()),
                    figure("eventsOfDevices"),
                    figure("eventsOfOthers"),
                    figure("judgementsLeftOut"),
                    figure("eventsUntold"));
        }
        audit.warnings().forEach(w -> line("  warning: %s", w));
        line("  strict promise (nothing lingers when unmap returns)      %s", says(audit.outcome(true)));
        line("  lazy promise (nothing is reused before its invalidation) %s", says(audit.outcome(false)));
        line("  maps and unmaps themselves                               %s", says(audit.tables()));
        if (audit.showsBounces()) {
            line("  bounced mappings                                         %s", says(audit.bounces()));
        }
    }

    private static String says(Audit.Outcome outcome) {
        return switch (outcome) {
            case HELD -> "HELD, as far as this trace shows";
            case VIOLATED -> "VIOLATED";
            case NOT_JUDGED -> "NOT JUDGED";
        };
    }

    private void rules() {
        line("");
        line("  %-20s %-22s %10s %10s %10s", "rule", "of", "clean", "violated", "not judged");
        for (RuleTally t : audit.tallies()) {
            line(
                    "  %-20s %-22s %,10d %,10d %,10d",
                    t.rule().id(), t.rule().counts(), t.clean(), t.violated(), t.unjudgedCount());
        }
        for (RuleTally t : audit.tallies()) {
            t.unjudged()
                    .forEach((reason, n) ->
                            line("  %s: %,d not judged: %s", t.rule().id(), n, reason));
        }
        List<Skipped> skipped = audit.skipped();
        if (!skipped.isEmpty()) {
            line(
                    "  skipped: %d of %d rules, judged nowhere in this trace",
                    skipped.size(), audit.tallies().size());
        }
        for (Skipped s : skipped) {
            line("    %s of %s: %s", s.rule().id(), s.rule().counts(), s.reason());
        }
        lines.addAll(audit.hints());
    }

    private void violations() {
        for (RuleTally t : audit.tallies()) {
            if (t.examples().isEmpty()) {
                continue;
            }
            line("");
            line("  %s violated: %s", t.rule().id(), t.rule().says());
            for (Violation v : t.examples()) {
                line("    %s", v.says());
            }
            t.examples().get(0).reason().forEach(r -> line("      %s", r));
            if (t.violated() > t.examples().size()) {
                line("    and %,d more", t.violated() - t.examples().size());
            }
        }
    }

    private void windows() {
        Windows w = audit.windows();
        line("");
        if (!audit.showsInvalidations()) {
            line("  exposure: not measured, for it ends with an invalidation");
            return;
        }
        line("  exposure: %s", audit.exposure());
        line("    %s ended, %s", Counted.of(w.count(), "window"), Counted.of(w.pages(), "page"));
        long open = figure("windowsOutlivingOpen");
        line(
                "    %s%s",
                Counted.says(
                        figure("windowsOutliving"), "{window was|windows were} open when {its|their} unmap returned"),
                open == 0 ? "" : "; " + Counted.says(open, "of them {is|are} at the end"));
        unended("windowsFreed", "their domain was freed");
        unended("windowsCut", "events were lost, or another recording began");
        if (w.count() == 0) {
            return;
        }
        line(
                "    total %s, median %s, 99th percentile %s, longest %s%s",
                time(w.total()),
                time(w.quantile(50)),
                time(w.quantile(99)),
                time(w.max()),
                w.exact() ? "" : " (percentiles within 3.2 percent)");
        if (figure("windowsEndedBySubmission") > 0) {
            line(
                    "    %s at the submission of the invalidation: the return of the flush is not recorded",
                    Counted.says(figure("windowsEndedBySubmission"), "{window ends|windows end}"));
        }
        histogram(w.histogram());
        line("    worst:");
        for (Window one : w.worst()) {
            line(
                    "      %s, %s from %#x: unmapped at line %d, invalidated at line %d",
                    time(one.length()),
                    Counted.of(one.pages(), "page"),
                    one.first() << AddressSpace.PAGE_BITS,
                    one.from(),
                    one.to());
        }
    }

    private void unended(String name, String when) {
        if (figure(name) > 0) {
            line(
                    "    %s open when %s, and not seen to end",
                    Counted.says(figure(name), "{window was|windows were}"), when);
        }
    }

    private void histogram(long[] classes) {
        long most = 1;
        for (long n : classes) {
            most = Math.max(most, n);
        }
        for (int i = 0; i < classes.length; i++) {
            int bar = (int) ((classes[i] * BAR + most - 1) / most);
            line(
                    "    %-9s %,9d %s",
                    audit.nanoseconds() ? CLASSES.get(i) : "10^" + (i + 3), classes[i], "#".repeat(bar));
        }
    }

    private String time(long length) {
        if (!audit.nanoseconds()) {
            return Counted.of(length, "tick");
        } else if (length < 1_000_000) {
            return String.format(Locale.ROOT, "%.1f us", length / 1e3);
        }
        return length < 10_000_000_000L
                ? String.format(Locale.ROOT, "%.3f ms", length / 1e6)
                : String.format(Locale.ROOT, "%.3f s", length / 1e9);
    }
}
