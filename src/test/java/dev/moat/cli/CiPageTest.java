package dev.moat.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.check.TinyEngine;
import dev.moat.cli.site.Site;
import dev.moat.scenario.CounterComponent;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** The jobs of {@code docs/howto/ci.md}: their YAML is read, and their commands are run. */
class CiPageTest {
    private static final Pattern BLOCK = Pattern.compile("```(\\w+)\n(.*?)```", Pattern.DOTALL);

    @TempDir
    Path home;

    private static List<String> blocks(String language) throws IOException {
        List<String> blocks = new ArrayList<>();
        Matcher m = BLOCK.matcher(Files.readString(Path.of("docs/howto/ci.md")));
        while (m.find()) {
            if (m.group(1).equals(language)) {
                blocks.add(m.group(2));
            }
        }
        return blocks;
    }

    @SuppressWarnings("unchecked") // what YAML maps are
    private static Map<String, Object> map(Object yaml) {
        return (Map<String, Object>) yaml;
    }

    /** The shell commands of both jobs, as their systems would find them. */
    private static List<String> commands() throws IOException {
        List<String> yaml = blocks("yaml");
        assertThat(yaml).hasSize(4);
        return commands(yaml.subList(0, 2));
    }

    private static List<String> commands(List<String> yaml) {
        Load load = new Load(LoadSettings.builder().build());
        List<String> commands = new ArrayList<>();
        Map<String, Object> github =
                map(map(map(load.loadFromString(yaml.get(0))).get("jobs")).get("isolation"));
        for (Object step : (List<?>) github.get("steps")) {
            Object run = map(step).get("run");
            if (run != null) {
                commands.add(run.toString());
            }
        }
        Map<String, Object> gitlab = map(map(load.loadFromString(yaml.get(1))).get("isolation"));
        for (Object line : (List<?>) gitlab.get("script")) {
            commands.add(line.toString());
        }
        return commands;
    }

    @Test
    void bothJobsRunTheSameGate() throws IOException {
        List<String> commands = commands();
        assertThat(commands).hasSize(4);
        assertThat(commands.subList(0, 2)).isEqualTo(commands.subList(2, 4));
        assertThat(Set.copyOf(commands)).allMatch(c -> c.startsWith("./moat "));
        assertThat(Path.of("moat")).isExecutable();
    }

    /** Jobs of another repository: what its project's page says, with a report, after Moat has been installed. */
    @Test
    void otherRepositoriesRunTheirProjectsGate() throws IOException {
        List<String> commands = commands(blocks("yaml").subList(2, 4)).stream()
                .map(String::strip)
                .toList();
        assertThat(commands).hasSize(8);
        assertThat(commands.subList(2, 4)).isEqualTo(commands.subList(6, 8));
        String page = Files.readString(Path.of("docs/examples/project/README.md"));
        assertThat(page).contains(commands.get(2));
        assertThat(commands.get(3)).endsWith(" --total-time 10m --junit moat.xml");
        assertThat(page).contains(commands.get(3).replace(" --total-time 10m --junit moat.xml", ""));
    }

    /** A run ends by itself, with its reports, before the service ends the job. */
    @Test
    void theWholeRunIsBoundedByLessThanTheJobHas() throws IOException {
        for (String job : blocks("yaml")) {
            Matcher bound = Pattern.compile("--total-time (\\d+)m").matcher(job);
            Matcher has = Pattern.compile("timeout(?:-minutes)?: (\\d+)").matcher(job);
            assertThat(bound.find() && has.find()).as(job).isTrue();
            assertThat(Integer.parseInt(bound.group(1))).isLessThan(Integer.parseInt(has.group(1)));
        }
    }

    @Test
    void theirCommandsPassOnGoodCodeAndFailOnBad() throws IOException {
        Files.createDirectories(home.resolve("specs/scenarios"));
        for (String command : commands()) {
            scenario("{verdict: held, distinct: 4}");
            assertThat(run(command)).as(command).isZero();
            if (command.contains("--junit")) {
                assertThat(home.resolve("moat.xml")).content().contains("failures=\"0\"");
                assertThat(home.resolve("moat.sarif")).content().contains("\"results\": []");
                scenario("{verdict: held, distinct: 5}");
                assertThat(run(command)).as(command).isEqualTo(15);
                assertThat(home.resolve("moat.xml")).content().contains("failures=\"1\"");
                assertThat(home.resolve("moat.sarif")).content().contains("expectation-missed");
            }
        }
    }

    @Test
    void theExampleForOnesOwnComponentIsUnderstood() throws IOException {
        // The other one is of a scenario of Moat's: DocCommandsTest.
        List<String> shell = blocks("sh").stream()
                .filter(block -> block.contains("--class-path"))
                .toList();
        assertThat(shell).hasSize(1);
        Files.createDirectories(home.resolve("specs/scenarios"));
        scenario("{verdict: held}");
        String command = shell.get(0)
                .strip()
                .replace("build/classes", home.toString())
                .replace(
                        "my-scenarios/my-iommu.yaml",
                        home.resolve("specs/scenarios/counted.yaml").toString());
        assertThat(run(command)).isZero();
    }

    private void scenario(String expect) throws IOException {
        Files.writeString(
                home.resolve("specs/scenarios/counted.yaml"),
                "id: counted\nsays: Counts.\ncomponent: " + CounterComponent.NAME
                        + "\ngranularity: operation\nproperties: {hold: [bounded]}\nexpect: " + expect + "\n");
    }

    /** Runs a command of the page in this process; files that it writes go to the temporary home. */
    private int run(String command) {
        String[] args = command.substring("./moat ".length())
                .replace("moat.xml", home.resolve("moat.xml").toString())
                .replace("moat.sarif", home.resolve("moat.sarif").toString())
                .split(" +");
        StringWriter text = new StringWriter();
        Site site =
                new Site(home, new PrintWriter(text), new PrintWriter(text), false, false, path -> new TinyEngine());
        return Moat.run(site, args);
    }
}
