package dev.moat.iommu.amdvi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.moat.iommu.amdvi.AmdViGeometry.Options;
import dev.moat.iommu.amdvi.AmdViGeometry.Part;
import dev.moat.iommu.amdvi.format.Commands;
import dev.moat.iommu.amdvi.format.DeviceTableEntry;
import dev.moat.iommu.amdvi.format.Events;
import dev.moat.iommu.amdvi.format.Outcome;
import dev.moat.iommu.amdvi.format.Registers;
import dev.moat.iommu.amdvi.format.Translation;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class CommandRingTest {
    private final Searched m = new Searched(Searched.tiny());
    private final long[] s = m.running();

    @Test
    void itHoldsOneLessThanItHasEntries() {
        for (int n = 3; n > 0; n--) {
            assertThat(m.ring.free(s)).isEqualTo(n);
            assertThat(m.ring.submit(s, Commands.waitInterrupt(), 0)).isTrue();
        }
        long[] full = s.clone();
        assertThat(m.ring.submit(s, Commands.waitInterrupt(), 0)).isFalse();
        assertThat(s).isEqualTo(full);
        assertThat(m.ring.consume(s)).isTrue();
        assertThat(m.ring.free(s)).isEqualTo(1);
    }

    @Test
    void aWaitStoresWhenAllBeforeItIsDone() {
        m.unit.setLeaf(s, 0, 1, m.unit.pageTo(2, 3));
        m.caches.fill(s, 0, 1, false);
        m.ring.submit(s, Commands.pages(1), Commands.range(1, 0, false));
        m.ring.submit(s, Commands.waitStore(m.unit.map().waitAddress(1)), 3);
        assertThat(m.ring.consume(s)).isTrue();
        assertThat(m.unit.cachedRights(s, 1, 1)).isZero();
        assertThat(m.unit.waits.get(s, 1)).isZero();
        assertThat(m.ring.isPending(s)).isTrue();
        assertThat(m.ring.consume(s)).isTrue();
        assertThat(m.unit.waits.get(s, 1)).isEqualTo(3);
        assertThat(m.unit.waits.get(s, 0)).isZero();
        assertThat(m.ring.consume(s)).isFalse();
    }

    /** The order of what was submitted is the order of what is done, however the ring stands. */
    @Property(tries = 500)
    void rotatedOrNotTheSameIsDone(@ForAll long seed) {
        Searched kept =
                new Searched(Searched.tiny().with(Options.of(Searched.ALL).with(Part.RING_POSITION)));
        long[] rotated = m.running();
        long[] position = kept.running();
        Random random = new Random(seed);
        int expected = 0;
        for (int n = 0; n < 60; n++) {
            if (random.nextBoolean()) {
                long address = m.unit.map().waitAddress(random.nextInt(2));
                int data = random.nextInt(4);
                boolean room = m.ring.submit(rotated, Commands.waitStore(address), data);
                assertThat(kept.ring.submit(position, Commands.waitStore(address), data))
                        .isEqualTo(room);
                assertThat(room).isEqualTo(expected < 3);
                expected += room ? 1 : 0;
            } else {
                boolean done = m.ring.consume(rotated);
                assertThat(kept.ring.consume(position)).isEqualTo(done);
                assertThat(done).isEqualTo(expected > 0);
                expected -= done ? 1 : 0;
            }
            for (int cpu = 0; cpu < 2; cpu++) {
                assertThat(kept.unit.waits.get(position, cpu)).isEqualTo(m.unit.waits.get(rotated, cpu));
            }
            for (int place = 0; place < expected; place++) {
                assertThat(kept.ring.lo(position, place)).isEqualTo(m.ring.lo(rotated, place));
                assertThat(kept.ring.hi(position, place)).isEqualTo(m.ring.hi(rotated, place));
            }
            assertThat(m.unit.registers.commandHead.get(rotated)).isZero();
            SearchedUnitTest.assertStored(m, rotated);
            SearchedUnitTest.assertStored(kept, position);
        }
    }

    @Test
    void anIllegalCommandStaysAtTheHead() {
        m.ring.submit(s, Commands.opcode(9), 0);
        m.ring.submit(s, Commands.waitStore(m.unit.map().waitAddress(0)), 1);
        assertThat(m.ring.restart(s)).as("not stopped").isFalse();
        assertThat(m.ring.consume(s)).isTrue();
        assertThat(m.unit.registers.runsCommands(s)).isFalse();
        assertThat(m.ring.consume(s)).isFalse();
        assertThat(m.unit.eventLo.get(s, 0)).isEqualTo(0x5000000000000000L);
        assertThat(m.unit.eventHi.get(s, 0)).isEqualTo(m.unit.map().commandBuffer() << 12);
        SearchedUnitTest.assertStored(m, s);

        assertThat(m.ring.restart(s)).isTrue();
        assertThat(m.ring.consume(s)).as("stops again").isTrue();
        assertThat(m.ring.lo(s, 0)).isEqualTo(Commands.opcode(9));
        m.ring.replace(s, 0, Commands.opcode(Commands.INVALIDATE_IOMMU_ALL), 0);
        m.ring.restart(s);
        assertThat(m.ring.consume(s)).isTrue();
        assertThat(m.ring.consume(s)).isTrue();
        assertThat(m.unit.waits.get(s, 0)).isEqualTo(1);
        assertThat(m.ring.isPending(s)).isFalse();
    }

    /** A unit of a search keeps which devices had a fault where entries may have SE: see {@link Part#FIRST_FAULTS}. */
    @Test
    void withSeOnePageFaultIsLoggedUntilTheEntryIsForgotten() {
        Searched se = new Searched(Searched.tiny().with(Options.of(Searched.ALL).with(Part.FIRST_FAULTS)));
        long[] t = se.running();
        BlockedRequests blocked = new BlockedRequests(se.unit, se.walk, se.caches, se.log);
        for (int requester = 0; requester < 2; requester++) {
            long quad1 = se.unit.quad1.get(t, requester) | DeviceTableEntry.SE.mask();
            se.unit.setQuad(t, requester, 1, quad1);
            assertThat(blocked.block(t, requester, 3, false)).isTrue();
            long[] before = t.clone();
            assertThat(blocked.block(t, requester, 3, false)).as("a second one").isFalse();
            assertThat(t).isEqualTo(before);
        }
        se.caches.forgetDevice(t, 0x008);
        assertThat(blocked.block(t, 1, 3, false)).as("the other one's entry").isFalse();
        assertThat(blocked.block(t, 0, 3, false)).isTrue();
        assertThat(blocked.take(t)).isTrue();
        se.caches.deviceFill(t, 0);
        se.caches.deviceEvict(t, 0);
        assertThat(blocked.block(t, 0, 3, false))
                .as("the unit forgot it of itself")
                .isTrue();
    }

    /** Requests that are blocked leave their events, until the log is full and one is lost. */
    @Test
    void blockedRequestsAreLogged() {
        BlockedRequests blocked = new BlockedRequests(m.unit, m.walk, m.caches, m.log);
        m.unit.setLeaf(s, 0, 1, m.unit.pageTo(2, Translation.READ));
        assertThat(blocked.block(s, 0, 1, false)).as("it passes").isFalse();
        assertThat(blocked.block(s, 0, 1, true)).isTrue();
        assertThat(m.unit.eventLo.get(s, 0)).isEqualTo(Events.of(Outcome.NO_PERMISSION, 0x008, 1, true));
        assertThat(m.unit.eventHi.get(s, 0)).isEqualTo(0x1000);
        assertThat(blocked.block(s, 1, 3, false)).isTrue();
        assertThat(m.unit.eventLo.get(s, 1)).isEqualTo(Events.of(Outcome.NOT_PRESENT, 0x108, 2, false));
        blocked.block(s, 1, 3, false);
        assertThat(blocked.block(s, 1, 3, false)).as("lost").isTrue();
        assertThat(Registers.Status.EVENT_OVERFLOW.isSet(m.unit.registers.status.get(s)))
                .isTrue();
        SearchedUnitTest.assertStored(m, s);
        assertThat(blocked.block(s, 1, 3, false)).as("no trace any more").isFalse();
        assertThat(blocked.take(s)).isTrue();
        assertThat(m.unit.eventLo.get(s, 0)).isEqualTo(Events.of(Outcome.NOT_PRESENT, 0x108, 2, false));
        assertThat(blocked.restart(s)).isTrue();
        assertThat(blocked.restart(s)).isFalse();
        assertThat(blocked.block(s, 1, 3, false)).isTrue();
        SearchedUnitTest.assertStored(m, s);
        for (int n = 0; n < 3; n++) {
            assertThat(blocked.take(s)).isTrue();
        }
        assertThat(blocked.take(s)).isFalse();
        assertThatThrownBy(() -> {
                    Searched bare = new Searched(Searched.tiny().with(Options.of()));
                    new BlockedRequests(bare.unit, bare.walk, bare.caches, bare.log);
                })
                .hasMessageContaining("left out");
    }
}
