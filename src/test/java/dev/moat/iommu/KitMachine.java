package dev.moat.iommu;

import dev.moat.model.Edits;
import dev.moat.model.Model;
import dev.moat.model.ModelBuilder;
import dev.moat.model.Setting;
import dev.moat.state.Sort;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/**
 * The units of a family with no software on them but the kit: three requesters spread over the units, three pages from page 0 on, four
 * frames, two CPUs, and as many spaces as the tags allow.
 */
public final class KitMachine {
    static final int REQUESTERS = 3;
    static final int PAGES = 3;
    static final int FRAMES = 4;
    static final int CPUS = 2;

    /** What to build: the family's settings, how many units, and what software needs of them. */
    public record Plan(Map<String, String> settings, int units, Set<Sizes.Need> needs) {
        /** One unit, nothing beyond the ordinary. Settings are {@code name=value}. */
        public static Plan of(String... settings) {
            return new Plan(settings(settings), 1, EnumSet.of(Sizes.Need.SUBMITTERS));
        }

        private static Map<String, String> settings(String... settings) {
            return List.of(settings).stream()
                    .map(setting -> setting.split("=", 2))
                    .collect(java.util.stream.Collectors.toMap(pair -> pair[0], pair -> pair[1]));
        }

        /** The same with several units. */
        public Plan units(int count) {
            return new Plan(settings, count, needs);
        }

        /** The same with something more that software needs. */
        public Plan needing(Sizes.Need need) {
            EnumSet<Sizes.Need> all = EnumSet.copyOf(needs);
            all.add(need);
            return new Plan(settings, units, all);
        }
    }

    final Plan plan;
    final Capabilities capabilities;
    final Sizes sizes;
    final Iommu iommu;
    final Model model;

    KitMachine(Family family, Plan plan) {
        this(family, plan, new Edits(), units -> units);
    }

    /**
     * A machine that is broken on purpose; for tests of the kit.
     *
     * @param edits what is changed of what the family declares
     * @param as the units as the kit drives them
     */
    KitMachine(Family family, Plan plan, Edits edits, UnaryOperator<Iommu> as) {
        this.plan = plan;
        Setting setting = new Setting(family.parameters(), plan.settings());
        capabilities = family.capabilities(setting);
        sizes = sizes();
        ModelBuilder builder = new ModelBuilder(edits);
        Iommu real = family.declare(sizes, setting, builder);
        iommu = as.apply(real);
        iommu.declareActions(builder);
        builder.initially(s -> {
            real.connect(s);
            real.settle(s);
        });
        model = builder.build();
    }

    private Sizes sizes() {
        int spaces = capabilities.tagging() == Capabilities.Tagging.NONE ? 1 : 2;
        Sort space = Sort.numbered("Space", "s", spaces);
        Sort units = Sort.numbered("Unit", "u", plan.units());
        return new Sizes(
                new Sizes.Requesters(
                        Sort.numbered("Req", "q", REQUESTERS),
                        List.of(0x8, 0x10, 0x108),
                        units,
                        IntStream.range(0, REQUESTERS)
                                .mapToObj(q -> q / 2 % plan.units())
                                .toList()),
                new Sizes.Spaces(
                        space,
                        Sort.numbered("Number", "n", spaces),
                        IntStream.range(0, spaces).boxed().toList()),
                new Sizes.Addresses(
                        Sort.numbered("Page", "p", PAGES), 0, Sort.numbered("Frame", "f", FRAMES), 0, 0x100),
                new Sizes.Cpus(Sort.numbered("Cpu", "cpu", CPUS), (s, cpu) -> true),
                plan.needs());
    }

    int spaces() {
        return sizes.spaces().sort().size();
    }

    int tags() {
        return iommu.tags().sort().size();
    }

    /** Whether tables translate a page; what is outside of the aperture or reserved they do not. */
    boolean isTranslated(int page) {
        long number = sizes.addresses().pageNumber(page);
        Capabilities.Aperture aperture = capabilities.aperture();
        return number >= aperture.first()
                && number <= aperture.last()
                && aperture.reserved().stream().noneMatch(r -> number >= r.first() && number <= r.last());
    }

    /** Whether a request for a page passes untranslated. */
    boolean isIdentity(int page) {
        long number = sizes.addresses().pageNumber(page);
        Capabilities.Aperture aperture = capabilities.aperture();
        return aperture.outside() == Capabilities.Outside.IDENTITY
                && (number < aperture.first() || number > aperture.last());
    }

    @Override
    public String toString() {
        return plan.toString();
    }
}
