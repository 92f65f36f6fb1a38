package dev.moat.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.cli.site.Site;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is wrong with words of the command line, in one clear line. */
class RefusedWordsTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "check r1 -P refs=1 -P refs=2 | -P refs is given twice",
                "check r1 -Prefs=1 --parameter=refs=1 | -P refs is given twice",
                "simulate r1 -P refs=1 -P refs=2 | -P refs is given twice",
                "prove -P domains=1 -P domains=1 | -P domains is given twice",
                "check r1 -P refs | -P takes NAME=VALUE, not 'refs'",
                "check r1 -P =1 | -P takes NAME=VALUE, not '=1'",
                "check r1 -P | -P needs NAME=VALUE behind it",
                "faults unmap | Unmatched arguments from index 0: 'faults', 'unmap'; did you mean 'moat list faults'?",
                "scenarios | Unmatched argument at index 0: 'scenarios'; did you mean 'moat list scenarios'?",
                "list faults r1 more | a scenario, --edit, --inject and -P go with 'list steps OPERATION SCENARIO' only",
                "bogus --help | Unmatched argument at index 0: 'bogus'",
                "--help bogus | Unmatched argument at index 1: 'bogus'",
                "bogus --version | Unmatched argument at index 0: 'bogus'",
                "faults unmap --help | Unmatched arguments from index 0: 'faults', 'unmap'; did you mean 'moat list faults'?",
                "check --nope --help | Unknown option: '--nope'",
                "check r1 --help --symetry | Unknown option: '--symetry'; did you mean '--symmetry'?",
                "check r1 --junit x --sarif ./x | --junit and --sarif name the same file, ./x: one would overwrite the other",
                "check r1 --save x --junit a/../x | --save and --junit name the same file, a/../x: one would overwrite the other",
                "check r1 --html x --sarif x | --html and --sarif name the same file, x: one would overwrite the other",
                "prove --junit x --sarif x | --junit and --sarif name the same file, x: one would overwrite the other",
                "prove --infer x --save x | --infer and --save name the same file, x: one would overwrite the other",
                "show pom.xml --html ./pom.xml | FILE and --html name the same file, ./pom.xml: one would overwrite the other",
                "check r1 --junit= | --junit needs a path, not an empty word",
                "check r1 --save= | --save needs a path, not an empty word",
                "check r1 --shared= | --shared needs a path, not an empty word",
                "check r1 --class-path= | --class-path needs a path, not an empty word",
                "--invariants docs check r1 --invariants docs | --invariants stands before and behind the command: give it in one place",
                "--class-path docs check r1 --class-path specs | --class-path stands before and behind the command: give it in one place",
                "check --set deep r1 | --set is for a run without names of scenarios",
                "check r1 --set default | --set is for a run without names of scenarios",
                "check r1 --invariants src | --invariants: there is no file *.smt2 in src",
                "simulate r1 --invariants docs --steps 1 | --invariants: there is no file *.smt2 in docs",
                "prove --properties docs | --properties: there is no file *.smt2 in docs",
                "prove --responses docs | --responses: there is no file *.smt2 in docs",
                "--invariants= check r1 | --invariants needs a path, not an empty word",
                "prove --infer= | --infer needs a path, not an empty word",
                "check r1 --inject none --inject unmap.no-invalidation | --inject none goes with no other fault",
                "simulate r1 --inject unmap.no-invalidation --inject none | --inject none goes with no other fault",
                "check r1 --inject none --inject=none | --inject none is given twice",
                "explore r1 --inject a --inject a | --inject a is given twice",
                "prove --inject a --inject a | --inject a is given twice",
                "check r1 --inject | --inject needs a fault behind it",
                "check r1 --inject --json | --inject needs a fault behind it",
                "simulate r1 -q --full | --quiet prints no table: without --full",
                "simulate r1 --first-walk -5 | Invalid value for option '--first-walk': '-5' is not a number such as 0, 500 or 10k",
                "conform viommu x --profile qemu-9 | there is no profile 'qemu-9' (known: vtd, qemu-7.2, qemu-10.0, qemu-11.1)",
                "cover foo=bar | no choice 'foo=bar' ('moat list parameters xen-vtd' has names and values)",
                "cover flush=queued flush=deferred | 'flush=queued' and 'flush=deferred' choose flush twice",
                "cover copy=true copy=true | 'copy=true' and 'copy=true' choose copy twice",
                "needed --column flush=queued,flush=deferred | column 'flush=queued,flush=deferred' sets flush twice",
                "needed --column flush=queued,flush=queued | column 'flush=queued,flush=queued' sets flush twice",
                "needed --column defaults --column defaults | column 'defaults' is given twice",
                "needed --column rewalk=false,flush=queued --column flush=queued,rewalk=false | column 'flush=queued,rewalk=false' is given twice",
                "cover copy=true --strength 2 | --strength and --part are for all combinations, not for choices that are named",
                "cover copy=true --part 2/3 | --strength and --part are for all combinations, not for choices that are named",
                "check r1 -q --coverage | --quiet is one line per scenario: without --coverage, --verbose and --full",
                "check r1 -q -v | --quiet is one line per scenario: without --coverage, --verbose and --full",
                "check r1 --quiet --full | --quiet is one line per scenario: without --coverage, --verbose and --full",
                "audit --strict --lazy x | --strict, --lazy are mutually exclusive (specify only one)",
                "cover --strength 4 | --strength must be from 1 to 3, not 4",
                "cover --workers 65 | --workers must be from 1 to 64, not 65",
                "needed --depth 0 | --depth must be from 1 to 2147483647, not 0",
                "promises --depth 0 | --depth must be from 1 to 2147483647, not 0",
                "promises --depth -1 | --depth must be from 1 to 2147483647, not -1",
                "promises --workers 0 | --workers must be from 1 to 64, not 0",
                "promises --workers 99 | --workers must be from 1 to 64, not 99",
                "check r1 --workers 99 | --workers must be from 1 to 64, not 99",
                "mutate --list --journal x | --list and --journal exclude each other",
                "mutate --list --json | --list and --json exclude each other",
                "mutate --list --noticed | --list and --noticed exclude each other",
                "mutate --relations --fields | --relations and --fields exclude each other",
                "mutate --set default r1-unmap-no-invalidation --list | --set is for a run without names of scenarios",
                "mutate --only zzzz r1 | --only 'zzzz': no mutant has this in its name; 'moat mutate --list' prints the names",
                "mutate --set extra r1 --list | no scenario judges by these names, --set and --states, so there is no mutant",
                "mutate --relations --only drop r1 | no mutant is left by these options; 'moat mutate --list' prints what there is",
                "replay --responses specs/responses x.itf.json | --properties and --responses are for runs without end of 'moat prove', files that end in .lasso.txt",
                "replay x.itf.json y.itf.json --properties invariants | --properties and --responses are for runs without end of 'moat prove', files that end in .lasso.txt",
                "audit --recipe linux-6.1 --json | --recipe and --json exclude each other",
                "audit --recipe linux-6.1 --strict | --recipe and --strict exclude each other",
                "audit --recipe linux-6.1 --device 00:04.0 | --recipe and --device exclude each other",
                "list faults nope | nothing that 'moat list faults' prints has the word 'nope'",
                "list mechanisms nope-nope | nothing that 'moat list mechanisms' prints has the word 'nope-nope'"
            })
    void oneLineSaysWhatIsWrong(String words, String line) {
        StringWriter err = new StringWriter();
        PrintWriter out = new PrintWriter(new StringWriter());
        Site site = new Site(Path.of(""), out, new PrintWriter(err), false, false, CheckoutEngine::open);
        assertThat(Moat.run(site, words.split(" "))).isEqualTo(2);
        assertThat(err.toString().lines().findFirst()).hasValue("moat: " + line);
    }
}
