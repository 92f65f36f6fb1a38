package dev.moat.iommu.amdvi.request;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.iommu.amdvi.format.Commands;
import dev.moat.iommu.amdvi.format.Registers;
import dev.moat.iommu.amdvi.semantics.Behaviour;
import dev.moat.iommu.amdvi.semantics.Caches;
import dev.moat.iommu.amdvi.semantics.Capabilities;
import dev.moat.iommu.amdvi.semantics.CommandBuffer;
import dev.moat.iommu.amdvi.semantics.EventLog;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class CommandBufferTest {
    private static final long STOPPED = 0x8;
    private static final long RUNNING = 0x18;

    /** What commands took from the caches, as texts. */
    private static final class Forgotten implements Caches {
        final List<String> calls = new ArrayList<>();

        @Override
        public void forgetDevice(long[] s, int deviceId) {
            calls.add("device " + Integer.toHexString(deviceId));
        }

        @Override
        public void forgetPages(long[] s, int domainId, long first, long count, boolean directories) {
            calls.add("pages " + domainId + " " + Long.toHexString(first) + "+" + count + (directories ? " pde" : ""));
        }

        @Override
        public void forgetRemote(long[] s, int deviceId, long first, long count) {
            calls.add("remote " + Integer.toHexString(deviceId) + " " + Long.toHexString(first) + "+" + count);
        }

        @Override
        public void forgetAll(long[] s) {
            calls.add("all");
        }
    }

    private final Forgotten forgotten = new Forgotten();
    private final Driven d = driven(Capabilities.usual());

    private Driven driven(Capabilities can) {
        return new Driven(
                        Behaviour.specified(can),
                        parts -> new SpecifiedRequests(
                                parts.registers(), parts.memory(), RequestCaches.none(), parts.log(), can),
                        forgotten)
                .on();
    }

    @Test
    void whatEachCommandForgets() {
        d.command(Commands.device(Commands.INVALIDATE_DEVTAB_ENTRY, 0x128), 0);
        d.command(Commands.pages(5), Commands.range(0x12345, 0, false));
        d.command(Commands.pages(6), Commands.range(0x12345, 4, true));
        d.command(Commands.pages(7), Commands.everyPage(true));
        d.command(0x4000000000000020L, 0x3001);
        d.command(Commands.device(Commands.INVALIDATE_INTERRUPT_TABLE, 0x20), 0);
        d.command(0x6000000000000020L, 0x1000);
        d.command(0x7000000000000020L, 0);
        d.command(Commands.opcode(Commands.INVALIDATE_IOMMU_ALL), 0);
        assertThat(forgotten.calls)
                .containsExactly(
                        "device 128",
                        "pages 5 12345+1",
                        "pages 6 12340+16 pde",
                        "pages 7 0+0 pde",
                        "remote 20 0+8",
                        "all");
        assertThat(d.read(Registers.COMMAND_HEAD)).isEqualTo(0x90);
        assertThat(d.read(Registers.STATUS)).isEqualTo(RUNNING);
    }

    @Test
    void aWaitStoresAndRaises() {
        d.command(Commands.waitStore(0x330020), 0x1122334455667788L);
        assertThat(d.load(0x330020)).isEqualTo(0x1122334455667788L);
        assertThat(d.read(Registers.STATUS)).isEqualTo(RUNNING);
        d.command(Commands.waitInterrupt(), 0x99);
        assertThat(d.load(0)).as("nothing is stored without s").isZero();
        assertThat(d.read(Registers.STATUS)).isEqualTo(RUNNING | 4);
        d.write(Registers.STATUS, 4);
        assertThat(d.read(Registers.STATUS)).isEqualTo(RUNNING);
    }

    @Test
    void anUnknownOpcodeStopsUntilTheBufferIsSwitchedOffAndOn() {
        for (int opcode : new int[] {0, 9, 10, 15}) {
            Driven u = driven(Capabilities.usual());
            u.command(Commands.opcode(opcode), 0);
            u.command(Commands.waitStore(0x330000), 7);
            assertThat(u.lastEvent()).containsExactly(0x5000000000000000L, Driven.COMMANDS);
            assertThat(u.events()).isEqualTo(1);
            assertThat(u.read(Registers.COMMAND_HEAD)).isZero();
            assertThat(u.read(Registers.STATUS) & RUNNING).isEqualTo(STOPPED);
            assertThat(u.load(0x330000)).isZero();

            u.write(Registers.CONTROL, 0x1005);
            assertThat(u.events()).as("it was on already").isEqualTo(1);
            u.write(Registers.CONTROL, 0x1004);
            u.write(Registers.CONTROL, 0x1005);
            assertThat(u.events()).as("CmdBufEn stayed on").isEqualTo(1);
            u.write(Registers.CONTROL, 0x0005);
            u.write(Registers.CONTROL, 0x1005);
            assertThat(u.events()).as("the same command again").isEqualTo(2);

            u.write(Registers.CONTROL, 0x0005);
            u.store(Driven.COMMANDS, Commands.waitInterrupt());
            u.write(Registers.CONTROL, 0x1005);
            assertThat(u.load(0x330000)).isEqualTo(7);
            assertThat(u.read(Registers.COMMAND_HEAD)).isEqualTo(0x20);
        }
    }

    /** Every bit of every command: it is used, or it stops the unit. */
    @Property(tries = 3000)
    void aReservedBitStops(@ForAll @IntRange(min = 1, max = 8) int opcode, @ForAll @IntRange(max = 127) int bit) {
        long[] reservedLo = {
            0,
            0x0ff0000000000000L,
            0x0fffffffffff0000L,
            0x0fff0000fff00000L,
            0,
            0x0fffffffffff0000L,
            0x0ff0000000ff0000L,
            0x0ff00000ffff0000L,
            0x0fffffffffffffffL
        };
        long[] reservedHi = {0, 0, -1L, 0xff8, 0xfca, -1L, 0xfea, 0xffff0000fffffffbL, -1L};
        Driven u = driven(Capabilities.usual());
        long lo = Commands.opcode(opcode);
        long hi = bit >= 64 ? 1L << (bit - 64) : 0;
        if (bit < 60) {
            lo |= 1L << bit;
        }
        u.command(lo, hi);
        boolean reserved = (lo & reservedLo[opcode] | hi & reservedHi[opcode]) != 0;
        assertThat(u.events()).isEqualTo(reserved ? 1 : 0);
        assertThat(u.read(Registers.COMMAND_HEAD)).isEqualTo(reserved ? 0 : 0x10);
    }

    @Test
    void commandsThatNeedAFeature() {
        Driven bare = driven(new Capabilities(0, 0, true, true));
        for (int opcode : new int[] {4, 6, 7, 8}) {
            int before = bare.events();
            bare.write(Registers.COMMAND_BASE, Driven.COMMANDS | 8L << 56);
            bare.write(Registers.CONTROL, 0x0005);
            bare.write(Registers.CONTROL, 0x1005);
            bare.command(Commands.opcode(opcode), 0);
            assertThat(bare.events()).as("opcode " + opcode).isEqualTo(before + 1);
        }
        assertThat(forgotten.calls).isEmpty();
    }

    @Test
    void headAndTailGoAround() {
        d.write(Registers.CONTROL, 5);
        d.write(Registers.COMMAND_HEAD, 0xff0);
        d.write(Registers.COMMAND_TAIL, 0xff0);
        d.write(Registers.CONTROL, 0x1005);
        d.command(Commands.waitStore(0x330000), 5);
        assertThat(d.read(Registers.COMMAND_HEAD)).isZero();
        assertThat(d.read(Registers.COMMAND_TAIL)).isZero();
        assertThat(d.load(0x330000)).isEqualTo(5);
        d.command(Commands.waitStore(0x330000), 6);
        assertThat(d.read(Registers.COMMAND_HEAD)).isEqualTo(0x10);
        assertThat(d.load(0x330000)).isEqualTo(6);
    }

    @Test
    void nothingRunsWhileTheUnitOrTheBufferIsOff() {
        for (long off : new long[] {0x0005, 0x1004}) {
            Driven u = driven(Capabilities.usual());
            u.write(Registers.CONTROL, off);
            u.command(Commands.waitStore(0x330000), 9);
            assertThat(u.load(0x330000)).isZero();
            assertThat(u.read(Registers.COMMAND_TAIL)).isEqualTo(0x10);
            u.write(Registers.CONTROL, 0x1005);
            assertThat(u.load(0x330000)).isEqualTo(9);
        }
    }

    @Test
    void aCommandThatCannotBeReadStops() {
        d.write(Registers.COMMAND_BASE, 0x80000000L | 8L << 56);
        d.write(Registers.COMMAND_TAIL, 0x10);
        assertThat(d.lastEvent()).containsExactly(0x6200000000000000L, 0x80000000L);
        assertThat(d.read(Registers.STATUS) & RUNNING).isEqualTo(STOPPED);
    }

    /** Software's side: as many commands fit as the ring has entries, less one. */
    @Test
    void aFullRingTakesNoMore() {
        d.write(Registers.CONTROL, 5);
        Behaviour specified = Behaviour.specified(Capabilities.usual());
        EventLog log = new EventLog(d.registers, d.memory, specified);
        CommandBuffer ring = new CommandBuffer(d.registers, d.memory, forgotten, log, specified);
        for (int n = 0; n < 255; n++) {
            assertThat(ring.free(d.s)).isEqualTo(255 - n);
            assertThat(ring.submit(d.s, Commands.waitInterrupt(), n)).isTrue();
        }
        assertThat(ring.submit(d.s, Commands.waitInterrupt(), 0)).isFalse();
        assertThat(d.read(Registers.COMMAND_TAIL)).isEqualTo(0xff0);
        d.write(Registers.CONTROL, 0x1005);
        assertThat(ring.free(d.s)).isEqualTo(255);
        assertThat(ring.submit(d.s, Commands.waitInterrupt(), 0)).isTrue();
        assertThat(d.read(Registers.COMMAND_TAIL)).isZero();
    }
}
