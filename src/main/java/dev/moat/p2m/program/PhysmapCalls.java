package dev.moat.p2m.program;

import dev.moat.model.ModelBuilder;
import dev.moat.p2m.state.Call;
import dev.moat.p2m.state.P2mState;

/** The calls that a machine has. */
public final class PhysmapCalls {
    private PhysmapCalls() {}

    public static final String POPULATE = ReservationCalls.POPULATE;
    public static final String DECREASE = ReservationCalls.DECREASE;
    public static final String SET_TYPE = ReservationCalls.SET_TYPE;
    public static final String MOVE_RANGE = MoveCalls.MOVE_RANGE;
    public static final String UNMAP = GrantCalls.UNMAP;
    public static final String MAP_STATUS = StatusCalls.MAP;
    public static final String TO_VERSION_1 = StatusCalls.TO_1;

    /** Declares operations and what guests do of their own accord. */
    public static void declare(P2mState state, Call call, ModelBuilder model) {
        Upkeep upkeep = new Upkeep(state, call);
        new ReservationCalls(upkeep).declare(model);
        new MoveCalls(upkeep).declare(model);
        if (state.setting.grants) {
            new GrantCalls(upkeep).declare(model);
        }
        if (state.setting.statusFrames) {
            new StatusCalls(upkeep).declare(model);
        }
    }
}
