package dev.moat.explain;

import dev.moat.explain.LogText.Found;
import dev.moat.explain.Said.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The faults of a log, each explained once.
 *
 * @param file the log's name
 * @param answers in the order of their first lines
 */
public record LogExplanation(String file, List<FaultAnswer> answers) {
    private static final Pattern SUPPRESSED = Pattern.compile(
            "(dmar_fault|amd_iommu_\\w{1,40}|iommu_print_event|arm_smmu_\\w{1,40}|riscv_iommu_\\w{1,40}|gnttab_\\w{1,40}): (\\d{1,9}) callbacks suppressed");

    /** Forms that tell of no request of a device: with them the machine is of interest. */
    private static final Set<LogForm> ASIDE =
            EnumSet.of(LogForm.SUPPRESSED, LogForm.FIRMWARE, LogForm.ASSIGNMENT, LogForm.BOUNCE);

    public LogExplanation {
        answers = List.copyOf(answers);
    }

    /**
     * Reads a log and explains its faults.
     *
     * @param file name for messages
     * @throws IOException when it cannot be read
     * @throws dev.moat.input.InputException when it is larger than 16 MiB, when it is UTF-16, when it has a NUL byte
     */
    public static LogExplanation of(String file, InputStream in) throws IOException {
        LogText log = LogText.read(file, in);
        MachineFacts machine = new MachineFacts(log);
        List<FaultAnswer> answers = new ArrayList<>(new VtdFaultLines(log, machine).answers());
        answers.addAll(new VtdInterruptLines(log, machine).answers());
        answers.addAll(new VtdQueue(log, machine).answers());
        answers.addAll(new AmdEvents(log, machine).answers());
        answers.addAll(new SmmuEvents(log).answers());
        answers.addAll(new RiscvFaults(log).answers());
        answers.addAll(new Grants(log).answers());
        answers.addAll(Requests.each(
                LogForm.SUPPRESSED,
                log.all(SUPPRESSED),
                found -> found.group(1),
                group -> Optional.of(suppressed(group))));
        answers.addAll(new BounceLines(log).answers());
        answers.addAll(new Messages(log).answers());
        if (answers.stream().allMatch(answer -> ASIDE.contains(answer.form()))) {
            new MachineLines(log, machine).answer().ifPresent(answers::add);
        }
        answers.sort(Comparator.comparing(answer -> answer.lines().get(0)));
        return new LogExplanation(file, answers);
    }

    private static FaultAnswer suppressed(List<Found> group) {
        long all = group.stream()
                .mapToLong(found -> Long.parseLong(found.group(2)))
                .sum();
        Found first = group.get(0);
        return new FaultAnswer(LogForm.SUPPRESSED, first.group(1), first.lines())
                .times(group.size())
                .says(
                        Kind.EVENT,
                        "the kernel left out " + all + " lines of " + first.group(1)
                                + ": other devices, addresses and reasons may be among them",
                        group.stream().map(Found::first).toList())
                .says(
                        Kind.EXCLUDED,
                        "conclusions from how often a fault is in this log: the log does not have all of them")
                .says(
                        Kind.NEXT,
                        "record fault events in place of lines ('moat audit --recipe linux-6.12' prints a script): they are not limited");
    }

    /** The forms that are explained. */
    public static List<String> known() {
        return Arrays.stream(LogForm.values()).map(LogForm::title).toList();
    }
}
