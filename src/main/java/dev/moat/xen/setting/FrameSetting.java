package dev.moat.xen.setting;

import dev.moat.model.Parameter;
import dev.moat.model.Setting;
import java.util.List;

/**
 * What happens to frames and domains in a search beside grants, each off unless asked for; then it has no slots and no
 * steps.
 *
 * @param pageTypes frames are writable or page tables
 * @param exchange frames are exchanged
 * @param transfer frames are transferred through grant entries
 * @param ownGrants domains grant to themselves, and map that
 * @param death domains die
 */
public record FrameSetting(boolean pageTypes, boolean exchange, boolean transfer, boolean ownGrants, boolean death) {
    static final String TRANSFER_BELOW = "transfer-below";

    static final List<Parameter> PARAMETERS = List.of(
            Parameter.flag(
                    "page-types",
                    "Whether frames are writable or page tables: domains map their own frames and pin them as tables.",
                    false),
            Parameter.flag("exchange", "Whether domains exchange a frame for a free one (XENMEM_exchange).", false),
            Parameter.flag("transfer", "Whether domains give frames away through entries (GNTTABOP_transfer).", false),
            Parameter.number(
                    TRANSFER_BELOW,
                    "Frames from 0 that a domain can receive by a transfer; for one beyond them it gets the first free one of them."
                            + " 0 for all.",
                    0,
                    0,
                    4096),
            Parameter.flag("own-grants", "Whether granters also grant to themselves, and map that.", false),
            Parameter.flag("domain-death", "Whether domains are destroyed (XEN_DOMCTL_destroydomain).", false));

    static FrameSetting of(Setting s) {
        return new FrameSetting(
                s.flag("page-types"),
                s.flag("exchange"),
                s.flag("transfer"),
                s.flag("own-grants"),
                s.flag("domain-death"));
    }

    /** Whether nothing of this happens. */
    public boolean isPlain() {
        return !hasCallers() && !ownGrants;
    }

    /** Whether an operation must remember who called it. */
    boolean hasCallers() {
        return pageTypes || exchange || transfer || death;
    }
}
