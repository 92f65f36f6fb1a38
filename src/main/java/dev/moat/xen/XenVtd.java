package dev.moat.xen;

import dev.moat.iommu.Families;
import dev.moat.model.InjectedFault;
import dev.moat.model.ModelBuilder;
import dev.moat.model.Parameter;
import dev.moat.model.Setting;
import dev.moat.model.mechanism.Composed;
import dev.moat.model.mechanism.Mechanisms;
import dev.moat.xen.abstraction.GrantAbstraction;
import dev.moat.xen.abstraction.Incomparable;
import dev.moat.xen.abstraction.XenAbstraction;
import dev.moat.xen.abstraction.XenClaims;
import dev.moat.xen.device.DeviceOperations;
import dev.moat.xen.device.TableBuild;
import dev.moat.xen.fault.DeviceFaults;
import dev.moat.xen.fault.HardwareFaults;
import dev.moat.xen.fault.TableFaults;
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
import dev.moat.xen.mechanism.XenMechanisms;
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
    public List<InjectedFault> faults() {
        List<InjectedFault> all = new ArrayList<>();
        List.of(XenFaults.ALL, HardwareFaults.ALL, DeviceFaults.ALL, TableFaults.ALL)
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
    public Mechanisms mechanisms(Map<String, String> given) {
        return XenMechanisms.table();
    }

    @Override
    public void build(Setting setting, ModelBuilder model) {
        XenMechanisms.table().check(setting, parameters(setting.values()));
        XenState x = new XenState(new XenSetting(setting), model);
        Invalidation invalidation = new Invalidation(x, model);
        TablePages tables = new TablePages(x, model, invalidation);
        FrameRelease release = new FrameRelease(x, invalidation, tables);
        new GuestActions(x, model).declare();
        x.iommu.declareActions(model);
        if (x.tlbs.on()) {
            x.tlbs.declare(model);
        }
        if (x.environment.on()) {
            x.environment.declare(model);
        }
        TypeUpkeep types = new TypeUpkeep(x, model, invalidation);
        new GrantOperations(x, model, invalidation, release, types, tables).declare(model);
        if (x.setting.deferred()) {
            new DeferredFlush(x, invalidation, release).declare(model);
        }
        if (x.types.on()) {
            new TypeOperations(x, types, release).declare(model);
        }
        if (x.setting.recorded()) {
            new ForeignMappings(x, model, types, release).declare(model);
            new TableOperations(x).declare(model);
            new CacheFlush(x).declare(model);
        }
        if (x.setting.recorded() || x.setting.tables().copy()) {
            new CopyOperations(x, model, types, release).declare(model);
        }
        if (x.setting.recorded() || x.setting.tables().second()) {
            new VersionOperations(x, model).declare(model);
        }
        HandOver handOver = new HandOver(x, types);
        if (x.setting.recorded() || x.setting.more().exchange()) {
            handOver.declareExchange(model);
        }
        if (x.setting.recorded() || x.setting.more().transfer()) {
            handOver.declareTransfer(model);
        }
        if (x.setting.recorded() || x.setting.more().death()) {
            new DomainDeath(x, model, invalidation, release, tables).declare(model);
        }
        if (x.setting.recorded() || x.setting.guests().reallocates()) {
            new MemoryOperations(x, types, release, tables).declare(model);
        }
        if (x.setting.devs().assign()) {
            new DeviceOperations(x, model, invalidation, new TableBuild(x, model)).declare(model);
        }
        GrantAbstraction grants = XenAbstraction.declare(x, model.abstraction(), model.operations());
        String reason = Incomparable.reason(x.setting);
        if (reason.isEmpty()) {
            new XenClaims(x, grants).declare(model);
        } else {
            model.notCompared(reason);
        }
        model.initially(x::initial);
    }
}
