package dev.moat.logic.judge;

import java.util.List;

/**
 * The rest of a search for values of variables that make a conjunction true: one condition, then the others. A condition on
 * an atom whose variables are not all known goes through the relation's true tuples, so its cost is their number, whatever the
 * sizes of the sorts.
 *
 * <p>{@code @shape} {@code env[v]} is the element that variable v stands for; only known ones are read.
 */
abstract class Join {
    /** Nothing is left to be made true. */
    static final Join FOUND = new Join() {
        @Override
        boolean holds(int[] env) {
            return true;
        }
    };

    /** Whether the variables that are not known have values that make the rest true; these are then in {@code env}. */
    abstract boolean holds(int[] env);

    /** Whether one of several searches finds something. */
    static boolean any(List<Join> ways, int[] env) {
        for (int i = 0; i < ways.size(); i++) {
            if (ways.get(i).holds(env)) {
                return true;
            }
        }
        return false;
    }

    /** An atom, or its negation, whose variables are known. */
    static final class Test extends Join {
        private final TrueTuples tuples;
        private final int[] vars;
        private final boolean sign;
        private final Join next;

        /** @param vars of each place; -1 behind the relation's places */
        Test(TrueTuples tuples, int[] vars, boolean sign, Join next) {
            this.tuples = tuples;
            this.vars = vars;
            this.sign = sign;
            this.next = next;
        }

        @Override
        boolean holds(int[] env) {
            return tuples.isTrue(at(env, 0), at(env, 1), at(env, 2), at(env, 3), at(env, 4)) == sign && next.holds(env);
        }

        private int at(int[] env, int place) {
            return vars[place] < 0 ? 0 : env[vars[place]];
        }
    }

    /** Equality of two known variables, or its negation. */
    static final class Compare extends Join {
        private final int left;
        private final int right;
        private final boolean sign;
        private final Join next;

        Compare(int left, int right, boolean sign, Join next) {
            this.left = left;
            this.right = right;
            this.sign = sign;
            this.next = next;
        }

        @Override
        boolean holds(int[] env) {
            return (env[left] == env[right]) == sign && next.holds(env);
        }
    }

    /** No values of further variables make any of several conjunctions true. */
    static final class None extends Join {
        private final List<Join> ways;
        private final Join next;

        None(List<Join> ways, Join next) {
            this.ways = ways;
            this.next = next;
        }

        @Override
        boolean holds(int[] env) {
            return !any(ways, env) && next.holds(env);
        }
    }

    /** Every element of a variable's sort in turn. */
    static final class Each extends Join {
        private final int var;
        private final int size;
        private final Join next;

        Each(int var, int size, Join next) {
            this.var = var;
            this.size = size;
            this.next = next;
        }

        @Override
        boolean holds(int[] env) {
            for (int element = 0; element < size; element++) {
                env[var] = element;
                if (next.holds(env)) {
                    return true;
                }
            }
            return false;
        }
    }

    /** An atom that makes some of its variables known: its true tuples in turn. */
    static final class Match extends Join {
        private final TrueTuples tuples;
        private final int[] vars;
        private final boolean[] known;
        /** The place of the largest sort whose variable is known before; -1 when none is. */
        private final int by;

        private final Join next;

        /**
         * @param known by place, whether its variable is known before, or by an earlier place
         * @param by the place of the largest sort whose variable is known before; -1 when none is
         */
        Match(TrueTuples tuples, int[] vars, boolean[] known, int by, Join next) {
            this.tuples = tuples;
            this.vars = vars;
            this.known = known;
            this.by = by;
            this.next = next;
        }

        @Override
        boolean holds(int[] env) {
            if (by >= 0) {
                for (int i = tuples.firstWith(by, env[vars[by]]); i >= 0; i = tuples.nextWith(by, i)) {
                    if (fits(i, env) && next.holds(env)) {
                        return true;
                    }
                }
                return false;
            }
            for (int i = 0; i < tuples.count(); i++) {
                if (fits(i, env) && next.holds(env)) {
                    return true;
                }
            }
            return false;
        }

        private boolean fits(int i, int[] env) {
            for (int place = 0; place < known.length; place++) {
                int element = tuples.element(i, place);
                if (known[place]) {
                    if (env[vars[place]] != element) {
                        return false;
                    }
                } else {
                    env[vars[place]] = element;
                }
            }
            return true;
        }
    }
}
