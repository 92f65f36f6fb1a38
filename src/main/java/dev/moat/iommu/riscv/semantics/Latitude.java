package dev.moat.iommu.riscv.semantics;

/**
 * What a unit does where the specification leaves a choice, or does not settle one. {@code @source} the maintainers' answers in
 * issues 581 and 776 of the specification's repository.
 */
@FunctionalInterface
public interface Latitude {
    /** The choices, each with its number of ways. */
    enum Point {
        /** Bits of msi_addr_mask and msi_addr_pattern above the guest's address width: compared, ignored, or refused. */
        MSI_ADDRESS_BITS(3),
        /** Reads of first-stage tables and process directories, once A and D are set by the unit: reads, or also stores. */
        IMPLICIT_STORE(2),
        /** What is recorded for an access fault of an ATS request: a fault to read, to write where it may write, to execute. */
        ATS_ACCESS_FAULT(3),
        /** An ATS request to execute a user page as supervisor with SUM: without the right to execute, or without any. */
        ATS_SUPERVISOR_EXECUTE(2);

        private final int ways;

        Point(int ways) {
            this.ways = ways;
        }

        /** How many ways there are. */
        public int ways() {
            return ways;
        }
    }

    /** Always the first way. */
    Latitude PLAIN = point -> 0;

    /** The way that the unit goes, from 0. */
    int way(Point point);
}
