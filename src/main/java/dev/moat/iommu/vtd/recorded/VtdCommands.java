package dev.moat.iommu.vtd.recorded;

import dev.moat.iommu.Command;
import dev.moat.iommu.Forgets;
import dev.moat.iommu.TableKind;
import dev.moat.iommu.vtd.format.Capabilities;
import dev.moat.iommu.vtd.format.DescriptorRules;
import dev.moat.iommu.vtd.format.Descriptors;
import dev.moat.iommu.vtd.format.Deviations;
import dev.moat.iommu.vtd.format.PasidDescriptors;
import dev.moat.iommu.vtd.format.Registers.Cap;
import dev.moat.iommu.vtd.format.Registers.Ccmd;
import dev.moat.iommu.vtd.format.Registers.IotlbCommand;
import dev.moat.iommu.vtd.format.SourceId;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What descriptors and command registers have a unit forget, no more than the specification makes it: a device-selective command that names
 * another DID than the cached entry has may leave the entry. {@code @source} VTD-QI, VTD-REGISTER-INVALIDATION.
 */
final class VtdCommands {
    /** Of a device TLB's address: one page. */
    private static final int PAGE_SHIFT = 12;

    private final DescriptorRules rules;
    private final boolean pageSelective;
    private final long largestMask;

    VtdCommands(Capabilities can) {
        rules = new DescriptorRules(can.ecap(), Deviations.NONE);
        pageSelective = Cap.PSI.isSet(can.cap());
        largestMask = Cap.MAMV.get(can.cap());
    }

    /**
     * What a descriptor is.
     *
     * @param words 2 or 4
     * @param scalable whether the root table in use is of scalable mode
     */
    Command of(long at, long[] words, boolean scalable) {
        List<Long> shown = new ArrayList<>();
        for (long word : words) {
            shown.add(word);
        }
        long lo = words[0];
        long hi = words[1];
        long more = words.length == 2 ? 0 : words[2] | words[3];
        if (!rules.isRight(lo, hi, more, words.length > 2)) {
            boolean known = rules.type(lo) >= Descriptors.CONTEXT_CACHE && rules.type(lo) <= Descriptors.WAIT;
            return wrong(at, shown, known ? "a reserved bit is set" : "the type is not one that the unit knows");
        }
        int granularity = (int) Descriptors.G.get(lo);
        long did = Descriptors.DID.get(lo);
        long pasid = PasidDescriptors.PASID.get(lo);
        return switch (rules.type(lo)) {
            case Descriptors.CONTEXT_CACHE -> contexts(at, shown, scalable, did, request(granularity, lo));
            case Descriptors.IOTLB -> translations(at, shown, granularity, did, hi);
            case Descriptors.DEVICE_TLB -> deviceTlb(at, shown, lo, hi);
            case Descriptors.WAIT -> waiting(at, shown, lo, hi);
            case PasidDescriptors.PASID_IOTLB ->
                ofPasid(at, shown, granularity, VtdTableKinds.tag(did, true, pasid), hi);
            case PasidDescriptors.PASID_CACHE -> pasids(at, shown, granularity, did, pasid);
            case PasidDescriptors.PASID_DEVICE_TLB -> {
                long requester = PasidDescriptors.DeviceTlb.SID.get(lo) << TableKind.PASID_BITS | pasid;
                yield Command.invalidation(
                        at, shown, List.of(Forgets.ats(requester, 1, hi, 11)), "device-TLB of a PASID");
            }
            default -> Command.plain(Command.What.OTHER, at, shown, "no invalidation of translations");
        };
    }

    private static Command wrong(long at, List<Long> words, String why) {
        return Command.plain(Command.What.WRONG, at, words, why);
    }

    /** What a context-cache command names: its granularity, the source-id and the function mask. */
    private record Contexts(int granularity, int sid, int functionMask) {}

    private static Contexts request(int granularity, long lo) {
        int sid = (int) Descriptors.ContextCache.SID.get(lo);
        return new Contexts(granularity, sid, (int) Descriptors.ContextCache.FM.get(lo));
    }

    private static Command contexts(long at, List<Long> words, boolean scalable, long did, Contexts of) {
        Forgets every = Forgets.entries(0, 0);
        // The entries of scalable mode have no DID, those of PASIDs below them go with them.
        long last = VtdTableKinds.tag(did, true, (1L << TableKind.PASID_BITS) - 1);
        return switch (of.granularity) {
            case Descriptors.GLOBAL -> Command.invalidation(at, words, List.of(every), "context cache, global");
            case Descriptors.DOMAIN ->
                Command.invalidation(
                        at,
                        words,
                        List.of(every.tagged(VtdTableKinds.tag(did, false, 0), last)),
                        "context cache of DID " + did);
            case Descriptors.DEVICE -> {
                List<Forgets> all = new ArrayList<>();
                int compared = SourceId.compared(of.functionMask);
                for (int function = 0; function <= SourceId.FUNCTION.max(); function++) {
                    int sid = (of.sid & ~(int) SourceId.FUNCTION.max()) | function;
                    if (((sid ^ of.sid) & compared) == 0) {
                        Forgets one = Forgets.entries((long) sid << TableKind.PASID_BITS, 1L << TableKind.PASID_BITS);
                        all.add(scalable ? one : one.tagged(VtdTableKinds.tag(did, false, 0), last));
                    }
                }
                yield Command.invalidation(at, words, all, "context cache of a device of DID " + did);
            }
            default -> wrong(at, words, "the granularity of a context-cache invalidation is 0");
        };
    }

    private Command translations(long at, List<Long> words, int granularity, long did, long hi) {
        long second = VtdTableKinds.tag(did, false, 0);
        long first = VtdTableKinds.tag(did, true, 0);
        long last = first | ((1L << TableKind.PASID_BITS) - 1);
        return switch (granularity) {
            case Descriptors.GLOBAL ->
                Command.invalidation(at, words, List.of(Forgets.everyTranslation()), "IOTLB, global");
            case Descriptors.DOMAIN ->
                Command.invalidation(
                        at, words, List.of(Forgets.translations(second, last, 0, 0, true)), "IOTLB of DID " + did);
            case Descriptors.PAGE -> {
                if (!pageSelective || Descriptors.Iotlb.AM.get(hi) > largestMask) {
                    yield wrong(at, words, "the unit takes no page-selective invalidation with such an address mask");
                }
                long page = Descriptors.Iotlb.firstPage(hi);
                long pages = Descriptors.Iotlb.pageCount(hi);
                boolean tables = !Descriptors.Iotlb.IH.isSet(hi);
                String says = String.format(
                        Locale.ROOT,
                        "IOTLB of DID %d, %#x to %#x%s",
                        did,
                        page << PAGE_SHIFT,
                        ((page + pages) << PAGE_SHIFT) - 1,
                        tables ? "" : ", IH");
                yield Command.invalidation(
                        at,
                        words,
                        List.of(
                                Forgets.translations(second, second, page, pages, tables),
                                Forgets.translations(first, last, 0, 0, true)),
                        says);
            }
            default -> wrong(at, words, "the granularity of an IOTLB invalidation is 0");
        };
    }

    private static Command ofPasid(long at, List<Long> words, int granularity, long tag, long hi) {
        if (granularity == PasidDescriptors.ALL_OF_PASID) {
            return Command.invalidation(
                    at, words, List.of(Forgets.translations(tag, tag, 0, 0, true)), "IOTLB of a PASID");
        } else if (granularity != PasidDescriptors.PAGES_OF_PASID) {
            return wrong(at, words, "the granularity of a PASID-based IOTLB invalidation is not one that there is");
        }
        long page = Descriptors.Iotlb.firstPage(hi);
        boolean tables = !Descriptors.Iotlb.IH.isSet(hi);
        return Command.invalidation(
                at,
                words,
                List.of(Forgets.translations(tag, tag, page, Descriptors.Iotlb.pageCount(hi), tables)),
                "IOTLB of pages of a PASID");
    }

    private static Command pasids(long at, List<Long> words, int granularity, long did, long pasid) {
        Forgets every = Forgets.entries(0, 0);
        long first = VtdTableKinds.tag(did, false, 0);
        Forgets ofDid = every.tagged(first, VtdTableKinds.tag(did, true, (1L << TableKind.PASID_BITS) - 1));
        return switch (granularity) {
            case PasidDescriptors.CACHE_GLOBAL ->
                Command.invalidation(at, words, List.of(every), "PASID cache, global");
            case PasidDescriptors.CACHE_DOMAIN ->
                Command.invalidation(at, words, List.of(ofDid), "PASID cache of DID " + did);
            case PasidDescriptors.CACHE_PASID ->
                Command.invalidation(at, words, List.of(ofDid.ofPasid(pasid)), "PASID cache of a PASID of DID " + did);
            default -> wrong(at, words, "the granularity of a PASID-cache invalidation is reserved");
        };
    }

    private static Command deviceTlb(long at, List<Long> words, long lo, long hi) {
        long requester = Descriptors.DeviceTlb.SID.get(lo) << TableKind.PASID_BITS;
        return Command.invalidation(
                at, words, List.of(Forgets.ats(requester, 1L << TableKind.PASID_BITS, hi, 0)), "device-TLB");
    }

    private static Command waiting(long at, List<Long> words, long lo, long hi) {
        Command.Status status = Descriptors.Wait.SW.isSet(lo)
                ? new Command.Status(
                        Descriptors.Wait.ADDR.get(hi) << Descriptors.Wait.ADDR.lo(),
                        Integer.BYTES,
                        Descriptors.Wait.DATA.get(lo))
                : null;
        return new Command(Command.What.WAIT, at, words, List.of(), status, "wait");
    }

    /** The command that CCMD has. */
    Command contextRegister(long value) {
        Contexts of = new Contexts((int) Ccmd.CIRG.get(value), (int) Ccmd.SID.get(value), (int) Ccmd.FM.get(value));
        return contexts(Command.BY_REGISTER, List.of(value), false, Ccmd.DID.get(value), of);
    }

    /** The command that the IOTLB register has, with IVA. */
    Command translationRegister(long value, long address) {
        return translations(
                Command.BY_REGISTER,
                List.of(value, address),
                (int) IotlbCommand.IIRG.get(value),
                IotlbCommand.DID.get(value),
                address);
    }
}
