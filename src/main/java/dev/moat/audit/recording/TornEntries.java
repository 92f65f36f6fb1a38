package dev.moat.audit.recording;

import dev.moat.audit.result.AuditRule;
import dev.moat.audit.result.Ledger;
import dev.moat.iommu.Entry;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Entries that are changed by several stores while a unit may read them. What lies between two stores of one update must be nothing, or what was
 * before, or what is behind. An update ends when its CPU gives a command or the call that began it returns.
 */
final class TornEntries {
    private static final int MOST = 1024;

    private final Ledger ledger;
    private final Map<Long, Update> updates = new HashMap<>();

    /** Stores to one entry so far. */
    private record Update(Moment began, Entry first, Moment last, Entry now, UnitTables unit, Listener.Place place) {}

    TornEntries(Ledger ledger) {
        this.ledger = ledger;
    }

    void changed(Moment when, UnitTables unit, Listener.Place place, Entry old, Entry now, boolean whole) {
        Update update = updates.remove(place.address());
        if (whole) {
            judgeForm(when, unit, place, now);
            return;
        }
        boolean goesOn = update != null && update.last.cpu() == when.cpu() && update.last.call() == when.call();
        if (update != null && goesOn) {
            judge(update, when, now);
        } else if (update != null) {
            judgeForm(update.last, update.unit, update.place, update.now);
        }
        Update next = update != null && goesOn
                ? new Update(update.began, update.first, when, now, unit, place)
                : new Update(when, old, when, now, unit, place);
        if (updates.size() < MOST) {
            updates.put(place.address(), next);
        } else {
            ledger.unjudged(AuditRule.TORN, "more than " + MOST + " entries are being changed at one time");
        }
    }

    private static boolean same(Entry one, Entry other) {
        return one.gives(other) && other.gives(one);
    }

    private void judge(Update update, Moment when, Entry now) {
        Entry between = update.now;
        boolean harmless = between.what() == Entry.What.NOTHING
                || between.what() == Entry.What.UNKNOWN
                || (between.leads() && (same(between, update.first) || same(between, now)));
        if (harmless) {
            ledger.clean(AuditRule.TORN);
            return;
        }
        ledger.violated(
                AuditRule.TORN,
                when.line(),
                () -> String.format(
                        Locale.ROOT,
                        "%s: %s of %s at %#x is changed in parts: between %s and here the unit could read %s",
                        when.says(),
                        "entry of a " + update.place.table(),
                        update.unit.name(),
                        update.place.address(),
                        update.last.says(),
                        between.what() == Entry.What.WRONG
                                ? "an entry that is an error (" + between.why() + ")"
                                : "an entry that is neither the old nor the new one"));
    }

    /** What mixtures of its words an entry may be read as. */
    void mixed(Moment when, UnitTables unit, Listener.Place place, @Nullable Entry mixture) {
        if (mixture == null) {
            ledger.clean(AuditRule.TORN);
            return;
        } else if (mixture.what() == Entry.What.UNKNOWN) {
            ledger.unjudged(AuditRule.TORN, mixture.why());
            return;
        }
        ledger.violated(
                AuditRule.TORN,
                when.line(),
                () -> String.format(
                        Locale.ROOT,
                        "%s: entry of a %s of %s at %#x is changed in parts: with words of it that the unit may have kept it reads %s",
                        when.says(),
                        place.table(),
                        unit.name(),
                        place.address(),
                        mixture.what() == Entry.What.WRONG
                                ? "an entry that is an error (" + mixture.why() + ")"
                                : "an entry that is neither the old nor the new one"));
    }

    private void judgeForm(Moment when, UnitTables unit, Listener.Place place, Entry now) {
        if (now.what() == Entry.What.WRONG) {
            ledger.violated(
                    AuditRule.ENTRY_FORM,
                    when.line(),
                    () -> String.format(
                            Locale.ROOT,
                            "%s: %s of %s at %#x: %s",
                            when.says(),
                            "entry of a " + place.table(),
                            unit.name(),
                            place.address(),
                            now.why()));
        } else if (now.leads()) {
            ledger.clean(AuditRule.ENTRY_FORM);
        }
    }

    /** A CPU gives a command, or one of its calls returns: what it was changing is as it shall be. */
    void settle(int cpu) {
        Iterator<Update> all = updates.values().iterator();
        while (all.hasNext()) {
            Update one = all.next();
            if (one.last.cpu() == cpu) {
                judgeForm(one.last, one.unit, one.place, one.now);
                all.remove();
            }
        }
    }

    /** Events are missing: what was being changed is not known. */
    void lose() {
        updates.clear();
    }

    /** The recording is over. */
    void end() {
        updates.values().forEach(one -> judgeForm(one.last, one.unit, one.place, one.now));
        updates.clear();
    }
}
