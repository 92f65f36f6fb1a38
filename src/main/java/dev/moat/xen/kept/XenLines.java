package dev.moat.xen.kept;

import dev.moat.model.ModelBuilder;
import dev.moat.xen.state.XenState;

/** All lines of a machine of Xen's. They are said of every machine, and left out where they are not so. */
public final class XenLines {
    private XenLines() {}

    /** @param model whose operations are declared */
    public static void declare(XenState xen, ModelBuilder model) {
        Steps steps = new Steps(model.operations());
        Mappings mappings = new Mappings(xen);
        new MappingLines(xen, mappings, steps).declare(model.schema());
        new TableLines(xen, mappings, steps).declare(model.schema());
        new QueueLines(xen, steps).declare(model.schema());
    }
}
