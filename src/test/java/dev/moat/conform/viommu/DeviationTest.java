package dev.moat.conform.viommu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.conform.rows.RecordedLines;
import dev.moat.conform.rows.Row;
import dev.moat.iommu.vtd.format.Deviation;
import dev.moat.iommu.vtd.format.Deviations;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Each deviation makes a difference that recorded rows show. Those that none of these rows shows are named here; what they do is
 * tested in {@code iommu.vtd.register} and {@code iommu.vtd.interrupt}.
 */
class DeviationTest {
    private static final Map<String, List<List<Row>>> READ = new HashMap<>();

    /** Whether some row disagrees. */
    private static boolean disagree(List<List<Row>> cases, Profile profile, Deviations deviations) {
        FileKind kind = FileKind.of(cases.get(0).get(0).format());
        return RecordedLines.disagree(cases, tally -> new UnitJudge(kind, profile, deviations, tally));
    }

    /** Under a set that has one member more or less than the profile's own. */
    private static boolean disagree(Profile profile, Deviations deviations, Deviation changed) {
        List<String> names = changed.name().startsWith("SHADOW")
                ? List.of(ViommuFile.SHADOW)
                : List.of(ViommuFile.INTERRUPTS, ViommuFile.DMA);
        for (String name : names) {
            List<List<Row>> cases = READ.get(name);
            if (cases == null) {
                cases = ViommuFile.load(name).cases(FileKind.formats());
                READ.put(name, cases);
            }
            if (disagree(cases, profile, deviations)) {
                return true;
            }
        }
        return false;
    }

    private static Set<String> codes(String text) {
        return new TreeSet<>(List.of(text.split(" ")));
    }

    /** Without it, rows of the profile's own column disagree. */
    @ParameterizedTest
    @CsvSource({
        "qemu-7.2,  CF DLM DST EIM IECR IMP NR WRAP,"
                + " 1GP AWC BUS DBIT LEG PEI PP PV16 ROOT2 RPS RSV SHVD SV3 cached ctl dw0 fence fpd half idle irta ones pe7 pm8 pqi pre ptr ptw qend qmode qtail rmode snp sta ttm w87 win",
        "qemu-10.0, AWC CF DBIT DLM DST EIM IMP LEG PEI PP ROOT2 RPS RSV SV3 WRAP,"
                + " 1GP BUS PV16 SHVD cached ctl dw0 fence fpd idle irta ones pam pre ptr ptw qend qmode qtail rmode snp sta tm ttm w87 win",
        "qemu-11.1, AWC CF DBIT DLM DST EIM IMP KEEP LEG PEI ROOT2 RSV SKIP SV3 WO WRAP pcc range,"
                + " 1GP BUS SHVD cached ctl dw0 fpd idle irta lp0 ones pam pcr pem pgr pre ptr ptw qend qmode qtail rmode snp sta tm ttm w87 win",
    })
    void itIsNeeded(String label, String shown, String unseen) {
        Profile profile = Profile.of(label).orElseThrow();
        Set<String> needed = new TreeSet<>();
        Set<String> free = new TreeSet<>();
        for (Deviation deviation : profile.deviations().members()) {
            boolean found = disagree(profile, profile.deviations().without(deviation), deviation);
            (found ? needed : free).add(deviation.code());
        }
        assertThat(needed).isEqualTo(codes(shown));
        assertThat(free).isEqualTo(codes(unseen));
    }

    /** Of those that no recorded row shows, these are shown by rows that a real QEMU answered later. */
    @ParameterizedTest
    @CsvSource({
        "qemu-7.2, ctl fpd half idle irta pe7 qend qmode qtail snp sta w87",
        "qemu-10.0, pam qend qmode qtail tm",
        "qemu-11.1, lp0 pam pem pgr qend qmode qtail tm"
    })
    void furtherRowsShowIt(String label, String shown) {
        Profile profile = Profile.of(label).orElseThrow();
        List<List<Row>> further = ViommuFile.further(ViommuFile.DMA).cases(FileKind.formats());
        for (String code : codes(shown)) {
            Deviations less = profile.deviations().without(Deviation.of(code).orElseThrow());
            assertThat(disagree(further, profile, less)).as(code).isTrue();
        }
    }

    /** With it, rows of the specification's column disagree, so that it is not the specification. */
    @Test
    void itIsADeviation() {
        Set<String> unseen = new TreeSet<>();
        for (Deviation deviation : Deviation.values()) {
            if (!disagree(Profile.SPECIFICATION, Deviations.of(deviation), deviation)) {
                unseen.add(deviation.code());
            }
        }
        assertThat(unseen)
                .isEqualTo(
                        codes(
                                "1GP BUS PV16 SHVD KEEP SKIP WO ctl dw0 fence fpd half idle irta lp0 ones pam pcr pem pgr pm8 pre ptr ptw qend qmode qtail range rmode snp sta tm ttm w87 win"));
    }

    /** The order in which caches are asked is shown too. */
    @ParameterizedTest
    @CsvSource({"qemu-10.0, qemu-11.1", "qemu-11.1, qemu-10.0"})
    void aProfileDoesNotJudgeAnothersColumn(String label, String other) {
        RecordedLines file = ViommuFile.load(ViommuFile.DMA);
        Profile judged = Profile.of(label).orElseThrow();
        String column = Profile.of(other).orElseThrow().column();
        for (int line = 2; line <= file.lines().size(); line++) {
            file = file.with(line, judged.column(), file.cell(line, column));
        }
        assertThat(ViommuFile.judge(file, judged).disagreements()).hasSizeGreaterThan(100);
    }

    /** A row may only leave the specification by the codes that it carries, and those are switches. */
    @Test
    void everyCodeIsASwitch() {
        Set<String> codes = new TreeSet<>();
        for (String name : List.of(ViommuFile.INTERRUPTS, ViommuFile.DMA)) {
            RecordedLines file = ViommuFile.load(name);
            for (int line = 2; line <= file.lines().size(); line++) {
                codes.addAll(List.of(file.cell(line, "deviations").split("[+; ]+")));
            }
        }
        codes.remove("");
        assertThat(codes).isNotEmpty().allMatch(code -> Deviation.of(code).isPresent());
    }

    @ParameterizedTest
    @EnumSource(Profile.class)
    void aProfileIsNamedByItsLabel(Profile profile) {
        assertThat(Profile.of(profile.label())).contains(profile);
        assertThat(profile.label()).isLowerCase();
    }

    @Test
    void everyDeviationBelongsToAProfileAndIsNamedOnce() {
        Set<Deviation> used = EnumSet.noneOf(Deviation.class);
        for (Profile profile : Profile.values()) {
            used.addAll(profile.deviations().members());
        }
        assertThat(used).containsExactlyInAnyOrder(Deviation.values());
        Set<String> codes =
                List.of(Deviation.values()).stream().map(Deviation::code).collect(Collectors.toSet());
        assertThat(codes).hasSize(Deviation.values().length);
        assertThat(Deviation.of("LEG")).contains(Deviation.LEGACY_REASONS);
        assertThat(Deviation.of("leg")).isEmpty();
        assertThat(Profile.of("qemu-9.0")).isEmpty();
    }
}
