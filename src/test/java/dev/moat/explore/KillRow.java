package dev.moat.explore;

/** A fault, the smallest machine that shows it, and every property it violates there {@code @} length, up to a depth. */
record KillRow(String component, String fault, String settings, String violates, int depth) {
    KillRow(String component, String fault, String settings, String violates) {
        this(component, fault, settings, violates, WHOLE);
    }

    /** A depth: all states. */
    static final int WHOLE = 0;

    /** Of a machine that a fault leaves with too many states: what it violates up to a depth. */
    static KillRow xenTo(int depth, String fault, String settings, String violates) {
        return new KillRow("xen-vtd", fault, "refs=1 " + settings, violates, depth);
    }

    static KillRow r1(String fault, String settings, String violates) {
        return new KillRow("r1", fault, settings, violates);
    }

    static KillRow xen(String fault, String settings, String violates) {
        return new KillRow("xen-vtd", fault, "refs=1 " + settings, violates);
    }

    static KillRow api(String fault, String settings, String violates) {
        return new KillRow("iommu-api", fault, "kernel=strict " + settings, violates);
    }

    static KillRow layer(String fault, String settings, String violates) {
        return new KillRow("xen-swiotlb", fault, settings, violates);
    }

    static KillRow viommu(String fault, String settings, String violates) {
        return new KillRow("xen-viommu", fault, settings, violates);
    }

    static KillRow interrupts(String fault, String settings, String violates) {
        return new KillRow("xen-viommu-interrupts", fault, settings, violates);
    }

    static KillRow amdInterrupts(String fault, String settings, String violates) {
        return new KillRow("amd-vi-interrupts", fault, settings, violates);
    }

    static KillRow growth(String fault, String settings, String violates) {
        return new KillRow("amd-vi-growth", fault, settings, violates);
    }

    static KillRow nested(String fault, String settings, String violates) {
        return new KillRow("riscv-nested", fault, settings, violates);
    }

    static KillRow p2m(String fault, String settings, String violates) {
        return new KillRow("xen-p2m", fault, settings, violates);
    }

    static KillRow pkvm(String fault, String settings, String violates) {
        return new KillRow("pkvm-iommu", fault, settings, violates);
    }

    static KillRow svm(String fault, String settings, String violates) {
        return new KillRow("xen-viommu-svm", fault, settings, violates);
    }

    static KillRow registers(String fault, String settings, String violates) {
        return new KillRow("xen-viommu-registers", fault, settings, violates);
    }

    static KillRow dma(String fault, String settings, String violates) {
        return new KillRow("iommu-dma", fault, settings, violates);
    }

    static KillRow arm(String fault, String settings, String violates) {
        return new KillRow("dma-iommu-mapping", fault, settings, violates);
    }

    static KillRow spaces(String fault, String settings, String violates) {
        return new KillRow("xen-io-spaces", fault, settings, violates);
    }
}
