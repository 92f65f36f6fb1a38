package dev.moat.arch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.xpath.XPath;
import javax.xml.xpath.XPathFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;

/** What others who depend on Moat read in its pom. */
class PomTest {
    private static final XPath PATHS = XPathFactory.newInstance().newXPath();

    private static String of(String path) throws Exception {
        try (InputStream in = Files.newInputStream(Path.of("pom.xml"))) {
            Document pom =
                    DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(in);
            return PATHS.evaluate("/project/" + path, pom);
        }
    }

    /** One place to change, and nothing that is true on one machine only. */
    @Test
    void whereTheRepositoryIsStandsInOnePlace() throws Exception {
        assertThat(of("scm/connection"))
                .isEqualTo("scm:git:${moat.git}")
                .isEqualTo(of("scm/developerConnection"))
                .endsWith(of("scm/url"));
        assertThat(of("properties/moat.git")).matches("https://\\S+|file://\\$\\{project\\.basedir}");
        assertThat(Path.of("CONTRIBUTING.md")).content().contains("`moat.git`", "`MOAT_GIT`");
    }

    @Test
    void theLicenceIsThatOfTheFile() throws Exception {
        assertThat(of("licenses/license/name")).isEqualTo("Apache-2.0");
        assertThat(Path.of("LICENSE")).content().contains("Apache License", "Version 2.0");
    }

    /** Who runs Moat needs no JUnit, and what he is given he is given the licence of. */
    @Test
    void whatIsHandedOnIsNamedWithItsVersion() throws Exception {
        assertThat(of("dependencies/dependency[artifactId='junit-jupiter-api']/scope"))
                .isEqualTo("provided");
        String named = Files.readString(Path.of("THIRD-PARTY.txt"));
        int checked = 0;
        int i = 1;
        for (String one = "dependencies/dependency[1]/";
                !of(one + "artifactId").isEmpty();
                one = "dependencies/dependency[" + ++i + "]/") {
            if (of(one + "scope").isEmpty()) {
                String version = of(one + "version").replace("${z3.version}", of("properties/z3.version"));
                assertThat(named).contains(of(one + "artifactId") + " " + version);
                checked++;
            }
        }
        assertThat(checked).isGreaterThan(5);
        Path lib = Path.of("target/lib");
        if (Files.isDirectory(lib)) { // after a build by Maven
            assertThat(lib).isDirectoryContaining("glob:**/LICENSE").isDirectoryContaining("glob:**/THIRD-PARTY.txt");
        }
    }

    /** Documentation with warnings is not built. */
    @Test
    void theReleaseHasSourcesAndDocumentationWithoutWarnings() throws Exception {
        String release = "profiles/profile[id='release']/build/plugins/plugin[artifactId='maven-";
        assertThat(of(release + "source-plugin']/executions/execution/goals/goal"))
                .isEqualTo("jar-no-fork");
        assertThat(of(release + "javadoc-plugin']/configuration/failOnWarnings"))
                .isEqualTo("true");
    }

    @Test
    void whatChangesIsWrittenDownForTheVersionAtHand() throws Exception {
        assertThat(Path.of("CHANGELOG.md")).content().contains("\n## " + of("version"));
    }
}
