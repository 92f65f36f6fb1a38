package dev.moat.notation;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.z3.Status;
import dev.moat.machine.Granularity;
import dev.moat.machine.Machine;
import dev.moat.machine.Stepper;
import dev.moat.model.BadSettingException;
import dev.moat.model.Component;
import dev.moat.model.Edits;
import dev.moat.model.InjectedFault;
import dev.moat.model.Model;
import dev.moat.model.ModelBuilder;
import dev.moat.model.Setting;
import dev.moat.notation.code.CompiledCode;
import dev.moat.notation.core.Interpreted;
import dev.moat.notation.machine.NotedComponent;
import dev.moat.notation.text.Parser;
import dev.moat.notation.text.Printer;
import dev.moat.notation.tree.Tree;
import dev.moat.prove.Z3Required;
import dev.moat.prove.code.LiftedMachine;
import dev.moat.prove.code.Piece;
import dev.moat.prove.lift.Exprs;
import dev.moat.prove.lift.Lifted;
import dev.moat.prove.lift.Obligation;
import dev.moat.prove.lift.TermExpr;
import dev.moat.prove.lift.Z3Terms;
import dev.moat.scenario.Catalog;
import dev.moat.state.Abstraction;
import dev.moat.state.Relation;
import dev.moat.tests.Volume;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Of each component in the notation: its text, its interpreter and its compiled code are one, in all states at small bounds. */
class ModelsTest {
    private static final int MOST_STATES = Volume.of(400, 1500);

    /** Component and settings; each variant of a step is in one of them. */
    private static final List<String> MACHINES = List.of(
            "r1",
            "r1 refs=2 handles=2",
            "dma-iommu-mapping pages=1 frames=2 cpus=2 devices=1",
            "dma-iommu-mapping pages=2 snooping-devices=first context-cache=true",
            "dma-iommu-mapping iommu=calgary devices=1 directions=from-device buffer-lines=false",
            "dma-iommu-mapping iommu=amd-vi directions=bidirectional buffer-lines=false",
            "xen-p2m cpus=2 domains=1 frames=2 range=1 types=true coherent=false",
            "xen-p2m domains=1 frames=2 gfns=4 populated=2 range=2 moves=true",
            "xen-p2m frames=2 grants=true tables=separate moves=true caching-mode=true",
            "xen-p2m frames=3 populated=2 domains=1 superpages=true pool=1 tables=separate types=true moves=true",
            "xen-p2m domains=1 frames=2 status-frames=true moves=true cpus=2 populated=0 reservation=false",
            "pkvm-iommu cpus=2 paging-caches=true context-cache=true sharing=true unit-stores=true",
            "pkvm-iommu domains=2 devices=2 frames=4 tags=1 pages=2 superpages=true guest-device=true caching-mode=true directories=true",
            "pkvm-iommu pass-through=true table-pages=false pages=3 coherent=false device-tlb=true",
            "pkvm-iommu start=registers table-pages=false context-cache=true",
            "smmuv3-streams guest=nested ats=true late-stores=true moves=true cpus=2",
            "smmuv3-streams asids=2 devices=2",
            "smmuv3-cmdq cpus=3 order=3");

    static List<String> machines() {
        return MACHINES;
    }

    /** Machines whose questions are answered in a second; the profile deep asks about all. */
    static List<String> lifted() {
        return Volume.of(0, 1) == 1 ? MACHINES : List.of(MACHINES.get(0), MACHINES.get(4));
    }

    private static NotedComponent component(String line) {
        return (NotedComponent) Catalog.load().component(line.split(" ")[0]);
    }

    private static Map<String, String> settings(String line) {
        Map<String, String> settings = new LinkedHashMap<>();
        Arrays.stream(line.split(" ")).skip(1).forEach(w -> settings.put(w.split("=")[0], w.split("=")[1]));
        return settings;
    }

    @Test
    void eachComponentIsHere() {
        Set<String> noted = new TreeSet<>();
        for (Component c : Catalog.load().components()) {
            if (c instanceof NotedComponent) {
                noted.add(c.id());
            }
        }
        Set<String> here = new TreeSet<>();
        MACHINES.forEach(line -> here.add(line.split(" ")[0]));
        assertThat(here).isEqualTo(noted);
    }

    /** Compared with what is interpreted, and with the text that one machine runs, read again. */
    @ParameterizedTest
    @MethodSource("machines")
    void bothBackEndsReachTheSameStates(String line) {
        Tree tree = component(line).tree();
        assertThat(Parser.read("printed", Printer.of(tree)).items()).isEqualTo(tree.items());
        Map<String, String> settings = settings(line);
        Model compiled = BackEnds.model(tree, settings, CompiledCode::of);
        NotedComponent noted = new NotedComponent(tree, CompiledCode::of);
        Setting setting = new Setting(noted.parameters(settings), settings);
        Tree resolved = Parser.read("resolved", Printer.of(noted.resolved(setting, new Edits())));
        compare(compiled, BackEnds.model(tree, settings, p -> Interpreted::new), MOST_STATES);
        compare(compiled, BackEnds.model(resolved, settings, CompiledCode::of), MOST_STATES / 5);
    }

    private static void compare(Model one, Model other, int most) {
        Machine x = new Machine(one, Granularity.STEP, false);
        Machine y = new Machine(other, Granularity.STEP, false);
        assertThat(y.schema().version()).isEqualTo(x.schema().version());
        assertThat(y.instances()).isEqualTo(x.instances());
        Stepper p = x.stepper();
        Stepper q = y.stepper();
        Set<List<Long>> seen = new HashSet<>();
        Deque<long[]> waiting = new ArrayDeque<>(List.of(x.initial()));
        assertThat(y.initial()).isEqualTo(x.initial());
        for (int n = 0; n < most && !waiting.isEmpty(); n++) {
            long[] s = waiting.poll();
            assertThat(successors(q, s)).isEqualTo(successors(p, s));
            p.expand(s, (letter, t) -> {
                if (seen.add(Arrays.stream(t).boxed().toList())) {
                    waiting.add(t.clone());
                }
            });
            if (n % 10 == 0) {
                compare(one.abstraction(), other.abstraction(), s);
                if (one.foundFrom() != null) {
                    compare(one.foundFrom(), other.foundFrom(), s);
                }
            }
        }
    }

    private static List<List<Long>> successors(Stepper stepper, long[] s) {
        List<List<Long>> all = new ArrayList<>();
        stepper.expand(s, (letter, t) -> {
            List<Long> words = new ArrayList<>(List.of((long) letter));
            Arrays.stream(t).forEach(words::add);
            all.add(words);
        });
        return all;
    }

    private static void compare(Abstraction one, Abstraction other, long[] s) {
        int[] a = new int[5];
        for (Relation r : one.relations()) {
            Relation q = other.relation(r.name()).orElseThrow();
            for (int i = 0; i < r.atoms(); i++) {
                r.place(i, a);
                assertThat(q.code().holds(s, a[0], a[1], a[2], a[3], a[4]))
                        .as(r.name())
                        .isEqualTo(r.code().holds(s, a[0], a[1], a[2], a[3], a[4]));
            }
        }
    }

    /** Each fault fits its place, also in machines that no scenario has. */
    @Test
    void eachFaultBuilds() {
        for (String id : List.of("r1", "dma-iommu-mapping", "xen-p2m", "pkvm-iommu")) {
            NotedComponent component = component(id);
            for (InjectedFault fault : component.faults()) {
                long built = MACHINES.stream()
                        .filter(line -> line.split(" ")[0].equals(id) && builds(line, fault))
                        .count();
                assertThat(built).as(fault.id()).isPositive();
            }
        }
    }

    private static boolean builds(String line, InjectedFault fault) {
        Edits edits = new Edits();
        fault.edit().accept(edits);
        NotedComponent component = component(line);
        ModelBuilder builder = new ModelBuilder(edits);
        try {
            component.build(new Setting(component.parameters(settings(line)), settings(line)), builder);
            builder.build();
            return true;
        } catch (BadSettingException e) {
            return false;
        }
    }

    /** The terms that proofs ask are those of what is run: what was compiled is lifted from its class files, and asked for a difference. */
    @ParameterizedTest
    @MethodSource("lifted")
    void compiledCodeIsWhatProofsAreAbout(String line) {
        Z3Required.orSkipped("whether compiled code is what proofs are about is");
        Machine machine = BackEnds.machine(BackEnds.model(component(line).tree(), settings(line), CompiledCode::of));
        try (LiftedMachine lifted = new LiftedMachine(machine);
                Z3Terms solver = new Z3Terms(lifted.exprs(), 50_000_000)) {
            List<String> different = new ArrayList<>();
            Map<Piece, Lifted> compiled = lifted.fromClassFiles();
            assertThat(compiled).isNotEmpty();
            compiled.forEach((piece, code) -> {
                for (TermExpr differ : differ(lifted.exprs(), piece.does(), code)) {
                    TermExpr asked = lifted.exprs().and(piece.call().allowed(), differ);
                    Status answer = asked.isFalse() ? Status.UNSATISFIABLE : solver.ask(solver.solver(), asked);
                    if (answer != Status.UNSATISFIABLE) {
                        different.add(piece.name() + ": " + answer);
                    }
                }
            });
            assertThat(different).isEmpty();
        }
    }

    /** One fails and the other does not; or neither does, and they answer something else, or store something else to a word. */
    private static List<TermExpr> differ(Exprs exprs, Lifted one, Lifted other) {
        TermExpr fails = fails(exprs, one);
        TermExpr others = fails(exprs, other);
        List<TermExpr> all = new ArrayList<>();
        all.add(exprs.not(exprs.ite(fails, others, exprs.not(others))));
        all.add(exprs.not(exprs.eq(one.answer(), other.answer())));
        List<TermExpr> stored = one.states().get(0);
        for (int i = 0; i < stored.size(); i++) {
            all.add(exprs.not(exprs.eq(stored.get(i), other.states().get(0).get(i))));
        }
        TermExpr neither = exprs.and(exprs.not(fails), exprs.not(others));
        all.subList(1, all.size()).replaceAll(differs -> exprs.and(neither, differs));
        return all;
    }

    private static TermExpr fails(Exprs exprs, Lifted code) {
        return code.obligations().stream().map(Obligation::when).reduce(exprs.no, exprs::or);
    }
}
