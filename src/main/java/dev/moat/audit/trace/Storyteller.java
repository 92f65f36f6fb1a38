package dev.moat.audit.trace;

import dev.moat.audit.result.AuditStory;
import dev.moat.audit.result.AuditStory.Call;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Tells a violation as a {@link AuditStory}; null where the page that lingers was mapped without any right. */
final class Storyteller {
    /** Pages keep their places towards each other while the naturally aligned block that holds them all is so large. */
    private static final int WINDOW_BITS = 4;

    private static final List<String> RIGHTS = List.of("", "r", "w", "rw");

    private Storyteller() {}

    /** An unmap returned before its invalidation. */
    static @Nullable AuditStory returned(Stale s, long line) {
        List<Call> calls = lingering(s, s.removal().at(s.first()), s.removal().line(), s.first(), 0);
        calls.add(new Call("unmap_returns(d0, p0)", line, "unmap returns, nothing was invalidated"));
        return story(1, 1, "nothing-lingers", calls);
    }

    /** An address was mapped again before its invalidation. */
    static @Nullable AuditStory reused(Stale s, Mapping again) {
        long page = Math.max(s.first(), again.first());
        List<Call> calls = lingering(s, s.removal().at(page), s.removal().line(), page, 0);
        calls.add(new Call("alloc_iova(d0, p0)", again.line(), "the address is mapped again"));
        return story(1, 1, "no-stale", calls);
    }

    /** A frame was mapped for another domain before the invalidation of its old use. */
    static @Nullable AuditStory frameReused(FrameIndex.Lingering lingering, AddressSpace other, Mapping again) {
        List<Call> calls = lingering(lingering.stale(), lingering.was(), lingering.line(), lingering.page(), 0);
        calls.add(new Call(
                "map_page(d1, p0, f0, " + RIGHTS.get(Math.max(again.rights(), 1)) + ")",
                again.line(),
                says(
                        "the frame is mapped at %#x for domain %#x",
                        again.first() << AddressSpace.PAGE_BITS, other.pointer())));
        return story(2, 1, "no-foreign", calls);
    }

    /** A flush returned that did not cover what it was asked for. */
    static @Nullable AuditStory uncovered(Stale s, Task.Sync sync, long line) {
        long page = Math.max(s.first(), sync.first());
        Mapping was = s.removal().at(page);
        String returns = says("the flush of %s returns", FollowedSpaces.range(sync.first(), sync.end()));
        List<OpenInvalidation> sent = sync.flush().sent();
        if (sent.isEmpty()) {
            List<Call> calls = lingering(s, was, s.removal().line(), page, 0);
            calls.add(new Call("flush_returns(d0, p0)", line, returns + ", nothing was submitted"));
            return story(1, 1, "no-stale", calls);
        }
        OpenInvalidation inv = sent.get(sent.size() - 1);
        Window window = Window.of(inv, page);
        List<Call> calls = lingering(s, was, s.removal().line(), page, window.page);
        int meant = s.space().mayBe(inv.unit(), inv.id()) ? 0 : 1;
        calls.add(
                new Call(window.letter(inv, meant), inv.line(), says("submitted for domain id %d: %s", inv.id(), inv)));
        calls.add(new Call("flush_returns(d0, p" + window.page + ")", line, returns));
        return story(meant + 1, window.pages, "no-stale", calls);
    }

    /** The page that lingers and the range invalidated, renumbered. */
    private record Window(int pages, int page, int first, int mask) {
        static Window of(OpenInvalidation inv, long page) {
            long other = inv.scope() == OpenInvalidation.Scope.PAGES ? inv.first() : page;
            int mask = inv.scope() == OpenInvalidation.Scope.PAGES ? inv.mask() : 0;
            int bits = Math.max(mask, Long.SIZE - Long.numberOfLeadingZeros(page ^ other));
            if (bits <= WINDOW_BITS) {
                int low = (1 << bits) - 1;
                return new Window(1 << bits, (int) page & low, (int) other & low, mask);
            }
            boolean inside = page >= inv.first() && page < inv.end();
            return inside ? new Window(1, 0, 0, 0) : new Window(2, page < other ? 0 : 1, page < other ? 1 : 0, 0);
        }

        String letter(OpenInvalidation inv, int domain) {
            return switch (inv.scope()) {
                case PAGES -> "invalidate_pages(d" + domain + ", p" + first + ", am" + mask + ")";
                case DOMAIN -> "invalidate_domain(d" + domain + ")";
                case GLOBAL -> "invalidate_global()";
            };
        }
    }

    /** A page is mapped, used and, at a line, unmapped. */
    private static List<Call> lingering(Stale s, Mapping was, long unmapped, long page, int number) {
        List<Call> calls = new ArrayList<>();
        String domain = s.space().known() ? says("%#x", s.space().pointer()) : "not shown";
        calls.add(new Call(
                "map_page(d0, p" + number + ", f0, " + RIGHTS.get(was.rights()) + ")",
                was.line(),
                says(
                        "%#x is mapped to %#x, domain %s",
                        page << AddressSpace.PAGE_BITS,
                        (was.frame() + page - was.first()) << AddressSpace.PAGE_BITS,
                        domain)));
        calls.add(new Call(
                "dma(dev0, p" + number + ", " + ((was.rights() & 2) != 0 ? "write" : "read") + ")",
                0,
                "the device may use the page while it is mapped"));
        calls.add(new Call("unmap_page(d0, p" + number + ")", unmapped, "unmapped"));
        return calls;
    }

    /** Null when the page was mapped without any right: then no cache serves it. */
    private static @Nullable AuditStory story(int domains, int pages, String violates, List<Call> calls) {
        return calls.get(0).letter().endsWith(", )") ? null : new AuditStory(domains, pages, violates, calls);
    }

    private static String says(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
