package dev.moat.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.moat.input.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a configuration is refused for, and where. */
class DeviceConfigurationTest {
    private static final String A = "\"0000:01:01.0\"";
    private static final String B = "\"0000:01:02.0\"";
    private static final String C = "\"0000:02:01.0\"";

    @TempDir
    Path directory;

    private DeviceConfiguration read(String text) throws IOException {
        return DeviceConfiguration.read(Files.writeString(directory.resolve("config.yaml"), text), List.of());
    }

    private static String machine(String iommu, String domains) {
        return "iommu: " + iommu + "\nbuses: {one: [" + A + ", " + B + "], two: [" + C + "]}\ndomains: " + domains
                + "\n";
    }

    @Test
    void theExamplesAreWhatTheySay() throws IOException {
        assertThat(DeviceConfiguration.read(Path.of("docs/examples/two-buses.yaml"), List.of())
                        .given())
                .isEqualTo(3);
        assertThatThrownBy(() -> DeviceConfiguration.read(Path.of("docs/examples/one-bus.yaml"), List.of()))
                .hasMessageContaining("one-bus.yaml:8:9:");
    }

    @Test
    void aDividedBusIsRefusedByTheNamesOfTheTwoDevices() {
        String text = machine("calgary", "{dom0: [" + A + "], net: [" + C + ", " + B + "]}");
        assertThatThrownBy(() -> read(text))
                .isInstanceOf(InputException.class)
                .hasMessageContaining(
                        "config.yaml:3:57: 0000:01:02.0 goes to net, but 0000:01:01.0 of the same bus 'one' to dom0"
                                + " (line 3): a Calgary tells buses apart, not devices");
    }

    @ParameterizedTest
    @CsvSource({"vtd", "amd-vi"})
    void unitsThatTellDevicesApartMayHaveDividedBuses(String iommu) throws IOException {
        String divided = machine(iommu, "{dom0: [" + A + "], net: [" + C + ", " + B + "]}");
        assertThat(read(divided).domains()).containsExactly("dom0", "net");
        assertThatThrownBy(() -> read(divided + "alias-groups: {bridge: [" + A + ", " + B + "]}\n"))
                .hasMessageContaining("of the same alias group 'bridge'");
    }

    @Test
    void aDeviceThatNobodyGetsGoesWithItsBus() throws IOException {
        DeviceConfiguration read = read(machine("calgary", "{dom0: [" + C + "], net: [" + A + "]}"));
        assertThat(read.devices()).isEqualTo(3);
        assertThat(read.given()).isEqualTo(2);
    }

    /** By two labels a bus would be two units: each of these documents divided it, and passed. */
    @ParameterizedTest
    @CsvSource({"calgary", "vtd"})
    void aBusNumberIsOnOneBus(String iommu) {
        String text = "iommu: " + iommu + "\nbuses:\n  one: [" + A + "]\n  two: [" + B + "]\n";
        String why =
                ":4:9: 0000:01:02.0 is on bus 'two', but 0000:01:01.0 with the same bus number 0000:01 on 'one' (line 3)";
        refused(text + "domains: {dom0: [" + A + "], net: [" + B + "]}\n", why);
        refused(text + "domains: {dom0: [], net: [" + B + "]}\nuntranslated: [one]\n", why);
    }

    /** Two buses that an alias group joins are one unit of a Calgary, also when nobody gets the devices of the group. */
    @Test
    void unitsThatShareADeviceAreOneUnit() throws IOException {
        String text = "iommu: calgary\nbuses: {one: [" + A + ", " + B + "], two: [" + C + ", '0000:02:02.0']}\n"
                + "domains: {dom0: [" + A + "], net: ['0000:02:02.0']}\n";
        String group = "alias-groups: {bridge: [" + B + ", " + C + "]}\n";
        assertThat(read(text).given()).isEqualTo(2);
        refused(
                text + group,
                ":3:41: 0000:02:02.0 goes to net, but 0000:01:01.0 of the same bus 'one' or alias group 'bridge' or bus 'two'"
                        + " to dom0 (line 3): a Calgary tells buses apart, not devices, their requests carry one requester"
                        + " ID, so each domain would reach the other's memory");
        assertThat(read(text.replace("calgary", "vtd") + group).given()).isEqualTo(2);
        refused(
                text.replace("dom0: [" + A + "]", "dom0: []") + group + "untranslated: [one]\n",
                ":5:16: bus 'one' is not translated, and 0000:02:02.0, which sends requests there, goes to net");
    }

    @Test
    void anUntranslatedBusIsTheControlDomains() throws IOException {
        String text = machine("calgary", "{dom0: [" + A + "], net: [" + C + "]}");
        assertThat(read(text + "untranslated: [one]\n").given()).isEqualTo(2);
        assertThatThrownBy(() -> read(text + "untranslated: [two]\n"))
                .hasMessageContaining(
                        "bus 'two' is not translated, and 0000:02:01.0, which sends requests there, goes to net");
        assertThatThrownBy(() -> read(text + "untranslated: [three]\n")).hasMessageContaining("no bus 'three'");
    }

    @Test
    void whatIsNoConfigurationIsRefusedAtItsPlace() {
        refused("iommu: gart\nbuses: {}\ndomains: {}\n", ":1:8: 'iommu' must be calgary or vtd or amd-vi");
        refused("iommu: calgary\nbusses: {}\n", ":2:1: a device configuration has no 'busses'; did you mean 'buses'?");
        refused("iommu: calgary\nbuses: {}\n", "a device configuration needs 'domains'");
        refused(machine("calgary", "{dom0: [\"0000:03:01.0\"]}"), ":3:18: 0000:03:01.0 is on none of the buses");
        refused(machine("calgary", "{dom0: [\"1:2\"]}"), ":3:18: '1:2' is no device, for example 0000:01:02.0");
        refused(
                machine("calgary", "{dom0: [" + A + "], net: [" + A + "]}"),
                "0000:01:01.0 is net's here and dom0's in line 3");
        refused("untranslated: []\n", "a device configuration needs 'iommu', 'buses', 'domains'");
        refused("- a\n", ":1:1: a device configuration is a mapping");
        refused("iommu: calgary\nbuses: &x {}\ndomains: {}\n", ":2:");
    }

    /** As lspci prints it, and as some documents do; a person knows what is meant, but by two names a device would be two. */
    @Test
    void aNameWithoutSegmentOrInCapitalsIsToldWhole() {
        String text = machine("vtd", "{dom0: [" + A + "]}");
        String hint = "is no device, as Linux names it with its segment and in small letters: ";
        refused(text.replace("0000:01:01.0", "01:01.0"), ":2:15: '01:01.0' " + hint + "0000:01:01.0");
        refused(text.replace("0000:01:01.0", "0000:0A:01.0"), "'0000:0A:01.0' " + hint + "0000:0a:01.0");
        refused(text.replace("0000:01:01.0", "01:01"), "'01:01' is no device, for example 0000:01:02.0");
    }

    @Test
    void segmentsBehindAVmdAreLongerThanPcis() throws IOException {
        String text = machine("vtd", "{dom0: [" + A + "]}");
        assertThat(read(text.replace("0000:01:01.0", "10000:e1:00.0")).given()).isEqualTo(1);
        String two = machine("vtd", "{dom0: [" + A + "], net: [" + C + "]}");
        refused(
                two.replace("0000:01:01.0", "10000:e1:00.0").replace("0000:02:01.0", "10000:e2:00.0"),
                "of the same segment 10000 to dom0 (line 3): devices behind a VMD send its requester ID");
        refused(text.replace("0000:01:01.0", "100000000:e1:00.0"), "'100000000:e1:00.0' is no device");
    }

    /** By two names one device could be on two buses, and two domains' own. */
    @Test
    void aDeviceHasOneName() {
        String twice =
                machine("calgary", "{dom0: [" + A + "], net: [" + C + "]}").replace("0000:02:", "00000:01:");
        refused(twice, "'00000:01:01.0' is no device");
    }

    @Test
    void theNumberOfDevicesIsBounded() throws IOException {
        refused(machine(DeviceConfiguration.MOST_DEVICES + 1), "more than 4096 devices");
        assertThat(read(machine(DeviceConfiguration.MOST_DEVICES)).devices()).isEqualTo(4096);
    }

    private static String machine(int devices) {
        String many = IntStream.range(0, devices)
                .mapToObj(i -> String.format("\"%04x:%02x:%02x.%d\"", i >> 12, i >> 8 & 15, i >> 3 & 31, i & 7))
                .collect(Collectors.joining(","));
        return "iommu: calgary\nbuses: {one: [" + many + "]}\ndomains: {}\n";
    }

    private void refused(String text, String message) {
        assertThatThrownBy(() -> read(text)).isInstanceOf(InputException.class).hasMessageContaining(message);
    }
}
