package dev.moat.conform.qemu;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** QEMU tells of a descriptor before it checks it, and of one whose type it does not know not at all; lines as recorded of 7.2 to 11.1. */
class StoppedQueueTest {
    private static final String START = """
            vtd_reg_write addr 0x18 size 0x4 value 0x4000000
            vtd_reg_write_gcmd status 0x0 value 0x4000000
            """;
    private static final String TAIL = """
            vtd_reg_write addr 0x88 size 0x4 value 0x20
            vtd_inv_qi_tail write tail 2
            """;
    private static final String FETCH = "vtd_inv_qi_fetch \n";
    private static final String CLEAR = "vtd_reg_write addr 0x34 size 0x4 value 0x10\n";
    private static final String BAD = "vtd_inv_desc invalidate desc type iotlb high 0x0 low 0x11022\n";
    private static final String GOOD = """
            vtd_inv_desc invalidate desc type iotlb high 0x0 low 0x10022
            vtd_inv_desc_iotlb_domain iotlb invalidate whole domain 0x1
            """;
    private static final int LINE_OF_BAD = 7;

    private static String head(int index) {
        return "vtd_inv_qi_head read head " + index + "\n";
    }

    private static QemuReport judge(String text) throws IOException {
        return RecordedLog.of(START + TAIL + FETCH + text).judge(null);
    }

    /** Of both the queue stands until software clears FSTS.IQE, and the descriptor at its head is read again. */
    @Test
    void whereBothStopNothingDiffers() throws IOException {
        String more = TAIL.replace("0x20", "0x40").replace("tail 2", "tail 4");
        QemuReport found = judge(head(0) + BAD + more + CLEAR + more + FETCH + head(0) + GOOD + head(1) + GOOD);
        assertThat(found.disagreements()).isEmpty();
        assertThat(judge(head(0) + GOOD + head(1) + BAD).disagreements()).isEmpty();
        assertThat(judge(GOOD + BAD + GOOD).disagreements())
                .as("no heads logged")
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "vtd_inv_qi_head read head 1\n",
                "vtd_inv_desc_iotlb_domain iotlb invalidate whole domain 0x1\n",
                "vtd_inv_qi_tail write tail 2\nvtd_inv_qi_fetch \n",
                "vtd_inv_desc invalidate desc type wait high 0x4 low 0x100000025\n"
            })
    void whatWentOnIsADisagreementOfItsDescriptor(String next) throws IOException {
        assertThat(judge(head(0) + BAD + next).disagreements()).first().satisfies(d -> {
            assertThat(d.line()).isEqualTo(LINE_OF_BAD);
            assertThat(d.recorded()).isEqualTo("executed");
            assertThat(d.ours()).isEqualTo("stops with FSTS.IQE");
        });
    }

    /** A descriptor without a report, and no line behind it. */
    @Test
    void whatTheLogDoesNotTellIsNotJudged() throws IOException {
        QemuReport found = judge(head(0) + BAD);
        assertThat(found.disagreements()).isEmpty();
        assertThat(found.unjudged()).containsEntry("descriptor at which Moat's queue stops, at the end of the log", 1L);
    }

    @Test
    void aTypeThatQemuDoesNotKnowStopsTheQueue() throws IOException {
        QemuReport found = judge(head(0) + CLEAR + TAIL + FETCH + head(0) + GOOD + head(1) + GOOD);
        assertThat(found.disagreements()).isEmpty();
        assertThat(found.unjudged())
                .containsEntry("descriptor of which QEMU tells nothing, and at which its queue has stopped", 1L);
        // Not cleared, and yet it goes on: 7.2 takes PASID descriptors in any mode.
        assertThat(judge(head(0) + TAIL + FETCH + head(1) + GOOD).disagreements())
                .singleElement()
                .satisfies(d -> assertThat(d.where()).isEqualTo("vtd_inv_qi_fetch"));
        assertThat(judge(head(0) + head(1) + GOOD).disagreements())
                .singleElement()
                .satisfies(d -> assertThat(d.where()).isEqualTo("vtd_inv_qi_head"));
    }

    /** Names that QEMU's sources have. */
    @ParameterizedTest
    @CsvSource({
        "device, 0x2000000003, ''",
        "p-iotlb, 0x10036, stops",
        "pasid-cache, 0x37, stops",
        "device-piotlb, 0x38, stops",
        "page group response, 0x9, stops",
        "device-iotlb, 0x2000000003, type"
    })
    void theTypesOfDescriptorsHaveQemusNames(String name, String low, String kind) throws IOException {
        String line = "vtd_inv_desc invalidate desc type " + name + " high 0x1000 low " + low + "\n";
        QemuReport found = judge(head(0) + line + (kind.equals("stops") ? CLEAR + FETCH + head(0) : head(1)) + GOOD);
        assertThat(found.disagreements().stream().map(d -> d.column()).toList())
                .isEqualTo(kind.equals("type") ? List.of("type") : List.of());
    }

    /** Both refuse to switch off a queue with descriptors left, one that is switched off without any is off; QEMU tells what it is asked for. */
    @ParameterizedTest
    @CsvSource({"true, 0x4000000", "false, 0x0"})
    void aQueueWithDescriptorsLeftStaysOn(boolean left, String status) throws IOException {
        String off = """
                vtd_reg_write addr 0x18 size 0x4 value 0x0
                vtd_reg_write_gcmd status 0x4000000 value 0x0
                vtd_inv_qi_enable enabled 0
                vtd_reg_write addr 0x18 size 0x4 value 0x4000000
                """;
        String on = "vtd_reg_write_gcmd status " + status + " value 0x4000000\n";
        String text = head(0) + GOOD + head(1) + (left ? BAD : GOOD) + off + on;
        assertThat(judge(text).disagreements()).isEmpty();
        String other =
                left ? text.replace(on, on.replace("0x4000000 ", "0x0 ")) : text.replace("enabled 0", "enabled 1");
        assertThat(judge(other).disagreed()).isEqualTo(1);
    }

    /** The recorded units have no fault logs (CAP.AFL), so that SFL and EAFL do nothing. */
    @Test
    void aCommandForFaultLogsDoesNothing() throws IOException {
        String logs = """
                vtd_reg_write addr 0x18 size 0x4 value 0x34000000
                vtd_reg_write_gcmd status 0x4000000 value 0x34000000
                vtd_reg_write addr 0x18 size 0x4 value 0x4000000
                vtd_reg_write_gcmd status 0x4000000 value 0x4000000
                """;
        assertThat(RecordedLog.of(START + logs).judge(null).disagreements()).isEmpty();
    }

    /** Reserved bits of GCMD are not in QEMU's register; others are. */
    @Test
    void reservedBitsOfACommandAreLeftOut() throws IOException {
        String reserved = START.replace("size 0x4 value 0x4000000", "size 0x4 value 0x4100001");
        assertThat(RecordedLog.of(reserved).judge(null).disagreements()).isEmpty();
        String other = START.replace("size 0x4 value 0x4000000", "size 0x4 value 0x6000000");
        assertThat(RecordedLog.of(other).judge(null).disagreements())
                .singleElement()
                .satisfies(d -> assertThat(d.toString()).contains("value: recorded '0x4000000', Moat '0x6000000'"));
    }

    /** The order is the log's, though one is only known lines later. */
    @Test
    void disagreementsStandInTheOrderOfTheLog() throws IOException {
        String wrong = "vtd_inv_qi_enable enabled 0\n";
        QemuReport found = judge(head(0) + BAD + wrong + head(1) + GOOD);
        assertThat(found.disagreements().stream().map(d -> d.line()).toList())
                .containsExactly(LINE_OF_BAD, LINE_OF_BAD + 1);
        assertThat(found.explained()).isEqualTo(Map.of());
    }
}
