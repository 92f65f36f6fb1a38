package dev.moat.audit.trace;

import dev.moat.audit.read.Field;
import dev.moat.audit.read.TraceEvent;
import dev.moat.audit.result.AuditRule;
import dev.moat.audit.result.Ledger;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Direct mappings are made before their device is attached: between, it could reach nothing of what firmware has promised it.
 * Linux maps them and attaches in one task. A mapping made behind an attach of its domain may be for the next device of the
 * same group; so it is judged at the next attach of the task, or when the trace ends. {@code @source} Linux
 * drivers/iommu/iommu.c, iommu_setup_default_domain.
 */
final class DirectMaps {
    private static final int MOST_DOMAINS = 1 << 16;

    /** What is open of a domain: direct mappings since the last attach, the task that made them, and the line of the first. */
    private static final class Domain {
        long attached;
        long open;
        int task;
        long first;
    }

    private final Ledger ledger;
    private final Map<Long, Domain> domains = new HashMap<>();
    private final Map<Integer, Long> attaching = new HashMap<>();

    public DirectMaps(Ledger ledger) {
        this.ledger = ledger;
    }

    /** A mapping whose address and frame are the same. The domain is known. */
    public void mapped(long domain, TraceEvent e) {
        if (domains.size() >= MOST_DOMAINS && !domains.containsKey(domain)) {
            ledger.unjudged(AuditRule.DIRECT, "more domains than there is room for");
            return;
        }
        Domain d = domains.computeIfAbsent(domain, n -> new Domain());
        if (d.open++ == 0) {
            d.first = e.line();
            d.task = e.task();
        }
    }

    /** A task begins to attach a device to a domain. */
    public void enter(TraceEvent e) {
        if (e.has(Field.DOM) && attaching.size() < MOST_DOMAINS) {
            attaching.put(e.task(), e.get(Field.DOM));
        }
    }

    /**
     * The device is attached; to which domain, the beginning has told, if it was recorded.
     *
     * @return the domain; null where it is not known
     */
    public @Nullable Long attached(TraceEvent e) {
        Long domain = attaching.remove(e.task());
        if (domain != null && (domains.size() < MOST_DOMAINS || domains.containsKey(domain))) {
            Domain d = domains.computeIfAbsent(domain, n -> new Domain());
            settle(d, true);
            d.attached = e.line();
        }
        domains.forEach((pointer, d) -> {
            if (d.open > 0 && d.task == e.task() && domain == null) {
                boolean sure = d.attached == 0;
                settle(d, sure);
                d.attached = e.line();
            } else if (d.open > 0 && d.task == e.task() && d.attached > 0) {
                late(pointer, d);
            }
        });
        return domain;
    }

    private void settle(Domain d, boolean sure) {
        for (; d.open > 0; d.open--) {
            if (sure) {
                ledger.clean(AuditRule.DIRECT);
            } else {
                ledger.unjudged(
                        AuditRule.DIRECT,
                        "the attach that follows may be of the same domain or another: needs the probe attach");
            }
        }
    }

    private void late(long pointer, Domain d) {
        long line = d.first;
        long attached = d.attached;
        long count = d.open;
        ledger.violated(
                AuditRule.DIRECT,
                line,
                () -> String.format(
                        Locale.ROOT,
                        "line %d maps directly for domain %#x (%d such maps), to which line %d has attached a device; no attach follows them",
                        line,
                        pointer,
                        count,
                        attached));
        d.open = 0;
    }

    /** The trace is over: no attach follows. */
    public void finish() {
        domains.forEach(this::over);
    }

    private void over(long pointer, Domain d) {
        if (d.open > 0 && d.attached > 0) {
            late(pointer, d);
        }
        for (; d.open > 0; d.open--) {
            ledger.unjudged(AuditRule.DIRECT, "no attach of the domain was seen");
        }
    }

    /** A domain goes away: no attach follows. */
    public void free(long domain) {
        Domain d = domains.remove(domain);
        if (d != null) {
            over(domain, d);
        }
    }

    /** What was known is known no more. */
    public void forget() {
        domains.values().forEach(d -> {
            for (; d.open > 0; d.open--) {
                ledger.unjudged(AuditRule.DIRECT, "events were lost about then");
            }
        });
        domains.clear();
        attaching.clear();
    }
}
