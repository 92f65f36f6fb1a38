package dev.moat.twin.calgary;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** Copies of the twin, each broken in one way; the faults of the sheet's section 10 by their names. */
final class CalgaryDefects {
    private CalgaryDefects() {}

    /** Name to broken parts. */
    static Map<String, CalgaryTwin.Parts> all() {
        Map<String, CalgaryTwin.Parts> all = new LinkedHashMap<>();
        driver(all);
        setUp(all);
        chip(all);
        return all;
    }

    private static void put(Map<String, CalgaryTwin.Parts> all, String name, DriverMaker maker) {
        all.put(name, new CalgaryTwin.Parts() {
            @Override
            public SlowCalgaryLinux linux(SlowCalgaryChip chip, SlowCalgaryMemory memory, CalgaryUnderTest.Chip made) {
                return maker.make(chip, memory, made);
            }
        });
    }

    private interface DriverMaker {
        SlowCalgaryLinux make(SlowCalgaryChip chip, SlowCalgaryMemory memory, CalgaryUnderTest.Chip made);
    }

    private static void put(
            Map<String, CalgaryTwin.Parts> all,
            String name,
            java.util.function.Function<SlowCalgaryMemory, SlowCalgaryChip> maker) {
        all.put(name, new CalgaryTwin.Parts() {
            @Override
            public SlowCalgaryChip chip(SlowCalgaryMemory memory) {
                return maker.apply(memory);
            }
        });
    }

    private static void driver(Map<String, CalgaryTwin.Parts> all) {
        put(all, "C8 pages without the offset", (chip, memory, made) -> new SlowCalgaryLinux(chip, memory, made) {
            @Override
            long pages(long address, long size) {
                return super.pages(0, size);
            }
        });
        put(all, "C9 WRITE for TO_DEVICE", (chip, memory, made) -> new SlowCalgaryLinux(chip, memory, made) {
            @Override
            long permissions(int direction) {
                return 3;
            }
        });
        put(all, "C9 READ missing for FROM_DEVICE", (chip, memory, made) -> new SlowCalgaryLinux(chip, memory, made) {
            @Override
            long permissions(int direction) {
                return direction == 2 ? 2 : super.permissions(direction);
            }
        });
        put(all, "hub id bits are set", (chip, memory, made) -> new SlowCalgaryLinux(chip, memory, made) {
            @Override
            long permissions(int direction) {
                return super.permissions(direction) | 4;
            }
        });
        put(all, "C7 little-endian store", (chip, memory, made) -> new SlowCalgaryLinux(chip, memory, made) {
            @Override
            void store(long index, long value) {
                super.store(index, Long.reverseBytes(value));
            }
        });
        put(all, "C12 lines not flushed", (chip, memory, made) -> new SlowCalgaryLinux(chip, memory, made) {
            @Override
            void flushEntry(long index) {
                // Forgotten.
            }
        });
        put(all, "C15 unmap clears the first entry", (chip, memory, made) -> new SlowCalgaryLinux(chip, memory, made) {
            @Override
            void clear(long index, long pages) {
                super.clear(index, 1);
            }
        });
        put(all, "no blast where the table wraps", (chip, memory, made) -> new SlowCalgaryLinux(chip, memory, made) {
            @Override
            void blast() {
                // Forgotten.
            }
        });
        put(all, "blast at every unmap", (chip, memory, made) -> new SlowCalgaryLinux(chip, memory, made) {
            @Override
            void unmap(long dma, long size) {
                super.unmap(dma, size);
                blast();
            }
        });
        put(all, "a failed list is reset whole", (chip, memory, made) -> new SlowCalgaryLinux(chip, memory, made) {
            @Override
            int elementsReset(int elements) {
                return elements;
            }
        });
    }

    private static void setUp(Map<String, CalgaryTwin.Parts> all) {
        put(all, "C2 DAC_DISABLE not set", (chip, memory, made) -> new SlowCalgaryLinux(chip, memory, made) {
            @Override
            long enables() {
                return super.enables() & ~SlowCalgaryChip.DAC_DISABLE;
            }
        });
        put(all, "C10 hole not reserved", (chip, memory, made) -> new SlowCalgaryLinux(chip, memory, made) {
            @Override
            void reserve(long start, long pages) {
                if (start != 0xa_0000) {
                    super.reserve(start, pages);
                }
            }
        });
        put(all, "MEM_1 size taken for a size", (chip, memory, made) -> new SlowCalgaryLinux(chip, memory, made) {
            @Override
            void reserveWindow(long start, long end) {
                super.reserveWindow(start, start + end);
            }
        });
        put(all, "MEM_2 size halves swapped", (chip, memory, made) -> new SlowCalgaryLinux(chip, memory, made) {
            @Override
            long secondEnd() {
                return Long.rotateLeft(super.secondEnd(), 32);
            }
        });
        put(
                all,
                "a range is cut at the end of the table",
                (chip, memory, made) -> new SlowCalgaryLinux(chip, memory, made) {
                    @Override
                    void reserve(long start, long pages) {
                        if ((start >>> 12) + pages <= entries()) {
                            super.reserve(start, pages);
                        }
                    }
                });
        put(all, "no quirks", (chip, memory, made) -> new SlowCalgaryLinux(chip, memory, made) {
            @Override
            void quirks() {
                // Forgotten.
            }
        });
    }

    private static void chip(Map<String, CalgaryTwin.Parts> all) {
        put(all, "a TAR write leaves the cache", memory -> new SlowCalgaryChip(memory) {
            @Override
            void emptyCache(int phb) {
                // Forgotten.
            }
        });
        put(all, "TAR's size specification ignored", memory -> new SlowCalgaryChip(memory) {
            @Override
            long entries(long tar) {
                return 8192;
            }
        });
        put(all, "TAR's base has bits of the specification", memory -> new SlowCalgaryChip(memory) {
            @Override
            long tableOf(long tar) {
                return tar & 0xffff_ffff_fff8L;
            }
        });
        put(all, "invalid entries are cached", memory -> new SlowCalgaryChip(memory) {
            @Override
            boolean valid(long tce) {
                return true;
            }
        });
        put(all, "AER 0 stops nobody", memory -> new SlowCalgaryChip(memory) {
            @Override
            boolean isStopped(int phb) {
                return false;
            }
        });
        put(all, "windows of devices translated", memory -> new SlowCalgaryChip(memory) {
            @Override
            boolean isPeer(int phb, long ioAddress, long config) {
                return false;
            }
        });
        put(all, "WRITE ignored", memory -> new SlowCalgaryChip(memory) {
            @Override
            boolean permits(long tce, boolean write) {
                return super.permits(tce, false);
            }
        });
        put(all, "dual address cycles are cut to 32 bits", memory -> new SlowCalgaryChip(memory) {
            @Override
            boolean beyondFourGigabytes(long ioAddress) {
                return false;
            }

            @Override
            Set<CalgaryAnswer> answers(int phb, long ioAddress, boolean write) {
                return super.answers(phb, ioAddress & 0xffff_ffffL, write);
            }
        });
    }
}
