package dev.moat.notation.check;

import dev.moat.notation.tree.At;
import dev.moat.notation.tree.Edit;
import dev.moat.notation.tree.Expr;
import dev.moat.notation.tree.Item;
import dev.moat.notation.tree.Node;
import dev.moat.notation.tree.Rewrite;
import dev.moat.notation.tree.Statement;
import dev.moat.notation.tree.Tree;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Changes code in a tree. An edit fits exactly one place, or it is refused. */
public final class Amended {
    private Amended() {}

    /**
     * A component in which edits of code were made, in order, on the steps of its operations with their blocks put in.
     *
     * @throws dev.moat.input.InputException for the first one that fits nowhere or at several places
     */
    public static Tree by(Tree component, List<Edit> edits) {
        Tree amended = Blocks.expanded(component);
        for (Edit edit : edits) {
            amended = edit instanceof Edit.Redefine r ? redefined(amended, r) : changed(amended, edit);
        }
        return amended;
    }

    private static Tree redefined(Tree component, Edit.Redefine edit) {
        List<Item> items = new ArrayList<>(component.items());
        for (int i = 0; i < items.size(); i++) {
            if (items.get(i) instanceof Item.Def d && d.name().equals(edit.name())) {
                items.set(i, new Item.Def(d.at(), d.name(), d.parameters(), d.type(), edit.value()));
                return component.with(items);
            }
        }
        List<String> known = component.all(Item.Def.class).map(Item.Def::name).toList();
        throw component
                .source()
                .error(edit.at(), "unknown definition '" + edit.name() + "'" + MessageWords.among(edit.name(), known));
    }

    private static Edit.Scope scope(Edit edit) {
        if (edit instanceof Edit.Replace r) {
            return r.scope();
        }
        return edit instanceof Edit.Delete d ? d.scope() : ((Edit.Insert) edit).scope();
    }

    private static Tree changed(Tree component, Edit edit) {
        Edit.Scope scope = scope(edit);
        Change change = new Change(edit);
        List<Item> items = new ArrayList<>();
        List<String> known = new ArrayList<>();
        boolean found = false;
        for (Item item : component.items()) {
            String name = name(item);
            known.add(name);
            boolean here = name.equals(scope.of());
            found |= here;
            items.add(here ? change.item(item, scope.label()) : item);
        }
        known.removeIf(String::isEmpty);
        require(
                component,
                scope.at(),
                found,
                "nothing is named '" + scope.of() + "'" + MessageWords.among(scope.of(), known));
        String place = scope.of() + (scope.label().isEmpty() ? "" : " at " + scope.label());
        require(component, edit.at(), change.found > 0, "this code is not in " + place);
        require(
                component,
                edit.at(),
                change.found < 2,
                "this code is in " + place + " " + change.found + " times: which one is meant?");
        return component.with(items);
    }

    private static void require(Tree component, At at, boolean condition, String message) {
        if (!condition) {
            throw component.source().error(at, message);
        }
    }

    private static String name(Item item) {
        if (item instanceof Item.Operation o) {
            return o.name();
        } else if (item instanceof Item.Action a) {
            return a.name();
        } else if (item instanceof Item.Proc p) {
            return p.name();
        }
        return item instanceof Item.Def d ? d.name() : "";
    }

    /** One edit, and how often it fitted. */
    private static final class Change extends Rewrite {
        private final Edit edit;
        private int found;

        Change(Edit edit) {
            super(Map.of(), Map.of());
            this.edit = edit;
        }

        Item item(Item item, String label) {
            if (item instanceof Item.Operation o) {
                Expr when = o.when() == null || !label.isEmpty() ? o.when() : expr(o.when());
                List<Statement> start = label.isEmpty() ? statements(o.start()) : o.start();
                return new Item.Operation(
                        o.at(),
                        o.name(),
                        o.arguments(),
                        o.letters(),
                        when,
                        start,
                        steps(o.steps(), label),
                        o.condition());
            } else if (item instanceof Item.Action a) {
                Expr when = a.when() == null ? null : expr(a.when());
                return new Item.Action(
                        a.at(),
                        a.name(),
                        a.arguments(),
                        a.by(),
                        a.claims(),
                        a.letters(),
                        when,
                        statements(a.body()),
                        a.condition());
            } else if (item instanceof Item.Proc p) {
                return new Item.Proc(p.at(), p.name(), p.parameters(), p.type(), statements(p.body()));
            }
            Item.Def d = (Item.Def) item;
            return new Item.Def(d.at(), d.name(), d.parameters(), d.type(), expr(d.value()));
        }

        private List<Node> steps(List<Node> nodes, String label) {
            List<Node> all = new ArrayList<>();
            for (Node node : nodes) {
                if (node instanceof Node.Step s && (label.isEmpty() || s.label().equals(label))) {
                    all.add(s.with(statements(s.statements())));
                } else if (node instanceof Node.Where w) {
                    all.add(new Node.Where(w.at(), w.condition(), steps(w.yes(), label), steps(w.no(), label)));
                } else {
                    all.add(node);
                }
            }
            return all;
        }

        @Override
        public Expr expr(Expr e) {
            if (edit instanceof Edit.Replace r && r.what().equals(e)) {
                found++;
                return r.by();
            }
            return super.expr(e);
        }

        @Override
        protected List<Statement> statement(Statement s) {
            if (edit instanceof Edit.Delete d && d.what().equals(s)) {
                found++;
                return List.of();
            }
            if (edit instanceof Edit.Insert in && in.where().equals(s)) {
                found++;
                List<Statement> all = new ArrayList<>(in.what());
                all.add(in.before() ? all.size() : 0, s);
                return all;
            }
            return super.statement(s);
        }
    }
}
