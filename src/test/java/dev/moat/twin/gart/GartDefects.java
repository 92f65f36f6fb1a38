package dev.moat.twin.gart;

import dev.moat.twin.Segment;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Copies of the twin, each broken in one way; the faults of the sheet's section 9 by their names. */
final class GartDefects {
    private GartDefects() {}

    /** Name to broken parts. */
    static Map<String, GartTwin.Parts> all() {
        Map<String, GartTwin.Parts> all = new LinkedHashMap<>();
        driver(all);
        lists(all);
        northbridges(all);
        return all;
    }

    private static void driver(
            Map<String, GartTwin.Parts> all, String name, Function<SlowGartNorthbridges, SlowGartLinux> maker) {
        all.put(name, new GartTwin.Parts() {
            @Override
            public SlowGartLinux linux(SlowGartNorthbridges northbridges) {
                return maker.apply(northbridges);
            }
        });
    }

    private static void northbridges(
            Map<String, GartTwin.Parts> all, String name, Function<Boolean, SlowGartNorthbridges> maker) {
        all.put(name, new GartTwin.Parts() {
            @Override
            public SlowGartNorthbridges northbridges(boolean cachesInvalid) {
                return maker.apply(cachesInvalid);
            }
        });
    }

    private static void driver(Map<String, GartTwin.Parts> all) {
        driver(all, "G1 no flush where the part wraps", nb -> new SlowGartLinux(nb) {
            @Override
            void wrapped() {
                // Forgotten.
            }
        });
        driver(all, "G2 node 0 is flushed alone", nb -> new SlowGartLinux(nb) {
            @Override
            void flushNodes() {
                nb.write(0, 0x9c, 1);
            }
        });
        driver(all, "G3 address bits 39:32 lost", nb -> new SlowGartLinux(nb) {
            @Override
            long encode(long physical) {
                return super.encode(physical & 0xffff_ffffL);
            }
        });
        driver(all, "COHERENT missing above 4 GiB", nb -> new SlowGartLinux(nb) {
            @Override
            long encode(long physical) {
                return super.encode(physical) & (physical >>> 32 == 0 ? -1L : ~2L);
            }
        });
        driver(all, "G4 map returns before its flush", nb -> new SlowGartLinux(nb) {
            @Override
            void flushAfterMap() {
                // Forgotten.
            }
        });
        driver(all, "G5 unmap clears one page too few", nb -> new SlowGartLinux(nb) {
            @Override
            void release(long index, long run) {
                super.release(index, Math.max(1, run - 1));
            }
        });
        driver(all, "G6 identity for the last byte above the mask", nb -> new SlowGartLinux(nb) {
            @Override
            boolean reaches(long physical, long size) {
                return super.reaches(physical, size - 1);
            }
        });
        driver(all, "G11 unmap of an identity address", nb -> new SlowGartLinux(nb) {
            @Override
            boolean managed(long dma) {
                return super.managed(dma) || dma == 0x8000_0000L;
            }
        });
        driver(all, "pages without the offset", nb -> new SlowGartLinux(nb) {
            @Override
            long pagesOf(long address, long size) {
                return super.pagesOf(0, size);
            }
        });
    }

    private static void lists(Map<String, GartTwin.Parts> all) {
        driver(all, "G10 merged although not page-aligned", nb -> new SlowGartLinux(nb) {
            @Override
            boolean joins(List<Segment> run, Segment next) {
                Segment last = run.get(run.size() - 1);
                return super.joins(run, new Segment(next.start() & ~0xfffL, next.size()))
                        && last.start() + last.size() != next.start();
            }
        });
        driver(all, "merged beyond the largest segment", nb -> new SlowGartLinux(nb) {
            @Override
            boolean joins(List<Segment> run, Segment next) {
                return super.joins(List.of(run.get(run.size() - 1)), next);
            }
        });
    }

    private static void northbridges(Map<String, GartTwin.Parts> all) {
        northbridges(all, "a flush leaves the TLB", invalid -> new SlowGartNorthbridges(invalid) {
            @Override
            void emptyTlb(int node) {
                // Forgotten.
            }
        });
        northbridges(all, "the aperture ends one page early", invalid -> new SlowGartNorthbridges(invalid) {
            @Override
            boolean inside(long address, long base, long size) {
                return super.inside(address, base, size - 0x1000);
            }
        });
        northbridges(all, "VALID ignored", invalid -> new SlowGartNorthbridges(invalid) {
            @Override
            boolean valid(long pte) {
                return true;
            }
        });
        northbridges(all, "decoding loses bits 39:36", invalid -> new SlowGartNorthbridges(invalid) {
            @Override
            long decode(long pte) {
                return super.decode(pte & ~0xf00L);
            }
        });
        northbridges(all, "invalid entries are cached", invalid -> new SlowGartNorthbridges(true));
    }
}
