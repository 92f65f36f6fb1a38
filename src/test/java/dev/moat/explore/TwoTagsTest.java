package dev.moat.explore;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.explore.Exploration.End;
import dev.moat.logic.Invariant;
import dev.moat.logic.judge.Judge;
import dev.moat.machine.Machine;
import java.util.List;
import org.junit.jupiter.api.Test;

/** In the machine of {@code xen-walks-two-tags}, walks under two tags are in flight at once. */
class TwoTagsTest {
    private static final Invariant ONE_TAG = Invariant.read("one-tag.smt2", """
            (set-info :says "All walks in flight are under one tag.") (set-info :kind safety) (set-info :source "planted")
            (define-fun invariant () Bool
              (forall ((u Unit) (q Req) (r Req) (t Tag) (y Tag) (p Page) (o Page) (f Frame) (g Frame))
                (=> (flyR u q t p f) (flyR u r y o g) (= t y))))
            (define-fun witness () Bool
              (exists ((u Unit) (q Req) (t Tag) (p Page) (f Frame)) (flyR u q t p f)))
            """, Machines.LIBRARY.vocabulary());

    @Test
    void walksOfTwoTagsAreInFlightAtOnce() {
        Machine machine = Machines.machine("xen-vtd step refs=1 handles=1 frames=2 iommu=all devices=2 assign=true"
                + " walks=true reallocation=false");
        Judge judge = new Judge(List.of(ONE_TAG), machine.model().abstraction(), machine.schema());
        Exploration found = new Explorer(machine, judge, Limits.none(1)).run(Progress.silent());
        assertThat(found.end()).isEqualTo(End.VIOLATION);
    }
}
