package dev.moat.conform.viommu;

import dev.moat.iommu.vtd.interrupt.RedirectionEntry;
import java.util.Arrays;
import java.util.OptionalLong;

/**
 * The IOAPIC of the recorded machine, as software writes its redirection table and devices pulse its inputs. What is level-triggered is
 * sent once until an end of interrupt, which no recorded processor gives, or until the entry is written as edge-triggered.
 */
final class IoApic {
    private static final int PINS = 24;
    /** The select register has 8 bits; entry n is at twice n from here, in halves. */
    private static final int FIRST_ENTRY = 0x10;

    private static final int SELECTED = 0xff;
    /** Input 0 is the timer's, which is wired to pin 2. */
    private static final int TIMER = 2;
    /** What the 8259 answers with nothing pending: its last input, behind a base of 0 as firmware has not set one. */
    private static final long SPURIOUS = 7;

    private final long[] entries = new long[PINS];

    IoApic() {
        reset();
    }

    void reset() {
        Arrays.fill(entries, RedirectionEntry.MASK.mask());
    }

    /** Software writes both halves of an entry; one that is not there is another register, or none. */
    void write(long pin, long value) {
        int register = (int) (FIRST_ENTRY + 2 * pin) & SELECTED;
        int at = (register - FIRST_ENTRY) / 2;
        if (register < FIRST_ENTRY || at >= PINS) {
            return;
        }
        long sent = RedirectionEntry.TRIGGER.isSet(value) ? RedirectionEntry.IRR.mask() & entries[at] : 0;
        entries[at] = (value & ~RedirectionEntry.IRR.mask()) | sent;
    }

    /** An input goes up and down; the entry by which this is a message, if it is one. */
    OptionalLong pulse(long input) {
        if (input < 0 || input >= PINS) {
            return OptionalLong.empty();
        }
        int pin = input == 0 ? TIMER : (int) input;
        long entry = entries[pin];
        boolean waits = RedirectionEntry.TRIGGER.isSet(entry) && RedirectionEntry.IRR.isSet(entry);
        if (waits || RedirectionEntry.MASK.isSet(entry)) {
            return OptionalLong.empty();
        }
        if (RedirectionEntry.TRIGGER.isSet(entry)) {
            entries[pin] |= RedirectionEntry.IRR.mask();
        }
        boolean external = RedirectionEntry.DLM.get(entry) == RedirectionEntry.DLM.max();
        return OptionalLong.of(external ? RedirectionEntry.VECTOR.set(entry, SPURIOUS) : entry);
    }
}
