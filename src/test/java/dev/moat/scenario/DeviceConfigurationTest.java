package dev.moat.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.moat.input.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
        return DeviceConfiguration.read(Files.writeString(directory.resolve("config.yaml"), text));
    }

    private static String machine(String iommu, String domains) {
        return "iommu: " + iommu + "\nbuses: {one: [" + A + ", " + B + "], two: [" + C + "]}\ndomains: " + domains
                + "\n";
    }

    @Test
    void theExamplesAreWhatTheySay() throws IOException {
        assertThat(DeviceConfiguration.read(Path.of("docs/examples/two-buses.yaml"))
                        .given())
                .isEqualTo(3);
        assertThatThrownBy(() -> DeviceConfiguration.read(Path.of("docs/examples/one-bus.yaml")))
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

    @Test
    void anUntranslatedBusIsTheControlDomains() throws IOException {
        String text = machine("calgary", "{dom0: [" + A + "], net: [" + C + "]}");
        assertThat(read(text + "untranslated: [one]\n").given()).isEqualTo(2);
        assertThatThrownBy(() -> read(text + "untranslated: [two]\n"))
                .hasMessageContaining("bus 'two' is not translated, and its device 0000:02:01.0 goes to net");
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
