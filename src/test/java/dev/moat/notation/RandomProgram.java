package dev.moat.notation;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A well-typed component by chance: every construct of the language, in definitions, procedures, steps, an action, a relation and a claim.
 * Each choice is a die; where none is left it is 0, which ends what it is in, so shorter lists make smaller programs.
 */
final class RandomProgram {
    private static final int DEEPEST = 3;
    private static final String HEAD = """
            component random "A program by chance."
            parameter n: 1..4 = 3 "Elements."
            parameter late: bool = false "A switch."
            sort A(n) "a"
            sort B(2) "b"
            sort Cpu(2) "cpu"
            sort W = x | y | z
            sort P = A * B
            sort U = A + B
            static large = n > 2
            operations on Cpu
            state
              aw[A]: W
              ab[A]: bool
              am[A]: A? live while ab
              ar[A, B]: 0..5
              total: 0..7 wrapping
              members[B]: set(A)
              lock.b[B]: lock
              bu[B]: U
              bp[B]: P
            locals
              la: A
              lm: A?
              ln: 0..5
              lw: x | y | z
            """;

    private static final Map<String, List<String>> PLACES = Map.of(
            "A", List.of("la"),
            "A?", List.of("am[$A]", "lm"),
            "B", List.of(),
            "W", List.of("aw[$A]", "lw"),
            "bool", List.of("ab[$A]"),
            "number", List.of("ar[$A, $B]", "total", "ln"),
            "set", List.of("members[$B]"),
            "U", List.of("bu[$B]"),
            "P", List.of("bp[$B]"));

    private final List<Integer> dice;
    private int next;
    private int depth;
    private int names;
    private boolean hasCpu;
    /** How many definitions may be called: those before. */
    private int known;

    private final List<String[]> scope = new ArrayList<>();

    RandomProgram(List<Integer> dice) {
        this.dice = dice;
    }

    private int roll(int sides) {
        int die = next < dice.size() ? dice.get(next++) : 0;
        return Math.floorMod(die, sides);
    }

    private String one(String... of) {
        return of[roll(of.length)];
    }

    String text() {
        hasCpu = false;
        String definitions = definition("d1(p: A, q: B): bool = ", "p A, q B", "bool")
                + definition("d2(p: A): A? = ", "p A", "A?")
                + definition("d3(p: A, q: B): x | y | z = ", "p A, q B", "W")
                + definition("d4(q: B): number = ", "q B", "number");
        String relation = "relation r(p: A, (q, t): P, k: U) = " + with("p A, q A, t B, k U", "bool") + "\n";
        String claim = "claim c(p: A, q: B) {\n" + claimed() + "}\n";
        hasCpu = true;
        enter("p A");
        String first = "proc p1(p: A) {\n" + statements("", 3) + "}\n";
        leave();
        enter("q B");
        String second = "proc p2(q: B): bool {\n" + statements("", 2) + "return " + expr("bool") + " if " + expr("bool")
                + "\nreturn " + expr("bool") + "\n}\n";
        leave();
        hasCpu = false;
        enter("p A, q B");
        String action = "action act(p: A, q: B) claims c\n  when " + expr("bool") + "\n" + statements("", 3) + "\n";
        leave();
        hasCpu = true;
        return HEAD + definitions + relation + claim + first + second + action + operation();
    }

    private String definition(String head, String variables, String type) {
        String whole = "def " + head + with(variables, type) + "\n";
        known++;
        return whole;
    }

    private String operation() {
        StringBuilder steps = new StringBuilder("operation op(la: A)\n  when ab[la] or not ab[la]\n  lw := x\n");
        for (String label : List.of("one", "two", "three")) {
            steps.append("  ").append(label).append(":\n");
            if (roll(3) == 1) {
                steps.append("wait ").append(expr("bool")).append('\n');
            }
            if (roll(4) == 1) {
                steps.append("take lock.b[").append(expr("B")).append("]\n");
            }
            steps.append(statements(label, 3));
            if (roll(3) > 0) {
                steps.append("goto ")
                        .append(one("end", "one", "three"))
                        .append(" if ")
                        .append(expr("bool"))
                        .append('\n');
            }
        }
        return steps.toString();
    }

    private String claimed() {
        enter("p A, q B");
        StringBuilder all = new StringBuilder();
        for (int i = 0; i < 3; i++) {
            all.append("if ")
                    .append(expr("bool"))
                    .append(" { say some-action(")
                    .append(bare("A"))
                    .append(", ");
            all.append("before(").append(bare("A")).append(")) }\n");
        }
        all.append("for v: A where ").append(with("v A", "bool")).append(" { say other(v) }\n");
        all.append("return if ").append(expr("bool")).append("\nsay last(q)\n");
        leave();
        return all.toString();
    }

    // --- scopes

    private void enter(String variables) {
        for (String v : variables.split(", ")) {
            scope.add(v.split(" "));
        }
        scope.add(0, new String[] {"", String.valueOf(variables.split(", ").length)});
    }

    private void leave() {
        int count = Integer.parseInt(scope.remove(0)[1]);
        for (int i = 0; i < count; i++) {
            scope.remove(scope.size() - 1);
        }
    }

    private String with(String variables, String type) {
        enter(variables);
        String e = expr(type);
        leave();
        return e;
    }

    private String fresh() {
        return "v" + names++;
    }

    // --- statements

    private String statements(String label, int most) {
        StringBuilder all = new StringBuilder();
        int known = scope.size();
        if (++depth <= DEEPEST) {
            for (int i = 0; i < 1 + roll(most); i++) {
                all.append("  ").append(statement(label)).append('\n');
            }
        }
        depth--;
        while (scope.size() > known) {
            scope.remove(scope.size() - 1);
        }
        return all.toString();
    }

    private String statement(String label) {
        switch (roll(9)) {
            case 1:
                return "if " + expr("bool") + " {\n" + statements(label, 2) + "} else {\n" + statements(label, 2) + "}";
            case 2:
                String v = fresh();
                enter(v + " A");
                String loop = "for " + v + ": A where " + expr("bool") + " {\n" + statements("", 2) + "}";
                leave();
                return loop;
            case 3:
                return "where " + one("large", "late", "n = 1") + " {\n" + statements(label, 2) + "}";
            case 4:
                return let();
            case 5:
                return "drop lock.b[" + expr("B") + "]";
            case 6:
                return !label.isEmpty() ? "p1(" + expr("A") + ")" : assignment();
            case 7:
                return !label.isEmpty() ? "ab[" + expr("A") + "] := p2(" + expr("B") + ")" : assignment();
            default:
                return assignment();
        }
    }

    private String let() {
        String type = one("A", "A?", "bool");
        String value = switch (type) {
            case "A" -> bare("A");
            case "A?" -> "d2(" + expr("A") + ")";
            default -> "d1(" + expr("A") + ", " + expr("B") + ")";
        };
        String name = fresh();
        scope.add(new String[] {name, type});
        String use = type.equals("bool") ? "ab[0] := " : "am[0] := ";
        return "let " + name + " = " + value + "\n  " + use + name;
    }

    private String assignment() {
        String type = one("number", "W", "bool", "A?", "set", "U", "P");
        List<String> places = PLACES.get(type);
        List<String> here = hasCpu
                ? places
                : places.stream().filter(RandomProgram::isShared).toList();
        String place = here.get(roll(here.size()));
        return filled(place) + (type.equals("number") ? one(" := ", " += ", " -= ") : " := ") + expr(type);
    }

    private static boolean isShared(String place) {
        return place.contains("[") || place.equals("total");
    }

    private String filled(String place) {
        return place.replace("$A", place.contains("$A") ? expr("A") : "")
                .replace("$B", place.contains("$B") ? expr("B") : "");
    }

    // --- expressions

    private String expr(String type) {
        if (++depth > DEEPEST) {
            depth--;
            return leaf(type);
        }
        String e = "(" + deep(type) + ")";
        depth--;
        return e;
    }

    private String variable(String type, String otherwise) {
        List<String> fitting = scope.stream()
                .filter(v -> v.length == 2 && v[1].equals(type) && !v[0].isEmpty())
                .map(v -> v[0])
                .collect(Collectors.toList());
        fitting.add(otherwise);
        return fitting.get(roll(fitting.size()));
    }

    private String leaf(String type) {
        return switch (type) {
            case "A" -> variable("A", "0");
            case "A?" -> one("none", variable("A?", variable("A", "0")));
            case "B" -> variable("B", one("0", "1"));
            case "W" -> one("x", "y", "z");
            case "bool" -> variable("bool", one("true", "false", "large"));
            case "number" -> one("0", "1", "n", "5");
            case "set" -> one("{}", "{0}");
            case "U" -> variable("U", "0");
            default -> variable("P", "0");
        };
    }

    private String read(String type) {
        List<String> places = PLACES.get(type);
        List<String> here = hasCpu
                ? places
                : places.stream().filter(RandomProgram::isShared).toList();
        return here.isEmpty() ? leaf(type) : filled(here.get(roll(here.size())));
    }

    private String deep(String type) {
        int choice = roll(8);
        if (choice == 0) {
            return leaf(type);
        }
        if (choice == 1 || choice == 2) {
            return read(type);
        }
        if (choice == 3) {
            return choiceOf(type);
        }
        return switch (type) {
            case "bool" -> truth(choice);
            case "number" -> number(choice);
            case "A" -> element(choice);
            case "A?" -> choice < 6 || known < 2 ? first() : "d2(" + expr("A") + ")";
            case "B" -> "case " + filled("aw[$A]") + " { x: 0; y: " + expr("B") + "; z: 1 }";
            case "W" -> choice < 6 && known > 2 ? "d3(" + expr("A") + ", " + expr("B") + ")" : largest();
            case "set" ->
                choice < 6
                        ? "{" + expr("A") + ", " + expr("A") + " if " + expr("bool") + "}"
                        : expr("set") + " - " + expr("set");
            case "U" -> choice < 6 ? "U(" + bare("A") + ")" : "U(" + bare("B") + ")";
            default -> "P(" + bare("A") + ", " + bare("B") + ")";
        };
    }

    /** An expression whose type can be told without one that is expected; a plain number that is no element would be refused. */
    private String bare(String type) {
        String v = variable(type, "");
        if (!v.isEmpty()) {
            return v;
        }
        if (roll(3) > 0) {
            return type + "(count " + fresh() + ": A. " + leaf("bool") + " and n = 0)";
        }
        return type + "(" + expr("number") + " + 0)";
    }

    private String choiceOf(String type) {
        if (roll(2) == 0) {
            return expr("bool") + " ? " + expr(type) + " : " + expr(type);
        }
        return "case " + filled("aw[$A]") + " { y: " + expr(type) + "; else: " + expr(type) + " }";
    }

    private String truth(int choice) {
        if (choice == 4) {
            String type = one("number", "A", "W", "A?", "set", "U");
            return type.equals("A") && known > 0 ? "d1(" + expr("A") + ", " + expr("B") + ")" : compared(type);
        } else if (choice == 5) {
            return expr("bool") + one(" and ", " or ") + expr("bool") + one("", " and not " + expr("bool"));
        } else if (choice == 6) {
            String v = fresh();
            String where = roll(2) == 0 ? "" : " where " + with(v + " A", "bool");
            String only = roll(3) == 0 ? " where " + v + " = am[" + expr("A") + "]" : where;
            return one("exists ", "all ") + v + ": A" + only + ". " + with(v + " A", "bool");
        }
        return one(
                bare("A") + " in members[" + expr("B") + "]",
                "aw[" + expr("A") + "] in {x, z if " + expr("bool") + "}",
                expr("number") + one(" < ", " <= ", " >= ") + expr("number"),
                "aw[" + expr("A") + "] < y",
                "busy(" + one("0", "1") + ")",
                hasCpu ? "me = 1" : "true",
                "case bu[" + expr("B") + "] { A(i): ab[i]; B(j): lock.b[j] = held }",
                "case bp[" + expr("B") + "] { (i, j): ar[i, j] = 2 }");
    }

    private String compared(String type) {
        return switch (type) {
            case "number" -> expr("number") + " = " + expr("number");
            case "W" -> "aw[" + expr("A") + "]" + one(" = ", " != ") + expr("W");
            case "A?" -> "am[" + expr("A") + "] = " + expr("A?");
            case "set" -> "members[" + expr("B") + "] != " + expr("set");
            default -> "bu[" + expr("B") + "] = " + expr("U");
        };
    }

    private String number(int choice) {
        String v = fresh();
        return switch (choice) {
            case 4 -> expr("number") + one(" + ", " - ") + expr("number");
            case 5 -> "count " + v + ": A. " + with(v + " A", "bool");
            case 6 -> known > 3 ? one("d4(" + expr("B") + ")", "3 * " + expr("number")) : "3 * " + expr("number");
            default -> "max " + v + ": A where " + with(v + " A", "bool") + ". " + with(v + " A", "number");
        };
    }

    private String element(int choice) {
        return choice < 6 ? bare("A") : "am[" + expr("A") + "]";
    }

    private String first() {
        String v = fresh();
        return "first " + v + ": A. " + with(v + " A", "bool");
    }

    private String largest() {
        String v = fresh();
        return "max " + v + ": A. aw[" + v + "]";
    }
}
