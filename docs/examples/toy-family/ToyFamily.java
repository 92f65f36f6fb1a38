package example;

import dev.moat.iommu.*;
import dev.moat.iommu.*;
import dev.moat.model.*;
import dev.moat.model.*;
import dev.moat.model.*;
import dev.moat.state.*;
import java.util.List;

/**
 * An IOMMU of one's own: a flat table for each space, a cache of translations, and a register for each unit that makes it forget
 * everything under one tag, some time later. Xen and the IOMMU API drive it through the contract, without a change to Moat.
 */
public final class ToyFamily implements Family {
    @Override public String id() { return "toy"; }
    @Override public String says() { return "A flat table for each space, one cache, one register that forgets a tag."; }

    @Override public Capabilities capabilities(Setting setting) {
        return new Capabilities(
                new Capabilities.Aperture(0, 4095, Capabilities.Outside.BLOCKED, List.of()),
                new Capabilities.Entries(true, true, true, Capabilities.Entries.SMALL_PAGES),
                new Capabilities.Caching(false, true, false),
                new Capabilities.Stores(true, false),
                new Capabilities.Asking(Capabilities.Reach.TAG, false, true, true),
                Capabilities.Tagging.FIXED);
    }

    @Override public Iommu declare(Sizes sizes, Setting setting, ModelBuilder model) {
        sizes.requireOnly(Sizes.Need.SUBMITTERS);
        return new Units(sizes, capabilities(setting), model.schema());
    }

    /** Everything in one class, as its parts are small. */
    private static final class Units implements Iommu, Tables, Entries, Tags, Meaning {
        private final Sizes sizes;
        private final Capabilities capabilities;
        private final Sort ids;
        private final int pages;
        private final Slots rights, frame, device, cachedRights, cachedFrame, command, asker;
        private final Port[] ports;

        Units(Sizes sizes, Capabilities capabilities, SchemaBuilder schema) {
            this.sizes = sizes;
            this.capabilities = capabilities;
            Sort units = sizes.requesters().units();
            Sort page = sizes.addresses().pages();
            Sort space = sizes.spaces().sort();
            pages = page.size();
            ids = Sort.numbered("Tag", "t", sizes.spaces().numbers().size());
            Sort frames = sizes.addresses().frames();
            rights = schema.slots("toy.rights", Role.ARCHITECTURAL, Writer.HYPERVISOR, space, page).bits(2);
            frame = schema.slots("toy.frame", Role.ARCHITECTURAL, Writer.HYPERVISOR, space, page).of(frames);
            device = schema.slots("toy.device", Role.ARCHITECTURAL, Writer.HYPERVISOR, sizes.requesters().sort())
                    .optional(space);
            cachedRights = schema.slots("toy.cached-rights", Role.CACHE, Writer.IOMMU, units, ids, page).bits(2);
            cachedFrame = schema.slots("toy.cached-frame", Role.CACHE, Writer.IOMMU, units, ids, page).of(frames);
            // What is to be forgotten: 0 nothing, then a tag, then all of them, then a requester's entry: nothing is cached of it.
            int commands = ids.size() + 1 + sizes.requesters().sort().size();
            command = schema.slots("toy.command", Role.QUEUE, Writer.HYPERVISOR, units).bits(SlotsBuilder.bitsFor(commands));
            asker = schema.slots("toy.asker", Role.GHOST, Writer.GHOST, units).of(sizes.cpus().sort());
            ports = new Port[units.size()];
            for (int u = 0; u < ports.length; u++) {
                ports[u] = new Register(u);
            }
        }
        private int cache(int unit, int tag, int page) { return (unit * ids.size() + tag) * pages + page; }

        /** One command at a time; it is done when the register reads 0 or another CPU's command. */
        private final class Register implements Port {
            private final int unit;
            Register(int unit) { this.unit = unit; }
            private boolean write(long[] s, int cpu, int value) {
                if (command.get(s, unit) != 0) {
                    return false;
                }
                command.set(s, unit, value);
                asker.set(s, unit, cpu);
                return true;
            }

            @Override public boolean askTranslations(long[] s, int cpu, int tag, int first, int last, int changed) {
                return write(s, cpu, tag == ALL_TAGS ? ids.size() + 1 : tag + 1);
            }
            @Override public boolean askEntry(long[] s, int cpu, int tag, int q) { return write(s, cpu, ids.size() + q + 2); }
            private boolean isPending(long[] s, int cpu) { return command.get(s, unit) != 0 && asker.get(s, unit) == cpu; }
            private int found(long[] s, int cpu, int value) {
                long asked = command.get(s, unit);
                return !isPending(s, cpu) ? NOTHING : asked == value || asked == ids.size() + 1 ? COVERED : OTHERS;
            }

            @Override public boolean isDone(long[] s, int cpu) { return !isPending(s, cpu); }
            @Override public int finds(long[] s, int cpu, int tag, int page) { return found(s, cpu, tag + 1); }
            @Override public int findsEntry(long[] s, int cpu, int requester) { return found(s, cpu, ids.size() + requester + 2); }
            @Override public int nextSubmitter(long[] s) { return command.get(s, unit) == 0 ? -1 : (int) asker.get(s, unit); }
            @Override public void read(Footprint footprint) { footprint.all(command).all(asker); }

            @Override public boolean serve(long[] s) {
                int asked = (int) command.get(s, unit) - 1;
                for (int i = 0; i < ids.size() * pages; i++) {
                    if (asked == i / pages || asked == ids.size()) {
                        fillCache(s, unit, i / pages, i % pages, 0, 0);
                    }
                }
                command.set(s, unit, 0);
                asker.set(s, unit, 0);
                return asked >= 0;
            }
        }

        private void fillCache(long[] s, int unit, int tag, int page, long newRights, long newFrame) {
            cachedRights.set(s, cache(unit, tag, page), newRights);
            cachedFrame.set(s, cache(unit, tag, page), newFrame);
        }

        @Override public void declareActions(ModelBuilder model) {
            Argument q = new Argument("device", sizes.requesters().sort());
            Argument p = new Argument("page", sizes.addresses().pages());
            Argument t = new Argument("tag", ids);
            Argument u = new Argument("unit", units());
            boolean several = ports.length > 1;
            model.action(new Action("dma", Actor.DEVICE, List.of(q, p), ModelBuilder.all(),
                    (s, dev, page, c, d, e) -> request(s, dev, page, false), false, "fill"));
            model.action(new Action("evict", Actor.IOMMU, several ? List.of(t, p, u) : List.of(t, p), ModelBuilder.all(),
                    (s, tag, page, unit, d, e) -> evict(s, unit, tag, page), false, "evict"));
            model.action(new Action("complete", Actor.IOMMU, several ? List.of(u) : List.of(), ModelBuilder.all(),
                    (s, unit, b, c, d, e) -> ports[unit].serve(s), true, "complete-invalidation"));
        }

        private boolean evict(long[] s, int unit, int tag, int page) {
            boolean cached = cachedRights(s, unit, tag, page) != 0;
            fillCache(s, unit, tag, page, 0, 0);
            return cached;
        }

        @Override public boolean request(long[] s, int requester, int page, boolean write) {
            int space = (int) device.get(s, requester) - 1;
            int unit = unitOf(requester);
            int tag = space < 0 ? 0 : of(s, space, unit);
            // A request that lacks a right walks again: what is cached and is not all that the table allows is replaced.
            if (space < 0 || rights(s, space, page) == 0 || (cachedRights(s, unit, tag, page) & (write ? 2 : 1)) != 0) {
                return !write && space >= 0 && rights(s, space, page) == Rights.ALL && request(s, requester, page, true);
            }
            fillCache(s, unit, tag, page, rights(s, space, page), frame.get(s, space, page));
            return true;
        }

        @Override public Sizes sizes() { return sizes; }
        @Override public Capabilities capabilities() { return capabilities; }
        @Override public Tables tables() { return this; }
        @Override public Entries entries() { return this; }
        @Override public Tags tags() { return this; }
        @Override public Port port(int unit) { return ports[unit]; }
        @Override public Meaning meaning() { return this; }
        @Override public Sort sort() { return ids; }
        @Override public int of(long[] s, int space, int unit) { return sizes.spaces().numberOf().get(space); }
        @Override public void read(Footprint footprint) { footprint.all(rights).all(frame); }
        @Override public void read(Footprint footprint, int space, int page) { read(footprint); }
        @Override public void read(Footprint footprint, int requester) { footprint.one(device, requester); }
        @Override public int rights(long[] s, int space, int page) { return (int) rights.get(s, space, page); }
        @Override public int frame(long[] s, int space, int page) {
            return rights(s, space, page) == 0 ? Tables.ELSEWHERE : (int) frame.get(s, space, page);
        }
        @Override public boolean leads(long[] s, int space, int page, int to, int allowed) {
            return rights(s, space, page) == allowed && (allowed == 0 || frame.get(s, space, page) == to);
        }
        @Override public void store(long[] s, int space, int page, int to, int allowed) {
            rights.set(s, space, page, allowed);
            frame.set(s, space, page, allowed == 0 ? 0 : to);
        }
        @Override public int walk(long[] s, int space, int page, boolean write) {
            return (rights(s, space, page) & Rights.of(write)) == 0 ? Tables.ELSEWHERE : frame(s, space, page);
        }
        @Override public void attach(long[] s, int requester, int space, int tag, int part) { device.set(s, requester, space + 1); }
        @Override public void detach(long[] s, int requester, int part) { device.set(s, requester, 0); }
        @Override public boolean leadsTo(long[] s, int requester, int space) { return device.get(s, requester) == space + 1; }
        @Override public boolean isPresent(long[] s, int requester) { return device.get(s, requester) != 0; }

        @Override public boolean leads(long[] s, int requester, int space, int tag) {
            return leadsTo(s, requester, space) && of(s, space, unitOf(requester)) == tag;
        }
        @Override public void readEntry(Footprint footprint, int requester) { read(footprint, requester); }
        @Override public int cachedRights(long[] s, int u, int tag, int page) { return (int) cachedRights.get(s, cache(u, tag, page)); }
        @Override public int cachedFrame(long[] s, int u, int tag, int page) { return (int) cachedFrame.get(s, cache(u, tag, page)); }
        @Override public void readCached(Footprint footprint, int unit, int tag, int page) {
            footprint.one(cachedRights, cache(unit, tag, page)).one(cachedFrame, cache(unit, tag, page));
        }
        @Override public int gets(long[] s, int requester, int page, boolean write) {
            int space = (int) device.get(s, requester) - 1;
            int tag = space < 0 ? 0 : of(s, space, unitOf(requester));
            if (space >= 0 && (cachedRights(s, unitOf(requester), tag, page) & Rights.of(write)) != 0) {
                return cachedFrame(s, unitOf(requester), tag, page);
            }
            return space < 0 || (rights(s, space, page) & Rights.of(write)) == 0 ? BLOCKED : frame(s, space, page);
        }
        @Override public boolean isRefused(long[] s, int requester, int page, boolean write) { return false; }
        @Override public void readRequest(Footprint to, int requester, int p) { to.one(device, requester).all(rights).all(frame).all(cachedRights).all(cachedFrame); }
    }
}
