package dev.moat.notation.machine;

import dev.moat.input.InputException;
import dev.moat.iommu.Families;
import dev.moat.iommu.Family;
import dev.moat.iommu.Iommu;
import dev.moat.iommu.Sizes;
import dev.moat.model.Action;
import dev.moat.model.Actor;
import dev.moat.model.Argument;
import dev.moat.model.BadSettingException;
import dev.moat.model.Filter;
import dev.moat.model.ModelBuilder;
import dev.moat.model.Operation;
import dev.moat.model.Setting;
import dev.moat.notation.core.BackEnd;
import dev.moat.notation.core.EngineCode;
import dev.moat.notation.core.Interpreter;
import dev.moat.notation.core.MachineNumbers;
import dev.moat.notation.core.Program;
import dev.moat.notation.core.ReadSurvey;
import dev.moat.notation.core.Type;
import dev.moat.notation.core.UnitCalls;
import dev.moat.notation.core.UnitFacts;
import dev.moat.notation.core.Value;
import dev.moat.notation.core.Walk;
import dev.moat.notation.tree.At;
import dev.moat.notation.tree.Item;
import dev.moat.notation.tree.TypeName;
import dev.moat.state.Alike;
import dev.moat.state.Liveness;
import dev.moat.state.Role;
import dev.moat.state.Slots;
import dev.moat.state.SlotsBuilder;
import dev.moat.state.Sort;
import dev.moat.state.Writer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Declares one machine of a program: items in the order of the text, then what was made of their code. */
final class Declaration {
    private static final long FIRST_TABLE_FRAME = 0x10000;
    private static final int MOST_ELEMENTS = 1 << 20;
    private static final String ALWAYS = "stutter";

    private final Program program;
    private final Setting setting;
    private final ModelBuilder model;
    private final MachineNumbers bound;
    private final Interpreter fixed;
    private final Function<MachineNumbers, BackEnd> backEnds;
    private final Map<Integer, Sort> sorts = new HashMap<>();
    private final Map<List<Object>, Liveness> alive = new HashMap<>();
    /** Of what is declared now. */
    private At at = At.NOWHERE;

    private @Nullable Iommu iommu;
    private @Nullable UnitFacts facts;

    Declaration(Program program, Setting setting, ModelBuilder model, Function<MachineNumbers, BackEnd> backEnds) {
        this.program = program;
        this.setting = setting;
        this.model = model;
        this.backEnds = backEnds;
        bound = new MachineNumbers(program);
        fixed = new Interpreter(bound);
    }

    /**
     * Declares everything; code is made when all that it names is known.
     *
     * @throws InputException also where the machine's own names, or those of its units, are in the way of the text's
     */
    MachineNumbers declare() {
        try {
            return declareAll();
        } catch (IllegalArgumentException | IllegalStateException | ArithmeticException e) {
            throw error(at, "no machine can be built: " + e.getMessage());
        }
    }

    private MachineNumbers declareAll() {
        program.tree().all(Item.Software.class).forEach(s -> model.software(s.name()));
        // Lambdas of liveness are asked later than they are declared, so a back end may be made behind all places.
        BackEnd[] later = new BackEnd[1];
        for (Program.Part part : program.parts()) {
            at = at(part);
            state(part, later);
        }
        IntStream.range(0, program.fixed().size()).forEach(this::value);
        if (!hasUnit() || family().readsThroughSlots()) {
            model.schema().readsThroughSlots();
        }
        alike();
        keepTypes();
        BackEnd code = backEnds.apply(bound);
        later[0] = code;
        Programs programs = new Programs(program, bound, code, this::holds);
        for (Program.Part part : program.parts()) {
            at = at(part);
            run(part, code, programs);
        }
        new Meanings(this, code).declare(model);
        return bound;
    }

    private At at(Program.Part part) {
        if (part instanceof Program.Unit u) {
            return u.item().at();
        } else if (part instanceof Program.Places p) {
            return program.families().get(p.family()).item().at();
        } else if (part instanceof Program.Operation o) {
            return o.start().at();
        } else if (part instanceof Program.Action a) {
            return a.code().at();
        }
        return part instanceof Program.Relation r ? r.code().at() : at;
    }

    // --- fixed values

    /** A value that is the same in all states. */
    long value(Value value) {
        Walk.of(value).forEach(this::know);
        know(value);
        return fixed.value(value, 64);
    }

    private void know(Value value) {
        if (value instanceof Value.Fixed f) {
            value(f.number());
        }
        Walk.of(value).forEach(this::know);
    }

    boolean holds(Value condition) {
        return value(condition) != 0;
    }

    private long value(int number) {
        if (!bound.knows(number)) {
            Program.Fixed of = program.fixed().get(number);
            long value;
            if (of instanceof Program.OfParameter p) {
                value = parameter(p.parameter());
            } else if (of instanceof Program.OfUnit u) {
                value = u.fact().fact(facts());
            } else if (of instanceof Program.OfTags) {
                value = unit().tags().sort().size();
            } else {
                Program.OfValue v = (Program.OfValue) of;
                know(v.value());
                value = fixed.value(v.value(), v.variables());
            }
            bound.fix(number, value);
        }
        return bound.fixed(number);
    }

    private long parameter(Item.Parameter p) {
        return p.words().isEmpty()
                ? setting.number(p.name())
                : p.words().equals(List.of("true", "false"))
                        ? (setting.flag(p.name()) ? 1 : 0)
                        : p.words().indexOf(setting.text(p.name()));
    }

    private UnitFacts facts() {
        UnitFacts known = facts;
        if (known == null) {
            known = new UnitFacts(family().capabilities(setting), null);
            facts = known;
        }
        return known;
    }

    private Family family() {
        return Families.get(setting.text(Families.PARAMETER));
    }

    Iommu unit() {
        return Objects.requireNonNull(iommu, "the unit is not declared yet");
    }

    /** Whether there are units. */
    boolean hasUnit() {
        return iommu != null;
    }

    Program program() {
        return program;
    }

    MachineNumbers bound() {
        return bound;
    }

    // --- sorts

    /** The sort of a name as it is last declared. */
    Sort sort(String name) {
        for (Program.Sort s : program.sorts()) {
            if (s.name().equals(name)) {
                return sort(s);
            }
        }
        throw new IllegalStateException(name);
    }

    Sort sort(Program.Sort sort) {
        Sort made = sorts.get(sort.size());
        if (made == null) {
            made = sort.tags() ? unit().tags().sort() : made(Objects.requireNonNull(sort.item()), value(sort.size()));
            sorts.put(sort.size(), made);
        }
        return made;
    }

    private Sort made(Item.Sort item, long size) {
        if (size < 0 || size > MOST_ELEMENTS) {
            throw program.tree()
                    .source()
                    .error(item.at(), item.name() + " has " + size + " elements here, and at most " + MOST_ELEMENTS);
        }
        if (!item.words().isEmpty()) {
            return new Sort(item.name(), item.words());
        }
        if (item.prefix().isEmpty() && !item.parts().isEmpty()) {
            List<String> labels = new ArrayList<>();
            item.parts().forEach(product -> labels.addAll(labels(product)));
            return new Sort(item.name(), labels);
        }
        if (item.first() == 0) {
            return Sort.numbered(item.name(), item.prefix(), (int) size);
        }
        return new Sort(
                item.name(),
                IntStream.range(0, (int) size)
                        .mapToObj(i -> item.prefix() + (item.first() + i))
                        .toList());
    }

    private List<String> labels(List<String> product) {
        List<String> labels = List.of("");
        for (String part : product) {
            List<String> more = sort(part).labels();
            labels = labels.stream()
                    .flatMap(a -> more.stream().map(b -> a.isEmpty() ? b : a + "." + b))
                    .toList();
        }
        return labels;
    }

    // --- the state

    private void state(Program.Part part, BackEnd[] later) {
        if (part instanceof Program.Requires r && !holds(r.condition())) {
            throw new BadSettingException(r.subject(), filled(r.message()));
        } else if (part instanceof Program.Cpus c) {
            bound.count(model.cpus(sort(c.sort()), c.manySteps()));
        } else if (part instanceof Program.Unit u) {
            declare(u);
        } else if (part instanceof Program.Places p
                && holds(program.families().get(p.family()).condition())) {
            bound.place(p.family(), places(program.families().get(p.family()), later));
        }
    }

    /** A message with numbers for the facts in braces. */
    private String filled(String message) {
        int open = message.indexOf("{iommu.");
        int close = message.indexOf('}', Math.max(open, 0));
        if (open < 0 || close < 0) {
            return message;
        }
        String name = message.substring(open + 1, close);
        var fact = dev.moat.notation.core.Primitive.byName().get(name);
        String number = fact == null ? name : Long.toString(fact.fact(facts()));
        return message.substring(0, open) + number + filled(message.substring(close + 1));
    }

    private void declare(Program.Unit u) {
        Item.Roles roles = u.item().roles();
        Family family = family();
        Family.Use[] without = u.item().without().stream()
                .map(w -> enumerated(u.item(), Family.Use.class, w))
                .toArray(Family.Use[]::new);
        family.requireDefaults(setting, "", without);
        Set<Sizes.Need> needs = new HashSet<>();
        for (int i = 0; i < u.needs().size(); i++) {
            Sizes.Need need = enumerated(
                    u.item(), Sizes.Need.class, u.item().needs().get(i).what());
            if (holds(u.needs().get(i))) {
                needs.add(need);
            }
        }
        Slots counters = Objects.requireNonNull(bound.slots(Program.COUNTERS));
        Sort units = sort(roles.units());
        Iommu made = family.declare(
                new Sizes(
                        Sizes.Requesters.of(sort(roles.requesters()), units, q -> q % units.size()),
                        Sizes.Spaces.numbered(sort(roles.spaces())),
                        new Sizes.Addresses(sort(roles.pages()), 0, sort(roles.frames()), 0, FIRST_TABLE_FRAME),
                        new Sizes.Cpus(counters.index().get(0), (s, cpu) -> counters.get(s, cpu) != 0),
                        needs),
                setting,
                model);
        iommu = made;
        facts = new UnitFacts(facts().can(), made);
        bound.units(new UnitCalls(made));
        if (made.namesCpus()
                && !program.ordered().contains(counters.index().get(0).name())) {
            model.cpusAreAlike();
        }
    }

    private <E extends Enum<E>> E enumerated(Item.Unit at, Class<E> type, String word) {
        List<String> known = new ArrayList<>();
        for (E one : type.getEnumConstants()) {
            known.add(one.name().toLowerCase(Locale.ROOT).replace('_', '-'));
            if (known.get(known.size() - 1).equals(word)) {
                return one;
            }
        }
        throw program.tree()
                .source()
                .error(at.at(), "unknown word '" + word + "' of a unit" + dev.moat.model.Suggestion.among(word, known));
    }

    private Slots places(Program.Family f, BackEnd[] later) {
        Item.Family item = f.item();
        Sort[] index = f.index().stream().map(this::sort).toArray(Sort[]::new);
        String role = item.traits().role();
        Writer writer = item.traits().by().isEmpty()
                ? (role.equals("ghost") ? Writer.GHOST : Writer.HYPERVISOR)
                : Writer.valueOf(item.traits().by().toUpperCase(Locale.ROOT));
        Role kind = role.isEmpty() ? Role.HYPERVISOR : Role.valueOf(role.toUpperCase(Locale.ROOT));
        SlotsBuilder places = model.schema().slots(f.name(), kind, writer, index);
        int second = index.length > 1 ? index[1].size() : 1;
        int third = index.length > 2 ? index[2].size() : 1;
        if (item.local()) {
            places.live(busy(List.of(index), second * third));
        } else if (f.live() != null) {
            places.live(alive(List.of(index), f.live(), later, second, third));
        }
        if (f.names() != null) {
            places.namesWhile(alive(List.of(index), f.names(), later, second, third));
        }
        return typed(f, places);
    }

    private Liveness busy(List<Sort> index, int each) {
        Slots counters = Objects.requireNonNull(bound.slots(Program.COUNTERS));
        return alive.computeIfAbsent(
                List.of("busy", index),
                k -> each == 1 ? (s, cpu) -> counters.get(s, cpu) != 0 : (s, i) -> counters.get(s, i / each) != 0);
    }

    /** Families of one index and condition are asked about together. */
    private Liveness alive(List<Sort> index, EngineCode condition, BackEnd[] later, int second, int third) {
        return alive.computeIfAbsent(List.of(condition.acts(), index), k -> new Liveness() {
            private @Nullable Liveness made;

            @Override
            public boolean isLive(long[] s, int i) {
                Liveness code = made;
                if (code == null) {
                    code = later[0].element(condition, second, third);
                    made = code;
                }
                return code.isLive(s, i);
            }
        });
    }

    private Slots typed(Program.Family f, SlotsBuilder places) {
        TypeName type = f.item().type();
        if (type instanceof TypeName.Bool) {
            return places.bits(1);
        } else if (type instanceof TypeName.Lock) {
            return places.lock().slots();
        } else if (type instanceof TypeName.Words words) {
            return places.called(words.words().toArray(String[]::new))
                    .bits(bits(words.words().size() - 1));
        } else if (type instanceof TypeName.Of of) {
            return of.optional() ? places.optional(sort(of.sort())) : places.of(sort(of.sort()));
        } else if (type instanceof TypeName.Range) {
            return places.bits(bits(value(Objects.requireNonNull(f.last()))));
        }
        return places.bits(members(f, ((Type.Many) f.type()).of()));
    }

    private int members(Program.Family f, Type of) {
        int members = of instanceof Type.Words words
                ? words.words().size()
                : sort(((Type.Element) of).sort()).size();
        if (members > 63) {
            throw program.tree().source().error(f.item().at(), "a set of " + members + " members, and at most 63");
        }
        return members;
    }

    private static int bits(long last) {
        return Long.SIZE - Long.numberOfLeadingZeros(Math.max(0, last));
    }

    /** Elements that steps tell apart by nothing but whether they are the same may change places. */
    private void alike() {
        Set<String> ofUnit = new HashSet<>();
        program.tree()
                .all(Item.Unit.class)
                .map(Item.Unit::roles)
                .forEach(r -> ofUnit.addAll(List.of(r.requesters(), r.spaces(), r.pages(), r.frames(), r.units())));
        program.tree().all(Item.Cpus.class).forEach(c -> ofUnit.add(c.sort()));
        Set<String> used = new HashSet<>();
        for (int i = 0; i < program.families().size(); i++) {
            if (bound.slots(i) != null) {
                used.addAll(program.families().get(i).index());
            }
        }
        for (Program.Sort s : program.sorts()) {
            Item.Sort item = s.item();
            if (item == null || item.size() == null || !used.contains(s.name())) {
                continue;
            }
            if (!ofUnit.contains(s.name()) && !program.ordered().contains(s.name())) {
                String name = item.size() instanceof dev.moat.notation.tree.Expr.Name n ? n.name() : s.name();
                model.schema().alike(Alike.all(name, sort(s)));
            }
        }
    }

    /** Words and ranges have fewer values than their bits: for proofs. */
    private void keepTypes() {
        List<Slots> families = new ArrayList<>();
        List<Long> most = new ArrayList<>();
        for (int i = 0; i < program.families().size(); i++) {
            Slots slots = bound.slots(i);
            TypeName type = program.families().get(i).item().type();
            Value last = program.families().get(i).last();
            long largest = type instanceof TypeName.Words w ? w.words().size() - 1L : last != null ? value(last) : -1;
            if (slots != null && largest >= 0 && slots.width() > 0 && largest != (1L << slots.width()) - 1) {
                families.add(slots);
                most.add(largest);
            }
        }
        if (!families.isEmpty()) {
            model.schema().keeps("values are of their types", new WithinTypes(families, most));
        }
    }

    // --- what runs

    private void run(Program.Part part, BackEnd code, Programs programs) {
        if (part instanceof Program.Operation o && holds(o.condition())) {
            survey(o.start());
            model.operation(new Operation(
                    o.name(),
                    Actor.HYPERVISOR,
                    arguments(o.arguments()),
                    filter(o.letters(), code),
                    code.start(o.start()),
                    programs.steps(o),
                    null));
        } else if (part instanceof Program.Action a && holds(a.condition())) {
            survey(a.code());
            boolean asked = a.by().equals("unit");
            String by = a.by().isEmpty() ? "hypervisor" : asked ? "iommu" : a.by();
            model.action(new Action(
                    a.name(),
                    Actor.valueOf(by.toUpperCase(Locale.ROOT)),
                    arguments(a.arguments()),
                    filter(a.letters(), code),
                    code.action(a.code()),
                    asked,
                    a.claims().isEmpty() ? ALWAYS : a.claims()));
        } else if (part instanceof Program.Hardware && iommu != null) {
            iommu.declareActions(model);
        } else if (part instanceof Program.Initially i) {
            survey(i.code());
            model.initially(code.change(i.code()));
        } else if (part instanceof Program.Claim c) {
            model.claim(c.name(), code.claim(c));
        } else if (part instanceof Program.Keeps k) {
            survey(k.code());
            model.schema().keeps(k.name(), code.state(k.code()));
        }
    }

    /** Refuses code that names what the machine does not have. */
    void survey(EngineCode code) {
        ReadSurvey.of(bound, code.acts(), code.variables());
    }

    private List<Argument> arguments(List<Program.Formal> formals) {
        return formals.stream().map(f -> new Argument(f.name(), sort(f.sort()))).toList();
    }

    private static Filter filter(@Nullable EngineCode letters, BackEnd code) {
        return letters == null ? ModelBuilder.all() : code.filter(letters);
    }

    InputException error(At where, String message) {
        return program.tree().source().error(where, message);
    }
}
