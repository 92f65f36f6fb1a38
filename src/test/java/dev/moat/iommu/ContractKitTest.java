package dev.moat.iommu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.moat.iommu.Capabilities.Reach;
import dev.moat.iommu.Capabilities.Tagging;
import dev.moat.iommu.amdvi.family.AmdViFamily;
import dev.moat.iommu.calgary.family.CalgaryFamily;
import dev.moat.iommu.gart.family.GartFamily;
import dev.moat.iommu.vtd.family.VtdFamily;
import dev.moat.model.Edits;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each promise of the kit broken in the units of every family, one at a time: the kit finds each, and by the promise that it breaks. */
class ContractKitTest {
    private static final int SCRIPTS = 250;

    /** One method of a part, as it should not be. */
    private interface Broken {
        Object call(long[] s, Object[] args, Call real);
    }

    private interface Call {
        Object made(Object... args);
    }

    /** What is broken, in families of which this can be told, and what the kit says of it. */
    private record Defect(String what, Predicate<Capabilities> in, UnaryOperator<Iommu> breaking, String says) {
        @Override
        public String toString() {
            return what;
        }
    }

    /** A family and machines on which the promises matter. */
    private record Kind(Family family, List<KitMachine.Plan> plans) {
        private Kind(Family family, String first, String second) {
            this(family, List.of(KitMachine.Plan.of(first.split(" ")), KitMachine.Plan.of(second.split(" "))));
        }

        List<KitMachine> machines(UnaryOperator<Iommu> breaking) {
            return plans.stream()
                    .map(plan -> new KitMachine(family, plan, new Edits(), breaking))
                    .toList();
        }

        Capabilities capabilities() {
            return machines(real -> real).get(0).capabilities;
        }

        @Override
        public String toString() {
            return family.id();
        }
    }

    private static final List<Kind> KINDS = List.of(
            new Kind(new VtdFamily(), "context-cache=true ring=2", "context-cache=true ring=4"),
            new Kind(new AmdViFamily(), "device-cache=true ring=2", "device-cache=true ring=4"),
            new Kind(new CalgaryFamily(), "walks=false", "walks=true"),
            new Kind(new GartFamily(), "walks=false", "unmapped=invalid"),
            new Kind(ToyContractTest.compiled(), List.of(KitMachine.Plan.of())));

    @SuppressWarnings("unchecked")
    private static <T> T breaking(Class<T> type, T real, String method, Broken broken) {
        return (T) Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (proxy, called, given) -> {
            Object[] args = given == null ? new Object[0] : given;
            Call call = changed -> {
                try {
                    return called.invoke(real, changed);
                } catch (IllegalAccessException | InvocationTargetException e) {
                    throw new IllegalStateException(e);
                }
            };
            return called.getName().equals(method) && args.length > 0
                    ? broken.call((long[]) args[0], args, call)
                    : call.made(args);
        });
    }

    /** Units of which one part is another one. */
    private static Iommu with(Iommu real, Map<String, Object> parts) {
        return (Iommu) Proxy.newProxyInstance(
                Iommu.class.getClassLoader(),
                new Class<?>[] {Iommu.class},
                (proxy, called, args) ->
                        parts.containsKey(called.getName()) ? parts.get(called.getName()) : called.invoke(real, args));
    }

    private static Iommu tables(Iommu real, String method, Broken broken) {
        return with(real, Map.of("tables", breaking(Tables.class, real.tables(), method, broken)));
    }

    private static Iommu entries(Iommu real, String method, Broken broken) {
        return with(real, Map.of("entries", breaking(Entries.class, real.entries(), method, broken)));
    }

    private static Iommu port(Iommu real, String method, Broken broken) {
        return with(real, Map.of("port", breaking(Port.class, real.port(0), method, broken)));
    }

    private static Iommu meaning(Iommu real, String method, Broken broken) {
        return with(real, Map.of("meaning", breaking(Meaning.class, real.meaning(), method, broken)));
    }

    /** A right in place of another, where there is the right to read alone. */
    private static Broken storing(int wanted, int stored) {
        return (s, a, call) -> call.made(a[0], a[1], a[2], a[3], (int) a[4] == wanted ? stored : a[4]);
    }

    /** Some families are done when they announce. */
    private static Iommu tellingEarly(Iommu real) {
        Broken yes = (s, a, call) -> true;
        Port announced = breaking(Port.class, real.port(0), "announce", yes);
        return with(real, Map.of("port", breaking(Port.class, announced, "isDone", yes)));
    }

    private static final List<Defect> DEFECTS = List.of(
            new Defect(
                    "a right that nobody wanted",
                    can -> can.entries().readOnly(),
                    real -> tables(real, "store", storing(Rights.READ, Rights.ALL)),
                    " after "),
            new Defect(
                    "a right lost",
                    can -> can.entries().readOnly(),
                    real -> tables(real, "store", storing(Rights.ALL, Rights.READ)),
                    " after "),
            new Defect(
                    "an entry lost",
                    can -> true,
                    real -> tables(real, "store", storing(Rights.ALL, Rights.NONE)),
                    " after "),
            new Defect(
                    "another frame",
                    can -> true,
                    real -> tables(real, "store", (s, a, call) -> call.made(a[0], a[1], a[2], (int) a[3] & ~2, a[4])),
                    " at p"),
            new Defect(
                    "another space",
                    can -> can.tagging() != Tagging.NONE,
                    real -> entries(real, "attach", (s, a, call) -> call.made(a[0], a[1], 0, a[3], a[4])),
                    "q"),
            new Defect(
                    "an invalidation dropped",
                    can -> true,
                    real -> port(real, "askTranslations", (s, a, call) -> true),
                    " after "),
            new Defect(
                    "another page is forgotten",
                    can -> can.asking().smallest() == Reach.PAGES,
                    real -> port(
                            real,
                            "askTranslations",
                            (s, a, call) -> call.made(
                                    a[0], a[1], a[2], (int) a[3] > 0 ? 0 : a[3], (int) a[4] > 0 ? 0 : a[4], a[5])),
                    "at p"),
            new Defect("told before it is done", can -> true, ContractKitTest::tellingEarly, ""),
            new Defect("not to be found", can -> true, real -> port(real, "finds", (s, a, call) -> Port.NOTHING), ""),
            new Defect(
                    "another requester's entry is forgotten",
                    ContractKitTest::cachesEntries,
                    real -> port(real, "askEntry", (s, a, call) -> call.made(a[0], a[1], a[2], 0)),
                    ""),
            new Defect(
                    "a detach that stores nothing",
                    can -> can.tagging() != Tagging.NONE,
                    real -> entries(real, "detach", (s, a, call) -> null),
                    ""),
            new Defect(
                    "a requester detached by the way",
                    can -> can.tagging() != Tagging.NONE,
                    real -> port(real, "announce", (s, a, call) -> {
                        real.entries().detach(s, 0, 0);
                        return call.made(a);
                    }),
                    ""),
            new Defect(
                    "a refusal that stores",
                    can -> true,
                    real -> port(real, "askTranslations", (s, a, call) -> {
                        boolean done = (boolean) call.made(a);
                        if (!done) {
                            real.tables().store(s, 0, 0, 1, Rights.ALL);
                        }
                        return done;
                    }),
                    "refused, so without a trace: ask for translations"),
            new Defect(
                    "a look that fills a cache",
                    can -> true,
                    real -> meaning(real, "gets", (s, a, call) -> {
                        real.request(s, (int) a[1], (int) a[2], (boolean) a[3]);
                        return call.made(a);
                    }),
                    "looked at after"),
            new Defect(
                    "never told",
                    can -> true,
                    real -> port(real, "isDone", (s, a, call) -> false),
                    "whoever asks is told in the end"));

    /** VT-d and AMD-Vi, whose device entries are in memory. */
    private static boolean cachesEntries(Capabilities can) {
        return can.asking().queued();
    }

    static Stream<Arguments> defects() {
        return KINDS.stream()
                .flatMap(kind -> DEFECTS.stream()
                        .filter(defect -> defect.in.test(kind.capabilities()))
                        .map(defect -> Arguments.of(kind, defect)));
    }

    static List<Kind> kinds() {
        return KINDS;
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("defects")
    void isFound(Kind kind, Defect defect) {
        assertThatThrownBy(() -> KitScripts.run(kind.machines(defect.breaking), SCRIPTS))
                .as(defect.what)
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining(defect.says);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("kinds")
    void theUnitsThemselvesPass(Kind kind) {
        KitScripts.run(kind.machines(real -> real), SCRIPTS);
    }

    /** Xen warns of this way of changing an entry, and the kit tells why: XSA-347. */
    @Test
    void tablesBeforeTheDomainIdAreFound() {
        KitMachine.Plan plan = KitMachine.Plan.of("dte-update=tables-first", "device-cache=true");
        List<KitMachine> machines = List.of(new KitMachine(new AmdViFamily(), plan));
        assertThatThrownBy(() -> KitScripts.run(machines, SCRIPTS)).isInstanceOf(AssertionError.class);
    }

    @Test
    void scriptsAreThoseOfTheirSeed() {
        assertThat(KitScripts.script(1)).isEqualTo(KitScripts.script(1)).isNotEqualTo(KitScripts.script(2));
    }
}
