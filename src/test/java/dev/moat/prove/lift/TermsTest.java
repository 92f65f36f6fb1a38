package dev.moat.prove.lift;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.z3.Context;
import com.microsoft.z3.Solver;
import com.microsoft.z3.Status;
import dev.moat.prove.Z3Required;
import dev.moat.prove.lift.TermExpr.Op;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Random expressions, made simpler as they are made, mean what Java makes of the same operations: in {@link Evaluation}, in Z3, and in the text
 * that other solvers read. Seeds are the numbers of the rounds.
 */
class TermsTest {
    private static final int ROUNDS = 4000;
    private static final List<Op> WORDS = List.of(
            Op.AND, Op.OR, Op.XOR, Op.ADD, Op.SUB, Op.MUL, Op.SDIV, Op.SREM, Op.SHL, Op.LSHR, Op.ASHR, Op.AND, Op.ADD,
            Op.LSHR);
    private static final long[] TELLING = {
        0, 1, 2, 3, 7, 0xFFF, 0xFFFFFFFFL, -1, Integer.MIN_VALUE, Long.MIN_VALUE, 1L << 40
    };

    /** An expression and the value that Java computes for it. */
    private record Both(TermExpr expr, long value) {}

    private static final class Making {
        private final Exprs exprs = new Exprs();
        private final Random random;
        private final List<Both> words = new ArrayList<>();
        private final List<Both> ints = new ArrayList<>();
        private final List<Both> truths = new ArrayList<>();
        private final List<Both> variables = new ArrayList<>();

        Making(long seed) {
            random = new Random(seed);
            for (int i = 0; i < 3; i++) {
                variable(64, words);
                variable(32, ints);
            }
            truths.add(new Both(exprs.yes, 1));
            for (int i = 0; i < 40; i++) {
                grow();
            }
        }

        private void variable(int width, List<Both> to) {
            long value = random.nextInt(3) == 0 ? random.nextLong() : TELLING[random.nextInt(TELLING.length)];
            Both made = new Both(exprs.variable("v" + variables.size(), width), width == 32 ? (int) value : value);
            variables.add(made);
            to.add(made);
        }

        private Both word(int width) {
            List<Both> of = width == 64 ? words : ints;
            if (random.nextInt(3) == 0) {
                long value = TELLING[random.nextInt(TELLING.length)];
                return new Both(exprs.constant(width, value), width == 32 ? (int) value : value);
            }
            return of.get(random.nextInt(of.size()));
        }

        private Both truth() {
            return truths.get(random.nextInt(truths.size()));
        }

        private void grow() {
            int width = random.nextBoolean() ? 64 : 32;
            Both x = word(width);
            Both y = word(width);
            Both c = truth();
            switch (random.nextInt(9)) {
                case 0 -> truths.add(new Both(exprs.eq(x.expr(), y.expr()), x.value() == y.value() ? 1 : 0));
                case 1 ->
                    truths.add(new Both(
                            exprs.ult(x.expr(), y.expr()),
                            Long.compareUnsigned(unsigned(x, width), unsigned(y, width)) < 0 ? 1 : 0));
                case 2 -> truths.add(new Both(exprs.slt(x.expr(), y.expr()), x.value() < y.value() ? 1 : 0));
                case 3 -> truths.add(new Both(exprs.not(c.expr()), 1 - c.value()));
                case 4 -> {
                    Both d = truth();
                    boolean and = random.nextBoolean();
                    truths.add(new Both(
                            and ? exprs.and(c.expr(), d.expr()) : exprs.or(c.expr(), d.expr()),
                            and ? c.value() & d.value() : c.value() | d.value()));
                }
                case 5 -> add(width, exprs.ite(c.expr(), x.expr(), y.expr()), c.value() != 0 ? x.value() : y.value());
                case 6 ->
                    add(96 - width, exprs.resized(x.expr(), 96 - width), width == 64 ? (int) x.value() : x.value());
                default -> operation(width, WORDS.get(random.nextInt(WORDS.size())), x, y);
            }
        }

        private void operation(int width, Op op, Both x, Both y) {
            if ((op == Op.SDIV || op == Op.SREM) && y.value() == 0) {
                return;
            }
            boolean shift = op == Op.SHL || op == Op.LSHR || op == Op.ASHR;
            TermExpr by = shift ? exprs.binary(Op.AND, y.expr(), exprs.constant(width, width - 1L)) : y.expr();
            long value = width == 64 ? java64(op, x.value(), y.value()) : java32(op, (int) x.value(), (int) y.value());
            add(width, exprs.binary(op, x.expr(), by), value);
        }

        private void add(int width, TermExpr expr, long value) {
            (width == 64 ? words : ints).add(new Both(expr, value));
        }

        private static long unsigned(Both b, int width) {
            return width == 32 ? b.value() & 0xFFFFFFFFL : b.value();
        }

        private List<Both> all() {
            List<Both> all = new ArrayList<>(words);
            all.addAll(ints);
            all.addAll(truths);
            return all;
        }

        /** That the variables have their values and something made has another one than Java says. */
        private List<TermExpr> denial() {
            List<TermExpr> all = new ArrayList<>();
            variables.forEach(
                    v -> all.add(exprs.eq(v.expr(), exprs.constant(v.expr().width(), v.value()))));
            TermExpr wrong = exprs.no;
            for (Both b : all()) {
                TermExpr right = b.expr().width() == 1
                        ? (b.value() == 1 ? b.expr() : exprs.not(b.expr()))
                        : exprs.eq(b.expr(), exprs.constant(b.expr().width(), b.value()));
                wrong = exprs.or(wrong, exprs.not(right));
            }
            all.add(wrong);
            return all;
        }
    }

    private static long java64(Op op, long x, long y) {
        return switch (op) {
            case AND -> x & y;
            case OR -> x | y;
            case XOR -> x ^ y;
            case ADD -> x + y;
            case SUB -> x - y;
            case MUL -> x * y;
            case SDIV -> x / y;
            case SREM -> x % y;
            case SHL -> x << y;
            case LSHR -> x >>> y;
            default -> x >> y;
        };
    }

    private static int java32(Op op, int x, int y) {
        return switch (op) {
            case AND -> x & y;
            case OR -> x | y;
            case XOR -> x ^ y;
            case ADD -> x + y;
            case SUB -> x - y;
            case MUL -> x * y;
            case SDIV -> x / y;
            case SREM -> x % y;
            case SHL -> x << y;
            case LSHR -> x >>> y;
            default -> x >> y;
        };
    }

    @Test
    void evaluatedAsJavaDoes() {
        for (int seed = 0; seed < ROUNDS; seed++) {
            Making made = new Making(seed);
            List<Both> all = made.all();
            Evaluation evaluation = new Evaluation(all.stream().map(Both::expr).toList());
            Map<TermExpr, Long> values = new java.util.HashMap<>();
            made.variables.forEach(v -> values.put(v.expr(), v.value()));
            evaluation.run(e -> values.getOrDefault(e, 0L));
            for (int i = 0; i < all.size(); i++) {
                assertThat(evaluation.value(all.get(i).expr()))
                        .as("round %s, expression %s", seed, i)
                        .isEqualTo(all.get(i).value());
            }
        }
    }

    @Test
    void understoodBySolversAsJavaDoes() {
        Z3Required.orSkipped("that terms mean to Z3 what they mean to Java is");
        for (int seed = 0; seed < ROUNDS / 40; seed++) {
            Making made = new Making(seed);
            List<TermExpr> denial = made.denial();
            try (Z3Terms terms = new Z3Terms(made.exprs, 200_000_000);
                    Context context = new Context()) {
                TermExpr values = denial.subList(0, denial.size() - 1).stream().reduce(made.exprs.yes, made.exprs::and);
                Solver assuming = terms.solver(values);
                assertThat(terms.ask(assuming, denial.get(denial.size() - 1)))
                        .as("round %s", seed)
                        .isEqualTo(Status.UNSATISFIABLE);
                Solver reading = context.mkSolver();
                reading.add(context.parseSMTLIB2String(SmtLib.assertions(made.exprs, denial), null, null, null, null));
                assertThat(reading.check()).as("round %s, as text", seed).isEqualTo(Status.UNSATISFIABLE);
                Solver sound = context.mkSolver();
                sound.add(context.parseSMTLIB2String(
                        SmtLib.assertions(made.exprs, denial.subList(0, denial.size() - 1)), null, null, null, null));
                assertThat(sound.check()).as("round %s, without denial", seed).isEqualTo(Status.SATISFIABLE);
            }
        }
    }

    /** A word with fields of four bits that are stored, or cleared, under conditions: each is what Java makes of it. */
    @Test
    void fieldsStoredUnderConditionsAreAsInJava() {
        for (int seed = 0; seed < ROUNDS / 10; seed++) {
            Random random = new Random(seed);
            Exprs exprs = new Exprs();
            Map<TermExpr, Long> values = new java.util.HashMap<>();
            TermExpr word = variable(exprs, 64, random.nextLong(), values);
            long is = values.get(word);
            for (int n = 0; n < 20; n++) {
                int at = 4 * random.nextInt(16);
                long in = 15L << at;
                TermExpr truth = variable(exprs, 1, random.nextInt(2), values);
                TermExpr value = variable(exprs, 64, random.nextLong(), values);
                TermExpr rest = exprs.and(word, exprs.ofLong(~in));
                TermExpr field = exprs.binary(Op.SHL, exprs.and(value, exprs.ofLong(15)), exprs.ofLong(at));
                boolean clears = random.nextBoolean();
                TermExpr stored = clears ? rest : exprs.or(rest, field);
                word = random.nextBoolean()
                        ? exprs.ite(truth, stored, word)
                        : exprs.ite(exprs.not(truth), word, stored);
                if (values.get(truth) != 0) {
                    is = is & ~in | (clears ? 0 : (values.get(value) & 15) << at);
                }
            }
            Evaluation evaluation = new Evaluation(List.of(word));
            evaluation.run(e -> values.getOrDefault(e, 0L));
            assertThat(evaluation.value(word)).as("round %s", seed).isEqualTo(is);
        }
    }

    private static TermExpr variable(Exprs exprs, int width, long value, Map<TermExpr, Long> values) {
        TermExpr made = exprs.variable("v" + values.size(), width);
        values.put(made, value);
        return made;
    }

    /** Or normalising, which may clear any field of any word, becomes too large from some size on. */
    @Test
    void whatWasStoredBesideAFieldIsNotInIt() {
        Exprs exprs = new Exprs();
        TermExpr before = exprs.variable("word", 64);
        TermExpr word = before;
        for (int at = 0; at < 60; at += 4) {
            TermExpr truth = exprs.variable("c" + at, 1);
            word = exprs.ite(truth, exprs.and(word, exprs.ofLong(~(15L << at))), word);
            TermExpr other = exprs.and(word, exprs.ofLong(15L << 60));
            assertThat(other).isSameAs(exprs.and(before, exprs.ofLong(15L << 60)));
        }
        TermExpr first = exprs.and(word, exprs.ofLong(15));
        assertThat(new Evaluation(List.of(first)).variables()).hasSize(2);
        assertThat(exprs.count()).isLessThan(1000);
    }
}
