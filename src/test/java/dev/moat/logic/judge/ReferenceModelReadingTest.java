package dev.moat.logic.judge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.logic.InvariantLibrary;
import dev.moat.state.Abstraction;
import dev.moat.state.Role;
import dev.moat.state.Schema;
import dev.moat.state.SchemaBuilder;
import dev.moat.state.Slots;
import dev.moat.state.Sort;
import dev.moat.state.Writer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * The files, read over the reference model's state, say exactly what its definition says: no-foreign is "table and
 * cache entry at most the rights", no-stale is "cache entry at most the table entry".
 */
class ReferenceModelReadingTest {
    private static final int DOMAINS = 2;
    private static final int FRAMES = 3;
    private static final int HANDLES = 2;
    private static final InvariantLibrary LIBRARY =
            InvariantLibrary.load(Path.of("specs/vocabulary.smt2"), Path.of("invariants"));

    private final Sort dom = Sort.numbered("Dom", "d", DOMAINS);
    private final Sort frame = Sort.numbered("Frame", "f", FRAMES);
    private final Sort page = Sort.numbered("Page", "p", FRAMES);
    private final Sort req = Sort.numbered("Req", "dev", DOMAINS);
    private final Sort unit = Sort.numbered("Unit", "u", 1);
    private final Sort tag = Sort.numbered("Tag", "t", DOMAINS);
    private final Sort space = Sort.numbered("Space", "s", DOMAINS);
    private final Sort hold = Sort.numbered("Hold", "h", DOMAINS * HANDLES);
    private final SchemaBuilder builder = new SchemaBuilder();
    private final Slots owner =
            builder.slots("owner", Role.HYPERVISOR, Writer.HYPERVISOR, frame).optional(dom);
    /** The frame that a handle maps, and whether only for reading. */
    private final Slots maps =
            builder.slots("maps", Role.HYPERVISOR, Writer.HYPERVISOR, hold).optional(frame);

    private final Slots readOnly =
            builder.slots("ro", Role.HYPERVISOR, Writer.HYPERVISOR, hold).bits(1);
    private final Slots pte = builder.slots("pte", Role.ARCHITECTURAL, Writer.HYPERVISOR, dom, frame)
            .bits(2);
    private final Slots tlb =
            builder.slots("tlb", Role.CACHE, Writer.IOMMU, dom, frame).bits(2);
    private final Schema schema = builder.build();

    private Abstraction abstraction() {
        Abstraction a = new Abstraction();
        List.of(dom, frame, page, req, unit, tag, space, hold).forEach(a::sort);
        a.relation("owner", List.of(frame, dom), (s, f, d, x, y, z) -> owner.get(s, f) == d + 1);
        a.relation("notdma", List.of(frame), (s, f, b, x, y, z) -> false, (r, f, b, x, y, z) -> {});
        a.relation(
                "hold",
                List.of(hold, dom, frame),
                (s, k, d, f, y, z) -> k / HANDLES == d && maps.get(s, k) == f + 1,
                (r, k, d, f, y, z) -> {
                    if (k / HANDLES == d) {
                        r.one(maps, k);
                    }
                });
        a.relation("holdW", List.of(hold), (s, k, b, x, y, z) -> readOnly.get(s, k) == 0);
        a.relation("live", List.of(hold), (s, k, b, x, y, z) -> maps.get(s, k) != 0);
        for (String never : List.of("opening", "closing")) {
            a.relation(never, List.of(hold), (s, k, b, x, y, z) -> false, (r, k, b, x, y, z) -> {});
        }
        a.relation("assigned", List.of(req, dom), (s, q, d, x, y, z) -> q == d, (r, q, d, x, y, z) -> {});
        a.relation(
                "ent",
                List.of(unit, req, space, tag),
                (s, u, q, p, t, z) -> q == p && p == t,
                (r, u, q, p, t, z) -> {});
        a.relation("cent", List.of(unit, req, space, tag), (s, u, q, p, t, z) -> false, (r, u, q, p, t, z) -> {});
        a.relation("stands", List.of(unit, tag, space), (s, u, t, p, y, z) -> t == p, (r, u, t, p, y, z) -> {});
        a.relation("for", List.of(space, dom), (s, p, d, x, y, z) -> p == d, (r, p, d, x, y, z) -> {});
        translations(a);
        return a;
    }

    private void translations(Abstraction a) {
        for (int right = 1; right <= 2; right++) {
            int least = right;
            String suffix = right == 1 ? "R" : "W";
            a.relation(
                    "map" + suffix,
                    List.of(space, page, frame),
                    (s, d, p, f, y, z) -> p == f && pte.get(s, d, f) >= least,
                    (r, d, p, f, y, z) -> {
                        if (p == f) {
                            r.one(pte, d * FRAMES + f);
                        }
                    });
            a.relation(
                    "may" + suffix,
                    List.of(unit, tag, page, frame),
                    (s, u, d, p, f, z) -> p == f && tlb.get(s, d, f) >= least,
                    (r, u, d, p, f, z) -> {
                        if (p == f) {
                            r.one(tlb, d * FRAMES + f);
                        }
                    });
            a.relation(
                    "fly" + suffix,
                    List.of(unit, req, tag, page, frame),
                    (s, u, q, t, p, f) -> false,
                    (r, u, q, t, p, f) -> {});
        }
        a.relation("dirty", List.of(unit, tag, page), (s, u, t, p, y, z) -> false, (r, u, t, p, y, z) -> {});
    }

    private long rights(long[] s, int d, int f) {
        long most = owner.get(s, f) == d + 1 ? 2 : 0;
        for (int k = d * HANDLES; k < (d + 1) * HANDLES; k++) {
            if (maps.get(s, k) == f + 1) {
                most = Math.max(most, readOnly.get(s, k) == 0 ? 2 : 1);
            }
        }
        return most;
    }

    @Test
    void theFilesSayWhatTheReferenceModelSays() {
        Judge judge = new Judge(List.of(LIBRARY.get("no-foreign"), LIBRARY.get("no-stale")), abstraction(), schema);
        assertThat(judge.conjuncts()).isEqualTo(DOMAINS * FRAMES * (2 + 2 + 2));
        Random random = new Random(7);
        int[] seen = new int[4];
        for (int n = 0; n < 20_000; n++) {
            long[] s = schema.blank();
            for (int f = 0; f < FRAMES; f++) {
                owner.set(s, f, random.nextInt(DOMAINS + 1));
            }
            for (int k = 0; k < DOMAINS * HANDLES; k++) {
                maps.set(s, k, random.nextInt(FRAMES + 1));
                readOnly.set(s, k, random.nextInt(2));
            }
            boolean foreign = false;
            boolean stale = false;
            for (int d = 0; d < DOMAINS; d++) {
                for (int f = 0; f < FRAMES; f++) {
                    long rights = rights(s, d, f);
                    // Mostly legal values, so that each verdict is frequent.
                    pte.set(s, d, f, random.nextInt(12) == 0 ? random.nextInt(3) : rights);
                    tlb.set(s, d, f, random.nextInt(12) == 0 ? random.nextInt(3) : random.nextInt((int) rights + 1));
                    foreign |= pte.get(s, d, f) > rights || tlb.get(s, d, f) > rights;
                    stale |= tlb.get(s, d, f) > pte.get(s, d, f);
                }
            }
            int expected = (foreign ? 1 : 0) + (stale ? 2 : 0);
            seen[expected]++;
            assertThat(judge.violated(s)).isEqualTo(expected);
        }
        assertThat(Arrays.stream(seen).min().orElseThrow()).isGreaterThan(500);
    }
}
