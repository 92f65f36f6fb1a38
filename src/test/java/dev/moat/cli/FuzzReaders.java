package dev.moat.cli;

import dev.moat.audit.record.WatchedFunctions;
import dev.moat.certificate.Certificate;
import dev.moat.certificate.GoalFile;
import dev.moat.certificate.Manifest;
import dev.moat.certificate.Refuter;
import dev.moat.check.Checkpoints;
import dev.moat.check.Engine;
import dev.moat.check.MoatEngine;
import dev.moat.check.cover.KnownBreaks;
import dev.moat.check.mutants.Journal;
import dev.moat.check.mutants.Listed;
import dev.moat.check.needed.NeedFiles;
import dev.moat.check.needed.NeedPage;
import dev.moat.check.needed.PromisePage;
import dev.moat.cli.FuzzKinds.Form;
import dev.moat.cli.FuzzKinds.Kind;
import dev.moat.cli.FuzzKinds.Reader;
import dev.moat.explore.Limits;
import dev.moat.explore.Progress;
import dev.moat.machine.Machine;
import dev.moat.output.MarkedPage;
import dev.moat.prove.Explained;
import dev.moat.prove.PinProof;
import dev.moat.prove.Responses;
import dev.moat.prove.Theory;
import dev.moat.prove.code.Specification;
import dev.moat.prove.export.CertificateFiles;
import dev.moat.scenario.Catalog;
import dev.moat.scenario.Scenario;
import dev.moat.scenario.ScenarioLibrary;
import dev.moat.scenario.ScenarioReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/** Inputs of commands that take seconds whatever they read: what reads them is called without the rest. */
final class FuzzReaders {
    private static final String KEPT = "r1";
    private static final int LARGEST_KEPT = 50;
    private static final long NEVER = 1_000_000;
    private static final String PIN_BYTES = "take.smt2";

    private FuzzReaders() {}

    static List<Kind> below(Path work) throws IOException {
        List<Kind> kinds = new ArrayList<>();
        kinds.add(kind("cover", KnownBreaks::read, Form.WORDS, read("specs/cover.txt")));
        kinds.add(kind("mutants", Listed::read, Form.WORDS, read("specs/mutant-survivors.txt")));
        kinds.add(
                kind(
                        "journal",
                        file -> Journal.open(file, "same").close(),
                        Form.WORDS,
                        "state\tsame\ndrop r1 unmap tlb\tproperty\tr1\tno-foreign\t1/0\ndrop r1 map tlb\t-\t-\tleft over\t3/1\n"));
        kinds.add(kind(
                "symbols",
                file -> WatchedFunctions.of(WatchedFunctions.Known.LINUX, file),
                Form.WORDS,
                "ffffffff81000010 T qi_submit_sync\t[intel]\nffffffff81000020 t iommu_unmap.isra.0\n"));
        kinds.add(kind("survivors", Explained::load, Form.WORDS, read("specs/discipline-survivors.txt")));
        kinds.add(kind(
                "needed-page",
                file -> {
                    MarkedPage page = new MarkedPage(file, NeedPage.BEGIN);
                    page.requireMarks();
                    page.write(new NeedPage("", new NeedFiles()).lines());
                },
                Form.WORDS,
                page(NeedPage.BEGIN, MarkedPage.END)));
        kinds.add(kind(
                "promises-page",
                file -> new MarkedPage(file, PromisePage.BEGIN).write(new PromisePage("").lines()),
                Form.WORDS,
                page(PromisePage.BEGIN, MarkedPage.END)));
        kinds.add(checkpoints(work));
        kinds.addAll(proofs(work));
        kinds.addAll(certificates(work));
        return kinds;
    }

    private static String read(String file) throws IOException {
        return Files.readString(Path.of(file));
    }

    private static String page(String begin, String end) {
        return "# A page\n\nBefore.\n\n" + begin + "\n\n| a | b |\n|---|---|\n\n" + end + "\n\nBehind.\n";
    }

    private static Kind kind(String name, Reader reader, Form form, String... seeds) {
        return new Kind(name, "input." + name, Path.of(""), List.of(), reader, form, List.of(seeds));
    }

    /** What {@code prove} reads and no other command: a lemma, and what is proved of pin counters. */
    private static List<Kind> proofs(Path work) throws IOException {
        Path home = work.resolve("proved");
        for (String part : List.of("specs/vocabulary.smt2", "specs/discipline.smt2", "invariants")) {
            FuzzKinds.copy(Path.of(part), home.resolve(part));
        }
        for (String part :
                List.of("specs/properties", "specs/lemmas", "specs/responses", "specs/families", "specs/pins")) {
            FuzzKinds.copy(Path.of(part), home.resolve(part));
        }
        Reader theory = file -> Theory.load(home).requireFragment();
        FuzzKinds.copy(Path.of("specs/discipline.smt2"), home.resolve("own/discipline.smt2"));
        FuzzKinds.copy(
                Path.of("specs/properties/entries-follow-assignment.smt2"), home.resolve("own/properties/fuzzed.smt2"));
        Reader own = file -> Theory.load(
                        home, List.of(home.resolve("own/properties")), home.resolve("own/discipline.smt2"), null)
                .requireFragment();
        // Not by the solver: it has killed the process for such files, which is why 'prove' has it in one of its own.
        Reader pins = file -> PinProof.read(home);
        return List.of(
                in(
                        home,
                        "response",
                        "specs/responses/unmaps-return.smt2",
                        file -> Responses.load(home.resolve("specs/responses"), Theory.load(home))
                                .requireFragment()),
                in(
                        home,
                        "family",
                        "specs/families/calgary.smt2",
                        file -> Theory.load(home)
                                .ofFamily(home.resolve("specs/families/calgary.smt2"))
                                .requireFragment()),
                in(home, "lemma", "specs/lemmas/one-meaning.smt2", theory),
                in(home, "own-discipline", "own/discipline.smt2", own),
                in(home, "own-property", "own/properties/fuzzed.smt2", own),
                in(home, "pin-counter", "specs/pins/counter.smt2", pins),
                in(home, "pin-bytes", "specs/pins/bytes/" + PIN_BYTES, pins));
    }

    /** One goal of all that there are, which take time to write. */
    private static final class Certified {
        static final String ID = "no-foreign.1@assign";
        static final String GOAL =
                CertificateFiles.goals(Theory.load(Path.of("")), Path.of("")).getOrDefault(ID, "");
    }

    /** A goal, a certificate of it, and a list of both. */
    private static List<Kind> certificates(Path work) throws IOException {
        String id = Certified.ID;
        String goal = Certified.GOAL;
        GoalFile read = GoalFile.of(id, goal);
        String proof = Refuter.certificate(read, 1000).orElseThrow();
        Path directory = Files.createDirectories(work.resolve("certified"));
        String manifest =
                Manifest.text(List.of(Manifest.Entry.of(id, goal, proof), Manifest.Entry.of("a.1@b", "", "")));
        return List.of(
                kind(
                        "certificate-goal",
                        file -> GoalFile.of(file.toString(), Files.readString(file)),
                        Form.WORDS,
                        goal),
                kind(
                        "certificate",
                        file -> Certificate.check(read, file.toString(), Files.readString(file)),
                        Form.WORDS,
                        proof),
                kind(
                        "layouts",
                        file -> new Specification(file.toString(), Files.readString(file)),
                        Form.WORDS,
                        Files.readString(Path.of("specs/layouts/gart.smt2")),
                        Files.readString(Path.of("specs/layouts/calgary.smt2"))),
                new Kind(
                        "certificate-manifest",
                        "certified/" + Manifest.NAME,
                        Path.of(""),
                        List.of(),
                        file -> Manifest.read(directory),
                        Form.WORDS,
                        List.of(manifest)));
    }

    private static Kind in(Path home, String name, String file, Reader reader) throws IOException {
        return new Kind(
                name,
                home.getFileName() + "/" + file,
                Path.of(""),
                List.of(),
                reader,
                Form.WORDS,
                List.of(Files.readString(home.resolve(file))));
    }

    /** A search that was kept at several numbers of states, read by one that goes on. */
    private static Kind checkpoints(Path work) throws IOException {
        Path home = Path.of("").toAbsolutePath();
        Engine engine = MoatEngine.open(home);
        Catalog catalog = Catalog.load();
        ScenarioReader reader = new ScenarioReader(
                catalog, engine.invariants().stream().map(p -> p.id()).toList());
        Scenario scenario = new ScenarioLibrary(home.resolve("specs/scenarios"), reader).find(KEPT);
        Machine machine = catalog.machine(scenario.machine());
        Path directory = work.resolve("kept");
        String file = KEPT + ".checkpoint";
        Checkpoints writing = Checkpoints.in(directory, home, false, NEVER, FuzzReaders::fail);
        List<String> seeds = new ArrayList<>();
        for (int states = 1; states <= LARGEST_KEPT; states += 7) {
            search(engine, scenario, machine, states, writing);
            byte[] bytes = Files.readAllBytes(directory.resolve(file));
            seeds.add(new String(bytes, StandardCharsets.ISO_8859_1));
        }
        writing.close();
        Checkpoints reading = Checkpoints.in(directory, home, true, NEVER, FuzzReaders::fail);
        Reader going = kept -> search(engine, scenario, machine, 2 * LARGEST_KEPT, reading);
        return new Kind("checkpoint", "kept/" + file, home, List.of(), going, Form.SEALED, seeds);
    }

    private static void search(Engine engine, Scenario scenario, Machine machine, long states, Checkpoints kept) {
        Limits limits = new Limits(Integer.MAX_VALUE, 1, 5, states, 1 << 26);
        engine.open(scenario, machine).explore(limits, true, kept.of(scenario, true, false), Progress.silent());
    }

    private static void fail(IOException complaint) {
        throw new AssertionError(complaint);
    }

    /** The bytes of a text; of a sealed one with the sum that its first bytes have, as if it had been written so. */
    static byte[] bytes(Form form, String text, boolean seals) {
        byte[] bytes = text.getBytes(form.hasLines() ? StandardCharsets.UTF_8 : StandardCharsets.ISO_8859_1);
        int end = bytes.length - Long.BYTES;
        if (form == Form.SEALED && seals && end >= 0) {
            CRC32C sum = new CRC32C();
            sum.update(bytes, 0, end);
            for (int i = 0; i < Long.BYTES; i++) {
                bytes[end + i] = (byte) (sum.getValue() >>> Byte.SIZE * (Long.BYTES - 1 - i));
            }
        }
        return bytes;
    }
}
