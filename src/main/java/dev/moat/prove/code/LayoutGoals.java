package dev.moat.prove.code;

import dev.moat.bits.BitField;
import dev.moat.bits.Layout;
import dev.moat.bits.Layout.Code;
import dev.moat.bits.Layout.Statement;
import dev.moat.bits.Layout.Word;
import dev.moat.prove.lift.Exprs;
import dev.moat.prove.lift.Lifted;
import dev.moat.prove.lift.Lifter;
import dev.moat.prove.lift.Obligation;
import dev.moat.prove.lift.RefusedException;
import dev.moat.prove.lift.SmtLib;
import dev.moat.prove.lift.TermExpr;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The goals about one IOMMU type: its code is lifted and compared with the file of the specification. */
final class LayoutGoals {
    private static final String ZERO = "#x0000000000000000";

    private final Layout family;
    private final Specification specification;
    private final Exprs exprs;
    private final Lifter lifter;
    private final List<LayoutGoal> goals = new ArrayList<>();
    private final Map<String, String> refused = new LinkedHashMap<>();
    private final Map<Integer, TermExpr> variables = new LinkedHashMap<>();

    /** @param asked the pieces, words and statements by their names, that are spoken of */
    LayoutGoals(Layout family, Specification specification, Exprs exprs, Lifter lifter, Predicate<String> asked) {
        this.family = family;
        this.specification = specification;
        this.exprs = exprs;
        this.lifter = lifter;
        family.words().stream().filter(w -> asked.test(w.name())).forEach(this::about);
        family.statements().stream().filter(s -> asked.test(s.name())).forEach(this::about);
        nothingIsLeftOut(asked);
    }

    /** What the file says and the code does not have, or the other way round, would not be asked about, and be taken for proved. */
    private void nothingIsLeftOut(Predicate<String> asked) {
        Set<String> words = family.words().stream().map(Word::name).collect(Collectors.toSet());
        Set<String> statements =
                family.statements().stream().map(Statement::function).collect(Collectors.toSet());
        Stream<String> fileWords = specification.words().stream();
        fileWords.filter(w -> !words.contains(w) && asked.test(w)).forEach(w -> missing(w, "is a word of the code"));
        Stream<String> fileStatements = specification.statements().stream();
        fileStatements
                .filter(s -> !statements.contains(s) && asked.test(s))
                .forEach(s -> missing(s, "is a statement of the code"));
        specification.unused().stream().filter(asked).forEach(f -> missing(f, "is used"));
    }

    private void missing(String piece, String says) {
        add(piece, says, "true");
    }

    List<LayoutGoal> goals() {
        return goals;
    }

    /** What cannot be lifted, and why, by the piece. */
    Map<String, String> refused() {
        return refused;
    }

    private void add(String piece, String says, String never, TermExpr... of) {
        goals.add(new LayoutGoal(family.name() + " " + piece, says, List.of(of), never, false));
    }

    private String text(TermExpr e) {
        return SmtLib.reference(exprs, e);
    }

    private TermExpr variable(int n) {
        return variables.computeIfAbsent(n, k -> exprs.variable("x" + k, 64));
    }

    /** A piece of code, of variables and then as many zeros. */
    private Lifted lifted(Code code, int given, int more) {
        List<TermExpr> words = new ArrayList<>();
        IntStream.range(0, given).forEach(n -> words.add(variable(n)));
        IntStream.range(0, more).forEach(n -> words.add(exprs.ofLong(0)));
        Lifted all = lifter.lift(code, "run", List.of(0), List.of(words));
        // What never returns has no answer of its own width.
        TermExpr answer = exprs.resized(all.answer(), Long.SIZE);
        return new Lifted(answer, all.states(), all.said(), all.obligations());
    }

    private TermExpr fails(Lifted code) {
        return code.obligations().stream().map(Obligation::when).reduce(exprs.no, exprs::or);
    }

    // --- words

    private void about(Word word) {
        try {
            Map<String, Integer> fields = specification.fields(word.name());
            for (Map.Entry<String, Integer> field : fields.entrySet()) {
                BitField ours = field(word, field.getKey());
                if (ours == null) {
                    add(word.name(), field.getKey() + " is a field of the code", "true");
                } else {
                    about(word, fields.keySet(), field, ours);
                }
            }
            others(word, fields);
        } catch (RefusedException e) {
            refused.put(family.name() + " " + word.name(), String.valueOf(e.getMessage()));
        }
    }

    private static @Nullable BitField field(Word word, String name) {
        return word.fields().stream()
                .filter(f -> f.name().equals(name))
                .findFirst()
                .orElse(null);
    }

    /** Reading, writing, and that what does not fit is refused. */
    private void about(Word word, Set<String> fields, Map.Entry<String, Integer> field, BitField ours) {
        String name = field.getKey();
        int bits = field.getValue();
        TermExpr e = variable(0);
        TermExpr v = variable(1);
        String function = word.name() + "." + name;
        TermExpr got = lifted(x -> ours.get(x[0]), 2, 0).answer();
        TermExpr set = lifted(x -> ours.isSet(x[0]) ? 1 : 0, 2, 0).answer();
        String read = padded(bits, "(" + function + " " + text(e) + ")");
        String wrong = "(or (distinct " + text(got) + " " + read + ") (distinct (= " + text(set) + " " + ZERO + ") (= "
                + read + " " + ZERO + ")))";
        add(word.name(), name + " lies where the specification has it", wrong, e, got, set);

        Lifted writes = lifted(x -> ours.set(x[0], x[1]), 2, 0);
        TermExpr fails = fails(writes);
        TermExpr to = writes.answer();
        String fits = "(= " + padded(bits, "((_ extract " + (bits - 1) + " 0) " + text(v) + ")") + " " + text(v) + ")";
        List<String> same = new ArrayList<>(
                List.of("(= (" + function + " " + text(to) + ") ((_ extract " + (bits - 1) + " 0) " + text(v) + "))"));
        List<String> rest = new ArrayList<>(fields);
        rest.remove(name);
        rest.addAll(List.of(Specification.RESERVED, Specification.REST));
        rest.forEach(r -> same.add("(= (" + word.name() + "." + r + " " + text(to) + ") (" + word.name() + "." + r + " "
                + text(e) + "))"));
        add(
                word.name(),
                name + " is read as it was written, and no other bit changes",
                "(and " + fits + " (or " + text(fails) + " (not (and " + String.join(" ", same) + "))))",
                e,
                v,
                to,
                fails);
        add(
                word.name(),
                name + " refuses what does not fit",
                "(and (not " + fits + ") (not " + text(fails) + "))",
                v,
                fails);
    }

    private static String padded(int bits, String value) {
        return bits == 64 ? value : "((_ zero_extend " + (64 - bits) + ") " + value + ")";
    }

    /** Fields that the file does not name: reserved ones, and such as mean nothing. */
    private void others(Word word, Map<String, Integer> fields) {
        TermExpr e = variable(0);
        List<BitField> unnamed = word.fields().stream()
                .filter(f -> !fields.containsKey(f.name()))
                .toList();
        String reserved =
                masked(e, unnamed.stream().filter(LayoutGoals::isReserved).toList());
        String ignored = masked(e, unnamed.stream().filter(f -> !isReserved(f)).toList());
        String rsvd = "(" + word.name() + "." + Specification.RESERVED + " " + text(e) + ")";
        String rest = "(" + word.name() + "." + Specification.REST + " " + text(e) + ")";
        String function = word.name() + "." + Specification.ALONE;
        String alone = specification.has(function) ? "(" + function + " " + text(e) + ")" : ZERO;
        add(
                word.name(),
                "what is reserved is reserved in the code, and of the rest what the specification says, and nothing else",
                "(or (distinct " + reserved + " (bvor " + rsvd + " " + alone + ")) (distinct (bvand " + alone
                        + " (bvnot " + rest + ")) " + ZERO + "))",
                e);
        add(
                word.name(),
                "what the code ignores is nothing that the specification names",
                "(distinct (bvand " + ignored + " (bvnot (bvor " + rsvd + " " + rest + "))) " + ZERO + ")",
                e);
        if (!unnamed.isEmpty()) {
            long mask = 0;
            boolean apart = true;
            for (BitField field : word.fields()) {
                apart &= (mask & field.mask()) == 0;
                mask |= field.mask();
            }
            add(
                    word.name(),
                    "fields of the code do not overlap, and are all bits",
                    apart && mask == -1L ? "false" : "true");
        }
        TermExpr other = variable(1);
        List<String> all = new ArrayList<>(fields.keySet());
        all.addAll(List.of(Specification.RESERVED, Specification.REST));
        add(
                word.name(),
                "fields, reserved bits and the rest make up the word",
                "(and (distinct " + text(e) + " " + text(other) + ") "
                        + all.stream()
                                .map(f -> "(= (" + word.name() + "." + f + " " + text(e) + ") (" + word.name() + "." + f
                                        + " " + text(other) + "))")
                                .collect(Collectors.joining(" "))
                        + ")",
                e,
                other);
    }

    private static boolean isReserved(BitField field) {
        return field.name().startsWith(Specification.RESERVED);
    }

    /** A word cut down to some fields, by what the code says of each. */
    private String masked(TermExpr e, List<BitField> fields) {
        long mask = fields.stream().mapToLong(BitField::mask).reduce(0, (a, b) -> a | b);
        return "(bvand " + text(e) + " " + text(exprs.ofLong(mask)) + ")";
    }

    // --- statements

    private void about(Statement statement) {
        String piece = statement.function();
        Lifted code;
        try {
            code = lifted(statement.code(), statement.given(), statement.more());
        } catch (RefusedException e) {
            refused.put(family.name() + " " + statement.name(), String.valueOf(e.getMessage()));
            return;
        }
        List<TermExpr> inputs =
                IntStream.range(0, statement.given()).mapToObj(this::variable).toList();
        List<TermExpr> of = new ArrayList<>(inputs);
        TermExpr fails = fails(code);
        of.add(fails);
        of.add(code.answer());
        List<TermExpr> after = code.states().get(0);
        of.addAll(after.subList(statement.given(), after.size()));
        String given = specification.has(piece + ".given") ? application(piece + ".given", inputs) : "true";
        List<TermExpr> told = new ArrayList<>(of.subList(statement.given() + 1, statement.given() + 2));
        told.addAll(inputs);
        told.addAll(of.subList(statement.given() + 2, of.size()));
        TermExpr[] all = of.toArray(new TermExpr[0]);
        add(statement.name(), "no exception", "(and " + given + " " + text(fails) + ")", all);
        List<String> meanings = specification.functions(piece + ".means");
        if (meanings.isEmpty() && !specification.has(piece + ".refused")) {
            missing(statement.name(), "is said in the file");
        }
        for (String means : meanings) {
            String part = means.substring(piece.length() + ".means".length());
            add(
                    statement.name(),
                    statement.says() + (part.isEmpty() ? "" : " (" + part.substring(1) + ")"),
                    "(and " + given + " (not " + text(fails) + ") (not " + application(means, told) + "))",
                    all);
        }
        if (specification.has(piece + ".refused")) {
            String refuses = application(piece + ".refused", inputs);
            add(
                    statement.name(),
                    "what it cannot say is refused",
                    "(and " + refuses + " (not " + text(fails) + "))",
                    all);
        }
        goals.add(new LayoutGoal(
                family.name() + " " + statement.name(),
                "what is given is possible",
                of,
                "(and " + given + " (not " + text(fails) + "))",
                true));
    }

    private String application(String function, List<TermExpr> arguments) {
        return arguments.isEmpty()
                ? function
                : arguments.stream().map(this::text).collect(Collectors.joining(" ", "(" + function + " ", ")"));
    }
}
