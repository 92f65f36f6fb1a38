package dev.moat.xen.setting;

import dev.moat.iommu.Capabilities;
import dev.moat.iommu.Families;
import dev.moat.iommu.Family;
import dev.moat.iommu.Iommu;
import dev.moat.iommu.Sizes;
import dev.moat.model.ModelBuilder;
import dev.moat.model.Parameter;
import dev.moat.model.Setting;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Which IOMMU the machine has, and which domains have I/O tables. The parameter {@code iommu} says either: a family's id, or, as
 * it did when there was one family, {@code last}, {@code all} or {@code none}, with the default family. Beside a family's id {@code
 * iommu-domains} says which domains.
 *
 * @param family found by its id
 * @param setting all values, the family's own among them
 * @param capabilities what its units can do with these settings
 * @param domains the domains that have I/O tables and, at the start, a device
 * @param units how many there are; device q is behind unit q modulo their number
 */
public record IommuSetting(
        Family family, Setting setting, Capabilities capabilities, List<Integer> domains, int units) {
    private static final String NAME = "iommu";
    private static final String DOMAINS = "iommu-domains";
    private static final String MASK = "iommu-mask";
    private static final List<String> WHICH = List.of("last", "all", "none");

    /** Xen's own; the family's follow from {@link #family(Map)}. */
    static List<Parameter> parameters() {
        List<String> words = new ArrayList<>(WHICH);
        words.addAll(Families.ids());
        return List.of(
                Parameter.choice(
                        NAME,
                        "Which IOMMU there is; or, with the default one, which domains have I/O tables and, at the start, a"
                                + " device.",
                        "last",
                        words.toArray(String[]::new)),
                Parameter.choice(
                        DOMAINS,
                        "Which domains have I/O tables and, at the start, a device, where iommu names the IOMMU.",
                        "last",
                        WHICH.toArray(String[]::new)),
                Parameter.number(MASK, "The same as a bit set of domains; 0 leaves it to iommu.", 0, 0, 255));
    }

    /** The family that settings choose; the default one where they name none that there is. */
    public static Family family(Map<String, String> given) {
        return Families.find(given.getOrDefault(NAME, "")).orElseGet(() -> Families.get(Families.DEFAULT));
    }

    /** What the units of a setting can do. */
    public static Capabilities capabilities(Setting s) {
        return family(s.values()).capabilities(s);
    }

    /** Which domains of a setting have I/O tables. */
    public static List<Integer> domains(Setting s) {
        String which = WHICH.contains(s.text(NAME)) ? s.text(NAME) : s.text(DOMAINS);
        int mask = s.number(MASK);
        int domains = s.number("domains");
        return mask == 0 ? some(which, domains) : bits(mask, domains);
    }

    /** Whether {@code iommu-domains} says which. */
    public static boolean asksForDomains(Setting s) {
        return !WHICH.contains(s.text(NAME)) && s.number(MASK) == 0;
    }

    static IommuSetting of(Setting s) {
        Family family = family(s.values());
        return new IommuSetting(family, s, family.capabilities(s), domains(s), s.number("units"));
    }

    private static List<Integer> bits(int mask, int domains) {
        return IntStream.range(0, domains)
                .filter(d -> (mask >>> d & 1) != 0)
                .boxed()
                .toList();
    }

    /** The domains that a word means, of so many. */
    static List<Integer> some(String which, int domains) {
        return switch (which) {
            case "first" -> List.of(0);
            case "last" -> List.of(domains - 1);
            case "none" -> List.of();
            default -> IntStream.range(0, domains).boxed().toList();
        };
    }

    /** Declares the units of a machine. */
    public Iommu declare(Sizes sizes, ModelBuilder model) {
        return family.declare(sizes, setting, model);
    }
}
