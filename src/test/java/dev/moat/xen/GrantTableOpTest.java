package dev.moat.xen;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.xen.grant.GrantTableOp;
import dev.moat.xen.grant.GrantTableOp.Pointer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a hypercall returns before it comes to an element, from the recorder's summary. */
class GrantTableOpTest {
    private static final GrantTableOp.Offered ALL = new GrantTableOp.Offered(true, true);

    @ParameterizedTest
    @CsvSource({
        "0x3, 1, MAPPED, -38",
        "0xd, 1, MAPPED, -38",
        "0xfff, 1, MAPPED, -38",
        "0x1000, 1, MAPPED, -22",
        "0x1063, 1, MAPPED, -22",
        "0x100c, 1, MAPPED, -84",
        "0x0, -1, MAPPED, -22",
        "0x63, -1, MAPPED, -22",
        "0x0, 0, MAPPED, 0",
        "0x0, 0, UNMAPPED, 0",
        "0x0, 0, FORBIDDEN, -14",
        "0x4, 0, UNMAPPED, 0",
        "0xb, 0, MAPPED, 0",
        "0xc, 0, MAPPED, 0",
        "0x2, 0, MAPPED, -22",
        "0x6, 2, FORBIDDEN, -22",
        "0x9, 2, UNMAPPED, -22",
        "0x8, 0, UNMAPPED, -14",
        "0xa, 7, FORBIDDEN, -14",
        "0x5, 1, UNMAPPED, -14",
        "0x0, 1, MAPPED, 0",
        "0x1, 102, MAPPED, 0",
        "0x1, 103, MAPPED, 1",
        "0x2, 1, MAPPED, 1",
        "0x4, 1, MAPPED, 0",
        "0x5, 1, MAPPED, 0",
        "0x6, 1, MAPPED, 0",
        "0x7, 2, MAPPED, 0",
        "0x8, 1, MAPPED, 1",
        "0x9, 1, MAPPED, 1",
        "0xa, 0, MAPPED, 1",
        "0xb, 38, MAPPED, 0",
        "0xc, 1, MAPPED, 1",
        "0x100c, 1, MAPPED, -84"
    })
    void returnsAsRecorded(String command, int count, Pointer pointer, int expected) {
        assertThat(GrantTableOp.check(Long.decode(command), count, pointer, ALL))
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"0, MAPPED", "1, MAPPED", "1, UNMAPPED"})
    void forbiddenTransfersAreRefusedBeforeTheirElements(int count, Pointer pointer) {
        assertThat(GrantTableOp.check(4, count, pointer, new GrantTableOp.Offered(false, true)))
                .isEqualTo(-95);
        assertThat(GrantTableOp.transferForbidden()).isEqualTo(-95);
    }

    /** From 4.21 on, on x86: as an unknown command, but that opaque bits are its own to judge. */
    @ParameterizedTest
    @CsvSource({
        "0xc, 1, MAPPED, -38",
        "0xc, 0, UNMAPPED, -38",
        "0xc, 1, FORBIDDEN, -38",
        "0xc, -1, MAPPED, -22",
        "0x100c, 1, MAPPED, -38",
        "0x100d, 1, MAPPED, -22"
    })
    void flushesAreUnknownWhereThereAreNone(String command, int count, Pointer pointer, int expected) {
        assertThat(GrantTableOp.check(Long.decode(command), count, pointer, new GrantTableOp.Offered(true, false)))
                .isEqualTo(expected);
        assertThat(GrantTableOp.flushUnknown()).isEqualTo(-38);
    }
}
