package dev.moat.dma.layer.setting;

import dev.moat.iommu.DefaultDomain;
import dev.moat.iommu.DefaultDomain.Wish;
import dev.moat.iommu.Families;
import dev.moat.model.BadSettingException;
import dev.moat.model.Decision;
import dev.moat.model.ModelBuilder;
import dev.moat.model.Outcome;
import dev.moat.model.Step;
import dev.moat.state.Slots;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Of which type the default domain of each group is: what drivers ask for, devices that are not trusted, and what the system was told
 * ({@code flush}), by {@link DomainType#ofDefault}. {@code @source} Linux 6.7 iommu.c: iommu_get_default_domain_type.
 */
public final class DefaultTypes {
    private static final DomainType[] TYPES = DomainType.values();

    private final LayerSetting setting;
    private final DomainType told;
    private final DomainType[] right;
    /** The same if all devices were trusted. */
    private final DomainType[] trusting;

    private final boolean vary;
    /** {@code type.of-group}: (group, its type, the one if all its devices were trusted) to the one that its domain is made of. */
    private final Decision ofGroup;
    /** {@code type.refused}: (group, what the system was told) to the type where an untrusted group's driver insists on IDENTITY. */
    private final Decision refused;

    /**
     * @param answers of each device: its driver's
     * @param shared whether there is one space for all groups
     * @throws BadSettingException where groups can be of different types, with what is not there then
     */
    @SuppressWarnings("EnumOrdinal") // what a decision answers, written to no file
    public DefaultTypes(LayerSetting setting, List<DefaultDomain> answers, boolean shared, ModelBuilder model) {
        this.setting = setting;
        told = DomainType.told(setting.flush == Flush.IDENTITY, setting.flush == Flush.STRICT);
        vary = setting.untrusted > 0 || answers.stream().anyMatch(a -> a.wish() != Wish.NONE);
        right = types(answers, false);
        trusting = types(answers, true);
        if (vary) {
            requirePlain(shared);
        } else if (setting.flush == Flush.IDENTITY && setting.magazine > 0) {
            throw new BadSettingException(
                    "magazine", "magazine is for addresses that are handed out: with flush=identity none is");
        }
        Decision type = (s, group, is, other) -> is;
        ofGroup = vary ? model.decision("type.of-group", type) : type;
        Decision blocked = (s, group, is, c) -> DomainType.BLOCKED.ordinal();
        refused = vary ? model.decision("type.refused", blocked) : blocked;
    }

    private DomainType[] types(List<DefaultDomain> answers, boolean all) {
        return IntStream.range(0, setting.groups.size())
                .mapToObj(g -> DomainType.ofDefault(
                        IntStream.range(0, answers.size())
                                .filter(q -> setting.devices.groupOf(q) == g)
                                .mapToObj(q ->
                                        new DomainType.Member(answers.get(q).wish(), all || !setting.isUntrusted(q)))
                                .toList(),
                        told))
                .toArray(DomainType[]::new);
    }

    private void requirePlain(boolean shared) {
        boolean moves = setting.owner || setting.direct || setting.drivers;
        boolean heap = setting.tableFrames > 0 || setting.coherentFrames > 0;
        boolean few = setting.pages.size() < setting.frames.size();
        if (setting.flush.wraps() || setting.lists || setting.narrow || moves || heap || few || shared) {
            throw new BadSettingException(
                    setting.untrusted > 0 ? LayerParameters.UNTRUSTED : Families.PARAMETER,
                    "default domains of several types (untrusted, or what the driver of a device asks for) are for flush=strict, flush=queue"
                            + " and flush=identity, a space for each group, as many pages as frames, without lists, narrow, owner, direct"
                            + " and frames of a heap");
        }
    }

    /** Whether groups can be of other types than what the system was told. */
    public boolean vary() {
        return vary;
    }

    /** Whether any group may be of type IDENTITY while others are not. */
    public boolean mix() {
        return vary && (told == DomainType.IDENTITY || List.of(trusting).contains(DomainType.IDENTITY));
    }

    @SuppressWarnings("EnumOrdinal") // as above
    private DomainType of(long[] s, int group) {
        DomainType type = TYPES[ofGroup.decide(s, group, right[group].ordinal(), trusting[group].ordinal())];
        return vary && type == DomainType.BLOCKED ? TYPES[refused.decide(s, group, told.ordinal(), 0)] : type;
    }

    /** Whether every frame is at its own address for a group. */
    public boolean isIdentity(long[] s, int group) {
        return of(s, group) == DomainType.IDENTITY;
    }

    /** Whether a group was not probed, so that its devices reach nothing. */
    public boolean isBlocked(long[] s, int group) {
        return vary && of(s, group) == DomainType.BLOCKED;
    }

    /**
     * Steps of a map or an unmap: on to its return where nothing is stored; none where all groups are alike.
     *
     * @param group of each CPU
     */
    public List<Step> checkIdentity(Slots group) {
        return check("check-type", (s, cpu) -> isIdentity(s, (int) group.get(s, cpu)), "return");
    }

    /**
     * Steps of an unmap under a flush queue: those of a group whose domain is strict, where there may be one, and those of the others.
     *
     * @param group of each CPU
     * @param free the step that frees the address when everything is forgotten
     */
    public List<Step> strictOrDeferred(Slots group, List<Step> sync, Step free, List<Step> queueing) {
        List<Step> all = new ArrayList<>();
        if (vary) {
            all.addAll(check(
                    "check-deferred", (s, cpu) -> of(s, (int) group.get(s, cpu)).isDeferred(), "lock-queue"));
            all.addAll(sync);
            all.add(free.on(Outcome.NEXT, "return"));
        }
        all.addAll(queueing);
        return all;
    }

    private interface Look {
        boolean is(long[] s, int cpu);
    }

    private List<Step> check(String name, Look look, String then) {
        if (!vary) {
            return List.of();
        }
        return List.of(Step.of(name, (s, cpu) -> look.is(s, cpu) ? Outcome.DONE : Outcome.NEXT)
                .asking("type.of-group", "type.refused")
                .quietly()
                .on(Outcome.DONE, then));
    }
}
