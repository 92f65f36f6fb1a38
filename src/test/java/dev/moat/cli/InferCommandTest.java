package dev.moat.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.check.MoatEngine;
import dev.moat.cli.site.Site;
import dev.moat.prove.Z3Required;
import dev.moat.prove.infer.Lock;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code moat prove --infer} for a discipline of somebody's own, and the proof with what it writes. */
class InferCommandTest {
    @TempDir
    Path mine;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeEach
    void writeTheFiles() throws IOException {
        Z3Required.orSkipped("moat prove is");
        Files.createDirectories(mine.resolve("properties"));
        Files.createDirectories(mine.resolve("lemmas"));
        Files.writeString(mine.resolve("properties/vocabulary.smt2"), Lock.WORDS);
        Files.writeString(mine.resolve("properties/one-inside.smt2"), Lock.PROPERTY);
        Files.writeString(mine.resolve("lock.smt2"), Lock.TEXT);
    }

    private int run(String... args) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        Path home = Path.of("").toAbsolutePath();
        return Moat.run(
                new Site(home, new PrintWriter(out), new PrintWriter(err), false, false, MoatEngine::open)
                        .solvingHere(),
                args);
    }

    private int proveWithLemmas() {
        String lemmas = file("lemmas");
        return run("prove", "--discipline", file("lock.smt2"), "--properties", file("properties"), "--lemmas", lemmas);
    }

    private String file(String name) {
        return mine.resolve(name).toString();
    }

    @Test
    void whatIsFoundIsProvedByTheOrdinaryProof() throws IOException {
        String properties = file("properties");
        assertThat(run("prove", "--discipline", file("lock.smt2"), "--properties", properties))
                .as("without lemmas")
                .isEqualTo(5);
        String saved = file("lemmas/inferred.smt2");
        assertThat(run("prove", "--infer", file("lock.smt2"), "--properties", properties, "--save", saved))
                .as("%s%s", out, err)
                .isZero();
        assertThat(out.toString())
                .contains("one-inside needs inferred.[1, 2, 3]")
                .contains("PROVED ")
                .contains("seed 1");
        assertThat(proveWithLemmas()).as("%s%s", out, err).isZero();
        assertThat(out.toString()).containsPattern("lemma +inferred +3 conjuncts +\\d+ goals +proved");
        Files.writeString(Path.of(saved), Files.readString(Path.of(saved)).replace("(= c1 c1x)", "(not (= c1 c1x))"));
        assertThat(proveWithLemmas()).as("a lemma was turned round").isEqualTo(5);
    }

    /** An older file would be read by the next {@code prove --lemmas}. */
    @Test
    void whereNoLemmaIsNeededAnOlderFileIsNotTakenForTheResult() throws IOException {
        Path property = mine.resolve("properties/one-inside.smt2");
        Files.writeString(property, Lock.PROPERTY.replace("(inside d l) (= c d))", "(inside d l) (= c d) (= c d))"));
        String[] infer = {
            "prove", "--infer", file("lock.smt2"), "--properties", file("properties"), "--save", file("inferred.smt2")
        };
        assertThat(run(infer)).as("%s%s", out, err).isZero();
        assertThat(out.toString()).contains("nothing to save: ");
        Files.writeString(mine.resolve("inferred.smt2"), "older");
        assertThat(run(infer)).as("%s%s", out, err).isEqualTo(74);
        assertThat(err.toString()).contains("inferred.smt2 is there, and of another run: remove it");
    }

    @Test
    void aFalsePropertyHasItsRunAndItsCode() {
        assertThat(run(
                        "prove",
                        "--infer",
                        file("lock.smt2"),
                        "--properties",
                        file("properties"),
                        "--inject",
                        "take.guard.1",
                        "--seed",
                        "7"))
                .as("%s%s", out, err)
                .isEqualTo(12);
        assertThat(out.toString())
                .contains("REACHABLE: one-inside.1 false after 4 steps")
                .contains("NOT PROVED")
                .contains("seed 7");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "prove --seed 3",
                "prove --infer --json",
                "prove --infer --audit",
                "prove --infer --lemmas specs/lemmas",
                "prove --infer a.smt2 --discipline b.smt2",
                "prove --lemmas pom.xml",
                "prove --lemmas nowhere",
                "prove --infer -P holds=2",
                "prove --discipline a.smt2 --bmc 3",
                "prove --code xen-vtd --infer"
            })
    void whatDoesNotGoTogetherIsSaid(String words) {
        assertThat(run(words.split(" "))).as(words).isEqualTo(2);
        assertThat(err.toString().lines().findFirst()).isPresent();
    }

    @Test
    void filesThatAreNotThereOrSayNothing() throws IOException {
        assertThat(run("prove", "--infer", file("none.smt2"))).isEqualTo(74);
        assertThat(run("prove", "--infer", file("lock.smt2"))).isEqualTo(65);
        assertThat(err.toString()).contains("unknown sort 'Door'");
        Files.writeString(mine.resolve("lock.smt2"), Lock.TEXT.replace("Bool (idle l))", "Bool (idel l))"));
        assertThat(run("prove", "--infer", file("lock.smt2"), "--properties", file("properties")))
                .isEqualTo(65);
        assertThat(err.toString().lines()).singleElement().asString().containsPattern("lock\\.smt2:5:\\d+: .*idel");
        Files.writeString(mine.resolve("lock.smt2"), Lock.TEXT);
        Files.delete(mine.resolve("properties/one-inside.smt2"));
        assertThat(run("prove", "--infer", file("lock.smt2"), "--properties", file("properties")))
                .isEqualTo(65);
        assertThat(err.toString()).contains("no safety property speaks of its relations only");
    }
}
