package dev.moat.certificate;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * A random goal over two sorts, and whether small structures satisfy it, by trying all: the slow twin of search and checker. It evaluates
 * what it has made, not what is read from its text.
 */
final class RandomGoal {
    private static final List<String> SORTS = List.of("A", "B");
    private static final List<String> CONSTANTS = List.of("a", "c", "b");
    private static final List<String> CONSTANT_SORTS = List.of("A", "A", "B");
    private static final List<String> RELATIONS = List.of("p", "r", "q");
    private static final List<List<String>> PLACES = List.of(List.of("A"), List.of("A", "B"), List.of("B", "B"));

    /** A formula: an operator, names or a variable with its sort, parts. */
    private record Node(String op, List<String> names, List<Node> parts) {
        String text() {
            if (op.equals("atom")) {
                return "(" + String.join(" ", names) + ")";
            } else if (op.equals("same")) {
                return "(= " + names.get(0) + " " + names.get(1) + ")";
            }
            StringBuilder all = new StringBuilder("(").append(op);
            if (op.equals("forall") || op.equals("exists")) {
                all.append(" ((")
                        .append(names.get(0))
                        .append(' ')
                        .append(names.get(1))
                        .append("))");
            }
            parts.forEach(p -> all.append(' ').append(p.text()));
            return all.append(')').toString();
        }
    }

    private final Random random;
    /** Whether quantifiers say "all" and stand where they have to hold. */
    private final boolean universal;

    private final List<Node> assertions = new ArrayList<>();

    RandomGoal(long seed, boolean universal) {
        random = new Random(seed);
        this.universal = universal;
        int count = 3 + random.nextInt(6);
        for (int i = 0; i < count; i++) {
            assertions.add(node(4, true, new ArrayList<>(CONSTANTS), new ArrayList<>(CONSTANT_SORTS)));
        }
    }

    String text() {
        StringBuilder all = new StringBuilder("(set-logic UF)\n(declare-sort A 0)\n(declare-sort B 0)\n");
        for (int i = 0; i < RELATIONS.size(); i++) {
            all.append("(declare-fun " + RELATIONS.get(i) + " (" + String.join(" ", PLACES.get(i)) + ") Bool)\n");
        }
        for (int i = 0; i < CONSTANTS.size(); i++) {
            all.append("(declare-fun " + CONSTANTS.get(i) + " () " + CONSTANT_SORTS.get(i) + ")\n");
        }
        assertions.forEach(a -> all.append("(assert ").append(a.text()).append(")\n"));
        return all.append("(check-sat)\n").toString();
    }

    /** Whether a structure of so many elements of each sort at most satisfies it. */
    boolean isSatisfiedBy(int mostA, int mostB) {
        for (int a = 1; a <= mostA; a++) {
            for (int b = 1; b <= mostB; b++) {
                if (isSatisfiedOf(a, b)) {
                    return true;
                }
            }
        }
        return false;
    }

    private boolean isSatisfiedOf(int sizeA, int sizeB) {
        int bits = sizeA + sizeA * sizeB + sizeB * sizeB;
        int meanings = sizeA * sizeA * sizeB;
        for (int table = 0; table < 1 << bits; table++) {
            for (int meaning = 0; meaning < meanings; meaning++) {
                List<Integer> values = List.of(meaning % sizeA, meaning / sizeA % sizeA, meaning / sizeA / sizeA);
                Structure structure = new Structure(sizeA, sizeB, table);
                if (assertions.stream().allMatch(x -> structure.holds(x, CONSTANTS, values))) {
                    return true;
                }
            }
        }
        return false;
    }

    private record Structure(int sizeA, int sizeB, int table) {
        boolean holds(Node node, List<String> names, List<Integer> values) {
            List<Node> p = node.parts();
            return switch (node.op()) {
                case "atom" -> (table >> bit(node, names, values) & 1) == 1;
                case "same" ->
                    value(node.names().get(0), names, values)
                            == value(node.names().get(1), names, values);
                case "not" -> !holds(p.get(0), names, values);
                case "and" -> p.stream().allMatch(x -> holds(x, names, values));
                case "or" -> p.stream().anyMatch(x -> holds(x, names, values));
                case "=>" -> !holds(p.get(0), names, values) || holds(p.get(1), names, values);
                case "=" -> holds(p.get(0), names, values) == holds(p.get(1), names, values);
                case "ite" -> holds(p.get(holds(p.get(0), names, values) ? 1 : 2), names, values);
                default -> quantified(node, names, values);
            };
        }

        private boolean quantified(Node node, List<String> names, List<Integer> values) {
            boolean all = node.op().equals("forall");
            List<String> inner = new ArrayList<>(names);
            inner.add(0, node.names().get(0));
            for (int i = 0; i < (node.names().get(1).equals("A") ? sizeA : sizeB); i++) {
                List<Integer> with = new ArrayList<>(values);
                with.add(0, i);
                if (holds(node.parts().get(0), inner, with) != all) {
                    return !all;
                }
            }
            return all;
        }

        private int bit(Node node, List<String> names, List<Integer> values) {
            int first = value(node.names().get(1), names, values);
            return switch (node.names().get(0)) {
                case "p" -> first;
                case "r" -> sizeA + first * sizeB + value(node.names().get(2), names, values);
                default ->
                    sizeA + sizeA * sizeB + first * sizeB + value(node.names().get(2), names, values);
            };
        }

        private static int value(String name, List<String> names, List<Integer> values) {
            return values.get(names.indexOf(name));
        }
    }

    private Node node(int depth, boolean positive, List<String> names, List<String> sorts) {
        int kind = depth == 0 ? 0 : random.nextInt(11);
        return switch (kind) {
            case 0, 1 -> leaf(names, sorts);
            case 2 -> new Node("not", List.of(), List.of(node(depth - 1, !positive, names, sorts)));
            case 3 -> new Node("and", List.of(), parts(depth, positive, names, sorts));
            case 4 -> new Node("or", List.of(), parts(depth, positive, names, sorts));
            case 5 ->
                new Node(
                        "=>",
                        List.of(),
                        List.of(node(depth - 1, !positive, names, sorts), node(depth - 1, positive, names, sorts)));
            case 6 -> new Node("=", List.of(), List.of(leaf(names, sorts), leaf(names, sorts)));
            case 7 -> new Node("ite", List.of(), List.of(leaf(names, sorts), leaf(names, sorts), leaf(names, sorts)));
            default -> universal && !positive ? leaf(names, sorts) : quantified(depth, positive, names, sorts);
        };
    }

    private List<Node> parts(int depth, boolean positive, List<String> names, List<String> sorts) {
        List<Node> parts = new ArrayList<>();
        int count = 1 + random.nextInt(3);
        for (int i = 0; i < count; i++) {
            parts.add(node(depth - 1, positive, names, sorts));
        }
        return parts;
    }

    private Node quantified(int depth, boolean positive, List<String> names, List<String> sorts) {
        String sort = SORTS.get(random.nextInt(SORTS.size()));
        // Constants of its own sort are hidden at times.
        String name = sort.equals("A") && random.nextInt(4) == 0 ? CONSTANTS.get(random.nextInt(2)) : "v" + depth;
        List<String> innerNames = new ArrayList<>(names);
        List<String> innerSorts = new ArrayList<>(sorts);
        innerNames.add(0, name);
        innerSorts.add(0, sort);
        String op = universal || random.nextBoolean() ? "forall" : "exists";
        return new Node(op, List.of(name, sort), List.of(node(depth - 1, positive, innerNames, innerSorts)));
    }

    private Node leaf(List<String> names, List<String> sorts) {
        int relation = random.nextInt(RELATIONS.size() + 1);
        if (relation == RELATIONS.size()) {
            String sort = SORTS.get(random.nextInt(SORTS.size()));
            return new Node("same", List.of(element(sort, names, sorts), element(sort, names, sorts)), List.of());
        }
        List<String> atom = new ArrayList<>(List.of(RELATIONS.get(relation)));
        PLACES.get(relation).forEach(sort -> atom.add(element(sort, names, sorts)));
        return new Node("atom", atom, List.of());
    }

    private String element(String sort, List<String> names, List<String> sorts) {
        List<String> of = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            if (names.indexOf(names.get(i)) == i && sorts.get(i).equals(sort)) {
                of.add(names.get(i));
            }
        }
        return of.get(random.nextInt(of.size()));
    }
}
