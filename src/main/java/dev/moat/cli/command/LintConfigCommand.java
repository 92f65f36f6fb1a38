package dev.moat.cli.command;

import dev.moat.assignment.Assignment;
import dev.moat.check.ExitCode;
import dev.moat.cli.site.Site;
import dev.moat.input.InputException;
import dev.moat.input.Printable;
import dev.moat.output.Counted;
import dev.moat.scenario.DeviceConfiguration;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code moat lint-config}: refuses a configuration that gives away parts of what the IOMMU cannot tell apart. */
@Command(
        name = "lint-config",
        description =
                "Check which device belongs to which domain: devices that the IOMMU cannot tell apart must stay together.",
        footer = {
            "%nExamples:",
            "  moat lint-config docs/examples/two-buses.yaml",
            "  moat lint-config vm.yaml --firmware /sys/firmware/acpi/tables/DMAR",
            "  moat lint-config vm.cfg net.xml --machine groups.txt --machine dmesg.txt",
            "%nGuests' own files are read, too: xl.cfg, libvirt's XML, and lines that bind devices to vfio-pci. The exit code is 0 when"
                    + " nothing is refused, 5 when nothing is known of some device, and 65 when something is refused.",
            "%nSee docs/howto/check-an-assignment.md."
        })
public final class LintConfigCommand implements Callable<Integer> {
    private final Site site;

    @Parameters(
            arity = "1..*",
            paramLabel = "FILE",
            description =
                    "buses, domains and their devices (see docs/explanation/calgary-in-xen.md), or files of guests")
    private List<Path> files = List.of();

    @Option(
            names = "--machine",
            paramLabel = "LISTING",
            description =
                    "with files of guests: the machine's groups as listed or logged, lspci -nnk, its boot log; repeatable")
    private List<Path> listings = List.of();

    @Option(
            names = "--firmware",
            paramLabel = "TABLE",
            description =
                    "the machine's ACPI table DMAR or IVRS, as bytes or as iasl -d or acpidump print it: who translates"
                            + " a device, which ranges it needs, whose requester ID it sends; repeatable")
    private List<Path> firmware = List.of();

    public LintConfigCommand(Site site) {
        this.site = site;
    }

    @Override
    public Integer call() throws IOException {
        Path file = files.get(0);
        if (files.size() > 1 || !listings.isEmpty() || Assignment.isGuest(file)) {
            return guests();
        }
        DeviceConfiguration read = DeviceConfiguration.read(file, firmware);
        if (read.given() == 0) {
            throw new InputException(file.toString(), 1, 1, "no device goes to anybody: there is nothing to judge");
        }
        read.warnings().forEach(warning -> site.print("warning: " + file + ", " + warning));
        site.print(file + ": " + read.given() + " of " + Counted.of(read.devices(), "device")
                + (read.given() == 1 ? " goes to " : " go to ") + String.join(", ", read.domains())
                + "; nothing that the IOMMU cannot tell apart is divided");
        return 0;
    }

    private int guests() throws IOException {
        Assignment read = Assignment.of(files, listings, firmware);
        read.warnings().forEach(warning -> site.print("warning: " + warning));
        List<InputException> refusals = read.refusals();
        if (!refusals.isEmpty()) {
            refusals.subList(0, refusals.size() - 1)
                    .forEach(refusal ->
                            site.err().println("moat: " + Printable.of(String.valueOf(refusal.getMessage()))));
            throw refusals.get(refusals.size() - 1);
        }
        if (read.given() == 0) {
            throw new InputException(
                    files.get(0).toString(), 1, 1, "no device goes to a guest: there is nothing to judge");
        }
        site.print(
                Counted.of(read.given(), "device")
                        + (read.given() == 1 ? " goes to " : " go to ")
                        + String.join(", ", read.names())
                        + (read.unknown() == 0
                                ? "; no group is divided, and no reserved range is known to be in the way"
                                : "; of " + read.unknown()
                                        + " neither group nor unit is known, so nothing is judged: give --machine or --firmware"));
        return (read.unknown() == 0 ? ExitCode.OK : ExitCode.LIMIT).code();
    }
}
