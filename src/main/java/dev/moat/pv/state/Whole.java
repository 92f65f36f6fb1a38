package dev.moat.pv.state;

/** The parts of one machine, which operations, actions and relations all need. */
public record Whole(LayerState state, Hardware hardware, Mappings mappings, Contents contents, Pool pool) {
    /** Frames that the device may be asking for: those of its mappings' addresses, and of coherent memory. */
    public boolean isTold(long[] s, int frame) {
        for (int m = 0; m < mappings.count(); m++) {
            for (int part = 0; mappings.is(s, m, Mappings.LIVE) && part < mappings.size(s, m); part++) {
                if (mappings.busOf(s, m, part) / Contents.HALVES == frame) {
                    return true;
                }
            }
        }
        for (int page = 0; page < state.setting.gfns.size(); page++) {
            if (state.use.get(s, page) == LayerState.COHERENT && state.p2m.get(s, page) == frame + 1) {
                return true;
            }
        }
        return false;
    }

    /** What the device reads or writes when it asks for a frame, if it does and may: a frame or {@link Hardware#BLOCKED}. */
    public int gets(long[] s, int frame, boolean write) {
        boolean asks = state.device.isMastering(s) && (state.setting.anyAddress || isTold(s, frame));
        return asks ? hardware.gets(s, frame, write) : Hardware.BLOCKED;
    }
}
