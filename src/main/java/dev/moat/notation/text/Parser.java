package dev.moat.notation.text;

import dev.moat.input.InputException;
import dev.moat.input.InputText;
import dev.moat.notation.text.Token.Kind;
import dev.moat.notation.tree.At;
import dev.moat.notation.tree.Edit;
import dev.moat.notation.tree.Expr;
import dev.moat.notation.tree.Item;
import dev.moat.notation.tree.Node;
import dev.moat.notation.tree.Source;
import dev.moat.notation.tree.Statement;
import dev.moat.notation.tree.Tree;
import dev.moat.notation.tree.TypeName;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the text of a component. */
public final class Parser extends EditParser {
    private static final int LARGEST = 1 << 20;
    private static final Set<String> ROLES = Set.of("ghost", "architectural", "cache", "queue");

    /** What all items are under: {@code with} in {@code with}; null for nothing. */
    private @Nullable Expr under;

    private Parser(Source source) {
        super(source, Lexer.tokens(source));
    }

    /**
     * Reads a file of at most 1 MiB.
     *
     * @throws IOException that names the file, when it cannot be read
     * @throws InputException at the first place that is not understood
     */
    public static Tree load(Path file) throws IOException {
        return read(file.toString(), text(file));
    }

    /** The text of a file of at most 1 MiB. Throws as {@link #load}. */
    public static String text(Path file) throws IOException {
        return InputText.read(file, LARGEST);
    }

    /** As {@link #load}, from a text; messages have the name given. */
    public static Tree read(String file, String text) {
        return new Parser(new Source(file, text)).component();
    }

    /**
     * One edit.
     *
     * @throws InputException as {@link #read}
     */
    public static Edit edit(String file, String text) {
        return new Parser(new Source(file, text)).onlyEdit();
    }

    private Tree component() {
        skipEnds();
        if (!is("component")) {
            throw wrong("'component' and a name");
        }
        take();
        String id = name("the name of the component");
        skipLines();
        String says = text("a sentence in quotes that says what is modelled");
        List<Item> items = new ArrayList<>();
        skipEnds();
        while (!isKind(Kind.END)) {
            item(items);
            skipEnds();
        }
        return new Tree(source, id, says, items);
    }

    private void item(List<Item> items) {
        At at = at();
        String kind = oneOf("an item", ITEMS);
        switch (kind) {
            case "software" -> items.add(new Item.Software(at, name("what runs the operations")));
            case "parameter" -> items.add(parameter(at));
            case "static" -> items.add(fixed(at));
            case "sort" -> items.add(sort(at));
            case "requires" -> items.add(required(at));
            case "operations" -> items.add(cpus(at));
            case "unit" -> items.add(unit(at));
            case "state" -> families(items, false);
            case "locals" -> families(items, true);
            case "def" -> items.add(definition(at));
            case "proc" -> items.add(procedure(at));
            case "block" -> items.add(block(at));
            case "operation" -> items.add(operation(at));
            case "action" -> items.add(action(at));
            case "hardware" -> items.add(new Item.Hardware(at));
            case "initially" -> items.add(new Item.Initially(at, braced()));
            case "relation" -> items.add(relation(at));
            case "never" -> never(at, items);
            case "import" -> items.add(new Item.Import(at, name("what a unit gives a meaning to")));
            case "discipline" -> discipline(at, items);
            case "claim" ->
                items.add(new Item.Claim(at, name("the name of a claim"), listed("(", ")", this::pattern), braced()));
            case "keeps" -> items.add(kept(at));
            case "with" -> with(items);
            case "fault" -> items.add(fault(at));
            case "property" -> items.add(property(at));
            case "scenario" -> items.add(scenario(at));
            default -> throw source.error(at, "a text has one component");
        }
    }

    /** Items that are there under a condition. */
    private void with(List<Item> items) {
        Expr before = under;
        Expr condition = expr();
        under = before == null ? condition : new Expr.Infix(condition.at(), "and", before, condition);
        braces(items);
        under = before;
    }

    private void braces(List<Item> items) {
        deeper(() -> {
            skipLines();
            expect("{");
            skipEnds();
            while (!accept("}")) {
                if (isKind(Kind.END)) {
                    throw wrong("'}'");
                }
                item(items);
                skipEnds();
            }
            return true;
        });
    }

    private Item parameter(At at) {
        String name = name("the name of a parameter");
        expect(":");
        long least = 0;
        long most = 0;
        List<String> words = new ArrayList<>();
        if (isKind(Kind.NUMBER)) {
            least = number("a number");
            expect("..");
            most = number("a number");
        } else if (accept("bool")) {
            words.addAll(List.of("true", "false"));
        } else {
            words.add(name("numbers, words or bool"));
            while (accept("|")) {
                words.add(name("a word"));
            }
        }
        expect("=");
        String initial = words.isEmpty() ? initial(at, least, most) : oneOf("its value", words);
        boolean policy = accept("policy");
        skipLines();
        return new Item.Parameter(
                at, name, least, most, words, initial, policy, text("a sentence in quotes that says what it is"));
    }

    private String initial(At at, long least, long most) {
        long initial = number("a number");
        if (initial < least || initial > most || most > LARGEST) {
            throw source.error(at, "a number is from its first to its last one, and at most 1,048,576");
        }
        return Long.toString(initial);
    }

    private Item fixed(At at) {
        String name = name("the name of a value");
        expect("=");
        skipLines();
        Expr value = expr();
        endStatement();
        return new Item.Static(at, name, value);
    }

    private Item sort(At at) {
        String name = name("the name of a sort");
        Expr size = null;
        if (accept("(")) {
            size = expr();
            expect(")");
        }
        String prefix = isKind(Kind.STRING) ? take().text() : "";
        long first = accept("from") ? number("the number of the first label") : 0;
        List<String> words = new ArrayList<>();
        List<List<String>> parts = new ArrayList<>();
        if (size == null) {
            expect("=");
            skipLines();
            parts.add(product());
            if (parts.get(0).size() == 1 && is("|")) {
                words.addAll(parts.remove(0));
                while (accept("|")) {
                    skipLines();
                    words.add(name("a word"));
                }
            }
            while (words.isEmpty() && accept("+")) {
                skipLines();
                parts.add(product());
            }
        }
        endStatement();
        return new Item.Sort(at, name, size, words, parts, prefix, first);
    }

    private List<String> product() {
        List<String> parts = new ArrayList<>(List.of(name("a word or a sort")));
        while (accept("*")) {
            parts.add(name("a sort"));
        }
        return parts;
    }

    private Item required(At at) {
        Expr condition = expr();
        skipLines();
        return new Item.Requires(at, condition, text("a message in quotes"));
    }

    private Item cpus(At at) {
        expect("on");
        String sort = name("the sort of CPUs");
        boolean many = false;
        if (accept("with")) {
            At place = at();
            if (number("255") != 255) {
                throw source.error(place, "operations have 127 steps together, or with 255 steps as many");
            }
            expect("steps");
            many = true;
        }
        return new Item.Cpus(at, sort, many);
    }

    private Item unit(At at) {
        expect("iommu");
        expect("(");
        String requesters = role("requesters", ",");
        String spaces = role("spaces", ",");
        String pages = role("pages", ",");
        String frames = role("frames", ",");
        String units = role("units", ")");
        List<Item.Wanted> needs = new ArrayList<>();
        List<String> without = new ArrayList<>();
        List<Item.Default> defaults = new ArrayList<>();
        while (true) {
            Token word = behindLines();
            boolean goesOn = word.is("needs") || word.is("without") || word.is("default");
            if (!goesOn) {
                break;
            }
            skipLines();
            take();
            if (word.is("needs")) {
                needs.add(new Item.Wanted(at(), name("what is needed"), accept("if") ? expr() : null));
            } else if (word.is("without")) {
                without.add(name("what the machine has nothing of"));
            } else {
                String parameter = name("a parameter of the IOMMU's family");
                expect("=");
                defaults.add(new Item.Default(
                        parameter, isKind(Kind.NUMBER) ? take().text() : name("the value of a parameter")));
            }
        }
        Item.Roles roles = new Item.Roles(requesters, spaces, pages, frames, units);
        return new Item.Unit(at, roles, needs, without, defaults);
    }

    private String role(String role, String behind) {
        skipLines();
        expect(role);
        String sort = name("a sort");
        expect(behind);
        return sort;
    }

    // --- state

    private void families(List<Item> items, boolean local) {
        skipEnds();
        while (!isItem() && !isKind(Kind.END) && !is("}")) {
            items.add(family(local));
            if (!accept(",")) {
                endStatement();
            }
            skipEnds();
        }
    }

    private Item family(boolean local) {
        At at = at();
        String name = name("the name of a place, or an item");
        List<Item.Index> index = is("[") ? listed("[", "]", this::index) : List.of();
        expect(":");
        TypeName type = type();
        String role = "";
        String by = "";
        Expr live = null;
        Expr names = null;
        Expr condition = under;
        while (isKind(Kind.NAME)) {
            if (ROLES.contains(peek().text())) {
                role = take().text();
            } else if (accept("by")) {
                by = oneOf("who writes it", ACTORS);
            } else if (accept("live")) {
                expect("while");
                live = expr();
            } else if (accept("names")) {
                expect("while");
                names = expr();
            } else if (accept("if")) {
                Expr own = expr();
                condition = under == null ? own : new Expr.Infix(own.at(), "and", under, own);
            } else {
                throw wrong("live, names, if, by, ghost, architectural, cache, queue or the end of the line");
            }
        }
        return new Item.Family(at, local, name, index, type, new Item.Traits(role, by), live, names, condition);
    }

    private Item.Index index() {
        At at = at();
        String name = name("a sort");
        return accept(":") ? new Item.Index(at, name, name("a sort")) : new Item.Index(at, "", name);
    }

    // --- definitions

    private Item.Formal formal() {
        At at = at();
        String name = name("the name of a parameter");
        expect(":");
        return new Item.Formal(at, name, type());
    }

    private Item definition(At at) {
        String name = name("the name of a definition");
        List<Item.Formal> parameters = is("(") ? listed("(", ")", this::formal) : List.of();
        TypeName type = accept(":") ? type() : null;
        skipLines();
        expect("=");
        skipLines();
        Expr value = expr();
        endStatement();
        return new Item.Def(at, name, parameters, type, value);
    }

    private Item procedure(At at) {
        String name = name("the name of a procedure");
        List<Item.Formal> parameters = listed("(", ")", this::formal);
        TypeName type = accept(":") ? type() : null;
        return new Item.Proc(at, name, parameters, type, braced());
    }

    private Item block(At at) {
        String name = name("the name of a block");
        List<String> parameters = listed("(", ")", () -> name("the name of a parameter"));
        return new Item.Block(at, name, parameters, nodes());
    }

    private Item operation(At at) {
        String name = name("the name of an operation");
        List<Expr.Binder> arguments = listed("(", ")", this::binder);
        Expr letters = clause("letters");
        Expr when = clause("when");
        List<Statement> start = run();
        List<Node> steps = nodes();
        return new Item.Operation(at, name, arguments, letters, when, start, steps, under);
    }

    private Item action(At at) {
        String name = name("the name of an action");
        List<Expr.Binder> arguments = listed("(", ")", this::binder);
        String by = !accept("by") ? "" : accept("unit") ? "unit" : oneOf("who acts", ACTORS);
        String claims = accept("claims") ? name("a claim") : "";
        Expr letters = clause("letters");
        Expr when = clause("when");
        return new Item.Action(at, name, arguments, by, claims, letters, when, run(), under);
    }

    private @Nullable Expr clause(String word) {
        if (!behindLines().is(word)) {
            return null;
        }
        skipLines();
        take();
        skipLines();
        return expr();
    }

    // --- meaning

    private Item relation(At at) {
        String name = name("the name of a relation");
        List<Expr.Binder> places = listed("(", ")", this::pattern);
        skipLines();
        expect("=");
        skipLines();
        Expr value = expr();
        endStatement();
        return new Item.Relation(at, name, places, value, under);
    }

    private void never(At at, List<Item> items) {
        do {
            skipLines();
            String name = name("the name of a relation");
            List<String> sorts = listed("(", ")", () -> name("a sort"));
            items.add(new Item.Never(at, name, sorts, under));
        } while (accept(","));
        endStatement();
    }

    private void discipline(At at, List<Item> items) {
        expect("found");
        Expr unless = accept("unless") ? expr() : null;
        if (unless != null) {
            skipLines();
        }
        String reason = unless == null ? "" : text("a reason in quotes, which ends \"not compared:\"");
        List<Item> own = new ArrayList<>();
        if (behindLines().is("{")) {
            braces(own);
        }
        items.add(new Item.Discipline(at, unless, reason, own));
    }

    private Item kept(At at) {
        String name = text("a name in quotes");
        expect(":");
        skipLines();
        Expr condition = expr();
        endStatement();
        return new Item.Keeps(at, name, condition);
    }

    private Item fault(At at) {
        String id = name("the name of a fault");
        skipLines();
        String says = text("a sentence in quotes that says what is wrong");
        skipLines();
        String from = accept("from") ? text("where it is from, in quotes") : "";
        skipLines();
        List<String> breaks = new ArrayList<>();
        if (accept("breaks")) {
            do {
                breaks.add(name("a property that it breaks"));
            } while (accept(","));
        }
        expect("at");
        String granularity = oneOf("where it shows", List.of("step", "operation"));
        return new Item.Fault(at, id, says, from, breaks, granularity, edits());
    }

    // --- what is asked

    private Item property(At at) {
        requireOutside(at, "a property");
        String id = name("the name of a property");
        skipLines();
        String says = text("a sentence in quotes that says what must be so");
        skipLines();
        expect(":");
        skipLines();
        Expr value = expr();
        Expr reached = clause("reached");
        endStatement();
        return new Item.Property(at, id, says, value, reached);
    }

    private Item scenario(At at) {
        requireOutside(at, "a scenario");
        String id = name("the name of a scenario");
        skipLines();
        String says = text("a sentence in quotes that says what it is");
        ScenarioClauses clauses = new ScenarioClauses(this);
        skipEnds();
        while (isKind(Kind.NAME) && !isItem()) {
            clauses.next();
            endStatement();
            skipEnds();
        }
        return clauses.scenario(at, id, says);
    }

    private void requireOutside(At at, String what) {
        if (under != null) {
            throw source.error(at, what + " stands outside of 'with': it is asked of every machine");
        }
    }
}
