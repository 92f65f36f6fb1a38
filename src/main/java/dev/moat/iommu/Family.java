package dev.moat.iommu;

import dev.moat.firmware.AcpiTable;
import dev.moat.firmware.UnitDescription;
import dev.moat.model.BadSettingException;
import dev.moat.model.InjectedFault;
import dev.moat.model.ModelBuilder;
import dev.moat.model.Parameter;
import dev.moat.model.Setting;
import dev.moat.state.SchemaBuilder;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A kind of IOMMU: hardware, and the driver that software uses it by. Found by its id through {@link
 * java.util.ServiceLoader}; it needs a public constructor without parameters. Software (a hypervisor, a kernel's DMA layer)
 * knows a family by this contract only.
 *
 * <p>Software first asks what there is ({@link #capabilities}), lays out its own state by that, and then has the family
 * declare its part ({@link #declare}).
 */
public interface Family {
    /** Short name as the parameter {@code iommu} has it, for example {@code vtd}. */
    String id();

    /** One sentence: what is modelled. */
    String says();

    /** The family's own parameters and capabilities, which are there when it is chosen. */
    default List<Parameter> parameters() {
        return List.of();
    }

    /** The names of its parameters that decide whether its units have a trait; none where they always have it, or never. */
    default List<String> parametersFor(Capabilities.Trait trait) {
        return List.of();
    }

    /** What of a unit not all software has to do with. */
    enum Use {
        /** Actions of the units' own: requests in flight, what units cache and record besides translations. */
        OWN_ACTIONS("units serve requests in steps of their own"),
        /** Several requests to forget that are under way at a time. */
        OVERLAP("a second invalidation is asked for before the first was awaited"),
        /** A request to forget that is wrong. */
        WRONG_REQUESTS("a wrong invalidation may be asked for"),
        /** Devices that are led elsewhere while they work. */
        MOVED_DEVICES("devices are led elsewhere"),
        /** What a driver asks of the default domain of a device. */
        DEFAULT_DOMAINS("devices have default domains, as in iommu-dma");

        private final String says;

        Use(String says) {
            this.says = says;
        }
    }

    /** The names of its parameters that change nothing in a machine without something; none where that is so of none. */
    default List<String> parametersFor(Use use) {
        return List.of();
    }

    /**
     * Refuses parameters that would change nothing, so that what they say would be held without having been looked at.
     *
     * @param setting of the machine, the family's parameters among it; one that is not declared there is as by default
     * @param remedy the settings with which there would be, or nothing where no setting helps
     * @param missing what there is not, asked in this order
     * @throws BadSettingException for the first one that is not as by default
     */
    default void requireDefaults(Setting setting, String remedy, Use... missing) {
        for (Use use : missing) {
            for (String name : parametersFor(use)) {
                if (setting.isChanged(name)) {
                    String with = remedy.isEmpty() ? "" : ": " + remedy;
                    throw new BadSettingException(name, name + " is for machines in which " + use.says + with);
                }
            }
        }
    }

    /** Injected faults that edit what the family declares: its decisions, and its steps in software's programs. */
    default List<InjectedFault> faults() {
        return List.of();
    }

    /**
     * Injected faults that show under software that is modelled call by call, without programs. Some are {@link #faults} too; the
     * others need what such software has and a hypervisor has not, or make no difference there.
     */
    default List<InjectedFault> callFaults() {
        return List.of();
    }

    /**
     * Injected faults that show under a kernel's layer of DMA mappings, which has programs and trusts its callers. They edit decisions
     * only, as other software's programs have other steps.
     */
    default List<InjectedFault> layerFaults() {
        return List.of();
    }

    /** Whether all that it declares reads states as {@link dev.moat.state.SchemaBuilder#readsThroughSlots} says. */
    default boolean readsThroughSlots() {
        return false;
    }

    /** The family's own flushes and waits, each as the edit that leaves it out. */
    default List<InjectedFault> omissions() {
        return List.of();
    }

    /**
     * What a unit with these settings can do, and what it asks of software.
     *
     * @throws BadSettingException when the family's settings contradict each other
     */
    Capabilities capabilities(Setting setting);

    /** The table in which firmware tells an operating system of a unit; none where the family's units are found otherwise. */
    default Optional<AcpiTable> firmwareTable(UnitDescription unit) {
        return Optional.empty();
    }

    /** How the family remaps interrupts; none where its units do not, or it is not modelled. */
    default Optional<Interrupts> interrupts() {
        return Optional.empty();
    }

    /**
     * Declares the slots of a unit that is driven by its registers alone; none where that is not modelled.
     *
     * @param prefix stands before their names
     * @param memory where its tables, queue and statuses are
     */
    default Optional<RegisterUnit> registers(SchemaBuilder schema, String prefix, Memory memory) {
        return Optional.empty();
    }

    /**
     * A unit in a recording of real software; none where recordings of the family are not judged.
     *
     * @param memory what the recording shows of memory, read without a state
     * @param settings what the recording says of the unit, by name
     * @throws IllegalArgumentException when the settings lack something, then when no unit has them; says which
     */
    default Optional<RecordedUnit> recorded(Memory memory, Map<String, Long> settings) {
        return Optional.empty();
    }

    /**
     * Declares slots and decisions for what software brings; actions come later, by {@link Iommu#declareActions}.
     *
     * @throws BadSettingException when the family cannot do what is needed of it at these sizes
     */
    Iommu declare(Sizes sizes, Setting setting, ModelBuilder model);
}
