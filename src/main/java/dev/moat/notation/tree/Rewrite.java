package dev.moat.notation.tree;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A tree with other pieces in the place of some: of names, of parts of labels, of any expressions and statements. */
public class Rewrite {
    private final Map<String, Expr> names;
    private final Map<String, String> texts;

    /**
     * @param names expressions for names; a label that is one gets the name of its expression
     * @param texts for what stands in braces in labels; an empty one takes a hyphen with it
     */
    public Rewrite(Map<String, Expr> names, Map<String, String> texts) {
        this.names = Map.copyOf(names);
        this.texts = Map.copyOf(texts);
    }

    /** A label with its braces filled. */
    String label(String label) {
        Expr other = names.get(label);
        if (other instanceof Expr.Name name) {
            return name.name();
        }
        String filled = label;
        for (Map.Entry<String, String> text : texts.entrySet()) {
            String braces = "{" + text.getKey() + "}";
            filled = text.getValue().isEmpty()
                    ? filled.replace("-" + braces, "")
                    : filled.replace(braces, text.getValue());
        }
        return filled;
    }

    /** Nodes, each rewritten. */
    public List<Node> nodes(List<Node> nodes) {
        return nodes.stream().map(this::node).toList();
    }

    private Node node(Node node) {
        if (node instanceof Node.Step s) {
            Node.Quiet q = s.quiet();
            Node.Quiet quiet = q == null ? null : new Node.Quiet(q.at(), maybe(q.unless()), q.reason());
            return new Node.Step(s.at(), label(s.label()), quiet, s.claims(), s.point(), statements(s.statements()));
        } else if (node instanceof Node.Where w) {
            return new Node.Where(w.at(), expr(w.condition()), nodes(w.yes()), nodes(w.no()));
        }
        Node.Use use = (Node.Use) node;
        return new Node.Use(
                use.at(),
                use.block(),
                use.arguments().stream().map(this::argument).toList(),
                use.point());
    }

    private Node.Argument argument(Node.Argument argument) {
        if (argument.text() != null) {
            return new Node.Argument(null, label(argument.text()));
        }
        if (argument.expr() instanceof Expr.Name name) {
            if (texts.containsKey(name.name())) {
                return new Node.Argument(null, texts.get(name.name()));
            }
            Expr other = names.get(name.name());
            return new Node.Argument(other == null ? new Expr.Name(name.at(), label(name.name())) : other, null);
        }
        return new Node.Argument(maybe(argument.expr()), null);
    }

    /** Statements, each rewritten. */
    public List<Statement> statements(List<Statement> statements) {
        return statements.stream().flatMap(s -> statement(s).stream()).toList();
    }

    /** What stands for a statement; overridden, it may be several or none. */
    protected List<Statement> statement(Statement s) {
        return List.of(inside(s));
    }

    /** The statement with its parts rewritten. */
    protected Statement inside(Statement s) {
        if (s instanceof Statement.Assign a) {
            return new Statement.Assign(a.at(), expr(a.place()), a.operator(), expr(a.value()));
        } else if (s instanceof Statement.Let let) {
            String otherwise = let.otherwise() == null ? null : label(let.otherwise());
            return new Statement.Let(let.at(), let.name(), expr(let.value()), otherwise);
        } else if (s instanceof Statement.Wait w) {
            return new Statement.Wait(w.at(), expr(w.condition()));
        } else if (s instanceof Statement.Lock lock) {
            return new Statement.Lock(lock.at(), lock.takes(), expr(lock.lock()));
        } else if (s instanceof Statement.Goto jump) {
            return new Statement.Goto(jump.at(), label(jump.label()), maybe(jump.condition()));
        } else if (s instanceof Statement.If branch) {
            return new Statement.If(
                    branch.at(),
                    branch.isStatic(),
                    expr(branch.condition()),
                    statements(branch.yes()),
                    statements(branch.no()));
        } else if (s instanceof Statement.For loop) {
            Rewrite in = within(loop.variable());
            return new Statement.For(loop.at(), loop.variable(), in.maybe(loop.where()), in.statements(loop.body()));
        } else if (s instanceof Statement.Do run) {
            return new Statement.Do(run.at(), (Expr.Call) expr(run.call()));
        } else if (s instanceof Statement.Return r) {
            return new Statement.Return(r.at(), maybe(r.value()), maybe(r.condition()));
        }
        Statement.Say say = (Statement.Say) s;
        return new Statement.Say(say.at(), say.action(), exprs(say.arguments()));
    }

    /** A variable hides what has its name. */
    private Rewrite within(Expr.Binder variable) {
        if (!names.containsKey(variable.name())) {
            return this;
        }
        Map<String, Expr> others = new HashMap<>(names);
        others.remove(variable.name());
        return new Rewrite(others, texts);
    }

    private @Nullable Expr maybe(@Nullable Expr e) {
        return e == null ? null : expr(e);
    }

    private List<Expr> exprs(List<Expr> all) {
        return all.stream().map(this::expr).toList();
    }

    /** What stands for an expression. */
    public Expr expr(Expr e) {
        if (e instanceof Expr.Name name) {
            return names.getOrDefault(name.name(), e);
        } else if (e instanceof Expr.Place place) {
            return new Expr.Place(place.at(), place.name(), exprs(place.index()));
        } else if (e instanceof Expr.Call call) {
            return new Expr.Call(call.at(), call.name(), exprs(call.arguments()));
        } else if (e instanceof Expr.Prefix prefix) {
            return new Expr.Prefix(prefix.at(), prefix.operator(), expr(prefix.of()));
        } else if (e instanceof Expr.Infix infix) {
            return new Expr.Infix(infix.at(), infix.operator(), expr(infix.left()), expr(infix.right()));
        } else if (e instanceof Expr.Choice choice) {
            return new Expr.Choice(choice.at(), expr(choice.condition()), expr(choice.yes()), expr(choice.no()));
        } else if (e instanceof Expr.Fold fold) {
            Rewrite in = within(fold.variable());
            return new Expr.Fold(fold.at(), fold.kind(), fold.variable(), in.maybe(fold.where()), in.expr(fold.body()));
        } else if (e instanceof Expr.Members members) {
            UnaryOperator<Expr.Member> member = m -> new Expr.Member(expr(m.of()), maybe(m.condition()));
            return new Expr.Members(
                    members.at(), members.members().stream().map(member).toList());
        } else if (e instanceof Expr.Case cases) {
            UnaryOperator<Expr.Arm> arm = a -> new Expr.Arm(a.at(), a.pattern(), a.variables(), expr(a.value()));
            return new Expr.Case(
                    cases.at(), expr(cases.of()), cases.arms().stream().map(arm).toList());
        }
        return e;
    }
}
