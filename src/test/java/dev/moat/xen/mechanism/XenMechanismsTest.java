package dev.moat.xen.mechanism;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.moat.iommu.Capabilities;
import dev.moat.iommu.Families;
import dev.moat.iommu.Family;
import dev.moat.model.BadSettingException;
import dev.moat.model.Conflict;
import dev.moat.model.Edits;
import dev.moat.model.Mechanism;
import dev.moat.model.Mechanisms;
import dev.moat.model.ModelBuilder;
import dev.moat.model.Parameter;
import dev.moat.model.Setting;
import dev.moat.xen.XenVtd;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The table of mechanisms is what is refused: no more, no less, and in one form. */
class XenMechanismsTest {
    private static final XenVtd XEN = new XenVtd();
    private static final List<Parameter> PARAMETERS = XEN.parameters();
    private static final Mechanisms TABLE = XEN.mechanisms(Map.of());

    private static void build(Map<String, String> values) {
        ModelBuilder builder = new ModelBuilder(new Edits());
        XEN.build(new Setting(PARAMETERS, values), builder);
        builder.build();
    }

    static List<String> ids() {
        return TABLE.all().stream().map(Mechanism::id).toList();
    }

    @Test
    void theDefaultMachineHasNone() {
        assertThat(TABLE.on(new Setting(PARAMETERS, Map.of()))).isEmpty();
        List<String> names = PARAMETERS.stream().map(Parameter::name).toList();
        TABLE.all().forEach(m -> assertThat(names).as(m.id()).containsAll(m.parameters()));
    }

    /** The least machine that has a mechanism has it, and is a machine. */
    @ParameterizedTest
    @MethodSource("ids")
    void eachIsThere(String id) {
        Map<String, String> values = TABLE.values(List.of(id), PARAMETERS).orElseThrow();
        assertThat(TABLE.on(new Setting(PARAMETERS, values))).contains(id);
        build(values);
    }

    /** Of every two mechanisms either the table says why not, and so does the refusal, or there is a machine that has both. */
    @ParameterizedTest
    @MethodSource("ids")
    void everyPairIsAMachineOrInTheTable(String id) {
        for (String other : ids().subList(ids().indexOf(id) + 1, ids().size())) {
            Optional<Map<String, String>> values = TABLE.values(List.of(id, other), PARAMETERS);
            if (values.isEmpty()) {
                continue; // two words of one policy
            }
            List<String> on = TABLE.on(new Setting(PARAMETERS, values.get()));
            assertThat(on).contains(id, other);
            Optional<Conflict> conflict = TABLE.conflict(on);
            if (conflict.isEmpty()) {
                build(values.get());
            } else {
                assertThatThrownBy(() -> build(values.get()))
                        .as(id + " with " + other)
                        .isInstanceOf(BadSettingException.class)
                        .hasMessageEndingWith(conflict.get().ground().says() + ": "
                                + conflict.get().because());
            }
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "flush=batch-end units=2 | flush | flush=batch-end with units=2 is not modelled yet: a flush at the end of a",
                "superpages=true | superpages | superpages=true without table-frames cannot be: a superpage takes a leaf",
                "host-slots=4 | host-slots | host-slots=4 without recorded is not modelled yet: searches keep only the fact",
                "mode=recorded | mode | mode=recorded without host-addresses cannot be: recorded answers have addresses",
                "table-frames=true | frames | frames=2 cannot be: with table-frames there is one for each domain",
                "frames=5 | frames | frames=5 cannot be: the I/O tables do not reach as far; raise levels or index-bits",
                "iommu-mask=6 | iommu-mask | iommu-mask=6 cannot be: each bit is a domain, and there are not as many",
                "unity-range=true frames=3 iommu=none | unity-range | unity-range=true cannot be: the device that needs it",
                "dids=3 drain=false | dids | dids=3 with drain=false is not modelled yet: devices beside the common case",
                "wait=timeout write-buffer=true | wait | wait=timeout with write-buffer=true is not modelled yet: waits"
            })
    void theMessageHasOneForm(String settings, String subject, String message) {
        Map<String, String> values = Stream.of(settings.split(" "))
                .map(s -> s.split("=", 2))
                .collect(java.util.stream.Collectors.toMap(s -> s[0], s -> s[1]));
        assertThatThrownBy(() -> build(values))
                .isInstanceOfSatisfying(
                        BadSettingException.class, e -> assertThat(e.subject()).isEqualTo(subject))
                .hasMessageStartingWith(message);
    }

    static List<Map<String, String>> variants() {
        return XEN.variants();
    }

    /** What a family says switches a trait of its units on does so, alone; and nothing else of its own does. */
    @ParameterizedTest
    @MethodSource("variants")
    void aFamilyNamesItsOwnParameters(Map<String, String> values) {
        Family family = Families.get(values.get("iommu"));
        List<Parameter> parameters = XEN.parameters(values);
        List<String> own = family.parameters().stream().map(Parameter::name).toList();
        Mechanisms there = XEN.mechanisms(values);
        for (Capabilities.Trait trait : Capabilities.Trait.values()) {
            List<String> named = family.parametersFor(trait);
            assertThat(own).as(family.id() + " " + trait).containsAll(named);
            boolean always = trait.isOf(family.capabilities(new Setting(parameters, values)));
            Mechanism any = new Mechanism("any", "Any.", own, s -> trait.isOf(family.capabilities(s)));
            Optional<String> by = any.switchedOnBy(parameters, values).map(Map.Entry::getKey);
            if (!always) {
                assertThat(by.isPresent()).as(family.id() + " " + trait).isEqualTo(!named.isEmpty());
                by.ifPresent(name -> assertThat(named).contains(name));
            }
        }
        assertThat(there.all()).hasSameSizeAs(TABLE.all());
    }

    @Test
    void theTableIsChecked() {
        Mechanism one = Mechanism.of("one", s -> true, "One.");
        assertThatThrownBy(() -> new Mechanisms(List.of(one, one), List.of(), List.of()))
                .hasMessage("mechanism one is there twice");
        Conflict bad =
                new Conflict("one", Conflict.Relation.EXCLUDES, "two", Conflict.Ground.CANNOT_BE, "it is not there");
        assertThatThrownBy(() -> new Mechanisms(List.of(one), List.of(bad), List.of()))
                .hasMessageStartingWith("no such mechanisms");
    }
}
