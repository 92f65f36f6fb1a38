package dev.moat.twin.calgary;

import dev.moat.twin.Segment;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** One operation of a script. Mappings have numbers, so that operations keep their meaning when others are left out. */
public sealed interface CalgaryOperation {
    /** The bus and its chip; the first operation of a script, and only the first. */
    record PowerOn(CalgaryUnderTest.Chip chip) implements CalgaryOperation {
        @Override
        public String toString() {
            return String.format(
                    "chip %x bus %d PHB %d size %d table %x%s",
                    chip.deviceId(),
                    chip.bus(),
                    chip.phb(),
                    chip.sizeSpec(),
                    chip.table(),
                    chip.kdump() ? " kdump" : "");
        }
    }

    /** What a register is set to; offset in the chip, width in bytes. */
    record Setting(long offset, long value, int width) {
        @Override
        public String toString() {
            return String.format("%x=%x", offset, value);
        }
    }

    /** Registers as firmware or an error left them; together, because the ends of a window belong together. */
    record Preset(List<Setting> settings) implements CalgaryOperation {
        @Override
        public String toString() {
            return settings.stream().map(Setting::toString).collect(Collectors.joining(" ", "preset ", ""));
        }
    }

    /** An entry as the first kernel left it. */
    record PresetEntry(int index, long value) implements CalgaryOperation {
        @Override
        public String toString() {
            return String.format("preset entry %d=%x", index, value);
        }
    }

    /** What the next polls find. */
    record Polls(int busyReads, int softStopFaults) implements CalgaryOperation {
        @Override
        public String toString() {
            return String.format("polls %d busy, %d faults", busyReads, softStopFaults);
        }
    }

    /** The device that maps. */
    record Device(long boundaryMask, boolean panicOnOverflow) implements CalgaryOperation {
        @Override
        public String toString() {
            return String.format("device boundary %x%s", boundaryMask, panicOnOverflow ? ", panic on overflow" : "");
        }
    }

    /** A call without arguments. */
    record Call(Name name) implements CalgaryOperation {
        /** Which. */
        public enum Name {
            INIT,
            UNMAP_LIST,
            BLAST,
            WATCHDOG,
            DISABLE,
            FREE_BUS
        }

        @Override
        public String toString() {
            return name.name().toLowerCase(Locale.ROOT).replace('_', ' ');
        }
    }

    /** Windows of bridges. */
    record BridgeWindows(List<Segment> windows) implements CalgaryOperation {
        @Override
        public String toString() {
            return "bridge windows " + windows;
        }
    }

    /** A single mapping. */
    record Map(int number, long physical, long size, int direction) implements CalgaryOperation {
        @Override
        public String toString() {
            return String.format("map #%d %x+%x direction %d", number, physical, size, direction);
        }
    }

    /** Ends a mapping; nothing if there is none of this number. */
    record Unmap(int number) implements CalgaryOperation {
        @Override
        public String toString() {
            return "unmap #" + number;
        }
    }

    /** Ends what was perhaps never mapped. */
    record UnmapAt(long dma, long size) implements CalgaryOperation {
        @Override
        public String toString() {
            return String.format("unmap %x+%x", dma, size);
        }
    }

    /** A list. */
    record MapList(List<Segment> segments, int direction) implements CalgaryOperation {
        @Override
        public String toString() {
            return "map list " + segments + " direction " + direction;
        }
    }

    /** An access where a mapping is or was, so many bytes into it; nothing if there was none of this number. */
    record Access(int number, long offset, boolean write) implements CalgaryOperation {
        @Override
        public String toString() {
            return String.format("%s #%d+%x", write ? "write" : "read", number, offset);
        }
    }

    /** An access anywhere. */
    record AccessAt(long ioAddress, boolean write) implements CalgaryOperation {
        @Override
        public String toString() {
            return String.format("%s at %x", write ? "write" : "read", ioAddress);
        }
    }

    /** Simpler operations to try in place of one: smaller mappings, shorter lists. */
    static List<CalgaryOperation> simpler(CalgaryOperation operation) {
        List<CalgaryOperation> simpler = new ArrayList<>();
        if (operation instanceof Map m && m.size > 0x1000) {
            simpler.add(new Map(m.number, m.physical & ~0xfffL, Math.min(m.size, 0x1000), m.direction));
            simpler.add(new Map(m.number, m.physical & ~0xfffL, m.size / 2, m.direction));
        } else if (operation instanceof MapList list && list.segments.size() > 1) {
            for (int i = 0; i < list.segments.size(); i++) {
                List<Segment> fewer = new ArrayList<>(list.segments);
                fewer.remove(i);
                simpler.add(new MapList(List.copyOf(fewer), list.direction));
            }
        }
        return simpler;
    }
}
