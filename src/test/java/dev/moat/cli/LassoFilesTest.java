package dev.moat.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.check.proof.ResponseLasso;
import dev.moat.cli.site.LassoFiles;
import dev.moat.cli.site.Site;
import dev.moat.cli.site.TheoryOptions;
import dev.moat.discipline.InstanceBounds;
import dev.moat.logic.ResponseRule;
import dev.moat.prove.Responses;
import dev.moat.prove.Theory;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What is printed beside a saved run runs it again, by the rules that it is about. */
class LassoFilesTest {
    private static final Path HOME = Path.of("");

    @TempDir
    private Path directory;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final Site site =
            new Site(HOME, new PrintWriter(out, true), new PrintWriter(err, true), false, false, CheckoutEngine::open);
    private Path words = HOME;
    private Path rules = HOME;

    /** A rule that has the name of a shipped one, and a word of its own. */
    @BeforeEach
    void writeRules() throws IOException {
        words = Files.createDirectory(directory.resolve("words"));
        rules = Files.createDirectory(directory.resolve("rules"));
        Files.writeString(words.resolve("vocabulary.smt2"), "(define-fun beingMade ((k Hold)) Bool (opening k))\n");
        Files.writeString(rules.resolve("maps-return.smt2"), """
                (set-info :says "Each mapping comes to be in use.") (set-info :source "planted") (set-info :fair "all")
                (define-fun waiting ((k Hold)) Bool (not (live k)))
                (define-fun answered ((k Hold)) Bool (live k))
                (define-fun only.stage ((k Hold)) Bool (beingMade k))
                (define-fun only.takes.open ((k Hold) (j Hold)) Bool (= j k))
                """);
    }

    private List<String> saved() {
        Path specs = HOME.resolve("specs");
        Theory theory = Theory.load(HOME, List.of(words), specs.resolve("discipline.smt2"), specs.resolve("lemmas"));
        Responses own = Responses.load(rules, theory);
        ResponseRule rule = Objects.requireNonNull(own.rules().get("maps-return"));
        ResponseLasso lasso = Objects.requireNonNull(
                ResponseLasso.search(own, rule, InstanceBounds.initial()).lasso());
        TheoryOptions options = CommandLine.populateCommand(
                new TheoryOptions(), "--responses", rules.toString(), "--properties", words.toString());
        List<String> lines = new ArrayList<>();
        new LassoFiles(directory, List.of(), "", options.ofRules()).save(List.of(lasso), site, lines);
        return lines;
    }

    @Test
    void whatIsPrintedRunsItAgain() {
        String line = saved().get(0);
        String command = line.substring(line.indexOf("; reproduce with: moat ") + "; reproduce with: moat ".length());
        assertThat(Moat.run(site, command.split(" "))).as("%s%s", out, err).isZero();
        assertThat(out.toString()).contains("reproduced: maps-return waits for ever (hold0)");
    }

    /** The shipped rule of that name is another. */
    @Test
    void byOtherRulesItIsAnotherRun() {
        String file = saved().get(0).split(";")[0].replace("saved ", "");
        assertThat(Moat.run(site, "replay", file)).isNotZero();
        assertThat(out.toString()).doesNotContain("reproduced");
    }

    @Test
    void directoriesThatThereAreNotAreComplainedOf() {
        String none = directory.resolve("none").toString();
        for (String option : List.of("--responses", "--properties")) {
            assertThat(Moat.run(site, "replay", "x.lasso.txt", option, none)).isEqualTo(2);
            assertThat(err.toString()).contains(option + ": there is no directory " + none);
        }
    }
}
