package dev.moat.explore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.moat.explore.Exploration.End;
import dev.moat.machine.Machine;
import dev.moat.model.BadSettingException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The table of {@code docs/explanation/xen-swiotlb.md}: with and without an IOMMU, privileged and not, direct and bounced. The device of an
 * unprivileged domain asks for any address; that of a trusted one for what it was told.
 */
class LayerTableTest {
    private static final String TRUSTED = "";
    private static final String UNTRUSTED = " privileged=false device=any-address";
    private static final String DIRECT = " frames=6 low=6 buffers=2";
    private static final String BOUNCED = " frames=6 buffers=2 force=true";

    private static Machine machine(String settings) {
        return Machines.machine("xen-swiotlb operation foreign=true directions=both " + settings);
    }

    /** All properties hold in every state, and buffers are mapped as the column says. */
    @ParameterizedTest
    @CsvSource({"none,true", "vtd,true", "amd-vi,true", "calgary,true", "vtd,false", "amd-vi,false", "calgary,false"})
    void holds(String iommu, boolean trusted) {
        for (String how : List.of(DIRECT, BOUNCED)) {
            Machine machine = machine("iommu=" + iommu + (trusted ? TRUSTED : UNTRUSTED) + how);
            Exploration found = Machines.exploreSmall(machine, Machines.judge(machine));
            assertThat(found.end()).as(iommu + how).isEqualTo(End.COMPLETE);
            assertThat(reached(machine, how.equals(DIRECT) ? "direct" : "bounced"))
                    .as(iommu + how)
                    .isTrue();
            assertThat(reached(machine, how.equals(DIRECT) ? "bounced" : "direct"))
                    .as(iommu + how)
                    .isFalse();
        }
    }

    /** Whether some state has a mapping of the kind. */
    private static boolean reached(Machine machine, String relation) {
        var kind = machine.model().abstraction().relation(relation).orElseThrow();
        return new ReachableStates(machine).stream().anyMatch(s -> kind.code().holds(s, 0, 0, 0, 0, 0));
    }

    /**
     * What the layer maps stays right; what the device asks for is anything, and what it got it puts where its domain
     * looks.
     */
    @ParameterizedTest
    @ValueSource(strings = {DIRECT, BOUNCED})
    void nothingConfinesAnUntrustedDevice(String how) {
        Machine machine = machine("iommu=none admission=any" + UNTRUSTED + how);
        assertThat(violations(machine)).containsExactly("no-foreign-request@0");
        Machine copies = Machines.machine(
                "xen-swiotlb operation directions=both iommu=none admission=any copying-device=true" + UNTRUSTED + how);
        assertThat(violations(copies)).contains("data-stays-home@3");
    }

    /** A trusted domain's driver that programs its device wrongly is confined by nothing either. */
    @Test
    void trustIsNoConfinement() {
        Machine machine = machine("iommu=none device=any-address" + DIRECT);
        assertThat(violations(machine)).containsExactly("no-foreign-request@0");
    }

    @Test
    void anUntrustedDomainWithoutAnIommuIsRefused() {
        assertThatThrownBy(() -> machine("iommu=none" + UNTRUSTED + DIRECT))
                .isInstanceOf(BadSettingException.class)
                .hasMessageContaining("not given a device without an IOMMU");
        assertThatThrownBy(() -> machine("iommu=none privileged=false" + BOUNCED))
                .isInstanceOf(BadSettingException.class);
    }

    /** Outside of its aperture a GART lets every address through, and memory lies there. */
    @ParameterizedTest
    @ValueSource(strings = {TRUSTED, UNTRUSTED})
    void aGartConfinesNothing(String trusted) {
        assertThatThrownBy(() -> machine("iommu=gart" + trusted + DIRECT))
                .isInstanceOf(BadSettingException.class)
                .hasMessageContaining("confines no device");
    }

    /** Xen-SWIOTLB under Xen, native swiotlb on bare metal; each says so elsewhere. */
    @Test
    void eachBackendHasItsPlatform() {
        assertThatThrownBy(() -> machine("layer=native-swiotlb" + BOUNCED))
                .isInstanceOf(BadSettingException.class)
                .hasMessageContaining("native swiotlb stands down");
        String bare = "xen-swiotlb operation platform=bare-metal guests=0 frames=4 low=2 buffers=3 directions=both";
        assertThatThrownBy(() -> Machines.machine(bare))
                .isInstanceOf(BadSettingException.class)
                .hasMessageContaining("this is bare metal");
        assertThatThrownBy(() -> Machines.machine(bare + " layer=booted balloon=true"))
                .isInstanceOf(BadSettingException.class)
                .hasMessageContaining("no other domains");
        assertThatThrownBy(() -> Machines.machine(bare + " layer=booted iommu=vtd"))
                .isInstanceOf(BadSettingException.class)
                .hasMessageContaining("programs it itself");
        assertThat(violations(Machines.machine(bare + " layer=booted shapes=any")))
                .isEmpty();
        assertThat(violations(Machines.machine(bare + " layer=native shapes=any")))
                .isEmpty();
    }

    /** What a kernel takes when it boots: domain 0 always Xen-SWIOTLB, another domain on request. */
    @ParameterizedTest
    @CsvSource({
        "privileged=true layer=booted, true",
        "privileged=false iommu=vtd layer=booted asked=true, true",
        "privileged=false iommu=vtd layer=booted asked=false, false",
    })
    void aKernelTakesTheLayerWhenItBoots(String settings, boolean right) {
        assertThat(violations(machine(settings + DIRECT)).isEmpty()).isEqualTo(right);
    }

    /** Without the layer a page's own number goes to the device: another frame's, of another domain or of the same. */
    @Test
    void withoutTheLayerTheDeviceReachesAnotherFrame() {
        Machine machine = machine("iommu=none layer=native lent=true frames=6 buffers=1");
        assertThat(violations(machine))
                .contains(
                        "direct-is-the-buffer@1",
                        "no-foreign-request@1",
                        "nothing-else-changes@2",
                        "device-data-arrives@3");
        Machine confined = machine("iommu=vtd layer=native frames=6 buffers=1");
        assertThat(violations(confined)).contains("direct-is-the-buffer@1", "device-data-arrives@3");
        assertThat(violations(confined)).noneMatch(v -> v.startsWith("no-foreign"));
    }

    private static List<String> violations(Machine machine) {
        List<String> properties = Machines.applicable(machine);
        int[] lengths = Machines.survey(machine, Machines.judge(machine));
        List<String> violated = new ArrayList<>();
        for (int i = 0; i < properties.size(); i++) {
            if (lengths[i] >= 0) {
                violated.add(properties.get(i) + "@" + lengths[i]);
            }
        }
        return violated;
    }
}
