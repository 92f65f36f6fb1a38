package dev.moat.viommu.program;

import dev.moat.model.Action;
import dev.moat.model.Actor;
import dev.moat.model.Argument;
import dev.moat.model.ModelBuilder;
import dev.moat.state.Sort;
import dev.moat.viommu.state.FrontEnd;
import dev.moat.viommu.state.Shadow;
import dev.moat.viommu.state.ViommuState;
import dev.moat.viommu.state.Whole;
import java.util.List;

/** What a device model does with the vIOMMU: its wrapper has an address translated, and its device uses the answer some time later. */
public final class FrontEndActions {
    private static final Sort ACCESS = new Sort("Access", List.of("read", "write"));

    private final ViommuState state;
    private final Shadow shadow;
    private final FrontEnd frontEnd;
    private final ModelBuilder model;

    public FrontEndActions(Whole whole, FrontEnd frontEnd, ModelBuilder model) {
        state = whole.state();
        shadow = whole.shadow();
        this.frontEnd = frontEnd;
        this.model = model;
    }

    public void declare() {
        Argument device = new Argument("device", state.setting.devices);
        model.action(
                "translate",
                Actor.HYPERVISOR,
                List.of(device, new Argument("page", state.setting.pages), new Argument("access", ACCESS)),
                (s, q, p, write, d, e) -> translate(s, q, p, write == 1));
        // What a recall waits for.
        model.action(new Action(
                "use_answer",
                Actor.DEVICE,
                List.of(device),
                ModelBuilder.all(),
                (s, q, b, c, d, e) -> use(s, q),
                true,
                "stutter"));
    }

    private boolean translate(long[] s, int device, int page, boolean write) {
        return frontEnd.isAskedByModel(device)
                && !shadow.takesMessages(s, device, page)
                && !frontEnd.holds(s, device)
                && state.attached.get(s, device) != 0
                && frontEnd.mayAsk(s, device)
                && frontEnd.ask(s, device, page, write);
    }

    /** The device has its memory; nothing is in hand any more. */
    private boolean use(long[] s, int device) {
        boolean has = frontEnd.holds(s, device);
        if (has) {
            frontEnd.drop(s, device);
        }
        return has;
    }
}
