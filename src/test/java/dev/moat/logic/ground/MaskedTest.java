package dev.moat.logic.ground;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.state.Footprint;
import dev.moat.state.Relation;
import dev.moat.state.RelationCode;
import dev.moat.state.Role;
import dev.moat.state.Schema;
import dev.moat.state.SchemaBuilder;
import dev.moat.state.Slots;
import dev.moat.state.Sort;
import dev.moat.state.Writer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What is looked at a word at a time says the same as what was compiled: of atoms of one bit, of several, and of such as say the same of both values. */
class MaskedTest {
    private static final int BITS = 70;
    private static final int NUMBERS = 20;

    private final SchemaBuilder builder = new SchemaBuilder();
    private final Slots bit = builder.slots("bit", Role.GHOST, Writer.GHOST, Sort.numbered("Bit", "bit", BITS))
            .bits(1);
    private final Slots number = builder.slots(
                    "number", Role.GHOST, Writer.GHOST, Sort.numbered("Number", "number", NUMBERS))
            .bits(2);
    private final Schema schema = builder.build();
    private final Random random = new Random(5);
    private int nodes;

    private GroundNode literal(String name, RelationCode code, Slots read, int size) {
        int element = random.nextInt(size);
        Relation.Reads reads = (f, a, b, c, d, e) -> f.one(read, a);
        Relation relation = new Relation(name, List.of(Sort.numbered(name, name, size)), code, reads);
        Footprint footprint = new Footprint(schema).one(read, element);
        return new GroundNode.Literal(
                nodes++, relation, random.nextBoolean(), new int[] {element, 0, 0, 0, 0}, footprint);
    }

    private GroundNode literal() {
        return switch (random.nextInt(6)) {
            case 0 -> literal("two", (s, a, b, c, d, e) -> number.get(s, a) == 2, number, NUMBERS);
            case 1 -> literal("odd", (s, a, b, c, d, e) -> (number.get(s, a) & 1) == 1, number, NUMBERS);
            case 2 -> literal("always", (s, a, b, c, d, e) -> bit.get(s, a) <= 1, bit, BITS);
            case 3 -> literal("isNot", (s, a, b, c, d, e) -> bit.get(s, a) == 0, bit, BITS);
            default -> literal("is", (s, a, b, c, d, e) -> bit.get(s, a) == 1, bit, BITS);
        };
    }

    private GroundNode formula(int depth) {
        int kind = depth == 0 ? 0 : random.nextInt(6);
        if (kind < 2) {
            return literal();
        }
        if (kind < 4) {
            List<GroundNode> parts = new ArrayList<>();
            for (int n = 1 + random.nextInt(4); n > 0; n--) {
                parts.add(formula(depth - 1));
            }
            GroundNode[] all = parts.toArray(new GroundNode[0]);
            return kind == 2 ? new GroundNode.All(nodes++, all) : new GroundNode.Some(nodes++, all);
        }
        GroundNode left = formula(depth - 1);
        GroundNode right = formula(depth - 1);
        return kind == 4
                ? new GroundNode.Equal(nodes++, left, right)
                : new GroundNode.Choice(nodes++, formula(depth - 1), left, right);
    }

    private long[] state() {
        long[] s = schema.blank();
        for (int i = 0; i < BITS; i++) {
            bit.set(s, i, random.nextInt(2));
        }
        for (int i = 0; i < NUMBERS; i++) {
            number.set(s, i, random.nextInt(4));
        }
        return s;
    }

    @Test
    void saysTheSame() {
        int[] held = new int[2];
        for (int n = 0; n < 2_000; n++) {
            GroundNode formula = formula(3);
            Ground ground = new Ground(formula, schema.blank());
            GroundNode masked = new Ground.Masked(schema.blank()).of(formula);
            for (int k = 0; k < 30; k++) {
                long[] s = state();
                boolean holds = formula.holds(s);
                assertThat(masked.holds(s)).isEqualTo(holds);
                held[holds ? 1 : 0]++;
                for (int again = 0; again < 10; again++) {
                    assertThat(ground.holds(s)).isEqualTo(holds);
                }
            }
            Footprint reads = new Footprint(schema);
            masked.read(reads);
            Footprint own = new Footprint(schema);
            formula.read(own);
            assertThat(reads).isEqualTo(own);
        }
        assertThat(held[0]).isGreaterThan(10_000);
        assertThat(held[1]).isGreaterThan(10_000);
    }
}
