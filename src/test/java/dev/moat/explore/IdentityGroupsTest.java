package dev.moat.explore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.moat.machine.Machine;
import dev.moat.model.BadSettingException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Groups whose default domain is identity: of all by the command line, or of one whose driver has to have it. */
class IdentityGroupsTest {
    /** Page 0 is reserved, or kept back, and mapped all the same: the layer finds no address, the frame is at its own. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "iommu-dma operation iommu=amd-vi exclusion=all flush=identity pages=1 frames=1",
                "iommu-dma operation iommu=vtd sound-device=true held-back=zero flush=strict pages=2 frames=1",
                "iommu-dma operation iommu=amd-vi pasid-device=true groups=2 exclusion=all flush=strict pages=2 frames=1"
            })
    void noAddressIsHandedOutWhereEachFrameIsAtItsOwn(String line) {
        Machine machine = Machines.machine(line);
        Exploration found = Machines.exploreSmall(machine, Machines.judge(machine, "reserved-is-not-handed"));
        assertThat(found.end()).isEqualTo(Exploration.End.COMPLETE);
        assertThat(found.distinct()).isGreaterThan(1);
    }

    /** Linux 6.9, 0f91d0795741: AMD's driver asks for identity of devices that are trusted; one that is not works, translated. */
    @Test
    void aDeviceThatIsNotTrustedIsTranslatedWhateverItCanDo() {
        String line = "iommu-dma operation iommu=amd-vi pages=1 frames=1 untrusted=1 flush=queue queue=1";
        Machine common = Machines.machine(line);
        Exploration plain = Machines.exploreSmall(common, Machines.judge(common, "untrusted-is-confined"));
        Machine able = Machines.machine(line + " pasid-device=true");
        Exploration found =
                Machines.exploreSmall(able, Machines.judge(able, "untrusted-is-confined", "live-mapping-is-readable"));
        assertThat(found.end()).isEqualTo(Exploration.End.COMPLETE);
        assertThat(found.distinct()).isEqualTo(plain.distinct()).isGreaterThan(1);
    }

    /** What nobody mapped a device reaches: that is no step of the layer's, so it was taken for a wrong claim. */
    @Test
    void aDomainThatIsIdentityIsNotCompared() {
        assertThat(Machines.machine("iommu-dma operation flush=identity pages=1 frames=1")
                        .model()
                        .notCompared())
                .contains("type identity");
        assertThat(Machines.machine("iommu-dma operation flush=strict pages=1 frames=1")
                        .model()
                        .notCompared())
                .isEmpty();
    }

    /** Memory before the aperture is at its own address without any table. */
    @Test
    void whatNoTableTranslatesIsJudgedByWhatDevicesGet() {
        Machine machine = Machines.machine("iommu-dma step iommu=gart outside=1 flush=identity pages=2 frames=2");
        Exploration found = Machines.exploreSmall(
                machine,
                Machines.judge(
                        machine,
                        "live-mapping-is-readable",
                        "live-mapping-is-writable",
                        "legitimate-dma-passes",
                        "returned-leads-nowhere-else"));
        assertThat(found.end()).isEqualTo(Exploration.End.COMPLETE);
        assertThat(found.distinct()).isGreaterThan(1);
    }

    /** The other group's addresses are found by the layer, still. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "iommu-dma operation iommu=amd-vi pasid-device=true groups=2 exclusion=all flush=strict pages=2 frames=1"
                        + " !region.reserved-ignored"
            })
    void besideThemReservedIsNotHanded(String line) {
        Machine machine = Machines.machine(line);
        assertThat(Machines.exploreSmall(machine, Machines.judge(machine, "reserved-is-not-handed"))
                        .end())
                .isEqualTo(Exploration.End.VIOLATION);
    }

    /** A refusal is under the name of what was given. */
    @ParameterizedTest
    @CsvSource({
        "iommu, iommu=vtd sound-device=true lists=whole",
        "iommu, iommu=amd-vi pasid-device=true narrow=true pages=2",
        "untrusted, iommu=vtd untrusted=1 lists=whole",
        "untrusted, iommu=vtd sound-device=true untrusted=1 lists=whole"
    })
    void whatTheyAreNotForIsRefused(String subject, String settings) {
        assertThatThrownBy(() -> Machines.machine("iommu-dma step frames=2 " + settings))
                .isInstanceOfSatisfying(
                        BadSettingException.class, e -> assertThat(e.subject()).isEqualTo(subject))
                .hasMessageContaining("default domains of several types");
    }
}
