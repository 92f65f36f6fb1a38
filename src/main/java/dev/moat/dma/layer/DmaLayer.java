package dev.moat.dma.layer;

import dev.moat.dma.layer.fault.LayerFaults;
import dev.moat.dma.layer.setting.Flush;
import dev.moat.dma.layer.setting.LayerParameters;
import dev.moat.iommu.Families;
import dev.moat.model.Component;
import dev.moat.model.InjectedFault;
import dev.moat.model.ModelBuilder;
import dev.moat.model.Parameter;
import dev.moat.model.Setting;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Linux's DMA-mapping layer, the same on every IOMMU, step by step. */
public final class DmaLayer implements Component {
    /** As in scenarios and counterexamples. */
    public static final String ID = "iommu-dma";

    /** Where a family's own default is for searches of other software: room for the largest number of pages. */
    private static final Map<String, String> DEFAULTS = Map.of("index-bits", "2");

    /** The same where tables of two pages come and go. */
    private static final Map<String, String> PAIRS = Map.of("index-bits", "1");

    @Override
    public String id() {
        return ID;
    }

    @Override
    public String says() {
        return "Linux's DMA-mapping layer step by step, over any IOMMU: addresses, entries, strict and deferred invalidation.";
    }

    @Override
    public List<Parameter> parameters() {
        return parameters(Map.of());
    }

    @Override
    public List<Parameter> parameters(Map<String, String> given) {
        List<Parameter> all = new ArrayList<>();
        all.add(Families.parameter(Families.DEFAULT));
        all.addAll(LayerParameters.ALL);
        boolean pairs = !given.getOrDefault("table-frames", "0").equals("0");
        all.addAll(Families.parameters(given, Families.DEFAULT, pairs ? PAIRS : DEFAULTS));
        return all;
    }

    @Override
    public List<InjectedFault> faults() {
        List<InjectedFault> all = new ArrayList<>(LayerFaults.ALL);
        Families.all().forEach(family -> all.addAll(family.layerFaults()));
        return all;
    }

    @Override
    public List<InjectedFault> omissions() {
        return LayerFaults.OMISSIONS;
    }

    @Override
    public void build(Setting setting, ModelBuilder model) {
        model.software("kernel");
        LayerState state = new LayerState(setting, model);
        boolean identity = state.setting.flush == Flush.IDENTITY && !state.types.vary();
        // Their flush queues are emptied one after the other, by number.
        if (state.iommu.namesCpus() && state.setting.flush != Flush.QUEUE) {
            model.cpusAreAlike();
        }
        Iovas iovas = new Iovas(state, model);
        Heap heap = new Heap(state, model);
        FlushQueues queues = new FlushQueues(state, iovas, heap, model);
        Invalidations invalidations = new Invalidations(state, model);
        Groups groups = new Groups(state, invalidations, model);
        state.iommu.declareActions(model);
        Parts parts = new Parts(state, iovas, queues, groups, heap);
        new MapAndUnmap(parts, model).declare(model);
        if (state.setting.lists) {
            new Lists(parts, model).declare(model);
        }
        groups.declare(model);
        LayerAbstraction.declare(parts, model.abstraction());
        if (state.setting.tableFrames > 0) {
            model.notCompared("pages of tables come and go under walks; the discipline assumes one instant");
        } else if (identity || state.types.mix()) {
            model.notCompared("a default domain of type identity gives rights that nobody mapped");
        } else if (LayerDiscipline.leavesAPartOfAnEntry(state)) {
            model.notCompared("a cached entry goes and one that is unseen stays, with fewer rights, at one place");
        } else if (state.setting.owner && state.setting.cpus.size() > 1) {
            model.notCompared(
                    "an owner calls on one CPU while its group is claimed or given back on another; it was not looked into which"
                            + " actions that is");
        } else {
            model.comparedByDifference(LayerDiscipline.of(state, groups, model.abstraction()));
        }
        model.initially(s -> {
            state.initial(s);
            groups.initial(s);
            iovas.initial(s);
        });
    }

    /** What the calls of drivers work on. */
    record Parts(LayerState state, Iovas iovas, FlushQueues queues, Groups groups, Heap heap) {}
}
