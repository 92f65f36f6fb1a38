package dev.moat.viommu.record;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.model.Edits;
import dev.moat.model.ModelBuilder;
import dev.moat.state.Sort;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whom Xen's handler of the physical unit's fault event tells next, of devices of three guests. {@code @source} VT-d specification 2.x, 7.2. */
class MessageRecordsTest {
    private static final int GUESTS = 3;
    /** Of its own table, as records of guests have it. */
    private static final int INDEX = 5;

    /** What is lost all are told behind the last record, and not before: until then another guest's lock stops nobody. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void allGuestsAreToldBehindTheLastRecordOnly(int registers) {
        ModelBuilder model = new ModelBuilder(new Edits());
        MessageRecords records = declared(model, registers);
        long[] s = model.build().initial();
        assertThat(records.nextGuest(s)).isEqualTo(-1);
        for (int device = 0; device <= registers; device++) {
            assertThat(records.refuse(s, device, device)).isTrue();
            assertThat(records.nextGuest(s))
                    .as("after " + device)
                    .isEqualTo(device == registers && registers == 1 ? -1 : 0);
        }
        for (int record = 0; record < registers; record++) {
            boolean last = record == registers - 1;
            assertThat(records.nextGuest(s)).as("record " + record).isEqualTo(last ? -1 : record);
            assertThat(records.passOn(s, INDEX)).isTrue();
            assertThat(records.isRecorded(s, record, INDEX)).isTrue();
            for (int guest = 0; guest < GUESTS; guest++) {
                assertThat(records.areLost(s, guest)).as("record " + record).isEqualTo(last);
            }
        }
        assertThat(records.nextGuest(s)).isEqualTo(-1);
        assertThat(records.passOn(s, INDEX)).isFalse();
    }

    /** Without a loss it is one guest after the other, the last one's, too. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void oneGuestIsToldAtATime(int registers) {
        ModelBuilder model = new ModelBuilder(new Edits());
        MessageRecords records = declared(model, registers);
        long[] s = model.build().initial();
        for (int device = 0; device < registers; device++) {
            records.refuse(s, device, device);
        }
        for (int device = 0; device < registers; device++) {
            assertThat(records.nextGuest(s)).isEqualTo(device);
            assertThat(records.passOn(s, INDEX)).isTrue();
        }
        assertThat(records.nextGuest(s)).isEqualTo(-1);
    }

    private static MessageRecords declared(ModelBuilder model, int registers) {
        Sort guests = Sort.numbered("Dom", "d", GUESTS);
        Sort devices = Sort.numbered("Req", "dev", GUESTS);
        Sort messages = Sort.numbered("Message", "msg", 1);
        return new MessageRecords(
                model,
                new MessageRecords.Machine(
                        guests, devices, messages, device -> device, new MessageRecords.Registers(1, registers)));
    }
}
