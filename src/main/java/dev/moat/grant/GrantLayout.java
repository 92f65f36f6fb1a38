package dev.moat.grant;

import dev.moat.bits.Layout;
import dev.moat.bits.Layout.Statement;
import dev.moat.bits.LayoutBuilder;
import dev.moat.bits.LayoutSource;
import java.util.List;

/** What grant entries of both versions, and pin counters, mean. */
public final class GrantLayout implements LayoutSource {
    @Override
    public Layout layout() {
        Pins pins = new Pins(8);
        LayoutBuilder all = new LayoutBuilder("grant");
        all.says("grant-entry", "has its three members", 3, x -> SharedEntry.of(x[0], x[1], x[2]));
        all.made("permitting", 3, x -> SharedEntry.permitting((int) x[0], (int) x[1], x[2] != 0));
        all.says("second-entry", "has its four members", 4, x -> SecondEntry.of(x[0], x[1], x[2], x[3]));
        all.says("pin-count", "is the counter of its kind", 2, x -> pins.count(x[0], (int) x[1]));
        all.says("pin-units", "is one pin for each side", 2, x -> pins.taken((int) x[0], x[1] != 0));
        all.add(new Statement("pinned", "changes no other counter, and dropping it undoes it", 3, 2, x -> {
            long units = pins.taken((int) x[1], x[2] != 0);
            long after = pins.plus(x[0], units);
            x[3] = units;
            x[4] = pins.minus(after, units);
            return after;
        }));
        all.says(
                "pin-refused",
                "is a counter whose highest bit is set",
                3,
                x -> pins.isFull(x[0], (int) x[1], x[2] != 0) ? 1 : 0);
        all.word("grant", SharedEntry.FORMAT)
                .word("grant-second", SharedEntry.FORMAT)
                .word("grant-sub-page", List.of(SecondEntry.PAGE_OFF, SecondEntry.LENGTH))
                .word("grant-transitive.lo", List.of(SecondEntry.TRANS_DOMID))
                .word("grant-transitive.hi", List.of(SecondEntry.TRANS_GREF))
                .word("grant-second.frame", SecondEntry.HIGH_FORMAT)
                .word("pins", pins.fields());
        return all.layout();
    }
}
