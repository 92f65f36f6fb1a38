package dev.moat.twin.gart;

import dev.moat.twin.Segment;
import java.util.ArrayList;
import java.util.List;

/** One operation of a script. Mappings have numbers, so that operations keep their meaning when others are left out. */
public sealed interface GartOperation {
    /** The machine, with the GART set up; the first operation of a script, and only the first. */
    record PowerOn(GartUnderTest.Machine machine) implements GartOperation {
        @Override
        public String toString() {
            return String.format(
                    "machine of %d nodes, aperture %x order %d, options %s%s%s",
                    machine.nodes(),
                    machine.apertureBase(),
                    machine.order(),
                    machine.options(),
                    machine.force() ? ", force" : "",
                    machine.merge() ? ", merge" : "");
        }
    }

    /** The device that maps. */
    record Device(long mask, long busLimit, long boundaryMask, long maxSegment) implements GartOperation {
        @Override
        public String toString() {
            return String.format(
                    "device mask %x bus limit %x boundary %x segments %x", mask, busLimit, boundaryMask, maxSegment);
        }
    }

    /** What a full GART leads to. */
    record PanicOnOverflow(boolean panic) implements GartOperation {}

    /** A single mapping. */
    record Map(int number, long physical, long size) implements GartOperation {
        @Override
        public String toString() {
            return String.format("map #%d %x+%x", number, physical, size);
        }
    }

    /** Ends a mapping, or memory for both; nothing if there is none of this number. */
    record Unmap(int number) implements GartOperation {
        @Override
        public String toString() {
            return "unmap #" + number;
        }
    }

    /** Ends what was never mapped, outside the aperture; all ones: a failed mapping. */
    record UnmapAt(long dma, long size) implements GartOperation {
        @Override
        public String toString() {
            return String.format("unmap %x+%x", dma, size);
        }
    }

    /** A list. */
    record MapList(int number, List<Segment> segments) implements GartOperation {
        @Override
        public String toString() {
            return "map list #" + number + " " + segments;
        }
    }

    /** Unmaps the pieces of a list; nothing if there is none of this number. */
    record UnmapList(int number) implements GartOperation {
        @Override
        public String toString() {
            return "unmap list #" + number;
        }
    }

    /** Memory for both. */
    record Coherent(int number, long physical, long size) implements GartOperation {
        @Override
        public String toString() {
            return String.format("coherent #%d %x+%x", number, physical, size);
        }
    }

    /** Shuts the GART down, or writes all registers again. */
    record Power(boolean on) implements GartOperation {
        @Override
        public String toString() {
            return on ? "resume" : "shutdown";
        }
    }

    /** An access through a node where a mapping is or was; nothing if there was none of this number. */
    record Access(int node, int number, long offset) implements GartOperation {
        @Override
        public String toString() {
            return String.format("access through node %d at #%d+%x", node, number, offset);
        }
    }

    /** An access through a node anywhere. */
    record AccessAt(int node, long address) implements GartOperation {
        @Override
        public String toString() {
            return String.format("access through node %d at %x", node, address);
        }
    }

    /** Simpler operations to try in place of one: smaller mappings, shorter lists. */
    static List<GartOperation> simpler(GartOperation operation) {
        List<GartOperation> simpler = new ArrayList<>();
        if (operation instanceof Map m && m.size > 0x1000) {
            simpler.add(new Map(m.number, m.physical & ~0xfffL, 0x1000));
            simpler.add(new Map(m.number, m.physical & ~0xfffL, m.size / 2));
        } else if (operation instanceof MapList list && list.segments.size() > 1) {
            for (int i = 0; i < list.segments.size(); i++) {
                List<Segment> fewer = new ArrayList<>(list.segments);
                fewer.remove(i);
                simpler.add(new MapList(list.number, List.copyOf(fewer)));
            }
        }
        return simpler;
    }
}
