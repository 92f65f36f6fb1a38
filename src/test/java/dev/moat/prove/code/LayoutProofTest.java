package dev.moat.prove.code;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.moat.bits.Layout;
import dev.moat.bits.Layout.Statement;
import dev.moat.input.InputException;
import dev.moat.model.BadSettingException;
import dev.moat.prove.Z3Required;
import dev.moat.prove.code.CodeGoal.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Layouts, decisions, walks and ranges are what {@code specs/layouts} says, and where one is not, it is seen. */
class LayoutProofTest {
    /** Two minutes of one processor at the most. */
    static final int RLIMIT = 50_000_000;

    private static final Path SPECS = Path.of("specs");

    @BeforeAll
    static void needsZ3() {
        Z3Required.orSkipped("what entries mean is");
    }

    /** All but the walks that are the same again for a larger table, or another unit. */
    @ParameterizedTest
    @CsvSource({"vtd, 1173", "amdvi, 723", "calgary, 91", "gart, 78", "grant, 122"})
    void proved(String name, int goals) throws IOException {
        Layout all = Layouts.of(name).get(0);
        Predicate<String> few = piece -> !piece.matches("walk[2-6]|walk.*@(most|usual)");
        LayoutProof proof = LayoutProof.of(all, Specification.of(all, SPECS), RLIMIT, few);
        assertThat(proof.lines()).filteredOn(l -> !l.endsWith(" proved")).hasSize(1);
        assertThat(proof.proved()).isTrue();
        assertThat(proof.answers()).hasSize(goals);
        assertThat(proof.texts()).hasSizeGreaterThanOrEqualTo(proof.answers().size());
    }

    @ParameterizedTest
    @ValueSource(strings = {"vtd", "amdvi"})
    @Tag("deep")
    void everyWalk(String name) throws IOException {
        Layout family = Layouts.of(name).get(0);
        LayoutProof proof = LayoutProof.of(family, Specification.of(family, SPECS), RLIMIT);
        assertThat(proof.lines()).filteredOn(l -> !l.endsWith(" proved")).hasSize(1);
        assertThat(proof.proved()).isTrue();
    }

    /** The file says otherwise in one place, and that place is told. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "vtd | context.hi | ((_ extract 23 8) e) | ((_ extract 24 9) e) | vtd context.hi: DID lies where",
                "vtd | context.hi | W (bvand e #xffffffffff000080) | W (bvand e #xffffffffff0000c0) | vtd context.hi: ",
                "vtd | pasid.w0.ALONE | #x0000000000000c00 | #x0000000000000800 | vtd pasid.w0: what is reserved is reserved",
                "vtd | descriptor.reserved | #x0000000000000008 | #x0000000000000009 | vtd descriptor@fewest: is executed",
                "vtd | iotlb.covers | (= (bvlshr page am) | (= (bvlshr page (bvsub am #x0000000000000001)) | vtd range: covers",
                "vtd | walk.step | #x0000000000000005 #x0000000000000006 | #x0000000000000006 #x0000000000000005 | vtd step@fewest: ",
                "vtd | walk.shift | bvmul #x0000000000000009 | bvmul #x0000000000000008 | vtd walk3@fewest: ",
                "vtd | walk.kind | #x0000000000000003 | #x0000000000000007 | vtd walk3@fewest: ",
                "vtd | fault.qualified | #x0000000000000005 | #x000000000000000a | vtd condition-qualified: are those",
                "vtd | remap.accepts | bvuge bus | bvugt bus | vtd remap@remapping: is fault",
                "amdvi | page-table.IW | extract 62 62 | extract 61 61 | amdvi page-table: IW lies where",
                "amdvi | walk.size-fits | bvult (walk.sized e) | bvule (walk.sized e) | amdvi walk1: ",
                "amdvi | walk.asked | read.one on1 | read.one on0 | amdvi walk1: ",
                "amdvi | pages.covers | (= page address) | (= page (bvadd address #x0000000000000001)) | amdvi range",
                "calgary | walk.entries | #x0000000000002000 | #x0000000000001000 | calgary entries: is 8192",
                "calgary | swapped | extract 7 0 | extract 15 8 | calgary in-memory: ",
                "gart | gart.FRAME_HIGH | extract 11 4 | extract 12 5 | gart gart: FRAME_HIGH lies where",
                "gart | gart-entry.refused | #x0000000010000000 | #x0000000008000000 | gart gart-entry: what it cannot say",
                "grant | pins.devw | extract 23 16 | extract 24 17 | grant pins: devw lies where"
            })
    void anotherSpecificationIsNoticed(String name, String function, String old, String other, String told)
            throws IOException {
        String text = Files.readString(SPECS.resolve("layouts/" + name + ".smt2"));
        int from = text.indexOf("(define-fun " + function);
        int at = text.indexOf(old, from);
        assertThat(from).isPositive();
        assertThat(at).isPositive();
        String changed = text.substring(0, at) + other + text.substring(at + old.length());
        Layout all = Layouts.of(name).get(0);
        Predicate<String> meant = piece -> (told + " ").matches(name + " " + piece + "[-@: ].*");
        Predicate<String> asked = piece -> meant.test(piece.replaceAll("@.*", "")) && !piece.matches(".*@(most|usual)");
        LayoutProof proof = LayoutProof.of(all, new Specification("changed", changed), RLIMIT, asked);
        assertThat(proof.lines())
                .anyMatch(l -> l.startsWith("FAILED " + told))
                .anyMatch(l -> l.startsWith("  for example with x0 = 0x"));
        assertThat(proof.answers()).noneMatch(a -> a.status() == Status.UNKNOWN);
        assertThat(proof.proved()).isFalse();
    }

    /** What the file names and the code does not have, and the other way round. */
    @Test
    void nothingIsLeftOut() throws IOException {
        Layout all = Layouts.of("gart").get(0);
        Layout fewer =
                new Layout("gart", all.words().subList(1, 5), all.statements().subList(1, 6));
        String text = Files.readString(SPECS.resolve("layouts/gart.smt2"))
                .replace("aperture-base.BASE ", "aperture-base.FOOT ")
                .replace("(define-fun size.means ", "(define-fun size.mean ");
        String odd = "(define-fun odd.FIELD ((e W)) (_ BitVec 1) ((_ extract 0 0) e))"
                + "(define-fun odd-entry.refused ((frame W)) Bool true)";
        assertThat(LayoutProof.of(fewer, new Specification("text", text + odd), RLIMIT)
                        .lines())
                .contains(
                        "FAILED gart gart: is a word of the code",
                        "FAILED gart odd: is a word of the code",
                        "FAILED gart gart-entry: is a statement of the code",
                        "FAILED gart odd-entry: is a statement of the code",
                        "FAILED gart size: is said in the file",
                        "FAILED gart size.mean: is used",
                        "FAILED gart aperture-base: FOOT is a field of the code",
                        "FAILED gart aperture-base: what the code ignores is nothing that the specification names")
                .filteredOn(line -> line.startsWith("FAILED"))
                .hasSize(8);
    }

    /** A goal that assumes what cannot be proves nothing. */
    @Test
    void whatIsGivenIsPossible() throws IOException {
        Layout all = Layouts.of("gart").get(0);
        String text = Files.readString(SPECS.resolve("layouts/gart.smt2"))
                .replace("Bool (bvult frame #x0000000010000000)", "Bool (bvult frame #x0000000000000000)");
        assertThat(LayoutProof.of(all, new Specification("text", text), RLIMIT).lines())
                .contains("FAILED gart gart-entry: what is given is possible");
    }

    @Test
    void codeThatCannotBeLiftedIsOpen() {
        StringBuilder anything = new StringBuilder();
        Layout family = new Layout(
                "none",
                List.of(),
                List.of(new Statement(
                        "odd", "is told", 1, 0, x -> anything.append(x[0]).length())));
        LayoutProof proof = LayoutProof.of(
                family,
                new Specification(
                        "odd", "(define-sort W () (_ BitVec 64))(define-fun odd.means ((w W) (x W)) Bool true)"),
                RLIMIT);
        assertThat(proof.proved()).isFalse();
        assertThat(proof.lines().get(1)).startsWith("UNKNOWN none odd: can be lifted: ");
    }

    @Test
    void unknownFamily() {
        assertThatThrownBy(() -> Layouts.of("alpha"))
                .isInstanceOf(BadSettingException.class)
                .hasMessage("no layouts of 'alpha'; there are those of amdvi, calgary, gart, grant, vtd");
    }

    /** A file only defines: what asserts or ends the text would answer the questions that come after it. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '#',
            value = {
                "(assert false) # :2:1: only define-fun and define-sort stand here",
                "(exit) # :2:1: only define-fun and define-sort stand here",
                "word # :2:1: only define-fun and define-sort stand here, without strings and bars",
                "(define-fun |a| () Bool true) # :2:13: only define-fun and define-sort stand here, without strings and bars",
                "(define-fun a () Bool true)) # :2:28: nothing to close here",
                "(define-fun a () Bool # :2:22: a list is not closed",
                "(define-fun a () Bool nothing) # :2:23: unknown constant nothing",
                "(define-fun a () Bool true) # : does not define what the code is compared with: unknown constant odd.means",
            })
    void whatIsNoDefinitionIsRefused(String text, String message) {
        Layout odd = Layouts.of("gart").get(0);
        assertThatThrownBy(() -> LayoutProof.of(
                        odd, new Specification("bad", "(define-sort W () (_ BitVec 64)) ; ) it\n" + text), RLIMIT))
                .isInstanceOf(InputException.class)
                .hasMessageStartingWith("bad" + message.replace("odd.means", "gart.RSVD"));
    }

    @Test
    void deepFilesAreRefused() {
        String deep = "(define-fun a () Bool " + "(not ".repeat(200) + "true" + ")".repeat(201);
        assertThatThrownBy(() -> new Specification("bad", deep))
                .isInstanceOf(InputException.class)
                .hasMessage("bad:1:518: more than 100 lists within lists");
    }
}
