package dev.moat.prove.infer;

import dev.moat.logic.Rewriting;
import dev.moat.logic.Term;
import dev.moat.logic.Var;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A formula made ready to be judged in many structures of one signature. */
final class CompiledFormula {
    private final Node node;
    private final int slots;

    /** A part of a formula; {@code env} has the elements that its variables stand for. */
    private interface Node {
        boolean holds(Structure s, int[] env);
    }

    private CompiledFormula(Node node, int slots) {
        this.node = node;
        this.slots = slots;
    }

    /**
     * Compiles a formula.
     *
     * @param free its free variables; values are given in this order
     * @throws IllegalArgumentException for a relation or sort that the signature does not know
     */
    public static CompiledFormula of(Signature signature, Term t, List<Var> free) {
        Compiler compiler = new Compiler(signature);
        free.forEach(compiler::bind);
        Node node = compiler.node(Rewriting.plain(t));
        return new CompiledFormula(node, compiler.most);
    }

    /** Whether it is true in a structure, for these elements as its free variables. */
    public boolean holds(Structure s, int... values) {
        int[] env = new int[slots];
        System.arraycopy(values, 0, env, 0, values.length);
        return node.holds(s, env);
    }

    /** Translates a formula; each variable in scope has a place in the environment. */
    private static final class Compiler {
        private final Signature signature;
        private final Map<Var, Integer> slots = new HashMap<>();
        private int depth;
        private int most;

        Compiler(Signature signature) {
            this.signature = signature;
        }

        private int bind(Var v) {
            slots.put(v, depth++);
            most = Math.max(most, depth);
            return depth - 1;
        }

        private int slot(Var v) {
            Integer slot = slots.get(v);
            if (slot == null) {
                throw new IllegalArgumentException("variable " + v + " is free");
            }
            return slot;
        }

        Node node(Term t) {
            if (t instanceof Term.Truth truth) {
                boolean value = truth.value();
                return (s, env) -> value;
            } else if (t instanceof Term.Not not) {
                Node body = node(not.body());
                return (s, env) -> !body.holds(s, env);
            } else if (t instanceof Term.And and) {
                return some(and.parts(), false);
            } else if (t instanceof Term.Or or) {
                return some(or.parts(), true);
            } else if (t instanceof Term.Implies i) {
                Node premise = node(i.premise());
                Node goal = node(i.goal());
                return (s, env) -> !premise.holds(s, env) || goal.holds(s, env);
            } else if (t instanceof Term.Iff iff) {
                Node left = node(iff.left());
                Node right = node(iff.right());
                return (s, env) -> left.holds(s, env) == right.holds(s, env);
            } else if (t instanceof Term.Ite ite) {
                Node condition = node(ite.condition());
                Node yes = node(ite.yes());
                Node no = node(ite.no());
                return (s, env) -> condition.holds(s, env) ? yes.holds(s, env) : no.holds(s, env);
            } else if (t instanceof Term.Same same) {
                int left = slot(same.left());
                int right = slot(same.right());
                return (s, env) -> env[left] == env[right];
            } else if (t instanceof Term.Forall all) {
                return quantified(all.vars(), 0, all.body(), false);
            } else if (t instanceof Term.Exists some) {
                return quantified(some.vars(), 0, some.body(), true);
            }
            return atom((Term.Atom) t);
        }

        /** Whether one of the parts has this value; else the other value. */
        private Node some(List<Term> parts, boolean value) {
            Node[] nodes = parts.stream().map(this::node).toArray(Node[]::new);
            return (s, env) -> {
                for (Node n : nodes) {
                    if (n.holds(s, env) == value) {
                        return value;
                    }
                }
                return !value;
            };
        }

        private Node quantified(List<Var> vars, int i, Term body, boolean value) {
            if (i == vars.size()) {
                return node(body);
            }
            Var v = vars.get(i);
            int sort = signature.sort(v.sort());
            if (sort < 0) {
                throw new IllegalArgumentException("no sort " + v.sort());
            }
            int slot = bind(v);
            Node inner = quantified(vars, i + 1, body, value);
            depth--;
            slots.remove(v);
            return (s, env) -> {
                for (int e = 0; e < s.size(sort); e++) {
                    env[slot] = e;
                    if (inner.holds(s, env) == value) {
                        return value;
                    }
                }
                return !value;
            };
        }

        private Node atom(Term.Atom atom) {
            int relation = signature.relation(atom.relation());
            if (relation < 0) {
                throw new IllegalArgumentException("no relation " + atom.relation());
            }
            int[] places = signature.places(relation);
            int[] args = atom.args().stream().mapToInt(this::slot).toArray();
            return (s, env) -> {
                int at = 0;
                for (int i = 0; i < args.length; i++) {
                    at = at * s.size(places[i]) + env[args[i]];
                }
                return s.isTrue(relation, at);
            };
        }
    }
}
