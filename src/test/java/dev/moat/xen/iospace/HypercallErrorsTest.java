package dev.moat.xen.iospace;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.machine.Granularity;
import dev.moat.machine.Machine;
import dev.moat.machine.Stepper;
import dev.moat.scenario.Catalog;
import dev.moat.scenario.MachineSpec;
import dev.moat.xen.iospace.state.HypercallError;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every answer of the hypercalls, one row at least for each: the call before the last ones succeed, the last one gets the answer and,
 * when it is an error, changes nothing. Rows with two reasons answer the one that comes first.
 */
class HypercallErrorsTest {
    /** What the machine is, the calls that prepare, the call, its answer. */
    record Row(String settings, String before, String call, HypercallError answer) {}

    private static final String ANY = "callers=anybody addresses=both";
    private static final String LATER = ANY + " creation=true";

    private static final String DEATH = LATER + " death=true";
    private static final String TOOLSTACK = LATER + " passthrough=true";
    private static final String ALIASES = TOOLSTACK + " aliases=true";
    private static final String FRONTEND = TOOLSTACK + " frontend=true";
    private static final String CONNECTED = "pci_attach(dev0, d0); frontend_connects(g0); backend_connects(g0)";
    private static final String GRANTS = "grants=true batch=2 frames=4";
    private static final String BATCH = ANY + " pages=2 frames=4 batch=2";

    private static final List<Row> ROWS = List.of(
            row(ANY, "", "iommu_map(d0, dev0, any, f0, rw)", HypercallError.OK),
            row(ANY, "", "iommu_map(d1, dev1, p0, f1, rw)", HypercallError.OK),
            row(LATER, "", "create_io_space(d1, dev0, d0)", HypercallError.EPERM),
            row(LATER, "", "create_io_space(d1, none, d0)", HypercallError.EPERM),
            row(LATER, "create_io_space(d0, dev0, d0)", "destroy_io_space(d1, dev0)", HypercallError.EPERM),
            row(ANY, "", "iommu_map(d0, dev0, any, f0, nothing)", HypercallError.EINVAL),
            row(ANY, "", "iommu_map(d0, none, behind, f1, nothing)", HypercallError.EINVAL),
            row(ANY, "", "iommu_map(d0, none, any, f0, rw)", HypercallError.ENODEV),
            row(ANY, "", "iommu_map(d0, none, behind, f1, rw)", HypercallError.ENODEV),
            row(ANY, "", "iommu_unmap(d0, none, p0, 1)", HypercallError.ENODEV),
            row(LATER, "", "create_io_space(d0, none, d0)", HypercallError.ENODEV),
            row(LATER, "", "destroy_io_space(d0, none)", HypercallError.ENODEV),
            row(ANY, "", "iommu_map(d0, dev1, any, f0, rw)", HypercallError.EACCES),
            row(ANY, "", "iommu_map(d1, dev0, behind, f0, rw)", HypercallError.EACCES),
            row(ANY, "iommu_map(d0, dev0, any, f0, rw)", "iommu_unmap(d1, dev0, p0, 1)", HypercallError.EACCES),
            row(LATER, "", "iommu_map(d0, dev0, any, f0, rw)", HypercallError.EACCES),
            row(ANY + " invalidations=true", "", "tce_invalidate(d1, dev0, p0, entry)", HypercallError.EACCES),
            row(ANY, "", "iommu_map(d0, dev0, behind, f1, rw)", HypercallError.ERANGE),
            row(ANY + " pages=2 run=2", "", "iommu_map(d0, dev0, p1, f0, rw*2)", HypercallError.ERANGE),
            row(ANY, "", "iommu_unmap(d0, dev0, behind, 1)", HypercallError.ERANGE),
            row(ANY + " pages=2 reserved=1", "", "iommu_map(d0, dev0, p0, f1, rw)", HypercallError.ENXIO),
            row(LATER, "create_io_space(d0, dev0, d0)", "create_io_space(d0, dev0, d0)", HypercallError.EEXIST),
            row(ANY, "iommu_map(d0, dev0, p0, f0, rw)", "iommu_map(d0, dev0, p0, f1, rw)", HypercallError.EBUSY),
            row(LATER, "create_io_space(d0, dev0, d0)", "create_io_space(d0, dev0, d1)", HypercallError.EBUSY),
            row(
                    LATER + " units=1",
                    "create_io_space(d0, dev0, d0)",
                    "create_io_space(d0, dev1, d1)",
                    HypercallError.EBUSY),
            row(LATER, "", "destroy_io_space(d0, dev0)", HypercallError.ENOENT),
            row(ANY, "", "iommu_unmap(d0, dev0, p0, 1)", HypercallError.ENOENT),
            row(ANY, "", "iommu_map(d0, dev0, any, f1, rw)", HypercallError.EFAULT),
            row(
                    ANY + " grants=true read-only=true",
                    "grant_access(d1, f0, ro); map_grant_ref(d1, f0, ro)",
                    "iommu_map(d1, dev1, any, f0, rw)",
                    HypercallError.EFAULT),
            row(
                    ANY + " grants=true read-only=true",
                    "grant_access(d1, f0, ro); map_grant_ref(d1, f0, ro)",
                    "iommu_map(d1, dev1, any, f0, ro)",
                    HypercallError.OK),
            row(ANY + " pages=2 run=2", "", "iommu_map(d0, dev0, any, f0, rw*2)", HypercallError.EFAULT),
            row(ANY, "iommu_map(d0, dev0, any, f0, rw)", "iommu_map(d0, dev0, any, f0, rw)", HypercallError.ENOSPC),
            row(ANY, "iommu_map(d0, dev0, any, f0, rw)", "iommu_map(d0, dev0, any, f1, rw)", HypercallError.ENOSPC),
            row(DEATH, "", "destroy_domain(d1, d1)", HypercallError.EPERM),
            row(DEATH, "", "destroy_domain(d1, d0)", HypercallError.EPERM),
            row(DEATH, "", "destroy_domain(d0, d0)", HypercallError.EINVAL),
            row(DEATH, "destroy_domain(d0, d1)", "destroy_domain(d0, d1)", HypercallError.ENOENT),
            row(DEATH, "destroy_domain(d0, d1)", "create_io_space(d0, dev0, d1)", HypercallError.ENOENT),
            row(DEATH, "destroy_domain(d0, d1)", "iommu_map(d1, dev1, any, f1, rw)", HypercallError.EACCES),
            row(
                    DEATH,
                    "create_io_space(d0, dev0, d0); destroy_domain(d0, d1)",
                    "create_io_space(d0, dev0, d1)",
                    HypercallError.EBUSY),
            row(
                    LATER + " tables=1",
                    "create_io_space(d0, dev0, d0)",
                    "create_io_space(d0, dev1, d1)",
                    HypercallError.ENOMEM),
            row(
                    LATER + " tables=1",
                    "create_io_space(d0, dev0, d0)",
                    "create_io_space(d0, dev0, d1)",
                    HypercallError.EBUSY),
            row(
                    DEATH + " tables=1",
                    "create_io_space(d0, dev0, d0); destroy_domain(d0, d1)",
                    "create_io_space(d0, dev1, d1)",
                    HypercallError.ENOENT),
            row(
                    LATER + " tables=1",
                    "create_io_space(d0, dev0, d0); destroy_io_space(d0, dev0)",
                    "create_io_space(d0, dev1, d1)",
                    HypercallError.OK),
            row(TOOLSTACK, "", "pci_attach(none, d0)", HypercallError.ENODEV),
            row(TOOLSTACK, "", "pci_detach(none)", HypercallError.ENODEV),
            row(TOOLSTACK, "pci_attach(dev0, d0)", "pci_attach(dev0, d0)", HypercallError.EEXIST),
            row(TOOLSTACK, "pci_attach(dev0, d0)", "pci_attach(dev0, d1)", HypercallError.EBUSY),
            row(TOOLSTACK, "", "pci_detach(dev0)", HypercallError.ENOENT),
            row(TOOLSTACK, "pci_attach(dev0, d1)", "pci_detach(dev0)", HypercallError.OK),
            row(TOOLSTACK + " units=1", "", "pci_attach(dev0, d0, alone)", HypercallError.EXDEV),
            row(TOOLSTACK + " units=1", "", "pci_attach(dev1, d0, all)", HypercallError.OK),
            row(
                    TOOLSTACK + " units=1",
                    "pci_attach(dev0, d0, all)",
                    "pci_attach(dev1, d1, alone)",
                    HypercallError.EBUSY),
            row(
                    TOOLSTACK + " units=1 devices=3 tables=1 death=true",
                    "destroy_domain(d0, d1)",
                    "pci_attach(dev0, d1, alone)",
                    HypercallError.EXDEV),
            row(ALIASES, "", "pci_attach(dev0, d0, alone)", HypercallError.EXDEV),
            row(ALIASES, "", "pci_attach(dev0, d1, all)", HypercallError.OK),
            row(ALIASES, "pci_attach(dev0, d1, all)", "pci_attach(dev0, d0, alone)", HypercallError.EBUSY),
            row(ALIASES, "", "pci_attach(none, d0, alone)", HypercallError.ENODEV),
            row(FRONTEND, CONNECTED, "pci_detach(dev0)", HypercallError.EBUSY),
            row(FRONTEND, CONNECTED + "; ask_frontend(g0)", "pci_detach(dev0)", HypercallError.EBUSY),
            row(
                    FRONTEND,
                    CONNECTED + "; ask_frontend(g0); frontend_releases(g0)",
                    "pci_detach(dev0)",
                    HypercallError.OK),
            row(FRONTEND, CONNECTED + "; ask_frontend(g0); frontend_dies(g0)", "pci_detach(dev0)", HypercallError.OK),
            row(
                    FRONTEND + " gives-up=true",
                    CONNECTED + "; ask_frontend(g0); frontend_given_up(g0)",
                    "pci_detach(dev0)",
                    HypercallError.OK),
            row(
                    FRONTEND + " gives-up=true",
                    CONNECTED + "; ask_frontend(g0); frontend_given_up(g0); pci_detach(dev0)",
                    "iommu_map(d0, dev0, any, f0, rw)",
                    HypercallError.EACCES),
            row(
                    GRANTS,
                    "grant_access(d1, f0, rw); grant_access(d1, f2, ro)",
                    "map_grant_many(d1, f0+f2, ro)",
                    HypercallError.OK),
            row(BATCH, "", "iommu_map_many(d0, dev1, f0+f2, rw)", HypercallError.EACCES),
            row(BATCH, "", "iommu_map_many(d0, dev0, f1+f3, rw)", HypercallError.EFAULT),
            row(BATCH, "", "iommu_map_many(d0, dev0, f0+f2, rw)", HypercallError.OK),
            row(BATCH, "", "iommu_unmap_many(d0, dev1, p0+p1)", HypercallError.EACCES),
            row(BATCH, "", "iommu_unmap_many(d0, dev0, p0+p1)", HypercallError.ENOENT),
            row(BATCH, "iommu_map_many(d0, dev0, f0+f2, rw)", "iommu_unmap_many(d0, dev0, p0+p1)", HypercallError.OK));

    static Stream<Row> rows() {
        return ROWS.stream();
    }

    private static Row row(String settings, String before, String call, HypercallError answer) {
        return new Row(settings, before, call, answer);
    }

    @ParameterizedTest
    @MethodSource("rows")
    void answers(Row row) {
        for (String iommu : List.of("calgary", "vtd", "amd-vi")) {
            if (iommu.equals("calgary") || !row.settings().contains("units=1")) {
                answers(iommu, row);
            }
        }
    }

    private static void answers(String iommu, Row row) {
        Machine machine = machine("iommu=" + iommu + " " + row.settings());
        Stepper stepper = machine.stepper();
        long[] s = machine.initial().clone();
        for (String call : row.before().isEmpty() ? new String[0] : row.before().split("; ")) {
            assertThat(stepper.apply(instance(machine, call), s)).as(call).isTrue();
        }
        long[] before = s.clone();
        assertThat(stepper.apply(instance(machine, row.call()), s)).isTrue();
        assertThat(HypercallError.values()[stepper.lastResult()])
                .as(iommu + ": " + row.call())
                .isEqualTo(row.answer());
        if (row.answer() != HypercallError.OK) {
            assertThat(s).isEqualTo(before);
        }
    }

    private static int instance(Machine machine, String call) {
        return machine.find(call)
                .or(() -> machine.find("cpu0: " + call))
                .orElseThrow(() -> new AssertionError(call + " is not in "
                        + Stream.iterate(0, i -> i < machine.instances(), i -> i + 1)
                                .map(machine::name)
                                .toList()));
    }

    static Machine machine(String settings) {
        Map<String, String> given = new LinkedHashMap<>();
        Arrays.stream(settings.split(" ")).map(w -> w.split("=")).forEach(w -> given.put(w[0], w[1]));
        return Catalog.load().machine(new MachineSpec("xen-io-spaces", given, Granularity.OPERATION, true, List.of()));
    }

    /** What a batch did before its first refused element is done, and its addresses are served, or free again. */
    @Test
    void aBatchEndsAtItsFirstRefusedElement() {
        Machine machine = machine("iommu=calgary " + BATCH);
        Stepper stepper = machine.stepper();
        long[] s = machine.initial().clone();
        assertThat(answer(machine, stepper, s, "iommu_map_many(d0, dev0, f0+f1, rw)"))
                .isEqualTo(HypercallError.EFAULT);
        assertThat(answer(machine, stepper, s, "iommu_map(d0, dev0, p0, f2, rw)"))
                .isEqualTo(HypercallError.EBUSY);
        assertThat(answer(machine, stepper, s, "iommu_unmap_many(d0, dev0, p0+p1)"))
                .isEqualTo(HypercallError.ENOENT);
        assertThat(answer(machine, stepper, s, "iommu_map(d0, dev0, p0, f2, rw)"))
                .isEqualTo(HypercallError.OK);
    }

    private static HypercallError answer(Machine machine, Stepper stepper, long[] s, String call) {
        assertThat(stepper.apply(instance(machine, call), s)).as(call).isTrue();
        return HypercallError.values()[stepper.lastResult()];
    }

    /** Of a batch of grants, those before the one that is refused are mapped, or unmapped; the answer is the reason. */
    @Test
    void aBatchOfGrantsEndsAtTheFirstRefused() {
        Machine machine = machine("iommu=calgary " + GRANTS);
        Stepper stepper = machine.stepper();
        long[] s = machine.initial().clone();
        assertThat(stepper.apply(instance(machine, "grant_access(d1, f0, rw)"), s))
                .isTrue();
        assertThat(answer(machine, stepper, s, "map_grant_many(d1, f0+f2, rw)")).isEqualTo(HypercallError.ENOENT);
        assertThat(answer(machine, stepper, s, "unmap_grant_many(d1, f0+f2, rw)"))
                .isEqualTo(HypercallError.ENOENT);
        assertThat(stepper.apply(instance(machine, "end_access(f0)"), s)).isTrue();
    }

    @Test
    void everyAnswerHasARow() {
        Set<HypercallError> answered = ROWS.stream().map(Row::answer).collect(Collectors.toSet());
        assertThat(answered).isEqualTo(EnumSet.allOf(HypercallError.class));
    }
}
