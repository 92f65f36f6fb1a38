package dev.moat.notation.core;

import dev.moat.state.Footprint;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One primitive.
 *
 * @param name as in texts, for example {@code iommu.store}
 * @param kind what it may do
 * @param parameters types: a role's word, {@code Rights}, {@code Access}, {@code Changed} or {@code number}
 * @param result the same, or {@code bool}; with {@code ?} where none may be, "" where it answers nothing
 * @param method of {@link UnitFacts} or {@link UnitCalls}
 * @param reads the method of {@link UnitCalls} that adds what a look reads; "" where it reads nothing
 * @param asks the one that tells the family's decisions that it may ask; "" for none
 */
public record Primitive(
        String name, Kind kind, List<String> parameters, String result, String method, String reads, String asks) {
    /** What a primitive may do. */
    public enum Kind {
        /** It has one value in a machine. */
        FACT,
        /** It reads the state. */
        LOOK,
        /** It changes the state; where it answers {@code bool} it changes nothing when it answers false. */
        DEED
    }

    private static final String TABLE = """
            fact last-page: number
            fact first-page: number
            fact stores.snooped: bool
            fact stores.buffered: bool
            fact stores.late: bool
            fact caches.absence: bool
            fact caches.tables: bool
            fact caches.devices: bool
            fact asking.queued: bool
            fact asking.drains: bool
            fact entries.absent: bool
            fact entries.read-only: bool
            fact keeps-spaces-apart: bool
            fact fixed-tags: bool
            fact tells-apart: bool
            fact stores-of-entry: number
            fact remembers-absent-entry: bool
            fact forgets-by-itself: bool
            deed connect()
            deed settle()
            deed attach-at-once(Req, Space, Tag)
            deed store(Space, Page, Frame, Rights) asks tableDecisions
            look rights(Space, Page): Rights reads readEntryOf
            look frame(Space, Page): Frame? reads readEntryOf
            look walk(Space, Page, Access): Frame? reads readWalk
            look outlives(Rights, Rights): bool
            deed write-back(Space, Page)
            deed write-back-entry(Req)
            look table(Space, Page): Frame? reads readTableOf
            look is-walked(Frame): bool reads readWalked
            look is-empty(Frame): bool reads readContent
            deed clear-table(Frame)
            deed fill-table(Frame, Frame, Rights)
            deed link(Space, Page, Frame) asks linkDecisions
            deed unlink(Space, Page) asks linkDecisions
            deed store-superpage(Space, Page, Frame, Rights) asks linkDecisions
            look is-superpage(Space, Page): bool reads readTableOf
            deed attach(Req, Space, Tag, number) asks entryDecisions
            deed detach(Req, number) asks entryDecisions
            look leads-to(Req, Space): bool reads readLeads
            look may-lead-to(Req, Space): bool reads readMayLead
            deed enable-device-tlb(Req)
            look is-device-tlb-on(Req): bool reads readDevice
            look tag(Space, Unit): Tag reads readTag
            deed take-tag(Space, Unit): Tag
            look tag-of-absence(Tag): Tag
            deed ask(Unit, Tag, Page, Page, Changed): bool asks askDecisions
            deed ask-all(Unit, Tag, Changed): bool asks askDecisions
            deed ask-entry(Unit, Tag, Req): bool asks askDecisions
            deed ask-device(Unit, Req, Page, Page): bool
            deed ask-whole-device(Unit, Req): bool
            deed forget-everything(Unit)
            deed announce(Unit): bool asks announceDecisions
            deed done(Unit): bool
            look gets(Req, Page, Access): Frame? reads readRequest
            look is-blocked(Req, Page, Access): bool reads readRequest
            look is-stopped(Req): bool reads readTraffic
            """;

    private static final Pattern ROW = Pattern.compile(
            "(fact|look|deed) ([a-z.-]+)(?:\\((.*?)\\))?(?:: (\\S+))?(?: reads (\\w+))?(?: asks (\\w+))?");
    private static final Map<String, Primitive> ALL = all();

    /** All of them, by name. */
    public static Map<String, Primitive> byName() {
        return ALL;
    }

    private static Map<String, Primitive> all() {
        Map<String, Primitive> all = new LinkedHashMap<>();
        TABLE.lines().forEach(line -> {
            Matcher m = ROW.matcher(line);
            if (!m.matches()) {
                throw new AssertionError(line);
            }
            String formals = m.group(3) == null ? "" : m.group(3);
            Kind kind = Kind.valueOf(m.group(1).toUpperCase(java.util.Locale.ROOT));
            List<String> parameters = formals.isEmpty() ? List.of() : List.of(formals.split(", "));
            String name = "iommu." + m.group(2);
            all.put(
                    name,
                    new Primitive(
                            name,
                            kind,
                            parameters,
                            orNothing(m.group(4)),
                            Pattern.compile("[-.]([a-z])")
                                    .matcher(m.group(2))
                                    .replaceAll(r -> r.group(1).toUpperCase(java.util.Locale.ROOT)),
                            orNothing(m.group(5)),
                            orNothing(m.group(6))));
        });
        return Collections.unmodifiableMap(all);
    }

    private static String orNothing(@Nullable String text) {
        return text == null ? "" : text;
    }

    /** Whether it answers a truth value. */
    public boolean isTruth() {
        return result.equals("bool");
    }

    /** The value of a fact. */
    public long fact(UnitFacts of) {
        return number(invoke(method, of));
    }

    /** Does it, slowly. */
    public long call(UnitCalls on, long[] s, int cpu, long... arguments) {
        Object[] all = new Object[arguments.length + 2];
        all[0] = s;
        all[1] = cpu;
        Arrays.setAll(all, i -> i < 2 ? all[i] : (Object) arguments[i - 2]);
        return number(invoke(method, on, all));
    }

    /** Adds what it reads with some arguments. */
    public void read(UnitCalls on, Footprint footprint, long... arguments) {
        if (!reads.isEmpty()) {
            Object[] all = new Object[arguments.length + 1];
            Arrays.setAll(all, i -> i == 0 ? footprint : (Object) arguments[i - 1]);
            invoke(reads, on, all);
        }
    }

    /** The decisions of the family that it may ask. */
    public List<String> decisions(UnitCalls on) {
        return asks.isEmpty() || !(invoke(asks, on) instanceof List<?> all)
                ? List.of()
                : all.stream().map(String::valueOf).toList();
    }

    private static long number(@Nullable Object answer) {
        return answer instanceof Boolean b ? (b ? 1 : 0) : answer instanceof Number n ? n.longValue() : 0;
    }

    private static @Nullable Object invoke(String name, Object on, Object... arguments) {
        Method method = Arrays.stream(on.getClass().getMethods())
                .filter(m -> m.getName().equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no method of a primitive: " + name));
        try {
            return method.invoke(on, arguments);
        } catch (IllegalAccessException e) {
            throw new AssertionError(e);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new AssertionError(e);
        }
    }
}
