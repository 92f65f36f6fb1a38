package dev.moat.assignment;

import dev.moat.input.Place;
import java.util.List;

/**
 * A guest and its devices, as its configuration has them.
 *
 * @param memory bytes of its memory; -1 if the file does not tell
 * @param makesRoom whether its memory is laid around the reserved ranges of the host ({@code rdm} of xl.cfg)
 */
record Guest(String name, long memory, boolean makesRoom, List<Given> devices) {
    /**
     * A device that it gets.
     *
     * @param device as Linux names it, with its segment
     */
    record Given(String device, Place place) {}

    /** Up to here, the memory of a guest that has so much lies from 0 on, whatever else lies there. */
    private static final long SURELY = 0x8000_0000L;

    private static final long PERHAPS = 0xf000_0000L;

    Guest {
        devices = List.copyOf(devices);
    }

    /** The first address that is perhaps not memory. */
    long surely() {
        return Math.min(memory, SURELY);
    }

    /** The first address below 4 GiB that is not memory in any layout that is usual. */
    long perhaps() {
        return Math.min(memory, PERHAPS);
    }
}
