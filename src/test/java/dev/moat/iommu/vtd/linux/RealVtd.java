package dev.moat.iommu.vtd.linux;

import dev.moat.dma.map.DomainType;
import dev.moat.dma.map.PagingDomain;
import dev.moat.dma.map.RealUnit;
import dev.moat.iommu.Rights;
import dev.moat.iommu.linux.PageDriver;
import dev.moat.iommu.linux.PageSizes;
import dev.moat.iommu.linux.TableFrames;
import dev.moat.iommu.memory.Memory;
import dev.moat.iommu.memory.SparseMemory;
import dev.moat.iommu.vtd.deviation.Deviations;
import dev.moat.iommu.vtd.format.Capabilities;
import dev.moat.iommu.vtd.format.Registers.Cap;
import dev.moat.iommu.vtd.format.SecondLevelEntry;
import dev.moat.iommu.vtd.register.CachePolicy;
import dev.moat.iommu.vtd.register.Unit;
import dev.moat.iommu.vtd.register.UnitOptions;
import dev.moat.iommu.vtd.register.format.Access;
import dev.moat.iommu.vtd.register.format.DmaAnswer;
import dev.moat.iommu.vtd.register.page.Messages;
import dev.moat.state.SchemaBuilder;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A VT-d unit behind its registers, with Linux's driver of it at real size; its parts may be broken. */
public final class RealVtd implements RealUnit {
    private static final int DEVICE = 0x18;
    private static final int DID = 7;
    private static final long FIRST_FRAME = 0x100;
    private static final int LEVELS = 4;

    private final Memory memory = new SparseMemory(1L << 39);
    private final Unit unit;
    private final long[] s;
    private final TableFrames frames;
    private final VtdPages pages;
    private final PageSizes sizes;

    /** Where the parts of the driver come from: the real ones, or with one step broken. */
    public static class Parts {
        VtdDomain domain(UnitQueue queue, Memory memory, Capabilities can) {
            return new VtdDomain(queue, memory, can, DID);
        }

        VtdPages pages(Memory memory, long[] s, TableFrames frames, VtdDomain domain) {
            return new VtdPages(memory, s, frames, domain, LEVELS);
        }
    }

    /**
     * @param cachingMode whether the unit caches what is not present
     * @param tables frames for them
     * @param cached translations and tables that the unit keeps; it forgets all when it is full
     */
    public RealVtd(boolean cachingMode, int tables, int cached, Parts parts) {
        Capabilities usual = Capabilities.usual();
        Capabilities can = new Capabilities(
                Cap.CM.set(usual.cap(), cachingMode ? 1 : 0), usual.ecap(), usual.hostAddressBits(), usual.rewalks());
        SchemaBuilder schema = new SchemaBuilder();
        UnitOptions.Sizes sizes = new UnitOptions.Sizes(4, 0, cached, cached, 0);
        unit = new Unit(
                schema,
                "",
                new UnitOptions(can, CachePolicy.specified(), Deviations.NONE, sizes, List.of()),
                memory,
                Messages.NONE);
        s = schema.build().blank();
        UnitQueue queue = new UnitQueue(unit, memory, FIRST_FRAME);
        queue.start(s);
        VtdDomain tag = parts.domain(queue, memory, can);
        frames = new TableFrames(memory, FIRST_FRAME + UnitQueue.FRAMES, tables);
        pages = parts.pages(memory, s, frames, tag);
        tag.attach(s, DEVICE, pages);
        this.sizes = VtdPages.sizes(can);
    }

    @Override
    public PagingDomain domain(DomainType type) {
        return new PagingDomain(type, sizes, pages);
    }

    @Override
    public PageDriver pages() {
        return pages;
    }

    /** Every page can be read. */
    @Override
    public int granted(int rights) {
        return rights | Rights.READ;
    }

    @Override
    public long[] state() {
        return s;
    }

    @Override
    public long reach(long iova, boolean write) {
        long answer = unit.dma(s, DEVICE, Access.NO_PASID, iova, write ? Access.WRITE : Access.READ);
        return DmaAnswer.isTranslated(answer) ? DmaAnswer.address(answer, iova) : -1;
    }

    @Override
    public int tables() {
        return frames.used();
    }

    @Override
    public int linked() {
        return linked(pages.root(), LEVELS);
    }

    private int linked(long table, int level) {
        int found = 1;
        for (long at = table << 12; level > 1 && at < table + 1 << 12; at += Long.BYTES) {
            long entry = memory.read(s, at);
            if (SecondLevelEntry.rights(entry) != 0 && !SecondLevelEntry.SP.isSet(entry)) {
                found += linked(SecondLevelEntry.ADDR.get(entry), level - 1);
            }
        }
        return found;
    }

    @Override
    public void forgetAll() {
        throw new UnsupportedOperationException("a full cache forgets by itself");
    }

    /** Name to parts of which one is broken. */
    public static Map<String, Parts> broken() {
        Map<String, Parts> all = new LinkedHashMap<>();
        all.put("the mask of an invalidation knows the size only", new Parts() {
            @Override
            VtdDomain domain(UnitQueue queue, Memory memory, Capabilities can) {
                return new VtdDomain(queue, memory, can, DID) {
                    @Override
                    int mask(long page, long pages) {
                        return super.mask(0, pages);
                    }
                };
            }
        });
        all.put("cached tables stay although a table has gone", new Parts() {
            @Override
            VtdDomain domain(UnitQueue queue, Memory memory, Capabilities can) {
                return new VtdDomain(queue, memory, can, DID) {
                    @Override
                    boolean leavesTables() {
                        return true;
                    }
                };
            }
        });
        all.put("nothing is forgotten at an unmap", new Parts() {
            @Override
            VtdPages pages(Memory memory, long[] s, TableFrames frames, VtdDomain domain) {
                return new VtdPages(memory, s, frames, domain, LEVELS) {
                    @Override
                    public void sync(long first, long last) {
                        // the unit is not asked
                    }
                };
            }
        });
        return all;
    }
}
