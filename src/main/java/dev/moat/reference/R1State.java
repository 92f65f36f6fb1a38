package dev.moat.reference;

import dev.moat.model.setting.Setting;
import dev.moat.state.Alike;
import dev.moat.state.Role;
import dev.moat.state.SchemaBuilder;
import dev.moat.state.Slots;
import dev.moat.state.Sort;
import dev.moat.state.Writer;
import java.util.stream.IntStream;

/**
 * The slots of R1. Numbers are 0-based inside; labels are 1-based as on the reference page.
 *
 * <p>{@code @unit} table and cache entries: 0 none, 1 read, 2 read and write.
 */
final class R1State {
    static final int READ = 1;
    static final int READ_WRITE = 2;

    final int domainCount;
    final int frameCount;
    final int refCount;
    final int handleCount;
    final Sort domains;
    final Sort frames;
    final Sort refs;
    final Sort handles;
    /** Owner of a frame, or none. */
    final Slots owner;
    /** To whom the granting domain's reference grants, or none. */
    final Slots grantTo;

    final Slots grantFrame;
    final Slots grantReadOnly;
    /** Granting domain that a domain's handle maps from, or none. */
    final Slots trackDomain;

    final Slots trackRef;
    final Slots trackReadOnly;
    /** Table entry of a domain for a frame. */
    final Slots pte;
    /** Cached translation of a domain for a frame. */
    final Slots tlb;

    R1State(Setting setting, SchemaBuilder schema) {
        domainCount = setting.number("domains");
        frameCount = setting.number("frames");
        refCount = setting.number("refs");
        handleCount = setting.number("handles");
        domains = fromOne("Dom", "d", domainCount);
        frames = fromOne("Frame", "f", frameCount);
        refs = fromOne("Ref", "r", refCount);
        handles = fromOne("Handle", "h", handleCount);
        owner = schema.slots("owner", Role.HYPERVISOR, Writer.HYPERVISOR, frames)
                .optional(domains);
        grantTo = schema.slots("grant.to", Role.ARCHITECTURAL, Writer.GUEST, domains, refs)
                .optional(domains);
        grantFrame = schema.slots("grant.frame", Role.ARCHITECTURAL, Writer.GUEST, domains, refs)
                .namesWhile((s, i) -> grantTo.get(s, i) != 0)
                .of(frames);
        grantReadOnly = schema.slots("grant.ro", Role.ARCHITECTURAL, Writer.GUEST, domains, refs)
                .called("rw", "ro")
                .bits(1);
        trackDomain = schema.slots("track.domain", Role.HYPERVISOR, Writer.HYPERVISOR, domains, handles)
                .optional(domains);
        trackRef = schema.slots("track.ref", Role.HYPERVISOR, Writer.HYPERVISOR, domains, handles)
                .namesWhile((s, i) -> trackDomain.get(s, i) != 0)
                .of(refs);
        trackReadOnly = schema.slots("track.ro", Role.HYPERVISOR, Writer.HYPERVISOR, domains, handles)
                .called("rw", "ro")
                .bits(1);
        pte = schema.slots("pte", Role.ARCHITECTURAL, Writer.HYPERVISOR, domains, frames)
                .called("none", "r", "rw")
                .bits(2);
        tlb = schema.slots("tlb", Role.CACHE, Writer.IOMMU, domains, frames)
                .called("none", "r", "rw")
                .bits(2);
        schema.keeps("entries are rights", this::areRights);
        schema.alike(Alike.all("domains", domains));
        schema.alike(Alike.all("frames", frames));
        schema.alike(Alike.all("references", refs));
        schema.alike(Alike.all("handles", handles));
    }

    private static Sort fromOne(String name, String prefix, int size) {
        return new Sort(
                name, IntStream.rangeClosed(1, size).mapToObj(i -> prefix + i).toList());
    }

    /** Each domain owns the frame of its number, if there is one, reachable in its table; all else is empty. */
    void initial(long[] s) {
        for (int d = 0; d < Math.min(domainCount, frameCount); d++) {
            owner.set(s, d, d + 1);
            pte.set(s, d, d, READ_WRITE);
        }
    }

    /** A table or cache entry has two bits, of which one combination means nothing. */
    private boolean areRights(long[] s) {
        for (int d = 0; d < domainCount; d++) {
            for (int f = 0; f < frameCount; f++) {
                if (pte.get(s, d, f) > READ_WRITE || tlb.get(s, d, f) > READ_WRITE) {
                    return false;
                }
            }
        }
        return true;
    }

    /** Whether handle h of domain x maps frame f. */
    boolean maps(long[] s, int x, int h, int f) {
        int granter = (int) trackDomain.get(s, x, h) - 1;
        return granter >= 0 && grantFrame.get(s, granter, (int) trackRef.get(s, x, h)) == f;
    }

    /** What domain x may do with frame f: the largest right of ownership and of its handles. */
    int rights(long[] s, int x, int f) {
        if (owner.get(s, f) == x + 1) {
            return READ_WRITE;
        }
        int rights = 0;
        for (int h = 0; h < handleCount; h++) {
            if (maps(s, x, h, f)) {
                rights = Math.max(rights, trackReadOnly.get(s, x, h) == 0 ? READ_WRITE : READ);
            }
        }
        return rights;
    }

    /** Whether any handle of any domain maps frame f of granting domain d. */
    boolean isMapped(long[] s, int f) {
        for (int x = 0; x < domainCount; x++) {
            for (int h = 0; h < handleCount; h++) {
                if (maps(s, x, h, f)) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Whether any handle of any domain names reference r of domain d. */
    boolean isNamed(long[] s, int d, int r) {
        for (int x = 0; x < domainCount; x++) {
            for (int h = 0; h < handleCount; h++) {
                if (trackDomain.get(s, x, h) == d + 1 && trackRef.get(s, x, h) == r) {
                    return true;
                }
            }
        }
        return false;
    }
}
