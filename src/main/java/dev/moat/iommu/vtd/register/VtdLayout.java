package dev.moat.iommu.vtd.register;

import dev.moat.bits.Layout;
import dev.moat.bits.Layout.Statement;
import dev.moat.bits.LayoutBuilder;
import dev.moat.bits.LayoutSource;
import dev.moat.iommu.PageRange;
import dev.moat.iommu.vtd.VtdGeometry;
import dev.moat.iommu.vtd.format.Capabilities;
import dev.moat.iommu.vtd.format.ContextEntry;
import dev.moat.iommu.vtd.format.DescriptorRules;
import dev.moat.iommu.vtd.format.Descriptors;
import dev.moat.iommu.vtd.format.Deviations;
import dev.moat.iommu.vtd.format.DmaAnswer;
import dev.moat.iommu.vtd.format.FaultCondition;
import dev.moat.iommu.vtd.format.FaultReason;
import dev.moat.iommu.vtd.format.FirstLevelEntry;
import dev.moat.iommu.vtd.format.GlobalCommand;
import dev.moat.iommu.vtd.format.InterruptTable;
import dev.moat.iommu.vtd.format.LegacyRules;
import dev.moat.iommu.vtd.format.PasidDescriptors;
import dev.moat.iommu.vtd.format.PasidDirectoryEntry;
import dev.moat.iommu.vtd.format.PasidEntry;
import dev.moat.iommu.vtd.format.Registers;
import dev.moat.iommu.vtd.format.RootEntry;
import dev.moat.iommu.vtd.format.ScalableContextEntry;
import dev.moat.iommu.vtd.format.SecondLevelEntry;
import dev.moat.iommu.vtd.format.SourceId;
import dev.moat.iommu.vtd.interrupt.EntryRules;
import dev.moat.iommu.vtd.interrupt.InterruptAnswer;
import dev.moat.iommu.vtd.interrupt.InterruptFault;
import dev.moat.iommu.vtd.interrupt.InterruptRequest;
import dev.moat.iommu.vtd.interrupt.PostedDescriptor;
import dev.moat.iommu.vtd.interrupt.RedirectionEntry;
import dev.moat.iommu.vtd.interrupt.RemapEntry;
import java.util.List;

/** The layout of VT-d; walks through whole tables are in {@link VtdWalks}. */
public final class VtdLayout implements LayoutSource {
    /** Number of the first of some pages in a row, and how many they are. */
    private static final long RUN_FROM = 0x12345;

    private static final int RUN = 1 << 20;

    private static final List<ProvedUnit> UNITS = List.of(
            // All that there is: 52 bits, all superpages, snoop control, device TLBs, pass-through.
            new ProvedUnit("most", 0x00d200bc22380f06L, 0xf00fdeL, 52),
            // QEMU's, with 39 bits.
            new ProvedUnit("usual", 0x00d2008c222f0706L, 0xf00f5aL, 39),
            // No superpages, 46 bits, tables of 3 levels, scalable mode.
            new ProvedUnit("fewest", 0x00c0008020260262L, 0x800_00f0_0f1aL, 46));

    @Override
    public Layout layout() {
        LayoutBuilder all = new LayoutBuilder("vtd");
        words(all);
        made(all);
        decisions(all);
        ranges(all);
        for (ProvedUnit unit : UNITS) {
            steps(all, unit);
            VtdWalks.of(unit).forEach(all::add);
        }
        return all.layout();
    }

    private static void words(LayoutBuilder all) {
        all.word("root.lo", RootEntry.LO)
                .word("root.hi", RootEntry.HI)
                .word("context.lo", ContextEntry.LO)
                .word("context.hi", ContextEntry.HI)
                .word("scalable-context.w0", ScalableContextEntry.W0)
                .word("scalable-context.w1", ScalableContextEntry.W1)
                .word("pasid-directory", PasidDirectoryEntry.FIELDS)
                .word("pasid.w0", PasidEntry.W0)
                .word("pasid.w1", PasidEntry.W1)
                .word("pasid.w2", PasidEntry.W2)
                .word("second-level", SecondLevelEntry.FIELDS)
                .word("first-level", FirstLevelEntry.FIELDS)
                .word("fault.lo", Registers.FrcdLo.FIELDS)
                .word("fault.hi", Registers.FrcdHi.FIELDS)
                .word("fsts", Registers.Fsts.FIELDS)
                .word("cap", Registers.Cap.FIELDS)
                .word("ecap", Registers.Ecap.FIELDS)
                .word("gcmd", GlobalCommand.FIELDS)
                .word("gsts", Registers.Gsts.FIELDS)
                .word("rtaddr", Registers.RtAddr.FIELDS)
                .word("irta", InterruptTable.FIELDS)
                .word("iqa", Registers.Iqa.FIELDS)
                .word("queue-offset", Registers.QueueOffset.FIELDS)
                .word("ccmd", Registers.Ccmd.FIELDS)
                .word("iva", Registers.Iva.FIELDS)
                .word("iotlb-command", Registers.IotlbCommand.FIELDS)
                .word("invalidate-context.lo", Descriptors.ContextCache.LO)
                .word("invalidate-context.hi", Descriptors.ContextCache.HI)
                .word("invalidate-iotlb.lo", Descriptors.Iotlb.LO)
                .word("invalidate-iotlb.hi", Descriptors.Iotlb.HI)
                .word("invalidate-device-tlb.lo", Descriptors.DeviceTlb.LO)
                .word("invalidate-device-tlb.hi", Descriptors.DeviceTlb.HI)
                .word("invalidate-interrupt-entry.lo", Descriptors.InterruptEntryCache.LO)
                .word("invalidate-interrupt-entry.hi", Descriptors.InterruptEntryCache.HI)
                .word("wait.lo", Descriptors.Wait.LO)
                .word("wait.hi", Descriptors.Wait.HI)
                .word("invalidate-pasid.lo", PasidDescriptors.LO)
                .word("invalidate-pasid-iotlb.hi", PasidDescriptors.IOTLB_HI)
                .word("invalidate-pasid-cache.hi", PasidDescriptors.NOTHING)
                .word("invalidate-pasid-device-tlb.lo", PasidDescriptors.DeviceTlb.LO)
                .word("invalidate-pasid-device-tlb.hi", PasidDescriptors.DeviceTlb.HI)
                .word("remapped.lo", RemapEntry.Remapped.LO)
                .word("remapped.hi", RemapEntry.Remapped.HI)
                .word("posted.lo", RemapEntry.Posted.LO)
                .word("posted.hi", RemapEntry.Posted.HI)
                .word("posted-descriptor.control", PostedDescriptor.CONTROL)
                .word("redirection", RedirectionEntry.FIELDS)
                .word("message-address", InterruptRequest.RemappableAddress.FIELDS)
                .word("message-data", InterruptRequest.RemappableData.FIELDS);
    }

    private static void made(LayoutBuilder all) {
        all.made("root-entry", 1, x -> RootEntry.lo(x[0]));
        all.made("context-entry.first", 2, x -> ContextEntry.lo((int) x[0], x[1]));
        all.made("context-entry.second", 2, x -> ContextEntry.hi((int) x[0], (int) x[1]));
        all.made("second-level-entry", 2, x -> SecondLevelEntry.of(x[0], (int) x[1]));
        all.says("second-level-rights", "is R and W", 1, x -> SecondLevelEntry.rights(x[0]));
        all.says(
                "second-level-other-rights",
                "changes R and W only",
                2,
                x -> SecondLevelEntry.withRights(x[0], (int) x[1]));
        all.made("context-global", 0, x -> Descriptors.contextGlobal());
        all.made("context-domain", 1, x -> Descriptors.contextDomain((int) x[0]));
        all.made("context-device", 3, x -> Descriptors.contextDevice((int) x[0], (int) x[1], (int) x[2]));
        all.made("iotlb-global", 0, x -> Descriptors.iotlbGlobal());
        all.made("iotlb-domain", 1, x -> Descriptors.iotlbDomain((int) x[0]));
        all.made("iotlb-page.first", 1, x -> Descriptors.iotlbPage((int) x[0]));
        all.made("iotlb-page.second", 3, x -> Descriptors.iotlbPageHi(x[0], (int) x[1], x[2] != 0));
        all.made("wait-status", 1, x -> Descriptors.waitStatus((int) x[0]));
        all.made("wait-address", 1, x -> Descriptors.waitAddress(x[0]));
        all.made("ccmd-request", 4, x -> Registers.Ccmd.request((int) x[0], (int) x[1], (int) x[2], (int) x[3]));
        all.made("iotlb-request", 2, x -> Registers.IotlbCommand.request((int) x[0], (int) x[1]));
        all.says("interrupt-entries", "is 2^(S+1)", 1, x -> InterruptTable.entries(x[0]));
        all.says("queue-entries", "is 2^(QS+8), or half of it", 1, x -> Registers.Iqa.entries(x[0]));
        all.says("pasids", "is 2^(PDTS+13)", 1, x -> ScalableContextEntry.pasids(x[0]));
        all.says("status-after", "is what the command asks for", 2, x -> GlobalCommand.status(x[0], x[1]));
        all.says("posted-address", "has both halves", 2, x -> RemapEntry.Posted.descriptor(x[0], x[1]));
        all.says("redirected", "is the message of the entry", 1, x -> RedirectionEntry.address(x[0]));
        all.says("source-id", "is bus, device and function", 2, x -> SourceId.of((int) x[0], (int) x[1]));
    }

    private static void decisions(LayoutBuilder all) {
        all.says("compared", "leaves out the function bits that FM or SQ says", 1, x -> SourceId.compared((int) x[0]));
        all.says("index", "is handle plus subhandle", 2, x -> InterruptRequest.index(x[0], x[1]));
        all.says(
                "qualified", "are these", 1, x -> FaultReason.ofCode((int) x[0]).qualified() ? 1 : 0);
        all.add(new Statement("condition-qualified", "are those of which the reason is", 1, 1, x -> {
            FaultCondition condition = FaultCondition.of((int) x[0]);
            x[1] = condition.reason(false);
            return condition.qualified() ? 1 : 0;
        }));
        all.says("interrupt-qualified", "are these", 1, x -> InterruptFault.qualified((int) x[0]) ? 1 : 0);
        for (ProvedUnit unit : UNITS) {
            DescriptorRules descriptors = new DescriptorRules(unit.ecap(), Deviations.NONE);
            all.add(new Statement("descriptor@" + unit.name(), "is executed if it is right", 4, 1, x -> {
                x[4] = unit.ecap();
                return descriptors.isRight(x[0], x[1], x[2], x[3] != 0) ? 1 : 0;
            }));
        }
        for (int posts = 0; posts <= 1; posts++) {
            EntryRules rules = new EntryRules(posts != 0, Deviations.NONE);
            int means = posts;
            all.add(new Statement(
                    "remap@" + (posts != 0 ? "posting" : "remapping"),
                    "is fault, or message, of the entry and the source",
                    4,
                    5,
                    x -> {
                        long answer = rules.answer(x[0], x[1], (int) x[2], x[3] != 0);
                        x[4] = means;
                        x[5] = InterruptAnswer.VECTOR.get(answer);
                        x[6] = InterruptAnswer.DLM.get(answer);
                        x[7] = InterruptAnswer.DEST.get(answer);
                        x[8] = InterruptAnswer.UNRECORDED.get(answer);
                        return InterruptAnswer.OUTCOME.get(answer);
                    }));
        }
    }

    private static void ranges(LayoutBuilder all) {
        all.says(
                "range",
                "covers every page from the first to the last",
                3,
                x -> Descriptors.iotlbRangeHi(x[0], Descriptors.Iotlb.mask(x[0], x[1]), false));
        all.says("range-order", "is the least that has both pages", 2, x -> Descriptors.Iotlb.mask(x[0], x[1]));
        all.says(
                "range-tight",
                "covers 2^order pages, and no other",
                3,
                x -> Descriptors.iotlbRangeHi(x[0], (int) x[1], false));
        all.says(
                "named",
                "are the pages that the unit forgets",
                2,
                x -> PageRange.contains(Descriptors.Iotlb.firstPage(x[0]), Descriptors.Iotlb.pageCount(x[0]), x[1])
                        ? 1
                        : 0);
        all.says("named-tables", "are the tables above them that the unit forgets", 3, x -> {
            long first = Descriptors.Iotlb.firstPage(x[0]);
            long size = 1L << (Capabilities.INDEX_BITS * (int) x[2]);
            return PageRange.overlaps(first, Descriptors.Iotlb.pageCount(x[0]), x[1], size) ? 1 : 0;
        });
        VtdGeometry.PageNumbers run = VtdGeometry.PageNumbers.from(RUN_FROM);
        all.says("named-run", "are the pages of a run that it forgets, by their places", 2, x -> {
            long first = Descriptors.Iotlb.firstPage(x[0]);
            long end = first + Descriptors.Iotlb.pageCount(x[0]);
            return run.below(first, RUN) <= x[1] && x[1] < run.below(end, RUN) ? 1 : 0;
        });
        all.says(
                "overlaps",
                "are forgotten if a page of them is in the range",
                4,
                x -> DmaAnswer.overlaps(x[1], (int) x[2], Registers.Iva.ADDR.get(x[0]), DmaAnswer.compared((int)
                                Registers.Iva.AM.get(x[0])))
                        ? 1
                        : 0);
        all.says(
                "indices",
                "are the interrupt entries that the unit forgets",
                2,
                x -> Descriptors.InterruptEntryCache.isSame(
                                (int) x[1],
                                (int) Descriptors.InterruptEntryCache.IIDX.get(x[0]),
                                Descriptors.InterruptEntryCache.lowBits(x[0]))
                        ? 1
                        : 0);
    }

    private static void steps(LayoutBuilder all, ProvedUnit unit) {
        LegacyRules rules = new LegacyRules(unit.can(), Capabilities.INDEX_BITS);
        all.add(new Statement("context@" + unit.name(), "is what is wrong with a context entry", 2, 3, x -> {
            unit.tell(x, 2);
            return rules.contextFault(x[0], x[1]);
        }));
        all.add(new Statement("step@" + unit.name(), "is table, leaf or reason of the fault", 3, 3, x -> {
            unit.tell(x, 3);
            return rules.check(x[0], (int) x[1], x[2] != 0);
        }));
        all.add(new Statement("beyond@" + unit.name(), "is wider than tables or unit", 2, 1, x -> {
            x[2] = unit.cap();
            return rules.isBeyond(x[0], x[1]) ? 1 : 0;
        }));
        all.says("entry@" + unit.name(), "is by 9 bits of the address", 2, x -> rules.index(x[0], (int) x[1]));
        if (unit.host() == 52) {
            all.add(new Statement(
                    "leaf@" + unit.name(),
                    "leads to its frame and the low bits of the request",
                    5,
                    0,
                    x -> rules.frame(x[0], (int) x[1], x[2])));
        }
    }
}
