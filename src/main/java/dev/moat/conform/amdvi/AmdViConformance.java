package dev.moat.conform.amdvi;

import dev.moat.conform.record.Disagreement;
import dev.moat.input.InputException;
import java.io.IOException;
import java.io.Reader;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * How recorded answers of QEMU's {@code amd-iommu} compare with Moat's AMD-Vi.
 *
 * @param file as messages print it
 * @param profile {@code specification}, or the label of a {@link QemuProfile}
 * @param cases in the file
 * @param rows in the file
 * @param judged rows that were run and judged, by operation
 * @param counts what was left out or is merely told, by reason
 * @param disagreements in the order of the file
 */
public record AmdViConformance(
        String file,
        String profile,
        int cases,
        int rows,
        Map<String, Integer> judged,
        Map<String, Integer> counts,
        List<Disagreement> disagreements) {
    private static final String SPECIFICATION = "specification";

    public AmdViConformance {
        judged = Collections.unmodifiableMap(new TreeMap<>(judged));
        counts = Collections.unmodifiableMap(new TreeMap<>(counts));
        disagreements = List.copyOf(disagreements);
    }

    /**
     * Judges all cases of a file.
     *
     * @param file the name that messages print
     * @param profile a QEMU, whose rows alone are then judged by what it answered; null for the specification
     * @throws InputException at the first malformed place, see {@link CaseReader#read}; then when no row could be judged
     */
    public static AmdViConformance run(String file, Reader in, @Nullable QemuProfile profile) throws IOException {
        Findings findings = new Findings(file);
        int[] size = new int[2];
        SpecificationJudge specification = new SpecificationJudge(findings);
        QemuJudge qemu = profile == null ? null : new QemuJudge(profile, findings);
        CaseReader.read(file, in, rows -> {
            size[0]++;
            size[1] += rows.size();
            if (qemu == null) {
                specification.judge(rows);
            } else {
                qemu.judge(rows);
            }
        });
        if (findings.judged().isEmpty()) {
            throw new InputException(file, 0, 0, "no row is of this version, so this says nothing about it");
        }
        return new AmdViConformance(
                file,
                profile == null ? SPECIFICATION : profile.label(),
                size[0],
                size[1],
                findings.judged(),
                findings.counts(),
                findings.disagreements());
    }

    /** For a person: counts, what was left out, then the disagreements. */
    public List<String> text() {
        List<String> text = new java.util.ArrayList<>();
        int all = judged.values().stream().mapToInt(Integer::intValue).sum();
        text.add(file + ": cases " + cases + ", rows " + rows + ", profile " + profile);
        text.add("  judged: rows " + all + " (" + list(judged) + ")");
        counts.forEach((what, times) -> text.add("  " + what + ": " + times));
        text.add("disagreements " + disagreements.size());
        disagreements.forEach(d -> text.add("  " + d));
        return text;
    }

    private static String list(Map<String, Integer> counts) {
        return counts.entrySet().stream()
                .map(e -> e.getKey() + " " + e.getValue())
                .collect(java.util.stream.Collectors.joining(", "));
    }
}
