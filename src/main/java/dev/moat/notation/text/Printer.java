package dev.moat.notation.text;

import dev.moat.notation.tree.Edit;
import dev.moat.notation.tree.Expr;
import dev.moat.notation.tree.Item;
import dev.moat.notation.tree.Node;
import dev.moat.notation.tree.Statement;
import dev.moat.notation.tree.Tree;
import dev.moat.notation.tree.TypeName;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Writes trees as texts that are read as the same trees. Comments are not kept. */
public final class Printer {
    private static final String STEP = "    ";

    private final StringBuilder out = new StringBuilder();

    private Printer() {}

    /** A whole component. */
    public static String of(Tree tree) {
        Printer it = new Printer();
        it.out
                .append("component ")
                .append(tree.id())
                .append(' ')
                .append(quoted(tree.says()))
                .append('\n');
        it.items(tree.items(), "");
        return it.out.toString();
    }

    /** One operation. */
    public static String of(Item.Operation operation) {
        Printer it = new Printer();
        it.operation(operation, "");
        return it.out.toString();
    }

    private static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    private void line(String indent, String text) {
        out.append(indent).append(text).append('\n');
    }

    // --- items

    private void items(List<Item> items, String indent) {
        for (Item item : items) {
            Expr condition = condition(item);
            if (condition == null) {
                item(item, indent);
            } else {
                line(indent, "with " + expr(condition) + " {");
                item(item, indent + "  ");
                line(indent, "}");
            }
        }
    }

    private static @Nullable Expr condition(Item item) {
        if (item instanceof Item.Operation o) {
            return o.condition();
        } else if (item instanceof Item.Action a) {
            return a.condition();
        } else if (item instanceof Item.Relation r) {
            return r.condition();
        }
        return item instanceof Item.Never n ? n.condition() : null;
    }

    private void item(Item item, String indent) {
        if (item instanceof Item.Operation o) {
            operation(o, indent);
        } else if (item instanceof Item.Action a) {
            action(a, indent);
        } else if (item instanceof Item.Block b) {
            line(indent, "block " + b.name() + "(" + String.join(", ", b.parameters()) + ")");
            nodes(b.steps(), indent + "  ");
        } else if (item instanceof Item.Proc p) {
            out.append(indent)
                    .append("proc ")
                    .append(p.name())
                    .append(formals(p.parameters()))
                    .append(typed(p.type()));
            braces(p.body(), indent);
        } else if (item instanceof Item.Initially i) {
            out.append(indent).append("initially");
            braces(i.body(), indent);
        } else if (item instanceof Item.Claim c) {
            out.append(indent).append("claim ").append(c.name()).append(binders(c.arguments()));
            braces(c.body(), indent);
        } else if (item instanceof Item.Family f) {
            line(indent, f.local() ? "locals" : "state");
            family(f, indent + "  ");
        } else if (item instanceof Item.Discipline d) {
            String unless = d.unless() == null ? "" : " unless " + expr(d.unless()) + " " + quoted(d.reason());
            line(indent, "discipline found" + unless + " {");
            items(d.items(), indent + "  ");
            line(indent, "}");
        } else if (item instanceof Item.Fault f) {
            fault(f, indent);
        } else if (item instanceof Item.Scenario s) {
            scenario(s, indent);
        } else {
            line(indent, shortItem(item));
        }
    }

    private static String shortItem(Item item) {
        if (item instanceof Item.Software s) {
            return "software " + s.name();
        } else if (item instanceof Item.Parameter p) {
            return parameter(p);
        } else if (item instanceof Item.Static s) {
            return "static " + s.name() + " = " + expr(s.value());
        } else if (item instanceof Item.Sort s) {
            return sort(s);
        } else if (item instanceof Item.Requires r) {
            return "requires " + expr(r.condition()) + " " + quoted(r.message());
        } else if (item instanceof Item.Cpus c) {
            return "operations on " + c.sort() + (c.manySteps() ? " with 255 steps" : "");
        } else if (item instanceof Item.Unit u) {
            return unit(u);
        } else if (item instanceof Item.Def d) {
            String formals = d.parameters().isEmpty() ? "" : formals(d.parameters());
            return "def " + d.name() + formals + typed(d.type()) + " = " + expr(d.value());
        } else if (item instanceof Item.Relation r) {
            return "relation " + r.name() + binders(r.places()) + " = " + expr(r.value());
        } else if (item instanceof Item.Never n) {
            return "never " + n.name() + "(" + String.join(", ", n.sorts()) + ")";
        } else if (item instanceof Item.Import i) {
            return "import " + i.what();
        } else if (item instanceof Item.Keeps k) {
            return "keeps " + quoted(k.name()) + ": " + expr(k.condition());
        } else if (item instanceof Item.Property p) {
            String reached = p.reached() == null ? "" : " reached " + expr(p.reached());
            return "property " + p.id() + " " + quoted(p.says()) + ": " + expr(p.value()) + reached;
        }
        return "hardware";
    }

    private void scenario(Item.Scenario s, String indent) {
        line(indent, "scenario " + s.id() + " " + quoted(s.says()));
        String inner = indent + "  ";
        clause(
                inner,
                "set",
                s.settings().stream()
                        .map(e -> e.getKey().text() + " = " + e.getValue().text())
                        .toList());
        line(inner, "each " + (s.steps() ? "step" : "operation"));
        clause(inner, "inject", s.faults().stream().map(Item.Word::text).toList());
        clause(inner, "holds", s.holds().stream().map(Item.Word::text).toList());
        clause(inner, "breaks", s.breaks().stream().map(Item.Word::text).toList());
        s.excuses()
                .forEach(e -> line(
                        inner,
                        "excuse " + e.getKey().text() + " "
                                + quoted(e.getValue().text())));
        Item.Expected is = s.expected();
        String held = is.count() == null ? "held" : "held with " + is.count() + " states";
        String violated = is.count() == null ? "violated" : "violated after " + is.count() + " actions";
        line(inner, "expect " + (is.violated() ? violated : held));
    }

    private void clause(String indent, String word, List<String> all) {
        if (!all.isEmpty()) {
            line(indent, word + " " + String.join(", ", all));
        }
    }

    private static String parameter(Item.Parameter p) {
        String values = p.words().isEmpty()
                ? p.least() + ".." + p.most()
                : p.words().equals(List.of("true", "false")) ? "bool" : String.join(" | ", p.words());
        String policy = p.policy() ? " policy" : "";
        return "parameter " + p.name() + ": " + values + " = " + p.initial() + policy + " " + quoted(p.says());
    }

    private static String sort(Item.Sort s) {
        StringBuilder text = new StringBuilder("sort ").append(s.name());
        if (s.size() != null) {
            text.append('(').append(expr(s.size())).append(')');
        }
        if (!s.prefix().isEmpty() || s.first() != 0) {
            text.append(' ').append(quoted(s.prefix()));
        }
        if (s.first() != 0) {
            text.append(" from ").append(s.first());
        }
        if (!s.words().isEmpty()) {
            text.append(" = ").append(String.join(" | ", s.words()));
        } else if (!s.parts().isEmpty()) {
            String sum = s.parts().stream().map(p -> String.join(" * ", p)).collect(Collectors.joining(" + "));
            text.append(" = ").append(sum);
        }
        return text.toString();
    }

    private static String unit(Item.Unit u) {
        Item.Roles r = u.roles();
        StringBuilder text = new StringBuilder("unit iommu(requesters ").append(r.requesters());
        text.append(", spaces ").append(r.spaces()).append(", pages ").append(r.pages());
        text.append(", frames ")
                .append(r.frames())
                .append(", units ")
                .append(r.units())
                .append(')');
        u.needs().forEach(n -> {
            String condition = n.condition() == null ? "" : " if " + expr(n.condition());
            text.append(" needs ").append(n.what()).append(condition);
        });
        u.without().forEach(w -> text.append(" without ").append(w));
        u.defaults()
                .forEach(d -> text.append(" default ")
                        .append(d.parameter())
                        .append(" = ")
                        .append(d.value()));
        return text.toString();
    }

    private void family(Item.Family f, String indent) {
        StringBuilder text = new StringBuilder(f.name());
        if (!f.index().isEmpty()) {
            text.append(f.index().stream()
                    .map(i -> (i.variable().isEmpty() ? "" : i.variable() + ": ") + i.sort())
                    .collect(Collectors.joining(", ", "[", "]")));
        }
        text.append(": ").append(type(f.type()));
        if (!f.traits().role().isEmpty()) {
            text.append(' ').append(f.traits().role());
        }
        if (!f.traits().by().isEmpty()) {
            text.append(" by ").append(f.traits().by());
        }
        text.append(behind(" live while ", f.live())).append(behind(" names while ", f.names()));
        text.append(behind(" if ", f.condition()));
        line(indent, text.toString());
    }

    private static String behind(String word, @Nullable Expr e) {
        return e == null ? "" : word + expr(e);
    }

    private static String formals(List<Item.Formal> formals) {
        return formals.stream().map(f -> f.name() + ": " + type(f.type())).collect(Collectors.joining(", ", "(", ")"));
    }

    private static String typed(@Nullable TypeName type) {
        return type == null ? "" : ": " + type(type);
    }

    private static String binders(List<Expr.Binder> binders) {
        return binders.stream().map(Printer::binder).collect(Collectors.joining(", ", "(", ")"));
    }

    private static String binder(Expr.Binder b) {
        String names = b.names().size() == 1 ? b.name() : "(" + String.join(", ", b.names()) + ")";
        return names + ": " + b.sort();
    }

    private void operation(Item.Operation o, String indent) {
        line(indent, "operation " + o.name() + binders(o.arguments()));
        clauses(o.letters(), o.when(), indent + "  ");
        o.start().forEach(s -> statement(s, indent + "  "));
        nodes(o.steps(), indent + "  ");
    }

    private void action(Item.Action a, String indent) {
        String by = a.by().isEmpty() ? "" : " by " + a.by();
        String claims = a.claims().isEmpty() ? "" : " claims " + a.claims();
        line(indent, "action " + a.name() + binders(a.arguments()) + by + claims);
        clauses(a.letters(), a.when(), indent + "  ");
        a.body().forEach(s -> statement(s, indent + "  "));
    }

    private void clauses(@Nullable Expr letters, @Nullable Expr when, String indent) {
        if (letters != null) {
            line(indent, "letters " + expr(letters));
        }
        if (when != null) {
            line(indent, "when " + expr(when));
        }
    }

    private void fault(Item.Fault f, String indent) {
        line(indent, "fault " + f.id() + " " + quoted(f.says()));
        String from = f.source().isEmpty() ? "" : "from " + quoted(f.source()) + " ";
        String breaks = f.breaks().isEmpty() ? "" : "breaks " + String.join(", ", f.breaks()) + " ";
        line(indent + "  ", from + breaks + "at " + f.granularity());
        f.edits().forEach(e -> line(indent + "  ", of(e)));
    }

    /** An edit, on one line. */
    public static String of(Edit e) {
        if (e instanceof Edit.Drop d) {
            String when = d.condition().isEmpty() ? "" : (d.unless() ? " unless " : " if ") + d.condition();
            return "drop " + String.join(", ", d.labels()) + " in " + d.operation() + when;
        } else if (e instanceof Edit.Move m) {
            return "move " + m.label() + side(m.before()) + m.other() + " in " + m.operation();
        } else if (e instanceof Edit.Swap s) {
            return "swap " + s.label() + ", " + s.other() + " in " + s.operation();
        } else if (e instanceof Edit.Locking k) {
            String lock = k.lock() + (k.index().isEmpty() ? "" : "[" + k.index() + "]");
            return (k.takes() ? "take " : "drop ") + lock + side(k.before()) + k.label() + " in " + k.operation();
        } else if (e instanceof Edit.Copy c) {
            return "copy " + c.label() + " as " + c.as() + " on " + c.from() + " -> " + c.to() + " in " + c.operation();
        } else if (e instanceof Edit.Redirect r) {
            String only = r.outcome().isEmpty() ? "" : " on " + r.outcome();
            return "redirect " + r.label() + " -> " + r.from() + only + " to " + r.to() + " in " + r.operation();
        } else if (e instanceof Edit.Stop s) {
            return "stop after " + s.label() + " in " + s.operation();
        } else if (e instanceof Edit.Redefine r) {
            return "replace def " + r.name() + " = " + expr(r.value());
        } else if (e instanceof Edit.Replace r) {
            return "replace `" + expr(r.what()) + "` by `" + expr(r.by()) + "` " + scope(r.scope());
        } else if (e instanceof Edit.Delete d) {
            return "delete `" + statement(d.what()) + "` " + scope(d.scope());
        }
        Edit.Insert in = (Edit.Insert) e;
        String what = in.what().stream().map(Printer::statement).collect(Collectors.joining("; "));
        return "insert `" + what + "`" + side(in.before()) + "`" + statement(in.where()) + "` " + scope(in.scope());
    }

    private static String side(boolean before) {
        return before ? " before " : " after ";
    }

    private static String scope(Edit.Scope s) {
        return "in " + s.of() + (s.label().isEmpty() ? "" : " at " + s.label());
    }

    // --- programs and statements

    private void nodes(List<Node> nodes, String indent) {
        for (Node node : nodes) {
            if (node instanceof Node.Step s) {
                step(s, indent);
            } else if (node instanceof Node.Use u) {
                String arguments = u.arguments().stream()
                        .map(a -> a.expr() == null ? quoted(String.valueOf(a.text())) : expr(a.expr()))
                        .collect(Collectors.joining(", ", "(", ")"));
                line(indent, "use " + u.block() + arguments + point(u.point()));
            } else if (node instanceof Node.Where w) {
                line(indent, "where " + expr(w.condition()) + " {");
                nodes(w.yes(), indent + "  ");
                if (!w.no().isEmpty()) {
                    line(indent, "} else {");
                    nodes(w.no(), indent + "  ");
                }
                line(indent, "}");
            }
        }
    }

    private static String point(String point) {
        return point.isEmpty() ? "" : " at " + (point.matches("[a-z][a-z0-9-]*") ? point : quoted(point));
    }

    private void step(Node.Step s, String indent) {
        StringBuilder text = new StringBuilder(s.label()).append(':');
        Node.Quiet q = s.quiet();
        if (q != null) {
            text.append(" quiet").append(behind(" unless ", q.unless()));
            text.append(q.reason().isEmpty() ? "" : " " + quoted(q.reason()));
        }
        text.append(s.claims().isEmpty() ? "" : " claims " + s.claims()).append(point(s.point()));
        line(indent, text.toString());
        s.statements().forEach(each -> statement(each, indent + STEP));
    }

    private void braces(List<Statement> body, String indent) {
        out.append(" {\n");
        body.forEach(s -> statement(s, indent + "  "));
        line(indent, "}");
    }

    private void statement(Statement s, String indent) {
        if (s instanceof Statement.If i) {
            out.append(indent)
                    .append(i.isStatic() ? "where " : "if ")
                    .append(expr(i.condition()))
                    .append(" {\n");
            i.yes().forEach(each -> statement(each, indent + "  "));
            if (!i.no().isEmpty()) {
                line(indent, "} else {");
                i.no().forEach(each -> statement(each, indent + "  "));
            }
            line(indent, "}");
        } else if (s instanceof Statement.For f) {
            out.append(indent).append("for ").append(binder(f.variable())).append(behind(" where ", f.where()));
            braces(f.body(), indent);
        } else {
            line(indent, statement(s));
        }
    }

    /** On one line. */
    private static String statement(Statement s) {
        if (s instanceof Statement.Assign a) {
            return expr(a.place()) + " " + a.operator() + " " + expr(a.value());
        } else if (s instanceof Statement.Let let) {
            String otherwise = let.otherwise() == null ? "" : " else goto " + let.otherwise();
            return "let " + let.name() + " = " + expr(let.value()) + otherwise;
        } else if (s instanceof Statement.Wait w) {
            return "wait " + expr(w.condition());
        } else if (s instanceof Statement.Lock lock) {
            return (lock.takes() ? "take " : "drop ") + expr(lock.lock());
        } else if (s instanceof Statement.Goto jump) {
            return "goto " + jump.label() + behind(" if ", jump.condition());
        } else if (s instanceof Statement.If i) {
            String no = i.no().isEmpty() ? "" : " else " + inBraces(i.no());
            return (i.isStatic() ? "where " : "if ") + expr(i.condition()) + " " + inBraces(i.yes()) + no;
        } else if (s instanceof Statement.For f) {
            return "for " + binder(f.variable()) + behind(" where ", f.where()) + " " + inBraces(f.body());
        } else if (s instanceof Statement.Do run) {
            return expr(run.call());
        } else if (s instanceof Statement.Return r) {
            return "return" + behind(" ", r.value()) + behind(" if ", r.condition());
        }
        Statement.Say say = (Statement.Say) s;
        return "say " + say.action() + list(say.arguments());
    }

    private static String inBraces(List<Statement> body) {
        return body.stream().map(Printer::statement).collect(Collectors.joining("; ", "{ ", " }"));
    }

    // --- types and expressions

    private static String type(TypeName t) {
        if (t instanceof TypeName.Bool) {
            return "bool";
        } else if (t instanceof TypeName.Number) {
            return "number";
        } else if (t instanceof TypeName.Lock) {
            return "lock";
        } else if (t instanceof TypeName.Words w) {
            return String.join(" | ", w.words());
        } else if (t instanceof TypeName.Of of) {
            return of.sort() + (of.optional() ? "?" : "");
        } else if (t instanceof TypeName.SetOf set) {
            return "set(" + type(set.of()) + ")";
        }
        TypeName.Range r = (TypeName.Range) t;
        return expr(r.first()) + ".." + expr(r.last()) + (r.wraps() ? " wrapping" : "");
    }

    private static String list(List<Expr> all) {
        return all.stream().map(Printer::expr).collect(Collectors.joining(", ", "(", ")"));
    }

    /** With brackets wherever a reader might doubt. */
    static String expr(Expr e) {
        if (e instanceof Expr.Number n) {
            return Long.toString(n.value());
        } else if (e instanceof Expr.Name n) {
            return n.name();
        } else if (e instanceof Expr.Place p) {
            return p.name() + p.index().stream().map(Printer::expr).collect(Collectors.joining(", ", "[", "]"));
        } else if (e instanceof Expr.Call c) {
            return c.name() + list(c.arguments());
        } else if (e instanceof Expr.Prefix p) {
            return p.operator().equals("not") ? "not " + within(p.of(), 4) : "-" + within(p.of(), 9);
        } else if (e instanceof Expr.Infix i) {
            int binds = binds(i);
            boolean compares = binds == 4;
            String left = within(i.left(), compares ? binds + 1 : binds);
            return left + " " + i.operator() + " " + within(i.right(), binds + 1);
        } else if (e instanceof Expr.Choice c) {
            return within(c.condition(), 1) + " ? " + within(c.yes(), 1) + " : " + expr(c.no());
        } else if (e instanceof Expr.Fold f) {
            String where = f.where() == null ? "" : " where " + within(f.where(), 1);
            return f.kind() + " " + binder(f.variable()) + where + ". " + expr(f.body());
        } else if (e instanceof Expr.Members m) {
            return m.members().stream()
                    .map(one -> expr(one.of()) + behind(" if ", one.condition()))
                    .collect(Collectors.joining(", ", "{", "}"));
        }
        Expr.Case c = (Expr.Case) e;
        return "case " + within(c.of(), 9) + " "
                + c.arms().stream().map(Printer::arm).collect(Collectors.joining("; ", "{ ", " }"));
    }

    private static String arm(Expr.Arm a) {
        String variables = a.variables().isEmpty() ? "" : "(" + String.join(", ", a.variables()) + ")";
        return a.pattern() + variables + ": " + expr(a.value());
    }

    private static int binds(Expr.Infix i) {
        return switch (i.operator()) {
            case "or" -> 1;
            case "and" -> 2;
            case "+", "-" -> 5;
            case "*" -> 6;
            default -> 4;
        };
    }

    /** In brackets unless it binds at least so closely. */
    private static String within(Expr e, int least) {
        int binds = e instanceof Expr.Infix i
                ? binds(i)
                : e instanceof Expr.Prefix p && p.operator().equals("not")
                        ? 3
                        : e instanceof Expr.Choice || e instanceof Expr.Fold ? 0 : 9;
        return binds >= least ? expr(e) : "(" + expr(e) + ")";
    }
}
