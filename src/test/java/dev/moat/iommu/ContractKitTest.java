package dev.moat.iommu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.moat.iommu.KitSoftware.Act;
import dev.moat.iommu.vtd.family.VtdFamily;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each promise of the kit broken in VT-d's units, one at a time: the kit finds each, and by the promise that it breaks. */
class ContractKitTest {
    private static final int SCRIPTS = 400;

    /** One method of a part, as it should not be. */
    private interface Broken {
        Object call(long[] s, Object[] args, Call real);
    }

    private interface Call {
        Object made(Object... args);
    }

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

    private interface Breaking {
        Iommu of(Iommu real);
    }

    static Stream<Arguments> defects() {
        Breaking rights = real ->
                tables(real, "store", (s, a, call) -> call.made(a[0], a[1], a[2], a[3], (int) a[4] == 2 ? 3 : a[4]));
        Breaking frame =
                real -> tables(real, "store", (s, a, call) -> call.made(a[0], a[1], a[2], (int) a[3] & ~2, a[4]));
        Breaking space = real -> entries(real, "attach", (s, a, call) -> call.made(a[0], a[1], 0, a[3], a[4]));
        Breaking page = real -> port(
                real,
                "askTranslations",
                (s, a, call) ->
                        call.made(a[0], a[1], a[2], (int) a[3] > 0 ? 0 : a[3], (int) a[4] > 0 ? 0 : a[4], a[5]));
        Breaking early = real -> port(real, "isDone", (s, a, call) -> true);
        Breaking token = real -> port(real, "finds", (s, a, call) -> Port.NOTHING);
        Breaking unasked = real -> port(real, "askEntry", (s, a, call) -> call.made(a[0], a[1], a[2], 0));
        Breaking attached = real -> entries(real, "detach", (s, a, call) -> null);
        Breaking late = real -> port(real, "announce", (s, a, call) -> {
            real.entries().detach(s, 0, 0);
            return call.made(a);
        });
        Breaking trace = real -> port(real, "announce", (s, a, call) -> {
            boolean done = (boolean) call.made(a);
            if (!done) {
                real.tables().store(s, 0, 0, 1, Rights.ALL);
            }
            return done;
        });
        Breaking look = real -> meaning(real, "gets", (s, a, call) -> {
            real.request(s, (int) a[1], (int) a[2], (boolean) a[3]);
            return call.made(a);
        });
        Breaking silent = real -> port(real, "isDone", (s, a, call) -> false);
        return Stream.of(
                Arguments.of("rights that nobody wanted", rights, " after "),
                Arguments.of("another frame", frame, " at p"),
                Arguments.of("another space", space, "q"),
                Arguments.of("another page is forgotten", page, "at p"),
                Arguments.of("told before it is done", early, ""),
                Arguments.of("not to be found", token, ""),
                Arguments.of("another requester's entry is forgotten", unasked, ""),
                Arguments.of("not detached", attached, ""),
                Arguments.of("a requester detached by the way", late, ""),
                Arguments.of("a refusal that stores", trace, "refused, so without a trace: announce"),
                Arguments.of("a look that fills a cache", look, "looked at after"),
                Arguments.of("never told", silent, "whoever asks is told in the end"));
    }

    /** All checks on so many scripts of a seed, or the first that fails. */
    private static void run(Breaking breaking) {
        List<KitMachine> machines = Stream.of("ring=2", "ring=4")
                .map(ring -> KitMachine.Plan.of("context-cache=true", ring))
                .map(plan -> new KitMachine(new VtdFamily(), plan, breaking::of))
                .toList();
        for (int seed = 0; seed < SCRIPTS; seed++) {
            KitSoftware software = new KitSoftware(machines.get(seed % 2));
            for (Act act : script(seed)) {
                software.perform(act);
                everything(software, act.toString());
            }
            software.settle();
            everything(software, "settled");
        }
    }

    private static void everything(KitSoftware software, String after) {
        KitChecks checks = new KitChecks(software, after);
        checks.looksChangeNothing();
        checks.entriesSayWhatWasStored();
        checks.onlyOneAnswerIsThatAnswer();
        checks.detachedRequestersReachNothing();
    }

    private static List<Act> script(int seed) {
        java.util.Random random = new java.util.Random(seed);
        return IntStream.range(0, 60)
                .mapToObj(i -> new Act(
                        random.nextInt(3) > 0
                                ? List.of("hardware", "change", "forget", "request", "change")
                                        .get(random.nextInt(5))
                                : KitSoftware.KINDS.get(random.nextInt(KitSoftware.KINDS.size())),
                        random.nextInt(8),
                        random.nextInt(8),
                        random.nextInt(8),
                        random.nextInt(8)))
                .toList();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("defects")
    void isFound(String defect, Breaking breaking, String says) {
        assertThatThrownBy(() -> run(breaking))
                .as(defect)
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining(says);
    }

    @org.junit.jupiter.api.Test
    void theUnitsThemselvesPass() {
        run(real -> real);
        assertThat(script(1)).isEqualTo(script(1));
    }
}
