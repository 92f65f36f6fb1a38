package dev.moat.dma.layer.setting;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.dma.layer.setting.DomainType.Member;
import dev.moat.iommu.DefaultDomain.Wish;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Which type a group's default domain has: each rule of Linux by itself, for every group of up to three devices. */
class DomainTypeTest {
    private static final Set<DomainType> TOLD = Set.of(DomainType.IDENTITY, DomainType.DMA, DomainType.DMA_FQ);

    private static List<List<Member>> groups(int devices) {
        if (devices == 0) {
            return List.of(List.of());
        }
        List<List<Member>> all = new ArrayList<>();
        for (List<Member> fewer : groups(devices - 1)) {
            for (Wish wish : Wish.values()) {
                for (boolean trusted : new boolean[] {true, false}) {
                    List<Member> group = new ArrayList<>(fewer);
                    group.add(new Member(wish, trusted));
                    all.add(group);
                }
            }
        }
        return all;
    }

    private static boolean wishes(List<Member> group, Wish wish) {
        return group.stream().anyMatch(d -> d.wish() == wish);
    }

    private static boolean wishIdentity(List<Member> group) {
        return wishes(group, Wish.IDENTITY)
                || group.stream().anyMatch(d -> d.wish() == Wish.IDENTITY_IF_TRUSTED && d.trusted());
    }

    @Test
    void everyGroupIsAsTheRulesSay() {
        int seen = 0;
        for (int devices = 1; devices <= 3; devices++) {
            for (List<Member> group : groups(devices)) {
                for (DomainType told : TOLD) {
                    assertThat(DomainType.ofDefault(group, told))
                            .as("%s, told %s", group, told)
                            .isEqualTo(byRules(group, told));
                    seen++;
                }
            }
        }
        assertThat(seen).isEqualTo(3 * (8 + 64 + 512));
    }

    private static DomainType byRules(List<Member> group, DomainType told) {
        boolean untrusted = group.stream().anyMatch(d -> !d.trusted());
        if (wishIdentity(group)) {
            return untrusted ? DomainType.BLOCKED : DomainType.IDENTITY;
        }
        return untrusted || wishes(group, Wish.TRANSLATED) ? DomainType.DMA : told;
    }

    /** Linux 6.9, 0f91d0795741: a GPU behind Thunderbolt that can do PASID was not probed before. */
    @Test
    void aDriverThatAsksForIdentityOfTrustedDevicesOnlyHasTheOthersTranslated() {
        for (DomainType told : TOLD) {
            List<Member> alone = List.of(new Member(Wish.IDENTITY_IF_TRUSTED, false));
            assertThat(DomainType.ofDefault(alone, told)).isEqualTo(DomainType.DMA);
            Member trusted = new Member(Wish.IDENTITY_IF_TRUSTED, true);
            assertThat(DomainType.ofDefault(List.of(trusted), told)).isEqualTo(DomainType.IDENTITY);
            assertThat(DomainType.ofDefault(List.of(trusted, alone.get(0)), told))
                    .isEqualTo(DomainType.BLOCKED);
        }
    }

    /** What it is all for: no choice of the others lets a device that is not trusted have identity, or a flush queue. */
    @Test
    void aDeviceThatIsNotTrustedIsTranslatedStrictlyOrNotAtAll() {
        for (List<Member> group : groups(3)) {
            if (group.stream().anyMatch(d -> !d.trusted())) {
                for (DomainType told : TOLD) {
                    assertThat(DomainType.ofDefault(group, told)).isIn(DomainType.DMA, DomainType.BLOCKED);
                }
            }
        }
    }

    @Test
    void theCommandLineSaysPassthroughBeforeStrict() {
        assertThat(DomainType.told(true, true)).isEqualTo(DomainType.IDENTITY);
        assertThat(DomainType.told(false, true)).isEqualTo(DomainType.DMA);
        assertThat(DomainType.told(false, false)).isEqualTo(DomainType.DMA_FQ);
    }
}
