package dev.moat.iommu.vtd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.moat.iommu.Rights;
import dev.moat.iommu.vtd.format.Capabilities;
import dev.moat.iommu.vtd.format.Descriptors;
import dev.moat.iommu.vtd.format.Registers.Cap;
import dev.moat.iommu.vtd.format.Registers.Ccmd;
import dev.moat.iommu.vtd.format.Registers.IotlbCommand;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RegisterInvalidationTest {
    private static final Units M = unit(Capabilities.usual().cap());
    private static final RegisterInvalidation COMMANDS = new RegisterInvalidation(M.unit, M.caches);

    private static Units unit(long cap) {
        VtdGeometry g = Units.geometry(3, 1, 0, 8, new Capabilities(cap, 0xf00f5aL, 39, true));
        return new Units(Units.with(g, VtdGeometry.Part.COMMAND_REGISTERS, VtdGeometry.Part.PAGING_CACHES));
    }

    /** Full caches and walks in flight, the queue off. */
    private static long[] full(Units m) {
        long[] s = m.running();
        for (int tag = 0; tag < 4; tag++) {
            for (int page = 0; page < 8; page++) {
                m.unit.iotlbRights.set(s, tag, page, Rights.READ);
            }
        }
        for (int r = 0; r < 3; r++) {
            assertThat(m.caches.contextFill(s, r)).isTrue();
            assertThat(m.caches.pscFill(s, r, r)).isTrue();
            m.unit.walkRights.set(s, r, Rights.READ | Rights.WRITE);
            m.unit.walkTag.set(s, r, r % 2 + 1);
            m.unit.walkPage.set(s, r, 5);
        }
        return s;
    }

    /** A command does to the caches what the descriptor with the same meaning does. */
    @Property(tries = 500)
    void commandsAgreeWithDescriptors(@ForAll long seed) {
        Random random = new Random(seed);
        long[] s = full(M);
        long[] queued = s.clone();
        int granularity = 1 + random.nextInt(3);
        int did = random.nextInt(4);
        int am = random.nextInt(4);
        long range = Descriptors.iotlbPageHi(random.nextInt(8), am, random.nextBoolean());
        assertThat(COMMANDS.enableQueue(s, false)).isTrue();
        if (random.nextBoolean()) {
            int sid = M.g.sourceIds().get(random.nextInt(3));
            int fm = random.nextInt(4);
            M.queue.enqueue(queued, Descriptors.G.set(Descriptors.contextDevice(did, sid, fm), granularity), 0);
            assertThat(COMMANDS.commandContexts(s, Ccmd.request(granularity, did, sid, fm)))
                    .isTrue();
            VtdUnitTest.assertStored(M, s);
            assertThat(COMMANDS.completeContexts(s)).isTrue();
            assertThat(Ccmd.CAIG.get(M.unit.ccmd.get(s))).isEqualTo(granularity);
        } else {
            M.queue.enqueue(queued, Descriptors.G.set(Descriptors.iotlbPage(did), granularity), range);
            assertThat(COMMANDS.commandTranslations(s, range, IotlbCommand.request(granularity, did)))
                    .isTrue();
            VtdUnitTest.assertStored(M, s);
            assertThat(COMMANDS.completeTranslations(s)).isTrue();
            assertThat(IotlbCommand.IAIG.get(M.unit.iotlbCommand.get(s))).isEqualTo(granularity);
        }
        VtdUnitTest.assertStored(M, s);
        assertThat(M.queue.consume(queued)).isTrue();
        assertThat(M.unit.queueError.get(queued)).isZero();
        assertThat(M.schema.diff(queued, s))
                .extracting(change -> change.slots().name())
                .isSubsetOf("gsts", "ccmd", "iva", "iotlbCommand");
    }

    @Test
    void aCommandTakesEffectWhenHardwareExecutesIt() {
        long[] s = full(M);
        assertThat(COMMANDS.commandContexts(s, Ccmd.request(1, 0, 0, 0)))
                .as("the queue is on")
                .isFalse();
        assertThat(COMMANDS.enableQueue(s, true)).as("on already").isFalse();
        assertThat(COMMANDS.enableQueue(s, false)).isTrue();
        assertThat(COMMANDS.completeContexts(s)).as("nothing asked for").isFalse();
        assertThat(COMMANDS.completeTranslations(s)).isFalse();
        assertThat(COMMANDS.commandContexts(s, Ccmd.request(1, 0, 0, 0))).isTrue();
        assertThat(COMMANDS.isPending(s)).isTrue();
        assertThat(M.walk.cachedDid(s, 0)).isEqualTo(1);
        assertThat(COMMANDS.commandContexts(s, 0)).as("one at a time").isFalse();
        assertThat(COMMANDS.commandTranslations(s, 0, IotlbCommand.request(1, 0)))
                .isFalse();
        assertThat(COMMANDS.enableQueue(s, true)).isFalse();
        assertThat(COMMANDS.completeContexts(s)).isTrue();
        assertThat(M.walk.cachedDid(s, 0)).isEqualTo(-1);
        assertThat(M.unit.ccmd.get(s)).isEqualTo(0x0800000000000000L);
        assertThat(COMMANDS.isReady(s)).isTrue();
        assertThat(COMMANDS.commandTranslations(s, 0, IotlbCommand.request(1, 0)))
                .isTrue();
        assertThat(COMMANDS.isReady(s)).isFalse();
        assertThat(COMMANDS.completeTranslations(s)).isTrue();
        assertThat(M.unit.cachedRights(s, 1, 0)).isZero();
        assertThat(COMMANDS.enableQueue(s, true)).isTrue();
    }

    @Test
    void theQueueIsSwitchedOffWhenItIsEmpty() {
        long[] s = M.running();
        M.queue.enqueue(s, Descriptors.iotlbGlobal(), 0);
        assertThat(COMMANDS.enableQueue(s, false)).isFalse();
        assertThat(M.queue.consume(s)).isTrue();
        assertThat(COMMANDS.enableQueue(s, false)).isTrue();
        M.queue.enqueue(s, Descriptors.iotlbGlobal(), 0);
        assertThat(M.queue.consume(s)).isFalse();
    }

    // Whether the unit has PSI, the command's granularity, AM; what IAIG says.
    @ParameterizedTest
    @CsvSource({"1, 0, 0, 0", "1, 3, 18, 3", "1, 3, 19, 0", "0, 3, 0, 0", "0, 2, 63, 2"})
    void aWrongCommandDoesNothing(int psi, int granularity, int am, int done) {
        Units m = unit(Cap.PSI.set(Capabilities.usual().cap(), psi));
        RegisterInvalidation commands = new RegisterInvalidation(m.unit, m.caches);
        long[] s = full(m);
        commands.enableQueue(s, false);
        assertThat(commands.commandTranslations(s, am, IotlbCommand.request(granularity, 1)))
                .isTrue();
        assertThat(commands.completeTranslations(s)).isTrue();
        assertThat(IotlbCommand.IAIG.get(m.unit.iotlbCommand.get(s))).isEqualTo(done);
        assertThat(m.unit.cachedRights(s, 1, 0) == 0).isEqualTo(done != 0);
    }

    @Test
    void aContextCommandWithoutGranularityDoesNothing() {
        long[] s = full(M);
        COMMANDS.enableQueue(s, false);
        COMMANDS.commandContexts(s, Ccmd.request(0, 1, 0, 0));
        assertThat(COMMANDS.completeContexts(s)).isTrue();
        assertThat(M.unit.ccmd.get(s)).as("done: nothing").isZero();
        assertThat(M.walk.cachedDid(s, 0)).isEqualTo(1);
    }

    @Test
    void withoutTheOptionThereAreNoRegisters() {
        Units plain = new Units(Units.tiny());
        assertThat(plain.schema.family("ccmd")).isEmpty();
        assertThat(plain.unit.gsts.varying()).isZero();
        assertThatThrownBy(() -> new RegisterInvalidation(plain.unit, plain.caches))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
