package dev.moat.notation.machine;

import dev.moat.notation.core.Program;
import dev.moat.notation.core.Value;
import dev.moat.notation.tree.Expr;
import dev.moat.notation.tree.Item;
import dev.moat.notation.tree.Node;
import dev.moat.notation.tree.Rewrite;
import dev.moat.notation.tree.Statement;
import dev.moat.notation.tree.Tree;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The text of one machine: blocks are put in, and of each {@code where} and {@code with} one side is left. */
final class Resolved extends Rewrite {
    private final Program program;
    private final Predicate<Value> holds;

    private Resolved(Program program, Predicate<Value> holds) {
        super(Map.of(), Map.of());
        this.program = program;
        this.holds = holds;
    }

    static Tree of(Program program, Predicate<Value> holds) {
        Resolved it = new Resolved(program, holds);
        List<Item> items = new ArrayList<>();
        program.tree().items().forEach(item -> it.add(item, items));
        return program.tree().with(items);
    }

    private boolean isSo(@Nullable Expr condition) {
        Value value = condition == null ? null : program.statics().get(condition);
        return value == null || holds.test(value);
    }

    private void add(Item item, List<Item> to) {
        if (item instanceof Item.Operation o && isSo(o.condition())) {
            List<Node> steps = new ArrayList<>();
            steps(o.steps(), steps);
            to.add(new Item.Operation(
                    o.at(), o.name(), o.arguments(), o.letters(), o.when(), statements(o.start()), steps, null));
        } else if (item instanceof Item.Action a && isSo(a.condition())) {
            to.add(new Item.Action(
                    a.at(),
                    a.name(),
                    a.arguments(),
                    a.by(),
                    a.claims(),
                    a.letters(),
                    a.when(),
                    statements(a.body()),
                    null));
        } else if (item instanceof Item.Relation r && isSo(r.condition())) {
            to.add(new Item.Relation(r.at(), r.name(), r.places(), r.value(), null));
        } else if (item instanceof Item.Never n && isSo(n.condition())) {
            to.add(new Item.Never(n.at(), n.name(), n.sorts(), null));
        } else if (item instanceof Item.Proc p) {
            to.add(new Item.Proc(p.at(), p.name(), p.parameters(), p.type(), statements(p.body())));
        } else if (item instanceof Item.Initially i) {
            to.add(new Item.Initially(i.at(), statements(i.body())));
        } else if (!(item instanceof Item.Operation || item instanceof Item.Action)
                && !(item instanceof Item.Relation || item instanceof Item.Never)) {
            to.add(item);
        }
    }

    private void steps(List<Node> nodes, List<Node> to) {
        for (Node node : nodes) {
            if (node instanceof Node.Where w) {
                steps(isSo(w.condition()) ? w.yes() : w.no(), to);
            } else if (node instanceof Node.Step s) {
                Node.Quiet q = s.quiet();
                boolean loud = q != null && q.unless() != null && isSo(q.unless());
                Node.Quiet quiet = q == null || loud ? null : new Node.Quiet(q.at(), null, q.reason());
                to.add(new Node.Step(s.at(), s.label(), quiet, s.claims(), s.point(), statements(s.statements())));
            } else {
                to.add(node);
            }
        }
    }

    @Override
    protected List<Statement> statement(Statement s) {
        return s instanceof Statement.If i && i.isStatic()
                ? statements(isSo(i.condition()) ? i.yes() : i.no())
                : super.statement(s);
    }
}
