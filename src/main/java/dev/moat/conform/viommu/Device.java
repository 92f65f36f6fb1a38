package dev.moat.conform.viommu;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The recorder's devices, by the requester id that the unit sees. */
enum Device {
    D0("d0", 0x20),
    D1("d1", 0x23),
    D2("d2", 0x28),
    /** Behind a root port. */
    D3("d3", 0x100),
    /** Behind a bridge that gives its own requester id. */
    D4("d4", 0x300),
    D5("d5", 0x80),
    /** Passed through. */
    P0("p0", 0x40);

    private final String label;
    private final int sid;

    Device(String label, int sid) {
        this.label = label;
        this.sid = sid;
    }

    int sid() {
        return sid;
    }

    /** The device of that name, or null. */
    static @Nullable Device of(String label) {
        return Arrays.stream(values())
                .filter(d -> d.label.equals(label))
                .findFirst()
                .orElse(null);
    }

    static List<String> labels() {
        return Arrays.stream(values()).map(d -> d.label).toList();
    }

    static List<Integer> sids() {
        return Arrays.stream(values()).map(Device::sid).toList();
    }
}
