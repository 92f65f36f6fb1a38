package dev.moat.iommu.vtd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.moat.iommu.Rights;
import dev.moat.iommu.vtd.format.Capabilities;
import dev.moat.iommu.vtd.format.ContextEntry;
import dev.moat.iommu.vtd.format.Descriptors;
import dev.moat.iommu.vtd.format.FaultReason;
import dev.moat.iommu.vtd.format.Registers;
import dev.moat.iommu.vtd.format.Registers.Cap;
import dev.moat.iommu.vtd.format.Registers.Ecap;
import dev.moat.iommu.vtd.format.SecondLevelEntry;
import org.junit.jupiter.api.Test;

/** Words that real systems wrote or that real units report, and what they mean. */
class VectorsTest {
    @Test
    void capabilitiesOfQemuWith48Bits() {
        long cap = 0x00d2008c222f0606L;
        Capabilities can = new Capabilities(cap, 0xf00f5aL, 46, true);
        assertThat(Cap.ND.get(cap)).isEqualTo(6);
        assertThat(can.domainIds()).isEqualTo(65536);
        assertThat(Cap.RWBF.isSet(cap)).isFalse();
        assertThat(Cap.CM.isSet(cap)).isFalse();
        assertThat(Cap.CM.isSet(0x00d2008c222f0686L)).isTrue();
        assertThat(Cap.SAGAW.get(cap)).isEqualTo(0b00110);
        assertThat(can.supportsWidth(0)).isFalse();
        assertThat(can.supportsWidth(1)).isTrue();
        assertThat(can.supportsWidth(2)).isTrue();
        assertThat(can.supportsWidth(3)).isFalse();
        assertThat(can.supportsWidth(7)).isFalse();
        assertThat(can.largestWidth()).isEqualTo(2);
        assertThat(can.guestAddressBits()).isEqualTo(48);
        assertThat(Cap.ZLR.isSet(cap)).isFalse();
        assertThat(Cap.FRO.get(cap) * 16).isEqualTo(0x220);
        assertThat(can.supportsSuperpage(1)).isFalse();
        assertThat(can.supportsSuperpage(2)).isTrue();
        assertThat(can.supportsSuperpage(3)).isTrue();
        assertThat(can.supportsSuperpage(4)).isFalse();
        assertThat(Cap.PSI.isSet(cap)).isTrue();
        assertThat(Cap.NFR.get(cap)).isZero();
        assertThat(Cap.MAMV.get(cap)).isEqualTo(18);
        assertThat(Cap.DWD.isSet(cap)).isTrue();
        assertThat(Cap.DRD.isSet(cap)).isTrue();
    }

    @Test
    void capabilitiesOfRealUnits() {
        long cap = 0x00c9008020660262L;
        Capabilities can = new Capabilities(cap, 0, 39, true);
        assertThat(can.domainIds()).isEqualTo(256);
        assertThat(Cap.PLMR.isSet(cap)).isTrue();
        assertThat(Cap.PHMR.isSet(cap)).isTrue();
        assertThat(Cap.SAGAW.get(cap)).isEqualTo(0b00010);
        assertThat(can.guestAddressBits()).isEqualTo(39);
        assertThat(Cap.ZLR.isSet(cap)).isTrue();
        assertThat(Cap.FRO.get(cap) * 16).isEqualTo(0x200);
        assertThat(Cap.PSI.isSet(cap)).isTrue();
        assertThat(Cap.MAMV.get(cap)).isEqualTo(9);
        assertThat(Cap.DWD.isSet(cap)).isTrue();
        assertThat(Cap.DRD.isSet(cap)).isTrue();

        long graphics = 0x00c0000020230272L;
        assertThat(Cap.RWBF.isSet(graphics)).isTrue();
        assertThat(Cap.PSI.isSet(graphics)).isFalse();
        assertThat(Cap.MGAW.get(graphics) + 1).isEqualTo(36);
        assertThat(Cap.SAGAW.get(graphics)).isEqualTo(0b00010);
    }

    @Test
    void extendedCapabilitiesOfQemu() {
        long ecap = 0xf00f5aL;
        long expected = Ecap.QI.mask() | Ecap.IR.mask() | Ecap.EIM.mask() | Ecap.PT.mask();
        expected = Ecap.MHMV.set(Ecap.IRO.set(expected, 0xf), 15);
        assertThat(ecap).isEqualTo(expected);
    }

    @Test
    void reservedNdMeansNoDomainIds() {
        assertThat(new Capabilities(7, 0, 39, true).domainIds()).isZero();
        assertThatThrownBy(() -> new Capabilities(0, 0, 12, true)).hasMessageContaining("12");
        assertThatThrownBy(() -> new Capabilities(Cap.MGAW.set(0, 63), 0, 39, true))
                .hasMessageContaining("63");
    }

    @Test
    void invalidationsThatLinuxSubmitted() {
        assertThat(Descriptors.iotlbPage(3)).isEqualTo(0x300f2L);
        assertThat(Descriptors.iotlbPageHi(0xffffd, 0, false)).isEqualTo(0xffffd000L);
        assertThat(Descriptors.iotlbPageHi(0xfffc0, 4, false)).isEqualTo(0xfffc0004L);
        assertThat(Descriptors.iotlbPageHi(0xfffc0, 4, true)).isEqualTo(0xfffc0044L);
        assertThat(Descriptors.iotlbDomain(3)).isEqualTo(0x300e2L);

        long wait = 0x200000025L;
        assertThat(Descriptors.waitStatus(2)).isEqualTo(wait);
        assertThat(Descriptors.waitAddress(0x11ba8ac)).isEqualTo(0x11ba8acL);
        assertThat(Descriptors.TYPE.get(wait)).isEqualTo(Descriptors.WAIT);
        assertThat(Descriptors.Wait.SW.isSet(wait)).isTrue();
        assertThat(Descriptors.Wait.FN.isSet(wait)).isFalse();
        assertThat(Descriptors.Wait.IF.isSet(wait)).isFalse();
        assertThat(Descriptors.Wait.DATA.get(wait)).isEqualTo(2);

        long interrupts = 0x1000000014L;
        assertThat(Descriptors.TYPE.get(interrupts)).isEqualTo(Descriptors.INTERRUPT_ENTRY_CACHE);
        assertThat(Descriptors.InterruptEntryCache.GRANULARITY.get(interrupts)).isEqualTo(1);
        assertThat(Descriptors.InterruptEntryCache.IM.get(interrupts)).isZero();
        assertThat(Descriptors.InterruptEntryCache.IIDX.get(interrupts)).isEqualTo(0x10);
    }

    @Test
    void contextCacheInvalidations() {
        assertThat(Descriptors.contextGlobal()).isEqualTo(0x11L);
        assertThat(Descriptors.contextDomain(3)).isEqualTo(0x30021L);
        assertThat(Descriptors.contextDevice(3, 0x1f8, 2)).isEqualTo(0x201f800030031L);
        assertThat(Descriptors.iotlbGlobal()).isEqualTo(0xd2L);
    }

    @Test
    void contextEntryThatLinuxWrote() {
        long lo = 0x2768001L;
        long hi = 0x301L;
        assertThat(ContextEntry.lo(ContextEntry.TT_UNTRANSLATED, 0x2768)).isEqualTo(lo);
        assertThat(ContextEntry.hi(1, 3)).isEqualTo(hi);
        assertThat(ContextEntry.DID.get(hi)).isEqualTo(3);
        assertThat(ContextEntry.AW.get(hi)).isEqualTo(1);
        assertThat(ContextEntry.TT.get(lo)).isZero();
        assertThat(ContextEntry.SLPTPTR.get(lo)).isEqualTo(0x2768);
    }

    @Test
    void queueRegisters() {
        long iqa = 0x11b0000L;
        assertThat(Registers.Iqa.entries(iqa)).isEqualTo(256);
        assertThat(Registers.Iqa.BASE.get(iqa)).isEqualTo(0x11b0);
        assertThat(Registers.Iqa.entries(iqa | Registers.Iqa.DW.mask())).isEqualTo(128);
        assertThat(Registers.Iqa.entries(iqa | 3)).isEqualTo(2048);
        assertThat(Registers.QueueOffset.INDEX.set(0, 44)).isEqualTo(44 * 16);
    }

    /** Put together by hand from the positions of the single bits. */
    @Test
    void commandRegisters() {
        assertThat(Registers.Ccmd.request(Descriptors.GLOBAL, 0, 0, 0)).isEqualTo(0xa000000000000000L);
        assertThat(Registers.Ccmd.request(Descriptors.DOMAIN, 3, 0, 0)).isEqualTo(0xc000000000000003L);
        assertThat(Registers.Ccmd.request(Descriptors.DEVICE, 3, 0x1f8, 2)).isEqualTo(0xe000000201f80003L);
        assertThat(Registers.Ccmd.CAIG.mask()).isEqualTo(0x1800000000000000L);
        assertThat(Registers.IotlbCommand.request(Descriptors.GLOBAL, 0)).isEqualTo(0x9003000000000000L);
        assertThat(Registers.IotlbCommand.request(Descriptors.DOMAIN, 3)).isEqualTo(0xa003000300000000L);
        assertThat(Registers.IotlbCommand.request(Descriptors.PAGE, 3)).isEqualTo(0xb003000300000000L);
        assertThat(Registers.IotlbCommand.IAIG.mask()).isEqualTo(0x0600000000000000L);
        assertThat(Registers.Iva.IH.set(Registers.Iva.AM.set(Registers.Iva.ADDR.set(0, 0xfffc0), 4), 1))
                .isEqualTo(Descriptors.iotlbPageHi(0xfffc0, 4, true));
    }

    /** GSTS as read back while Linux brought the unit up: queue, then interrupts, then translation. */
    @Test
    void globalStatusWhileComingUp() {
        assertThat(Registers.Gsts.QIES.isSet(0x4000000L)).isTrue();
        assertThat(Registers.Gsts.IRTPS.isSet(0x7000000L)).isTrue();
        assertThat(Registers.Gsts.IRES.isSet(0x7000000L)).isTrue();
        assertThat(Registers.Gsts.RTPS.isSet(0x47000000L)).isTrue();
        assertThat(Registers.Gsts.TES.isSet(0x47000000L)).isFalse();
        assertThat(Registers.Gsts.TES.isSet(0xc7000000L)).isTrue();
    }

    @Test
    void secondLevelEntries() {
        assertThat(SecondLevelEntry.of(0x1234, Rights.READ | Rights.WRITE)).isEqualTo(0x1234003L);
        assertThat(SecondLevelEntry.of(0x1234, Rights.WRITE)).isEqualTo(0x1234002L);
        assertThat(SecondLevelEntry.of(0, Rights.READ)).isEqualTo(1);
        assertThat(SecondLevelEntry.of(0x1234, 0)).isZero();
        assertThat(SecondLevelEntry.withRights(0x1234003L, Rights.READ)).isEqualTo(0x1234001L);
        assertThat(SecondLevelEntry.rights(0x1234002L)).isEqualTo(Rights.WRITE);
    }

    @Test
    void faultReasonsAreNumberedWithoutGaps() {
        for (int code = 1; code <= 0xD; code++) {
            assertThat(FaultReason.ofCode(code).code()).isEqualTo(code);
        }
        assertThat(FaultReason.values()).hasSize(0xD);
        assertThatThrownBy(() -> FaultReason.ofCode(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> FaultReason.ofCode(0xE)).hasMessageContaining("0xe");
        assertThat(FaultReason.ROOT_RESERVED.qualified()).isFalse();
        assertThat(FaultReason.TABLE_RESERVED.qualified()).isTrue();
    }
}
