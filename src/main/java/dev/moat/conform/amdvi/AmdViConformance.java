package dev.moat.conform.amdvi;

import dev.moat.conform.amdvi.record.CaseReader;
import dev.moat.conform.amdvi.record.Row;
import dev.moat.conform.left.LeftOut;
import dev.moat.conform.left.LostRows;
import dev.moat.conform.record.Disagreement;
import dev.moat.input.InputException;
import java.io.IOException;
import java.io.Reader;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** How recorded answers of QEMU's {@code amd-iommu} compare with Moat's AMD-Vi. */
public final class AmdViConformance {
    private static final String SPECIFICATION = "specification";

    private final String file;
    private final String profile;
    private final int cases;
    private final int rows;
    private final Findings findings;

    private AmdViConformance(String file, String profile, int[] size, Findings findings) {
        this.file = file;
        this.profile = profile;
        cases = size[0];
        rows = size[1];
        this.findings = findings;
    }

    /**
     * Judges all cases of a file.
     *
     * @param file the name that messages print
     * @param profile a QEMU, whose rows alone are then judged by what it answered; null for the specification
     * @throws InputException when no row could be judged: at the first malformed place, where there is one. A
     *     malformed row costs the rest of its case, and so does a line that is no row ({@link LostRows})
     */
    public static AmdViConformance run(String file, Reader in, @Nullable QemuProfile profile) throws IOException {
        Findings findings = new Findings(file);
        int[] size = new int[2];
        SpecificationJudge specification = new SpecificationJudge(findings);
        QemuJudge qemu = profile == null ? null : new QemuJudge(profile, findings);
        Consumer<List<Row>> judge = qemu == null ? specification::judge : qemu::judge;
        LostRows lost = new LostRows(findings.leftOut());
        CaseReader.read(
                file,
                in,
                rows -> {
                    size[0]++;
                    size[1] += rows.size();
                    List<Row> judged = findings.wellFormed(rows);
                    if (!judged.isEmpty()) {
                        judge.accept(judged);
                    }
                },
                lost);
        size[0] += lost.cases();
        size[1] += lost.rows();
        if (findings.judged().isEmpty()) {
            findings.leftOut().requireWellFormed();
            throw new InputException(file, 1, 1, "no row is of this version, so this says nothing about it");
        }
        String judgedBy = profile == null ? SPECIFICATION : profile.label();
        return new AmdViConformance(file, judgedBy, size, findings);
    }

    /** Whose answers the rows were judged by: a version of QEMU, or {@code specification}. */
    public String profile() {
        return profile;
    }

    /** Cases of the file, those of other versions too. */
    public int cases() {
        return cases;
    }

    /** Rows of the file, likewise. */
    public int rows() {
        return rows;
    }

    /** Rows that were run and judged, by operation. */
    public Map<String, Integer> judged() {
        return Collections.unmodifiableMap(findings.judged());
    }

    /** What was left out or is merely told, by reason. */
    public Map<String, Integer> counts() {
        SortedMap<String, Integer> counts = new TreeMap<>(findings.counts());
        leftOut().skipped().forEach((why, rows) -> counts.put("rows of a " + why, rows));
        return counts;
    }

    /** Cases that are not judged to their end. */
    public LeftOut leftOut() {
        return findings.leftOut();
    }

    /** In the order of the file. */
    public List<Disagreement> disagreements() {
        return List.copyOf(findings.disagreements());
    }

    /** For a person: counts, what was left out, then the disagreements. */
    public List<String> text() {
        List<String> text = new ArrayList<>();
        int all = judged().values().stream().mapToInt(Integer::intValue).sum();
        text.add(file + ": cases " + cases + ", rows " + rows + ", profile " + profile);
        text.add("  judged: rows " + all + " (" + list(judged()) + ")");
        counts().forEach((what, times) -> text.add("  " + what + ": " + times));
        leftOut().reasons().forEach(reason -> text.add("  not judged: " + reason));
        text.add("disagreements " + disagreements().size());
        disagreements().forEach(d -> text.add("  " + d));
        return text;
    }

    private static String list(Map<String, Integer> counts) {
        return counts.entrySet().stream()
                .map(e -> e.getKey() + " " + e.getValue())
                .collect(Collectors.joining(", "));
    }
}
