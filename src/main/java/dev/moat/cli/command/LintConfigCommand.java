package dev.moat.cli.command;

import dev.moat.cli.site.Site;
import dev.moat.input.InputException;
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
            "  moat lint-config vm.yaml --firmware /sys/firmware/acpi/tables/DMAR"
        })
public final class LintConfigCommand implements Callable<Integer> {
    private final Site site;

    @Parameters(
            arity = "1",
            paramLabel = "FILE",
            description = "buses, domains and their devices; see docs/explanation/calgary-in-xen.md")
    private Path file = Path.of("");

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
}
