package dev.moat.cli.command;

import dev.moat.check.ExitCode;
import dev.moat.cli.site.Signals;
import dev.moat.cli.site.Site;
import dev.moat.cli.site.UnpackOptions;
import dev.moat.conform.amdvi.AmdViRecords;
import dev.moat.conform.amdvi.QemuProfile;
import dev.moat.conform.dma.DmaRecords;
import dev.moat.conform.qemu.QemuLog;
import dev.moat.conform.qemu.QemuReport;
import dev.moat.conform.riscv.RiscvRecords;
import dev.moat.conform.rows.RowTally;
import dev.moat.conform.smmuv3.SmmuRecords;
import dev.moat.conform.viommu.Profile;
import dev.moat.conform.viommu.ViommuRecords;
import dev.moat.conform.xen.XenRecords;
import dev.moat.conform.xen.XenRelease;
import dev.moat.input.InputFile;
import dev.moat.input.InputText;
import dev.moat.model.Suggestion;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;

/** {@code moat conform}: puts recorded answers and logs to the executable implementations. */
@Command(
        name = "conform",
        description = "Run recorded operations of another implementation on Moat's model, and report the differences.",
        footer = {
            "%nKinds:",
            "  amdvi  recorded answers of QEMU's amd-iommu (CSV), compared with Moat's",
            "         AMD-Vi; --profile as of viommu",
            "  qemu   a QEMU log with vtd_* trace events, compared with Moat's VT-d; --trace",
            "         joins it with the guest's ftrace of the same run; both plain or gzip",
            "  xen    recorded answers of Xen's grant tables (CSV), compared with Moat's;",
            "         --profile says of which release: xen-4.17 (unless given), xen-4.20,",
            "         xen-4.22",
            "  dma    recorded answers of Linux's DMA-mapping layers (CSV; the first line",
            "         tells whose), compared with Moat's; --profile says of which release:",
            "         linux-6.1 (unless given), linux-6.12, linux-7.3",
            "  viommu recorded answers of QEMU's virtual VT-d (CSV), compared with Moat's",
            "         unit; --profile says whose answers are judged: vtd (the specification),",
            "         qemu-7.2, qemu-10.0, qemu-11.1",
            "  riscv  recorded answers of the RISC-V IOMMU reference model (CSV), compared",
            "         with Moat's unit",
            "  smmuv3 recorded answers of QEMU's SMMUv3 (CSV), compared with Moat's unit",
            "%nExit codes: 0 no disagreement, 5 nothing judged, some rows not (--strict), or a hit perhaps stale, 14 a disagreement,"
                    + " 65 a malformed file.",
            "%nExamples:",
            "  moat conform amdvi amdvi-qemu.csv",
            "  moat conform qemu qemu.log --trace guest.trace",
            "  moat conform xen grant-table-4.17.csv",
            "  moat conform dma gart.csv",
            "  moat conform viommu dma-remapping.csv --profile qemu-10.0",
            "  moat conform riscv caching.csv",
            "  moat conform smmuv3 smmuv3-qemu.csv"
        })
public final class ConformCommand implements Callable<Integer> {
    private static final String STANDARD_INPUT = "-";

    private final Site site;

    @CommandLine.Spec
    @SuppressWarnings("NullAway.Init") // set by picocli before the command is called
    private CommandLine.Model.CommandSpec spec;

    @Parameters(index = "0", paramLabel = "KIND", description = "what was recorded: ${COMPLETION-CANDIDATES}")
    private Kind kind = Kind.qemu;

    @Parameters(index = "1", paramLabel = "FILE", description = "the recording; - is the standard input")
    private String file = STANDARD_INPUT;

    @Option(names = "--trace", paramLabel = "FTRACE", description = "qemu: the guest's ftrace text of the same run")
    private @Nullable Path trace;

    @Option(
            names = "--profile",
            paramLabel = "PROFILE",
            description =
                    "amdvi, viommu: whose answers are judged: the specification's unless it is qemu-7.2, qemu-10.0 or"
                            + " qemu-11.1; xen: xen-4.17's unless it is xen-4.20 or xen-4.22; dma: linux-6.1's unless"
                            + " it is linux-6.12 or linux-7.3")
    private @Nullable String profile;

    @Option(
            names = "--strict",
            description = "exit with 5 instead of 0 if rows were not judged; with qemu, if no translation was")
    private boolean strict;

    @Option(names = "--json", description = "print one JSON document and nothing else")
    private boolean json;

    @Mixin
    private UnpackOptions unpacking = new UnpackOptions();

    /** What can be judged; spelled as on the command line. */
    enum Kind {
        amdvi,
        qemu,
        xen,
        dma,
        viommu,
        riscv,
        smmuv3;

        /** Whether it can be judged as another release or recorder has it. */
        boolean hasProfiles() {
            return this != qemu && this != riscv && this != smmuv3;
        }
    }

    /** Judges one recording. */
    @FunctionalInterface
    private interface Judge {
        ExitCode judge(Path recording) throws IOException;
    }

    public ConformCommand(Site site) {
        this.site = site;
    }

    @Override
    public Integer call() throws IOException {
        if (trace != null && kind != Kind.qemu) {
            throw new ParameterException(spec.commandLine(), "--trace goes with kind qemu only");
        }
        if (unpacking.isGiven() && kind != Kind.qemu) {
            throw new ParameterException(spec.commandLine(), "--unpacked goes with kind qemu only");
        }
        if (profile != null && !kind.hasProfiles()) {
            throw new ParameterException(
                    spec.commandLine(), "--profile goes with kinds amdvi, viommu, xen and dma only");
        }
        Judge judge = switch (kind) {
            case amdvi -> this::amdvi;
            case qemu -> this::qemu;
            case xen -> this::xen;
            case dma -> this::dma;
            case viommu -> this::viommu;
            case riscv -> this::riscv;
            case smmuv3 -> this::smmuv3;
        };
        if (!file.equals(STANDARD_INPUT)) {
            return judge.judge(Path.of(file)).code();
        }
        // A log is read twice.
        Path kept = Files.createTempFile("moat", ".in");
        try {
            Files.copy(System.in, kept, StandardCopyOption.REPLACE_EXISTING);
            return judge.judge(kept).code();
        } finally {
            Files.delete(kept);
        }
    }

    private ExitCode amdvi(Path recording) throws IOException {
        @Nullable
        QemuProfile qemu = profile == null ? null : QemuProfile.of(profile).orElse(null);
        if (profile != null && qemu == null) {
            throw new ParameterException(
                    spec.commandLine(), "--profile " + profile + " is not qemu-7.2, qemu-10.0 or qemu-11.1");
        }
        try (Reader in = InputText.open(file, recording)) {
            RowTally tally = AmdViRecords.run(file, in, qemu);
            return finish(tally, qemu == null ? AmdViRecords.SPECIFICATION : qemu.label());
        }
    }

    private ExitCode riscv(Path recording) throws IOException {
        try (Reader in = InputText.open(file, recording)) {
            return finish(RiscvRecords.run(file, in), RiscvRecords.SPECIFICATION);
        }
    }

    private ExitCode smmuv3(Path recording) throws IOException {
        try (Reader in = InputText.open(file, recording)) {
            return finish(SmmuRecords.run(file, in), SmmuRecords.SPECIFICATION);
        }
    }

    /**
     * Prints what became of recorded rows; then what is malformed, if anything is, ends the command.
     *
     * @param judgedAs the profile
     */
    private ExitCode finish(RowTally tally, String judgedAs) {
        boolean unjudged =
                tally.compared() == 0 || (strict && !tally.notJudged().isEmpty());
        ExitCode judged =
                !tally.disagreements().isEmpty() ? ExitCode.DISAGREEMENT : unjudged ? ExitCode.LIMIT : ExitCode.OK;
        ExitCode code = Signals.settled(tally.isMalformed() ? ExitCode.BAD_INPUT : judged);
        if (json) {
            site.out().print(tally.json(kind.name(), judgedAs, code.code()));
        } else {
            tally.text(judgedAs).forEach(site::print);
            if (kind.hasProfiles() && profile == null && !tally.disagreements().isEmpty()) {
                site.print("judged as " + judgedAs + "'s answers; --profile names another one");
            }
        }
        tally.requireWellFormed();
        return code;
    }

    private ExitCode qemu(Path recording) throws IOException {
        QemuReport report = QemuLog.judge(source(file, recording), trace == null ? null : source(trace + "", trace));
        boolean settled = report.isJudged() && report.suspects().isEmpty() && (!strict || report.isSettled());
        ExitCode code = Signals.settled(
                report.disagreed() > 0 ? ExitCode.DISAGREEMENT : settled ? ExitCode.OK : ExitCode.LIMIT);
        if (json) {
            site.out().print(report.json(code.code()));
        } else {
            report.text().forEach(site::print);
        }
        return code;
    }

    private QemuLog.Source source(String name, Path path) {
        return new QemuLog.Source() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public InputStream open() throws IOException {
                return unpacking.open(name, InputFile.open(path));
            }
        };
    }

    private ExitCode xen(Path recording) throws IOException {
        String named = profile == null ? XenRelease.XEN_4_17.label() : profile;
        XenRelease release = XenRelease.of(named).orElseThrow(() -> noProfile(named, XenRelease.labels()));
        try (Reader in = InputText.open(file, recording)) {
            return finish(XenRecords.run(file, in, release), named);
        }
    }

    private ExitCode dma(Path recording) throws IOException {
        List<String> profiles = DmaRecords.profiles();
        String named = profile == null ? profiles.get(0) : profile;
        if (!profiles.contains(named)) {
            throw noProfile(named, profiles);
        }
        try (Reader in = InputText.open(file, recording)) {
            return finish(DmaRecords.run(file, in, named), named);
        }
    }

    private ParameterException noProfile(String named, List<String> labels) {
        return new ParameterException(
                spec.commandLine(), "there is no profile '" + named + "'" + Suggestion.among(named, labels));
    }

    private ExitCode viommu(Path recording) throws IOException {
        String named = profile == null ? Profile.SPECIFICATION.label() : profile;
        Profile judged = Profile.of(named).orElseThrow(() -> noProfile(named, Profile.labels()));
        try (Reader in = InputText.open(file, recording)) {
            return finish(ViommuRecords.run(file, in, judged), judged.label());
        }
    }
}
