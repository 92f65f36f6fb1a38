package dev.moat.conform.viommu;

import dev.moat.iommu.vtd.format.Capabilities;
import dev.moat.iommu.vtd.format.Deviation;
import dev.moat.iommu.vtd.format.Deviations;
import dev.moat.iommu.vtd.format.Registers.Cap;
import dev.moat.iommu.vtd.format.Registers.Ecap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What the options of a recorded unit make of its capability registers. {@code @shape} {@code name=value} between semicolons.
 *
 * @param values by name, the defaults of a recorded case included
 */
record MachineOptions(Map<String, String> values) {
    /** CAP without what depends on options: 64K domains, pages of 2 MiB and 1 GiB, one fault record at 0x220, AM to 18. */
    private static final long CAP = 0x0012008c22000006L;
    /** ECAP without what depends on options: the queue, the IOTLB registers at 0xf0. */
    private static final long ECAP = 0xf02;

    private static final int MOST_MASKED = 15;
    private static final int WIDE = 48;
    private static final int NARROW = 39;
    private static final int LONGEST_PASID = 20;

    /** What lets extended mode be although nothing sees to x2APIC; it is on by it where nothing else is said. */
    private static final String BUGGY = "x-buggy-eim";

    private static final List<String> ALWAYS = List.of(
            "intremap",
            "aw-bits",
            "caching-mode",
            "device-iotlb",
            "eim",
            "snoop-control",
            "x-scalable-mode",
            "dma-translation");
    private static final Map<Profile, List<String>> OTHERS = Map.of(
            Profile.QEMU_7_2,
            List.of("pt", "dma-drain", "x-pasid-mode", BUGGY),
            Profile.QEMU_10_0,
            List.of("pt", "dma-drain", "x-pasid-mode", BUGGY, "x-flts", "fs1gp", "stale-tm"),
            Profile.QEMU_11_1,
            List.of("x-flts", "fs1gp", "stale-tm", "svm", "pasid-bits"),
            Profile.SPECIFICATION,
            List.of("pt", "dma-drain", "x-pasid-mode", BUGGY, "x-flts", "fs1gp", "stale-tm", "svm", "pasid-bits"));

    /** The options of a cell; of a recorded case where they are not said, aw-bits is 48 and intremap on. */
    public static MachineOptions of(String text) {
        Map<String, String> values = new TreeMap<>(Map.of("aw-bits", "" + WIDE));
        for (String option : text.split(";", -1)) {
            int equals = option.indexOf('=');
            if (!option.isEmpty()) {
                String name = equals < 0 ? option : option.substring(0, equals);
                values.put(name, equals < 0 ? "on" : option.substring(equals + 1));
            }
        }
        return new MachineOptions(values);
    }

    private boolean is(String name, boolean otherwise) {
        String value = values.get(name);
        return value == null ? otherwise : value.equals("on");
    }

    private Optional<Integer> number(String name, int otherwise) {
        String value = values.getOrDefault(name, "" + otherwise);
        return value.matches("[0-9]{1,3}") ? Optional.of(Integer.parseInt(value)) : Optional.empty();
    }

    /**
     * The capabilities, or nothing where the recorded version does not start with these options: an option or a value that it
     * does not know, or options that exclude each other.
     */
    public Optional<Capabilities> capabilities(Profile profile) {
        Optional<Integer> width = number("aw-bits", WIDE);
        Optional<Integer> pasidBits = number("pasid-bits", 0);
        boolean known = values.keySet().stream()
                .allMatch(name -> ALWAYS.contains(name)
                        || OTHERS.getOrDefault(profile, List.of()).contains(name));
        boolean wellFormed = values.entrySet().stream().allMatch(MachineOptions::isWellFormed);
        if (!known || !wellFormed || width.isEmpty() || pasidBits.isEmpty() || excluded(profile, width.get())) {
            return Optional.empty();
        }
        boolean unshareable = pasidBits.get() == 0 || !is("dma-translation", true);
        if (is("svm", false) && unshareable) {
            return Optional.empty();
        }
        if (pasidBits.get() > LONGEST_PASID || (pasidBits.get() > 0 && !is("x-scalable-mode", false))) {
            return Optional.empty();
        }
        long ecap = scalable(interrupts(ECAP), pasidBits.get());
        return Optional.of(new Capabilities(cap(profile, width.get()), ecap, width.get(), false));
    }

    /** What the unit departs in with these options, of what it does without them. */
    public Deviations deviations(Deviations usual) {
        return is("stale-tm", false) ? usual.without(Deviation.TRANSIENT_MAPPING_RESERVED) : usual;
    }

    private static boolean isWellFormed(Map.Entry<String, String> option) {
        boolean numeric = option.getKey().equals("aw-bits") || option.getKey().equals("pasid-bits");
        return numeric || option.getValue().equals("on") || option.getValue().equals("off");
    }

    private boolean excluded(Profile profile, int width) {
        boolean scalable = is("x-scalable-mode", false);
        boolean firstLevel = is("x-flts", false);
        boolean devices = is("device-iotlb", false);
        boolean extended = is("eim", false);
        boolean ofPasid = is("x-pasid-mode", false);
        boolean shared = is("svm", false);
        return (width != WIDE && (firstLevel || width != NARROW))
                || (firstLevel && !scalable)
                || (scalable && !is("dma-drain", true))
                || (extended && (!is("intremap", true) || (profile == Profile.QEMU_7_2 && !is(BUGGY, false))))
                || (ofPasid && (!scalable || devices))
                || (shared && (!firstLevel || !devices || !is("fs1gp", true)));
    }

    private long cap(Profile profile, int width) {
        long cap = Cap.MGAW.set(CAP, width - 1L);
        long drains = is("dma-drain", true) ? 1 : 0;
        cap = Cap.DRD.set(Cap.DWD.set(cap, drains), drains);
        if (is("dma-translation", true)) {
            cap = Cap.SAGAW.set(cap, width == WIDE ? 0b110 : 0b010);
        }
        cap = Cap.CM.set(cap, is("caching-mode", false) ? 1 : 0);
        cap = Cap.FL1GP.set(cap, is("x-flts", false) && is("fs1gp", true) ? 1 : 0);
        return Cap.ESRTPS.set(cap, profile == Profile.QEMU_11_1 ? 1 : 0);
    }

    private long interrupts(long base) {
        long ecap = base;
        if (is("intremap", true)) {
            ecap = Ecap.MHMV.set(Ecap.IR.set(ecap, 1), MOST_MASKED);
            ecap = Ecap.EIM.set(ecap, is("eim", is(BUGGY, false)) ? 1 : 0);
        }
        ecap = Ecap.DT.set(ecap, is("device-iotlb", false) ? 1 : 0);
        ecap = Ecap.PT.set(ecap, is("pt", true) ? 1 : 0);
        return Ecap.SC.set(ecap, is("snoop-control", false) ? 1 : 0);
    }

    private long scalable(long base, int pasidBits) {
        long ecap = base;
        if (is("x-flts", false)) {
            ecap = Ecap.FLTS.set(Ecap.SMTS.set(ecap, 1), 1);
        } else if (is("x-scalable-mode", false)) {
            ecap = Ecap.SLTS.set(Ecap.SRS.set(Ecap.SMTS.set(ecap, 1), 1), 1);
        }
        if (is("svm", false)) {
            ecap = Ecap.PDS.set(Ecap.NWFS.set(Ecap.PRS.set(ecap, 1), 1), 1);
        }
        if (pasidBits > 0) {
            ecap = Ecap.PSS.set(ecap, pasidBits - 1L);
        }
        return Ecap.PASID.set(ecap, pasidBits > 0 || is("x-pasid-mode", false) ? 1 : 0);
    }
}
