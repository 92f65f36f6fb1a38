package dev.moat.notation.check;

import dev.moat.input.InputException;
import dev.moat.notation.core.Primitive;
import dev.moat.notation.core.Program;
import dev.moat.notation.core.Type;
import dev.moat.notation.core.Value;
import dev.moat.notation.core.Walk;
import dev.moat.notation.tree.At;
import dev.moat.notation.tree.Expr;
import dev.moat.notation.tree.Item;
import dev.moat.notation.tree.Source;
import dev.moat.notation.tree.Tree;
import dev.moat.notation.tree.TypeName;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the names of a component stand for. */
final class Definitions {
    static final Type FREE_OR_HELD = new Type.Words(List.of("free", "held"));
    private static final Type ACCESS = new Type.Words(List.of("r", "w"));
    private static final Type CHANGED = new Type.Words(List.of("leaves", "tables", "space"));
    private static final String TAG = "Tag";
    private static final long HEAVIEST = 100_000;

    final Source source;
    final List<Program.Fixed> fixed = new ArrayList<>();
    /** Parameters and static values: their places among the fixed ones, and their types. */
    final Map<String, Typed> constants = new LinkedHashMap<>();

    final List<Program.Sort> sorts = new ArrayList<>();
    final Map<String, Program.Sort> sortOf = new LinkedHashMap<>();
    final List<Program.Family> families = new ArrayList<>();
    /** Families by name, those of locals with {@code cpu.} before it. */
    final Map<String, Integer> familyOf = new LinkedHashMap<>();

    final Map<String, Item> functionItems = new LinkedHashMap<>();
    final Map<String, Signature> signatures = new HashMap<>();
    final List<Program.Function> functions = new ArrayList<>();
    final Set<String> ordered = new HashSet<>();
    /** Static conditions of the text. */
    final IdentityHashMap<Expr, Value> statics = new IdentityHashMap<>();
    /** Functions that ask which CPU runs. */
    final Set<Integer> runsOnCpu = new HashSet<>();

    private final List<Long> weights = new ArrayList<>();
    private final Map<String, Integer> facts = new HashMap<>();

    @Nullable
    String cpus;

    Item.@Nullable Unit unit;

    /** The type of a definition or a procedure, by its place among the functions. */
    record Signature(int number, Program.Nature nature, List<Type> parameters, Type result) {}

    Definitions(Tree component) {
        source = component.source();
    }

    InputException error(At at, String message) {
        return source.error(at, message);
    }

    InputException unknown(At at, String what, String name, Iterable<String> known) {
        List<String> all = new ArrayList<>();
        known.forEach(all::add);
        return error(at, "unknown " + what + " '" + name + "'" + MessageWords.among(name, all));
    }

    /** How large a function is with all that it calls is bounded: a few lines can call each other a billion times. */
    void weigh(Program.Function made) {
        weights.add(Walk.weight(made.acts(), weights));
        if (weights.get(weights.size() - 1) > HEAVIEST) {
            throw error(
                    made.at(), "'" + made.name() + "' has more than " + HEAVIEST + " operators with all that it calls");
        }
    }

    // --- fixed values

    int fix(Program.Fixed value) {
        fixed.add(value);
        return fixed.size() - 1;
    }

    void constant(At at, String name, Program.Fixed value, Type type) {
        if (constants.put(name, new Typed(new Value.Fixed(fix(value)), type)) != null) {
            throw error(at, "two values are named '" + name + "'");
        }
    }

    Typed fact(Primitive fact, At at) {
        int number = facts.computeIfAbsent(fact.name(), n -> fix(new Program.OfUnit(fact, at)));
        return new Typed(new Value.Fixed(number), type(at, fact.result()));
    }

    // --- sorts

    Program.Sort sort(At at, String name) {
        Program.Sort sort = sortOf.get(name);
        if (sort == null) {
            throw unknown(at, "sort", name, sortOf.keySet());
        }
        return sort;
    }

    void declare(At at, Program.Sort sort) {
        if (sortOf.put(sort.name(), sort) != null) {
            throw error(at, "two sorts are named " + sort.name());
        }
        sorts.add(sort);
    }

    void tags() {
        if (!sortOf.containsKey(TAG)) {
            int size = fix(new Program.OfTags());
            Program.Sort tags = new Program.Sort(TAG, size, null, List.of(), true);
            sortOf.put(TAG, tags);
            sorts.add(tags);
        }
    }

    /** The type of a variable of a sort. */
    Type typeOf(Program.Sort sort) {
        Item.Sort item = sort.item();
        return item != null && !item.words().isEmpty() ? new Type.Words(item.words()) : new Type.Element(sort.name());
    }

    Value size(Program.Sort sort) {
        return new Value.Fixed(sort.size());
    }

    Value size(At at, String sort) {
        return size(sort(at, sort));
    }

    // --- types

    Type type(TypeName name) {
        if (name instanceof TypeName.Bool) {
            return Type.Plain.TRUTH;
        } else if (name instanceof TypeName.Number || name instanceof TypeName.Range) {
            return Type.Plain.NUMBER;
        } else if (name instanceof TypeName.Lock) {
            return FREE_OR_HELD;
        } else if (name instanceof TypeName.Words words) {
            requireDifferent(words.at(), words.words());
            return new Type.Words(words.words());
        } else if (name instanceof TypeName.SetOf set) {
            return new Type.Many(type(set.of()));
        }
        TypeName.Of of = (TypeName.Of) name;
        Type type = typeOf(sort(of.at(), of.sort()));
        if (!of.optional()) {
            return type;
        }
        if (!(type instanceof Type.Element)) {
            throw error(of.at(), of.sort() + " has words, and of words none is one that is written among them");
        }
        return new Type.Maybe(of.sort());
    }

    void requireDifferent(At at, List<String> words) {
        Set<String> seen = new HashSet<>();
        for (String word : words) {
            if (!seen.add(word)) {
                throw error(at, "'" + word + "' is there twice");
            }
        }
    }

    /** A type of a primitive's. */
    Type type(At at, String name) {
        String plain = name.replace("?", "");
        switch (plain) {
            case "bool":
                return Type.Plain.TRUTH;
            case "number":
                return Type.Plain.NUMBER;
            case "Rights":
                return new Type.Many(ACCESS);
            case "Access":
                return ACCESS;
            case "Changed":
                return CHANGED;
            case "":
                return Type.Plain.NOTHING;
            default:
                String sort = role(at, plain);
                return name.endsWith("?") ? new Type.Maybe(sort) : new Type.Element(sort);
        }
    }

    private String role(At at, String role) {
        Item.Unit there = unit;
        if (there == null) {
            throw error(at, "there is no unit: 'unit iommu(...)' stands before what asks it");
        }
        Item.Roles roles = there.roles();
        return switch (role) {
            case "Req" -> roles.requesters();
            case "Space" -> roles.spaces();
            case "Page" -> roles.pages();
            case "Frame" -> roles.frames();
            case "Unit" -> roles.units();
            default -> role;
        };
    }
}
