package dev.moat.iommu.amdvi.linux;

import dev.moat.dma.map.DomainType;
import dev.moat.dma.map.PagingDomain;
import dev.moat.dma.map.RealUnit;
import dev.moat.iommu.amdvi.format.PageTableEntry;
import dev.moat.iommu.amdvi.format.Translation;
import dev.moat.iommu.amdvi.request.FullCaches;
import dev.moat.iommu.amdvi.request.Requests;
import dev.moat.iommu.amdvi.request.SpecifiedRequests;
import dev.moat.iommu.amdvi.semantics.Behaviour;
import dev.moat.iommu.amdvi.semantics.Capabilities;
import dev.moat.iommu.amdvi.semantics.CommandBuffer;
import dev.moat.iommu.amdvi.semantics.EventLog;
import dev.moat.iommu.amdvi.semantics.MmioUnit;
import dev.moat.iommu.amdvi.semantics.RegisterBank;
import dev.moat.iommu.linux.PageDriver;
import dev.moat.iommu.linux.PageSizes;
import dev.moat.iommu.linux.TableFrames;
import dev.moat.iommu.memory.Memory;
import dev.moat.iommu.memory.SparseMemory;
import dev.moat.state.SchemaBuilder;
import java.util.LinkedHashMap;
import java.util.Map;

/** An AMD-Vi unit behind its registers, with Linux's driver of it at real size; its parts may be broken. */
public final class RealAmdVi implements RealUnit {
    private static final int DEVICE = 0x18;
    private static final int DOMAIN = 7;
    private static final long FIRST_FRAME = 0x100;
    private static final int LEVELS = 4;

    private final Memory memory = new SparseMemory(1L << 39);
    private final Requests requests;
    private final FullCaches caches;
    private final long[] s;
    private final TableFrames frames;
    private final AmdViPages pages;
    private final PageSizes sizes;

    /** Where the parts of the driver come from: the real ones, or with one step broken. */
    public static class Parts {
        AmdViDomain domain(UnitCommands commands, Memory memory, Capabilities can) {
            return new AmdViDomain(commands, memory, can, DOMAIN);
        }

        AmdViPages pages(Memory memory, long[] s, TableFrames frames, AmdViDomain domain) {
            return new AmdViPages(memory, s, frames, domain, LEVELS);
        }
    }

    /**
     * @param npCache whether the unit caches what is not present
     * @param tables frames for them
     */
    public RealAmdVi(boolean npCache, int tables, Parts parts) {
        Capabilities can = Capabilities.usual().withNpCache(npCache);
        Behaviour behaviour = Behaviour.specified(can);
        SchemaBuilder schema = new SchemaBuilder();
        RegisterBank registers = new RegisterBank(schema);
        EventLog log = new EventLog(registers, memory, behaviour);
        caches = new FullCaches(can);
        requests = new SpecifiedRequests(registers, memory, caches, log, can);
        MmioUnit unit =
                new MmioUnit(registers, new CommandBuffer(registers, memory, caches, log, behaviour), behaviour);
        s = schema.build().blank();
        UnitCommands commands = new UnitCommands(unit, memory, FIRST_FRAME);
        commands.start(s);
        AmdViDomain tag = parts.domain(commands, memory, can);
        frames = new TableFrames(memory, FIRST_FRAME + UnitCommands.FRAMES, tables);
        pages = parts.pages(memory, s, frames, tag);
        tag.attach(s, DEVICE, pages);
        sizes = AmdViPages.sizes(LEVELS);
    }

    @Override
    public PagingDomain domain(DomainType type) {
        return new PagingDomain(type, sizes, pages);
    }

    @Override
    public PageDriver pages() {
        return pages;
    }

    @Override
    public long[] state() {
        return s;
    }

    @Override
    public long reach(long iova, boolean write) {
        return reach(DEVICE, iova, write);
    }

    long reach(int device, long iova, boolean write) {
        long answer = requests.request(s, device, iova, 1, write);
        return Translation.reachesMemory(answer) ? Translation.address(answer, iova) : -1;
    }

    @Override
    public int tables() {
        return frames.used();
    }

    @Override
    public int linked() {
        return linked(pages.root(), pages.levels());
    }

    private int linked(long table, int level) {
        int found = 1;
        for (long at = table << 12; level > 1 && at < table + 1 << 12; at += Long.BYTES) {
            long entry = memory.read(s, at);
            if (PageTableEntry.PR.isSet(entry) && !PageTableEntry.isPage(entry)) {
                found += linked(PageTableEntry.ADDR.get(entry), level - 1);
            }
        }
        return found;
    }

    @Override
    public void forgetAll() {
        caches.forgetAll(s);
    }

    /** Name to parts of which one is broken. */
    public static Map<String, Parts> broken() {
        Map<String, Parts> all = new LinkedHashMap<>();
        all.put("the order of an invalidation knows the size only", new Parts() {
            @Override
            AmdViDomain domain(UnitCommands commands, Memory memory, Capabilities can) {
                return new AmdViDomain(commands, memory, can, DOMAIN) {
                    @Override
                    int order(long page, long pages) {
                        return super.order(0, pages);
                    }
                };
            }
        });
        all.put("an unmap clears the first of a page's entries", new Parts() {
            @Override
            AmdViPages pages(Memory memory, long[] s, TableFrames frames, AmdViDomain domain) {
                return new AmdViPages(memory, s, frames, domain, LEVELS) {
                    @Override
                    long cleared(long entries) {
                        return 1;
                    }
                };
            }
        });
        all.put("a replaced table goes before it is forgotten", new Parts() {
            @Override
            AmdViPages pages(Memory memory, long[] s, TableFrames frames, AmdViDomain domain) {
                return new AmdViPages(memory, s, frames, domain, LEVELS) {
                    @Override
                    boolean forgetsReplaced(boolean replaced) {
                        return false;
                    }
                };
            }
        });
        all.put("nothing is forgotten at an unmap", new Parts() {
            @Override
            AmdViPages pages(Memory memory, long[] s, TableFrames frames, AmdViDomain domain) {
                return new AmdViPages(memory, s, frames, domain, LEVELS) {
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
