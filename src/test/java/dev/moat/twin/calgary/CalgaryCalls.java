package dev.moat.twin.calgary;

/** Does an operation that is a call of the driver, or something that stands before one. */
final class CalgaryCalls {
    private CalgaryCalls() {}

    /** The bus's answer; presets have an empty one. */
    static String call(CalgaryUnderTest bus, CalgaryOperation operation) {
        if (operation instanceof CalgaryOperation.Preset p) {
            p.settings().forEach(s -> bus.preset(s.offset(), s.value(), s.width()));
        } else if (operation instanceof CalgaryOperation.PresetEntry p) {
            bus.presetEntry(p.index(), p.value());
        } else if (operation instanceof CalgaryOperation.Polls p) {
            bus.polls(p.busyReads(), p.softStopFaults());
        } else if (operation instanceof CalgaryOperation.Device d) {
            bus.device(d.boundaryMask(), d.panicOnOverflow());
        } else if (operation instanceof CalgaryOperation.BridgeWindows b) {
            return bus.bridgeWindows(b.windows());
        } else if (operation instanceof CalgaryOperation.Map m) {
            return bus.map(m.physical(), m.size(), m.direction());
        } else if (operation instanceof CalgaryOperation.UnmapAt u) {
            return bus.unmap(u.dma(), u.size());
        } else if (operation instanceof CalgaryOperation.MapList m) {
            return bus.mapSegments(m.segments(), m.direction());
        } else if (operation instanceof CalgaryOperation.Call c) {
            return switch (c.name()) {
                case INIT -> bus.init();
                case UNMAP_LIST -> bus.unmapSegments();
                case BLAST -> bus.blast();
                case WATCHDOG -> bus.watchdog();
                case DISABLE -> bus.disable();
                case FREE_BUS -> bus.freeBus();
            };
        }
        return "";
    }
}
