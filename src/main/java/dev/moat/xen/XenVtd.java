package dev.moat.xen;

import dev.moat.iommu.Families;
import dev.moat.iommu.Family.Use;
import dev.moat.model.Composed;
import dev.moat.model.InjectedFault;
import dev.moat.model.Mechanisms;
import dev.moat.model.ModelBuilder;
import dev.moat.model.Parameter;
import dev.moat.model.Setting;
import dev.moat.xen.abstraction.GrantAbstraction;
import dev.moat.xen.abstraction.XenAbstraction;
import dev.moat.xen.abstraction.XenClaims;
import dev.moat.xen.device.DeviceOperations;
import dev.moat.xen.device.TableBuild;
import dev.moat.xen.fault.DeviceFaults;
import dev.moat.xen.fault.DeviceTlbFaults;
import dev.moat.xen.fault.HardwareFaults;
import dev.moat.xen.fault.TableFaults;
import dev.moat.xen.fault.UnityFaults;
import dev.moat.xen.fault.XenFaults;
import dev.moat.xen.fault.XenOmissions;
import dev.moat.xen.frame.DomainDeath;
import dev.moat.xen.frame.ForeignMappings;
import dev.moat.xen.frame.HandOver;
import dev.moat.xen.frame.MemoryOperations;
import dev.moat.xen.frame.TypeOperations;
import dev.moat.xen.grant.CacheFlush;
import dev.moat.xen.grant.CopyOperations;
import dev.moat.xen.grant.GrantOperations;
import dev.moat.xen.grant.TableOperations;
import dev.moat.xen.grant.VersionOperations;
import dev.moat.xen.kept.XenLines;
import dev.moat.xen.mechanism.XenMechanisms;
import dev.moat.xen.setting.IommuSetting;
import dev.moat.xen.setting.XenParameters;
import dev.moat.xen.setting.XenSetting;
import dev.moat.xen.state.XenState;
import dev.moat.xen.upkeep.DeferredFlush;
import dev.moat.xen.upkeep.FrameRelease;
import dev.moat.xen.upkeep.Invalidation;
import dev.moat.xen.upkeep.TablePages;
import dev.moat.xen.upkeep.TypeUpkeep;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** PV domains with grant tables whose devices sit behind IOMMUs: VT-d units in legacy mode, unless another family is named. */
public final class XenVtd implements Composed {
    @Override
    public String id() {
        return "xen-vtd";
    }

    /** Where another IOMMU is named. */
    @Override
    public List<String> otherIds() {
        return List.of("xen");
    }

    @Override
    public String says() {
        return "Xen PV domains: grant map and unmap, populate and decrease, assign and deassign, kept in step with VT-d.";
    }

    @Override
    public List<Parameter> parameters() {
        return parameters(Map.of());
    }

    @Override
    public List<Parameter> parameters(Map<String, String> given) {
        return XenParameters.all(given);
    }

    @Override
    public String kind(Map<String, String> given) {
        return IommuSetting.family(given).id();
    }

    @Override
    public List<InjectedFault> faults() {
        List<InjectedFault> all = new ArrayList<>();
        List.of(
                        XenFaults.ALL,
                        HardwareFaults.ALL,
                        DeviceFaults.ALL,
                        TableFaults.ALL,
                        UnityFaults.ALL,
                        DeviceTlbFaults.ALL)
                .forEach(all::addAll);
        Families.all().forEach(family -> all.addAll(family.faults()));
        return all;
    }

    @Override
    public List<InjectedFault> omissions() {
        List<InjectedFault> all = new ArrayList<>(XenOmissions.ALL);
        Families.all().forEach(family -> all.addAll(family.omissions()));
        return all;
    }

    @Override
    public List<Map<String, String>> variants() {
        return Families.ids().stream()
                .filter(id -> !id.equals(Families.DEFAULT))
                .map(id -> Map.of("iommu", id))
                .toList();
    }

    @Override
    public Mechanisms mechanisms(Map<String, String> given) {
        return XenMechanisms.table(IommuSetting.family(given));
    }

    @Override
    public void build(Setting setting, ModelBuilder model) {
        mechanisms(setting.values()).check(setting, parameters(setting.values()));
        if (IommuSetting.domains(setting).isEmpty() && !XenParameters.isRecorded(setting)) {
            // No device is anybody's, and the units do nothing.
            IommuSetting.family(setting.values())
                    .requireDefaults(
                            setting,
                            "a domain needs I/O tables",
                            Use.OWN_ACTIONS,
                            Use.OVERLAP,
                            Use.WRONG_REQUESTS,
                            Use.MOVED_DEVICES);
        }
        XenState xen = new XenState(new XenSetting(setting), model);
        if (IommuSetting.family(setting.values()).readsThroughSlots()) {
            model.schema().readsThroughSlots();
        }
        Invalidation invalidation = new Invalidation(xen, model);
        TablePages tables = new TablePages(xen, model, invalidation);
        FrameRelease release = new FrameRelease(xen, model, invalidation, tables);
        new GuestActions(xen, model).declare();
        xen.iommu.declareActions(model);
        if (xen.tlbs.on()) {
            xen.tlbs.declare(model);
        }
        xen.environment.declare(model);
        TypeUpkeep types = new TypeUpkeep(xen, model, invalidation);
        new GrantOperations(xen, model, invalidation, release, types, tables).declare(model);
        if (xen.setting.deferred()) {
            new DeferredFlush(xen, invalidation, release).declare(model);
        }
        if (xen.types.on()) {
            new TypeOperations(xen, types, release).declare(model);
        }
        if (xen.setting.recorded()) {
            new ForeignMappings(xen, model, types, release).declare(model);
            new TableOperations(xen).declare(model);
            new CacheFlush(xen).declare(model);
        }
        if (xen.setting.recorded() || xen.setting.grantTables().copy()) {
            new CopyOperations(xen, model, types, release).declare(model);
        }
        if (xen.setting.recorded() || xen.setting.grantTables().second()) {
            new VersionOperations(xen, model).declare(model);
        }
        HandOver handOver = new HandOver(xen, model, types);
        if (xen.setting.recorded() || xen.setting.more().exchange()) {
            handOver.declareExchange(model);
        }
        if (xen.setting.recorded() || xen.setting.more().transfer()) {
            handOver.declareTransfer(model);
        }
        if (xen.setting.recorded() || xen.setting.more().death()) {
            new DomainDeath(xen, model, invalidation, release, tables).declare(model);
        }
        if (xen.setting.recorded() || xen.setting.guests().reallocates()) {
            new MemoryOperations(xen, types, release, tables).declare(model);
        }
        if (xen.setting.devs().assign()) {
            new DeviceOperations(xen, model, invalidation, new TableBuild(xen, model)).declare(model);
        }
        GrantAbstraction grants = XenAbstraction.declare(xen, model.abstraction(), model.operations());
        XenLines.declare(xen, model);
        String reason = Incomparable.reason(xen.setting);
        if (!reason.isEmpty()) {
            model.notCompared(reason);
        } else if (Incomparable.silence(xen.setting).isEmpty()) {
            new XenClaims(xen, grants).declare(model);
        } else {
            model.comparedByDifference(XenAbstraction.forDiscipline(xen, model.abstraction()));
        }
        model.initially(xen::initial);
    }
}
