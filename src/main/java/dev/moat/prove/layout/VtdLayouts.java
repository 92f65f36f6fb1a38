package dev.moat.prove.layout;

import dev.moat.iommu.vtd.deviation.Deviations;
import dev.moat.iommu.vtd.format.Capabilities;
import dev.moat.iommu.vtd.format.ContextEntry;
import dev.moat.iommu.vtd.format.Descriptors;
import dev.moat.iommu.vtd.format.FaultReason;
import dev.moat.iommu.vtd.format.GlobalCommand;
import dev.moat.iommu.vtd.format.InterruptTable;
import dev.moat.iommu.vtd.format.LegacyRules;
import dev.moat.iommu.vtd.format.Registers;
import dev.moat.iommu.vtd.format.RootEntry;
import dev.moat.iommu.vtd.format.SecondLevelEntry;
import dev.moat.iommu.vtd.format.SourceId;
import dev.moat.iommu.vtd.interrupt.EntryRules;
import dev.moat.iommu.vtd.interrupt.InterruptAnswer;
import dev.moat.iommu.vtd.interrupt.InterruptFault;
import dev.moat.iommu.vtd.interrupt.InterruptRequest;
import dev.moat.iommu.vtd.interrupt.PostedDescriptor;
import dev.moat.iommu.vtd.interrupt.RedirectionEntry;
import dev.moat.iommu.vtd.interrupt.RemapEntry;
import dev.moat.iommu.vtd.register.format.DmaAnswer;
import dev.moat.iommu.vtd.scalable.FirstLevelEntry;
import dev.moat.iommu.vtd.scalable.PasidDescriptors;
import dev.moat.iommu.vtd.scalable.PasidDirectoryEntry;
import dev.moat.iommu.vtd.scalable.PasidEntry;
import dev.moat.iommu.vtd.scalable.ScalableContextEntry;
import dev.moat.prove.layout.Family.Code;
import dev.moat.prove.layout.Family.Statement;
import dev.moat.prove.layout.Family.Word;
import java.util.ArrayList;
import java.util.List;

/** What there is to say of VT-d; walks through whole tables are in {@link VtdWalks}. */
final class VtdLayouts {
    /** All that there is: 52 bits, both superpages, snoop control, device TLBs, pass-through. */
    static final Capabilities MOST = new Capabilities(0x00d2008c22380f06L | 0xcL << 34, 0xf00fdeL, 52, true);
    /** QEMU's, with 39 bits. */
    static final Capabilities USUAL = Capabilities.usual();
    /** No superpages, 46 bits, tables of 3 levels. */
    static final Capabilities FEWEST = new Capabilities(0x00c0008020260262L, 0xf00f1aL, 46, false);

    private VtdLayouts() {}

    static Family family() {
        List<Statement> all = new ArrayList<>();
        made(all);
        decisions(all);
        ranges(all);
        for (Unit unit : List.of(new Unit("most", MOST), new Unit("usual", USUAL), new Unit("fewest", FEWEST))) {
            all.addAll(steps(unit.name(), unit.can()));
            all.addAll(VtdWalks.of(unit.name(), unit.can()));
        }
        return new Family("vtd", words(), all);
    }

    private record Unit(String name, Capabilities can) {}

    private static List<Word> words() {
        return List.of(
                new Word("root.lo", RootEntry.LO),
                new Word("root.hi", RootEntry.HI),
                new Word("context.lo", ContextEntry.LO),
                new Word("context.hi", ContextEntry.HI),
                new Word("scalable-context.w0", ScalableContextEntry.W0),
                new Word("scalable-context.w1", ScalableContextEntry.W1),
                new Word("pasid-directory", PasidDirectoryEntry.FIELDS),
                new Word("pasid.w0", PasidEntry.W0),
                new Word("pasid.w1", PasidEntry.W1),
                new Word("pasid.w2", PasidEntry.W2),
                new Word("second-level", SecondLevelEntry.FIELDS),
                new Word("first-level", FirstLevelEntry.FIELDS),
                new Word("fault.lo", Registers.FrcdLo.FIELDS),
                new Word("fault.hi", Registers.FrcdHi.FIELDS),
                new Word("fsts", Registers.Fsts.FIELDS),
                new Word("cap", Registers.Cap.FIELDS),
                new Word("ecap", Registers.Ecap.FIELDS),
                new Word("gcmd", GlobalCommand.FIELDS),
                new Word("gsts", Registers.Gsts.FIELDS),
                new Word("rtaddr", Registers.RtAddr.FIELDS),
                new Word("irta", InterruptTable.FIELDS),
                new Word("iqa", Registers.Iqa.FIELDS),
                new Word("queue-offset", Registers.QueueOffset.FIELDS),
                new Word("ccmd", Registers.Ccmd.FIELDS),
                new Word("iva", Registers.Iva.FIELDS),
                new Word("iotlb-command", Registers.IotlbCommand.FIELDS),
                new Word("invalidate-context.lo", Descriptors.ContextCache.LO),
                new Word("invalidate-context.hi", Descriptors.ContextCache.HI),
                new Word("invalidate-iotlb.lo", Descriptors.Iotlb.LO),
                new Word("invalidate-iotlb.hi", Descriptors.Iotlb.HI),
                new Word("invalidate-device-tlb.lo", Descriptors.DeviceTlb.LO),
                new Word("invalidate-device-tlb.hi", Descriptors.DeviceTlb.HI),
                new Word("invalidate-interrupt-entry.lo", Descriptors.InterruptEntryCache.LO),
                new Word("invalidate-interrupt-entry.hi", Descriptors.InterruptEntryCache.HI),
                new Word("wait.lo", Descriptors.Wait.LO),
                new Word("wait.hi", Descriptors.Wait.HI),
                new Word("invalidate-pasid.lo", PasidDescriptors.LO),
                new Word("invalidate-pasid-iotlb.hi", PasidDescriptors.IOTLB_HI),
                new Word("invalidate-pasid-cache.hi", PasidDescriptors.NOTHING),
                new Word("invalidate-pasid-device-tlb.lo", PasidDescriptors.DeviceTlb.LO),
                new Word("invalidate-pasid-device-tlb.hi", PasidDescriptors.DeviceTlb.HI),
                new Word("remapped.lo", RemapEntry.Remapped.LO),
                new Word("remapped.hi", RemapEntry.Remapped.HI),
                new Word("posted.lo", RemapEntry.Posted.LO),
                new Word("posted.hi", RemapEntry.Posted.HI),
                new Word("posted-descriptor.control", PostedDescriptor.CONTROL),
                new Word("message-address", InterruptRequest.RemappableAddress.FIELDS),
                new Word("message-data", InterruptRequest.RemappableData.FIELDS));
    }

    private static void add(List<Statement> all, String name, String says, int given, Code code) {
        all.add(Statement.of(name, says, given, code));
    }

    private static void made(List<Statement> all) {
        String only = Layouts.ONLY;
        add(all, "root-entry", only, 1, x -> RootEntry.lo(x[0]));
        add(all, "context-entry.first", only, 2, x -> ContextEntry.lo((int) x[0], x[1]));
        add(all, "context-entry.second", only, 2, x -> ContextEntry.hi((int) x[0], (int) x[1]));
        add(all, "second-level-entry", only, 2, x -> SecondLevelEntry.of(x[0], (int) x[1]));
        add(all, "second-level-rights", "is R and W", 1, x -> SecondLevelEntry.rights(x[0]));
        add(
                all,
                "second-level-other-rights",
                "changes R and W only",
                2,
                x -> SecondLevelEntry.withRights(x[0], (int) x[1]));
        add(all, "context-global", only, 0, x -> Descriptors.contextGlobal());
        add(all, "context-domain", only, 1, x -> Descriptors.contextDomain((int) x[0]));
        add(all, "context-device", only, 3, x -> Descriptors.contextDevice((int) x[0], (int) x[1], (int) x[2]));
        add(all, "iotlb-global", only, 0, x -> Descriptors.iotlbGlobal());
        add(all, "iotlb-domain", only, 1, x -> Descriptors.iotlbDomain((int) x[0]));
        add(all, "iotlb-page.first", only, 1, x -> Descriptors.iotlbPage((int) x[0]));
        add(all, "iotlb-page.second", only, 3, x -> Descriptors.iotlbPageHi(x[0], (int) x[1], x[2] != 0));
        add(all, "wait-status", only, 1, x -> Descriptors.waitStatus((int) x[0]));
        add(all, "wait-address", only, 1, x -> Descriptors.waitAddress(x[0]));
        add(all, "ccmd-request", only, 4, x -> Registers.Ccmd.request((int) x[0], (int) x[1], (int) x[2], (int) x[3]));
        add(all, "iotlb-request", only, 2, x -> Registers.IotlbCommand.request((int) x[0], (int) x[1]));
        add(all, "interrupt-entries", "is 2^(S+1)", 1, x -> InterruptTable.entries(x[0]));
        add(all, "queue-entries", "is 2^(QS+8), or half of it", 1, x -> Registers.Iqa.entries(x[0]));
        add(all, "pasids", "is 2^(PDTS+13)", 1, x -> ScalableContextEntry.pasids(x[0]));
        add(all, "status-after", "is what the command asks for", 2, x -> GlobalCommand.status(x[0], x[1]));
        add(all, "posted-address", "has both halves", 2, x -> RemapEntry.Posted.descriptor(x[0], x[1]));
        add(all, "redirected", "is the message of the entry", 1, x -> RedirectionEntry.address(x[0]));
        add(all, "source-id", "is bus, device and function", 2, x -> SourceId.of((int) x[0], (int) x[1]));
    }

    private static void decisions(List<Statement> all) {
        add(all, "compared", "leaves out the function bits that FM or SQ says", 1, x -> SourceId.compared((int) x[0]));
        add(all, "index", "is handle plus subhandle", 2, x -> InterruptRequest.index(x[0], x[1]));
        add(
                all,
                "qualified",
                "are these",
                1,
                x -> FaultReason.ofCode((int) x[0]).qualified() ? 1 : 0);
        add(all, "interrupt-qualified", "are these", 1, x -> InterruptFault.qualified((int) x[0]) ? 1 : 0);
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

    private static void ranges(List<Statement> all) {
        add(
                all,
                "range",
                "covers every page from the first to the last",
                3,
                x -> named(x[0], Descriptors.Iotlb.mask(x[0], x[1])));
        add(all, "range-order", "is the least that has both pages", 2, x -> Descriptors.Iotlb.mask(x[0], x[1]));
        add(all, "range-tight", "covers 2^order pages, and no other", 3, x -> named(x[0], (int) x[1]));
        add(
                all,
                "named",
                "are the pages that the unit forgets",
                2,
                x -> Long.compareUnsigned(x[1] - Descriptors.Iotlb.firstPage(x[0]), Descriptors.Iotlb.pageCount(x[0]))
                                < 0
                        ? 1
                        : 0);
        add(
                all,
                "overlaps",
                "are forgotten if a page of them is in the range",
                4,
                x -> DmaAnswer.overlaps(x[1], (int) x[2], Registers.Iva.ADDR.get(x[0]), DmaAnswer.compared((int)
                                Registers.Iva.AM.get(x[0])))
                        ? 1
                        : 0);
        add(
                all,
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

    /** As drivers write it. */
    private static long named(long first, int am) {
        return Descriptors.iotlbPageHi(first & -(1L << am), am, false);
    }

    private static List<Statement> steps(String unit, Capabilities can) {
        LegacyRules rules = new LegacyRules(can, Capabilities.INDEX_BITS);
        long sagaw = Registers.Cap.SAGAW.get(can.cap());
        long sizes = Registers.Cap.SLLPS.get(can.cap());
        boolean snoops = Registers.Ecap.SC.isSet(can.ecap());
        boolean deviceTlb = Registers.Ecap.DT.isSet(can.ecap());
        boolean passes = Registers.Ecap.PT.isSet(can.ecap());
        int host = can.hostAddressBits();
        int guest = can.guestAddressBits();
        int largest = can.largestWidth();
        List<Statement> all = new ArrayList<>();
        all.add(new Statement("context@" + unit, "is what is wrong with a context entry", 2, 5, x -> {
            x[2] = sagaw;
            x[3] = largest;
            x[4] = deviceTlb ? 1 : 0;
            x[5] = passes ? 1 : 0;
            x[6] = host;
            return rules.contextFault(x[0], x[1]);
        }));
        all.add(new Statement("step@" + unit, "is table, leaf or reason of the fault", 3, 4, x -> {
            x[3] = host;
            x[4] = sizes;
            x[5] = snoops ? 1 : 0;
            x[6] = deviceTlb ? 1 : 0;
            return rules.check(x[0], (int) x[1], x[2] != 0);
        }));
        all.add(new Statement("beyond@" + unit, "is wider than tables or unit", 2, 1, x -> {
            x[2] = guest;
            return rules.isBeyond(x[0], x[1]) ? 1 : 0;
        }));
        all.add(Statement.of("entry@" + unit, "is by 9 bits of the address", 2, x -> rules.index(x[0], (int) x[1])));
        if (host == 52) {
            all.add(new Statement(
                    "leaf@" + unit,
                    "leads to its frame and the low bits of the request",
                    5,
                    0,
                    x -> rules.frame(x[0], (int) x[1], x[2])));
        }
        return all;
    }
}
