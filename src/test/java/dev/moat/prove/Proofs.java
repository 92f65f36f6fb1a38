package dev.moat.prove;

import dev.moat.logic.AbstractAction;
import dev.moat.logic.Discipline;
import dev.moat.logic.Invariant;
import dev.moat.logic.InvariantLibrary;
import dev.moat.logic.Vocabulary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What the tests of proofs share: the committed files, with edits, and a solver where there is one. */
final class Proofs {
    static final Path HOME = Path.of("");
    private static final Path SPECS = Path.of("specs");

    private Proofs() {}

    /** A prover, or a skipped test and a loud line where Z3 cannot be loaded. */
    static Prover prover(Theory theory) {
        Z3Required.orSkipped("proofs are");
        return new Prover(theory, Prover.RLIMIT);
    }

    static String text() {
        try {
            return Files.readString(SPECS.resolve("discipline.smt2"));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /**
     * The committed theory with one passage of the discipline replaced, which must occur exactly once, and only the
     * action in which it starts.
     */
    static Theory edited(String from, String to) {
        String text = text();
        int at = text.indexOf(from);
        if (at < 0 || text.indexOf(from, at + 1) >= 0) {
            throw new IllegalArgumentException("not exactly once in the discipline: " + from);
        }
        String before = text.substring(0, at + from.length());
        String start = "(define-fun ";
        int name = before.lastIndexOf(start, at) + start.length();
        return only(theory(text.replace(from, to), List.of()), text.substring(name, text.indexOf('.', name)));
    }

    /** The same with one action only. */
    static Theory only(Theory theory, String action) {
        Discipline d = theory.discipline();
        List<AbstractAction> one =
                d.actions().stream().filter(a -> a.name().equals(action)).toList();
        Discipline smaller = d.with(one);
        return new Theory(theory.vocabulary(), smaller, theory.statements(), theory.failing(), theory.others());
    }

    /** The committed properties over another discipline, with more properties. */
    static Theory theory(String discipline, List<Invariant> more) {
        Path file = SPECS.resolve("vocabulary.smt2");
        Vocabulary vocabulary = Vocabulary.load(file);
        List<Invariant> all = new ArrayList<>(more);
        for (String directory : List.of("invariants", "specs/properties", "specs/lemmas")) {
            all.addAll(InvariantLibrary.load(file, Path.of(directory)).all());
        }
        return Theory.of(vocabulary, Discipline.read("discipline.smt2", discipline, vocabulary), all);
    }
}
