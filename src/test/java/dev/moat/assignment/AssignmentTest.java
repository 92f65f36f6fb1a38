package dev.moat.assignment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.moat.input.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Guests' files against a machine with a divided group, a reserved range, and a device that no unit has. */
class AssignmentTest {
    private static final String LISTING = """
            IOMMU Group 1:
            \t00:01.0 PCI bridge [0604]: Acme Port [8086:1901] (rev 0a)
            \t\tKernel driver in use: pcieport
            \t01:00.0 VGA compatible controller [0300]: Acme [10de:1b80] (rev a1)
            \t\tSubsystem: Acme
            \t01:00.1 Audio device [0403]: Acme [10de:10f0] (rev a1)
            \t\tKernel driver in use: snd_hda_intel
            IOMMU Group 2:
            \t04:00.0 Ethernet controller [0200]: Acme [8086:1533]
            """;
    private static final Path DMAR = Path.of("docs/examples/dmar.txt");

    @TempDir
    Path directory;

    private Path listing = Path.of("");

    @BeforeEach
    void list() throws IOException {
        listing = file("groups.txt", LISTING);
    }

    private Path file(String name, String text) throws IOException {
        return Files.writeString(directory.resolve(name), text);
    }

    private static String xl(String name, String pci) {
        return "name = '" + name + "'\ntype = \"hvm\"  # pci = [ 'none' ]\nmemory = 4096\npci = [ " + pci + " ]\n";
    }

    private static String xml(String devices) {
        return "<domain type='kvm'>\n<name>net</name><memory unit='GiB'>4</memory><devices>\n" + devices
                + "</devices></domain>\n";
    }

    private static String hostdev(int function) {
        return "<hostdev mode='subsystem' type='pci'><source><address domain='0x0000' bus='0x01' slot='0x00' function='0x"
                + function + "'/></source><address type='pci' domain='0' bus='9' slot='0' function='0'/></hostdev>\n";
    }

    private List<String> refusals(List<Path> guests, List<Path> listings, List<Path> firmware) throws IOException {
        return Assignment.of(guests, listings, firmware).refusals().stream()
                .map(refusal -> refusal.getMessage().replace(directory + "/", ""))
                .toList();
    }

    private List<String> refusals(String name, String text) throws IOException {
        return refusals(List.of(file(name, text)), List.of(listing), List.of());
    }

    @Test
    void aGroupIsDividedBetweenGuests() throws IOException {
        List<Path> guests = List.of(file("vm.cfg", xl("vm", "'01:00.0'")), file("net.xml", xml(hostdev(1))));
        assertThat(refusals(guests, List.of(listing), List.of()))
                .containsExactly(
                        "net.xml:3:1: 0000:01:00.1 goes to net, but 0000:01:00.0 of the same IOMMU group 1 (groups.txt:6) to vm"
                                + " (vm.cfg:4): each could reach the other's memory");
    }

    @Test
    void aGroupIsDividedBetweenGuestAndHost() throws IOException {
        assertThat(refusals("vm.cfg", xl("vm", "'01:00.0,permissive=1'")))
                .containsExactly(
                        "vm.cfg:4:10: 0000:01:00.0 goes to vm, but 0000:01:00.1 of the same IOMMU group 1 (groups.txt:4) stays with"
                                + " the host's driver snd_hda_intel (groups.txt:7): the guest could reach memory of the host by it");
    }

    /** A patch of Linux shows each device in a group of its own, whatever hardware does. */
    @Test
    void groupsThatTheKernelWasToldToShow() throws IOException {
        Path log = file(
                "dmesg",
                "Linux: Command line: quiet pcie_acs_override=downstream\npci 0000:01:00.0: Adding to iommu group 1\n");
        Assignment read = Assignment.of(List.of(file("vm.cfg", xl("vm", "'01:00.0'"))), List.of(log), List.of());
        assertThat(read.warnings()).singleElement().asString().contains("dmesg:1", "0000:01:00.0 may reach others");
    }

    /** Whole groups pass, in each form; the bridge need not be given. */
    @Test
    void aWholeGroupPassesInEachForm() throws IOException {
        assertThat(refusals("a.cfg", xl("vm", "'01:00.0', \"0000:01:00.1@6\""))).isEmpty();
        assertThat(refusals("b.cfg", xl("vm", "'01:00.*'"))).isEmpty();
        assertThat(refusals("a.xml", xml(hostdev(0) + hostdev(1)))).isEmpty();
        assertThat(refusals("b.xml", hostdev(0) + hostdev(1))).isEmpty();
        assertThat(refusals("c.xml", "<?xml version='1.0'?>\n" + xml(hostdev(0) + hostdev(1))))
                .isEmpty();
        assertThat(refusals("ids.conf", "options vfio-pci ids=10de:1b80,10DE:10f0\n"))
                .isEmpty();
        assertThat(refusals("run.sh", "qemu -m 4G -device vfio-pci,host=01:00.0 -device vfio-pci,host=0000:01:00.1\n"))
                .isEmpty();
        assertThat(refusals(
                        "bind.sh",
                        "echo vfio-pci > /sys/bus/pci/devices/0000:01:00.0/driver_override\n"
                                + "virsh nodedev-detach pci_0000_01_00_1 --driver vfio-pci\n"))
                .isEmpty();
    }

    /** The same forms with one of both devices: the division is found in each. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ids.conf | options vfio-pci ids=10de:1b80",
                "run.sh   | qemu -m 4G -device vfio-pci,host=01:00.0",
                "bind.sh  | echo vfio-pci > /sys/bus/pci/devices/0000:01:00.0/driver_override"
            })
    void aPartOfAGroupIsRefusedInEachForm(String name, String text) throws IOException {
        assertThat(refusals(name, text + "\n"))
                .singleElement()
                .asString()
                .contains("0000:01:00.0 goes to vfio", "0000:01:00.1 of the same IOMMU group 1");
        Path bound = file("bound.txt", LISTING.replace("\t\tSubsystem: Acme", "\t\tKernel driver in use: vfio-pci"));
        assertThat(refusals(List.of(bound), List.of(), List.of())).hasSize(1);
    }

    @Test
    void aReservedRangeIsInTheMemoryOfItsGuest() throws IOException {
        String guest = xl("vm", "'04:00.0'");
        assertThat(refusals(List.of(file("vm.cfg", guest)), List.of(), List.of(DMAR)))
                .singleElement()
                .asString()
                .startsWith("vm.cfg:4:10: 0000:04:00.0 goes to vm, and its reserved range RMRR 0x3e2e0000-0x3e2fffff")
                .contains("lies in its memory (4096 MiB from 0 on)");
        for (String harmless : List.of(
                guest.replace("4096", "512"),
                guest + "rdm = \"strategy=host,policy=strict\"\n",
                guest.replace("\"hvm\"", "\"pv\""))) {
            Assignment read = Assignment.of(List.of(file("vm.cfg", harmless)), List.of(), List.of(DMAR));
            assertThat(read.refusals()).as(harmless).isEmpty();
        }
        String ivmd = "[ 1.0] AMD-Vi: IVMD_TYPE_RANGE\t devid_start: 0000:%s:00.0 devid_end: 0000:%s:00.7"
                + " range_start: 000000003e2e0000 range_end: 000000003e300000 flags: 7\n";
        for (String line : List.of(
                "[ 1.0] DMAR: Setting identity map for device 0000:04:00.0 [0x3e2e0000 - 0x3e2fffff]\n",
                ivmd.formatted("03", "04"),
                ivmd.formatted("05", "06"))) {
            List<String> refused = refusals(List.of(file("vm.cfg", guest)), List.of(file("dmesg", line)), List.of());
            assertThat(String.join("", refused).contains(" 0x3e2e0000-0x3e2fffff (dmesg:1) lies"))
                    .as(line)
                    .isEqualTo(!line.contains("05:00"));
        }
    }

    /** The table has a unit for some devices only once its second unit does not stand for all others. */
    @Test
    void aDeviceThatNoUnitHas() throws IOException {
        String table = Files.readString(DMAR).replace("Flags : 01\n[04Eh", "Flags : 00\n[04Eh");
        assertThat(refusals(
                        List.of(file("vm.cfg", xl("vm", "'09:00.0'"))), List.of(), List.of(file("dmar.txt", table))))
                .singleElement()
                .asString()
                .contains("0000:09:00.0 goes to vm, and the firmware names no unit that translates its requests");
    }

    /** AMD's table says that requests of 14.0 bear the id of 02.0. */
    @Test
    void devicesWithOneRequesterIdGoToTwoGuests() throws IOException {
        byte[] header = new byte[48 + 24];
        System.arraycopy(new byte[] {'I', 'V', 'R', 'S', 84}, 0, header, 0, 5);
        System.arraycopy(new byte[] {0x10, 0, 36}, 0, header, 48, 3);
        byte[] table = Arrays.copyOf(header, 84);
        System.arraycopy(new byte[] {2, 0x10, 0, 0, 0x42, (byte) 0xa0, 0, 0, 0, 0x10, 0, 0}, 0, table, 72, 12);
        List<Path> guests = List.of(file("a.cfg", xl("a", "'00:02.0'")), file("b.cfg", xl("b", "'00:14.0'")));
        Path firmware = Files.write(directory.resolve("ivrs"), table);
        assertThat(refusals(guests, List.of(), List.of(firmware)))
                .singleElement()
                .asString()
                .startsWith("b.cfg:4:10: 0000:00:14.0 goes to b, but 0000:00:02.0 to a (")
                .contains("their requests carry one requester ID");
        assertThat(refusals(List.of(file("c.cfg", xl("c", "'00:02.0', '00:14.0'"))), List.of(), List.of(firmware)))
                .isEmpty();
    }

    /** What is not known is counted, and told. */
    @Test
    void nothingIsJudgedWithoutTheMachine() throws IOException {
        Assignment read = Assignment.of(List.of(file("vm.cfg", xl("vm", "'09:00.0'"))), List.of(listing), List.of());
        assertThat(read.unknown()).isEqualTo(1);
        assertThat(read.warnings()).anyMatch(line -> line.contains("0000:09:00.0 is in no group of the listing"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/hostname'>]>\n<domain><name>&x;</name></domain>",
                "<domain><name>a</domain>",
                "<hostdev type='pci'><source><address bus='0x100' slot='0' function='0'/></source></hostdev>",
                "pci = [ 'x' ]",
                "nothing"
            })
    void whatIsNoGuestIsRefusedAtItsPlace(String text) {
        assertThatThrownBy(() -> refusals("file", text))
                .isInstanceOf(InputException.class)
                .hasMessageMatching("(?s).*file:\\d+:\\d+: .*")
                .message()
                .doesNotContain("\n");
    }

    @Test
    void nestingIsBounded() {
        assertThatThrownBy(() -> refusals("deep.xml", "<a>".repeat(100)))
                .hasMessageContaining("elements are nested more than 64 deep");
    }
}
