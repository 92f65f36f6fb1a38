package dev.moat.dma;

import dev.moat.iommu.Capabilities;
import dev.moat.iommu.DefaultDomain;
import dev.moat.iommu.Entries;
import dev.moat.iommu.Iommu;
import dev.moat.iommu.Sizes;
import dev.moat.model.BadSettingException;
import dev.moat.state.Sort;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The devices of a kernel: device q is of group q modulo the number of groups, and behind unit q modulo the number of units.
 *
 * @param sort one element for each device
 * @param units the units of the machine
 * @param groups the groups that the kernel makes of them: what it isolates from each other
 */
public record Devices(Sort sort, Sort units, Sort groups) {
    /** Some devices for each group. */
    public static Devices of(Sort groups, int each, int units) {
        return new Devices(
                Sort.numbered("Req", "dev", groups.size() * each), Sort.numbered("Unit", "u", units), groups);
    }

    public int size() {
        return sort.size();
    }

    /** The group of a device. */
    public int groupOf(int device) {
        return device % groups.size();
    }

    /** What the driver of each says of its default domain. */
    public List<DefaultDomain> ask(Iommu iommu) {
        return IntStream.range(0, size())
                .mapToObj(q -> iommu.defaultDomain(q, groupOf(q)))
                .toList();
    }

    /** The devices as units tell them apart. */
    public Sizes.Requesters requesters() {
        return Sizes.Requesters.of(sort, units, q -> q % units.size());
    }

    /** Has units translate the requests of a device by a space's tables, as firmware left nothing attached. */
    public void attach(long[] s, Iommu iommu, int device, int space) {
        iommu.entries().attachAtOnce(s, device, space, iommu.tags().take(s, space, iommu.unitOf(device)));
    }

    /**
     * A group is the smallest unit of isolation: devices that hardware cannot tell apart have to be in one.
     *
     * @param setting what is at fault otherwise
     * @param remedy what may be set instead, behind the two devices' names and a colon
     * @throws BadSettingException for the first two devices that are in two
     */
    public void requireGroups(Entries entries, String setting, String remedy) {
        for (int q = 0; q < size(); q++) {
            for (int r = 0; r < q; r++) {
                if (entries.group(q) == entries.group(r) && groupOf(q) != groupOf(r)) {
                    throw new BadSettingException(
                            setting, "the IOMMU cannot tell " + named(r) + " from " + named(q) + ": " + remedy);
                }
            }
        }
    }

    private String named(int device) {
        return sort.label(device) + " of " + groups.label(groupOf(device));
    }

    /**
     * Refuses hardware that neither the layer nor the calls do anything about, in this order: pages behind the aperture, stores
     * that wait in a buffer.
     *
     * @throws BadSettingException for the first of them
     */
    public static void require(Capabilities can, Sort pages) {
        if (can.aperture().last() < pages.size() - 1) {
            throw new BadSettingException(
                    "pages",
                    "pages must not lie behind the last one that can be translated, number "
                            + can.aperture().last());
        }
        requireUnbuffered(can);
    }

    /** The same where pages behind the aperture are known not to be translated. */
    public static void requireUnbuffered(Capabilities can) {
        if (can.stores().buffered()) {
            throw new BadSettingException("iommu", "write buffers of the IOMMU are not flushed here");
        }
    }
}
