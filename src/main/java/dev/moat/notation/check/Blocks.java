package dev.moat.notation.check;

import dev.moat.notation.tree.At;
import dev.moat.notation.tree.Expr;
import dev.moat.notation.tree.Item;
import dev.moat.notation.tree.Node;
import dev.moat.notation.tree.Rewrite;
import dev.moat.notation.tree.Source;
import dev.moat.notation.tree.Tree;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Puts copies of blocks where they are used. */
final class Blocks {
    /** The steps that a family's driver takes are put in by a machine. */
    public static final String DRIVER = "iommu.drive";

    private static final int MOST_STEPS = 4096;
    private static final int DEEPEST = 20;

    private final Source source;
    private final Map<String, Item.Block> blocks = new LinkedHashMap<>();
    private int steps;

    private Blocks(Tree component) {
        source = component.source();
        component.all(Item.Block.class).forEach(b -> {
            if (blocks.put(b.name(), b) != null) {
                throw source.error(b.at(), "two blocks are named " + b.name());
            }
        });
    }

    /** The same component without blocks. */
    public static Tree expanded(Tree component) {
        Blocks it = new Blocks(component);
        List<Item> items = new ArrayList<>();
        for (Item item : component.items()) {
            if (item instanceof Item.Operation op) {
                items.add(op.with(it.nodes(op.steps(), "", 0)));
            } else if (!(item instanceof Item.Block)) {
                items.add(item);
            }
        }
        return component.with(items);
    }

    private List<Node> nodes(List<Node> nodes, String point, int depth) {
        List<Node> all = new ArrayList<>();
        for (Node node : nodes) {
            if (node instanceof Node.Step s) {
                count(s.at());
                all.add(s.point().isEmpty() ? s.at(point) : s);
            } else if (node instanceof Node.Where w) {
                all.add(new Node.Where(
                        w.at(), w.condition(), nodes(w.yes(), point, depth), nodes(w.no(), point, depth)));
            } else if (node instanceof Node.Use use) {
                String at = use.point().isEmpty() ? point : use.point();
                if (use.block().equals(DRIVER)) {
                    count(use.at());
                    all.add(new Node.Use(use.at(), use.block(), use.arguments(), at));
                } else {
                    all.addAll(nodes(copy(use, depth), at, depth + 1));
                }
            }
        }
        return all;
    }

    private void count(At at) {
        if (++steps > MOST_STEPS) {
            throw source.error(at, "more than " + MOST_STEPS + " steps, those of blocks counted where they are used");
        }
    }

    private List<Node> copy(Node.Use use, int depth) {
        Item.Block block = blocks.get(use.block());
        if (block == null) {
            throw source.error(
                    use.at(), "unknown block '" + use.block() + "'" + MessageWords.among(use.block(), blocks.keySet()));
        }
        if (depth > DEEPEST) {
            throw source.error(use.at(), "blocks within blocks, more than " + DEEPEST + " deep");
        }
        List<String> formals = block.parameters();
        if (formals.size() != use.arguments().size()) {
            throw source.error(
                    use.at(), "block " + block.name() + " has " + MessageWords.counted(formals.size(), "parameter"));
        }
        Map<String, Expr> exprs = new HashMap<>();
        Map<String, String> texts = new HashMap<>();
        for (int i = 0; i < formals.size(); i++) {
            Node.Argument argument = use.arguments().get(i);
            if (argument.expr() != null) {
                exprs.put(formals.get(i), argument.expr());
            } else {
                texts.put(formals.get(i), String.valueOf(argument.text()));
            }
        }
        return new Rewrite(exprs, texts).nodes(block.steps());
    }
}
