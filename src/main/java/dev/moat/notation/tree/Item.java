package dev.moat.notation.tree;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One declaration of a component. */
public sealed interface Item {
    /** Where it begins. */
    At at();

    /**
     * {@code parameter pages: 1..16 = 2 "I/O pages."}
     *
     * @param words empty for a number; true and false for {@code bool}
     * @param policy whether scenarios set it among the policies
     */
    record Parameter(
            At at, String name, long least, long most, List<String> words, String initial, boolean policy, String says)
            implements Item {
        public Parameter {
            words = List.copyOf(words);
        }
    }

    /** {@code static snooping = expression}: computed once, when a machine is built. */
    record Static(At at, String name, Expr value) implements Item {}

    /**
     * A sort: {@code sort Page(pages) "p" from 1}, {@code sort Attached = detached | attached}, {@code sort Hold "h" = Frame + Dom * Page}.
     *
     * @param size of one that is counted; else null
     * @param words of one of words; else empty
     * @param parts of a sum of products; else empty
     * @param prefix of labels; where it is "" those of a product are its parts' with a dot between them
     * @param first the number of the first label
     */
    record Sort(
            At at,
            String name,
            @Nullable Expr size,
            List<String> words,
            List<List<String>> parts,
            String prefix,
            long first)
            implements Item {
        public Sort {
            words = List.copyOf(words);
            parts = List.copyOf(parts);
        }
    }

    /** {@code requires condition "message"}: a setting in which it is false is refused. */
    record Requires(At at, Expr condition, String message) implements Item {}

    /** {@code operations on Cpu}: which sort are the CPUs; {@code with 255 steps} in place of 127. */
    record Cpus(At at, String sort, boolean manySteps) implements Item {}

    /** {@code unit iommu(...)}: the IOMMU, of whatever family. */
    record Unit(At at, Roles roles, List<Wanted> needs, List<String> without, List<Default> defaults) implements Item {
        public Unit {
            needs = List.copyOf(needs);
            without = List.copyOf(without);
            defaults = List.copyOf(defaults);
        }
    }

    /** The sorts of what an IOMMU knows. */
    record Roles(String requesters, String spaces, String pages, String frames, String units) {}

    /** What software needs of a family, where a static condition is true; null for always. */
    record Wanted(At at, String what, @Nullable Expr condition) {}

    /** What a parameter of the family's is where a scenario is silent. */
    record Default(String parameter, String value) {}

    /**
     * A family of places: {@code frame[Page]: Frame live while phase != none}.
     *
     * @param local whether it is a local of the operation that runs on a CPU, without its index
     * @param index sorts, with a variable where a condition needs one
     * @param condition where it is there; null for always
     */
    record Family(
            At at,
            boolean local,
            String name,
            List<Index> index,
            TypeName type,
            Traits traits,
            @Nullable Expr live,
            @Nullable Expr names,
            @Nullable Expr condition)
            implements Item {
        public Family {
            index = List.copyOf(index);
        }
    }

    /** An index of a family; the variable may be "". */
    record Index(At at, String variable, String sort) {}

    /**
     * What kind of place it is.
     *
     * @param role architectural, cache, queue, ghost, or "" for the software's own
     * @param by guest, hypervisor, device, iommu, or "" for the software
     */
    record Traits(String role, String by) {}

    /** A parameter of a definition or a procedure. */
    record Formal(At at, String name, TypeName type) {}

    /** {@code def name(parameters): type = value}. */
    record Def(
            At at,
            String name,
            List<Formal> parameters,
            @Nullable TypeName type,
            Expr value) implements Item {
        public Def {
            parameters = List.copyOf(parameters);
        }
    }

    /** {@code proc name(parameters): type { ... }}. */
    record Proc(
            At at,
            String name,
            List<Formal> parameters,
            @Nullable TypeName type,
            List<Statement> body) implements Item {
        public Proc {
            parameters = List.copyOf(parameters);
            body = List.copyOf(body);
        }
    }

    /** {@code block name(parameters) steps end}. */
    record Block(At at, String name, List<String> parameters, List<Node> steps) implements Item {
        public Block {
            parameters = List.copyOf(parameters);
            steps = List.copyOf(steps);
        }
    }

    /**
     * {@code operation name(arguments) ... steps}.
     *
     * @param letters which combinations of arguments exist; null for all
     * @param when whether a call makes sense to try; null for always
     * @param start what it stores before its first step, besides arguments with a local of their name
     * @param condition where it is there; null for always
     */
    record Operation(
            At at,
            String name,
            List<Expr.Binder> arguments,
            @Nullable Expr letters,
            @Nullable Expr when,
            List<Statement> start,
            List<Node> steps,
            @Nullable Expr condition)
            implements Item {
        public Operation {
            arguments = List.copyOf(arguments);
            start = List.copyOf(start);
            steps = List.copyOf(steps);
        }

        /** The same operation with other steps. */
        public Operation with(List<Node> other) {
            return new Operation(at, name, arguments, letters, when, start, other, condition);
        }
    }

    /**
     * {@code action name(arguments) by device ... statements}: atomic, on no CPU.
     *
     * @param claims the claim that explains it, or ""
     */
    record Action(
            At at,
            String name,
            List<Expr.Binder> arguments,
            String by,
            String claims,
            @Nullable Expr letters,
            @Nullable Expr when,
            List<Statement> body,
            @Nullable Expr condition)
            implements Item {
        public Action {
            arguments = List.copyOf(arguments);
            body = List.copyOf(body);
        }
    }

    /** {@code hardware}: here the actions of devices and units stand among the others. */
    record Hardware(At at) implements Item {}

    /** {@code initially { ... }}. */
    record Initially(At at, List<Statement> body) implements Item {
        public Initially {
            body = List.copyOf(body);
        }
    }

    /**
     * {@code relation name(places) = value}.
     *
     * @param condition where it is there; null for always
     */
    record Relation(
            At at,
            String name,
            List<Expr.Binder> places,
            Expr value,
            @Nullable Expr condition) implements Item {
        public Relation {
            places = List.copyOf(places);
        }
    }

    /** {@code never name(sorts)}: a relation that holds of nothing, as the component has nothing of the kind. */
    record Never(
            At at,
            String name,
            List<String> sorts,
            @Nullable Expr condition) implements Item {
        public Never {
            sorts = List.copyOf(sorts);
        }
    }

    /** {@code import iommu.relations}: what the unit gives a meaning to. */
    record Import(At at, String what) implements Item {}

    /**
     * {@code discipline found { ... }}: actions are found from what differs.
     *
     * @param unless where they are not compared, and why; null for nowhere
     * @param items sorts and relations that it reads in place of those of invariants
     */
    record Discipline(At at, @Nullable Expr unless, String reason, List<Item> items) implements Item {
        public Discipline {
            items = List.copyOf(items);
        }
    }

    /** {@code claim name(arguments) { ... }}: which actions of the discipline a step or action was. */
    record Claim(At at, String name, List<Expr.Binder> arguments, List<Statement> body) implements Item {
        public Claim {
            arguments = List.copyOf(arguments);
            body = List.copyOf(body);
        }
    }

    /** {@code keeps "a name": condition}: a line for proofs; nothing else asks. */
    record Keeps(At at, String name, Expr condition) implements Item {}

    /** {@code software kernel}: what traces call it that runs the operations. */
    record Software(At at, String name) implements Item {}

    /**
     * {@code fault id "says" from "source" breaks ids at step edits}.
     *
     * @param breaks invariants that it must break
     * @param granularity {@code step} or {@code operation}
     */
    record Fault(
            At at, String id, String says, String source, List<String> breaks, String granularity, List<Edit> edits)
            implements Item {
        public Fault {
            breaks = List.copyOf(breaks);
            edits = List.copyOf(edits);
        }
    }

    /** A word of a text and where it stands. */
    record Word(At at, String text) {}

    /**
     * {@code property one-page "says" : all f: Frame where used(f). ...}: what must be so in every state.
     *
     * @param reached with which the property says something; null where the {@code where} of its {@code all} says that
     */
    record Property(
            At at,
            String id,
            String says,
            Expr value,
            @Nullable Expr reached) implements Item {}

    /**
     * {@code scenario small "says" ...}: a machine, what it is judged by, and what must come of it.
     *
     * @param settings values of parameters, in order
     * @param steps whether others act between the steps of an operation
     * @param faults that are injected
     * @param holds properties that must hold
     * @param breaks properties that this machine must break
     * @param excuses a property without a witness or a relation that never changes, and the reason
     */
    record Scenario(
            At at,
            String id,
            String says,
            List<Map.Entry<Word, Word>> settings,
            boolean steps,
            List<Word> faults,
            List<Word> holds,
            List<Word> breaks,
            List<Map.Entry<Word, Word>> excuses,
            Expected expected)
            implements Item {
        public Scenario {
            settings = List.copyOf(settings);
            faults = List.copyOf(faults);
            holds = List.copyOf(holds);
            breaks = List.copyOf(breaks);
            excuses = List.copyOf(excuses);
        }
    }

    /**
     * {@code expect held with 120 states}, {@code expect violated after 4 actions}.
     *
     * @param count of states, or of the shortest violation's actions; null where any will do
     */
    record Expected(At at, boolean violated, @Nullable Long count) {}
}
