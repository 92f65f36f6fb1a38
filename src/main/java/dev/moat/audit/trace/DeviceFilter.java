package dev.moat.audit.trace;

import dev.moat.audit.result.Ledger.Subject;
import java.util.Collection;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which devices are asked about. Most events name a domain or nothing: a domain is known to be a device's when an address that
 * the device was given was found in it, when a flush of it named the device, or when a probe showed the attach.
 */
public final class DeviceFilter {
    private static final Pattern ADDRESS =
            Pattern.compile("(?:([0-9a-fA-F]{4,8}):)?([0-9a-fA-F]{2}):([01][0-9a-fA-F])\\.([0-7])");

    private final TreeSet<String> chosen = new TreeSet<>();
    private final boolean active;
    private long ours;
    private long others;
    private long untold;

    /**
     * Chooses devices.
     *
     * @param addresses of PCI functions, {@code 0000:00:04.0} or {@code 00:04.0}; none for all devices
     * @throws IllegalArgumentException for anything else
     */
    public DeviceFilter(Collection<String> addresses) {
        for (String address : addresses) {
            Matcher m = ADDRESS.matcher(address);
            if (!m.matches()) {
                throw new IllegalArgumentException("'" + address
                        + "' is no address of a PCI function; expected for example 0000:00:04.0 or 00:04.0");
            }
            String segment = m.group(1) == null ? "0000" : m.group(1);
            chosen.add((segment + ":" + m.group(2) + ":" + m.group(3) + "." + m.group(4)).toLowerCase(Locale.ROOT));
        }
        active = !chosen.isEmpty();
    }

    /** Whether some devices were chosen. */
    public boolean active() {
        return active;
    }

    /** Their names, as the kernel prints them. */
    public Set<String> chosen() {
        return Set.copyOf(chosen);
    }

    /** Whose event it is that names this device. */
    public Subject of(String device) {
        return chosen.contains(device) ? Subject.ASKED : Subject.OTHER;
    }

    /** Whose domain this is; null for none. */
    public Subject of(@Nullable AddressSpace space) {
        if (!active()) {
            return Subject.ASKED;
        }
        return space == null || !space.known()
                ? Subject.UNTOLD
                : space.isOfChosen() ? Subject.ASKED : space.isNamed() ? Subject.OTHER : Subject.UNTOLD;
    }

    /** The domain is the device's. */
    public void link(@Nullable AddressSpace space, @Nullable String device) {
        if (active() && space != null && device != null && space.known()) {
            space.ofDevice(chosen.contains(device));
        }
    }

    /** The device may leave its domain, or has another from now on. */
    public void moves(@Nullable String device, Collection<AddressSpace> spaces) {
        if (device != null && chosen.contains(device)) {
            spaces.forEach(AddressSpace::ofNobody);
        }
    }

    /** Counts an event. */
    public void count(Subject subject) {
        switch (subject) {
            case ASKED -> ours++;
            case OTHER -> others++;
            case UNTOLD -> untold++;
        }
    }

    /** Events of the devices chosen, or of their domains. */
    public long ours() {
        return ours;
    }

    /** Events of other devices or their domains. */
    public long others() {
        return others;
    }

    /** Events that do not tell whose they are; invalidations and other kinds among them. */
    public long untold() {
        return untold;
    }
}
