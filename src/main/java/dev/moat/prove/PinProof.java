package dev.moat.prove;

import com.microsoft.z3.BitVecNum;
import com.microsoft.z3.BoolExpr;
import com.microsoft.z3.Context;
import com.microsoft.z3.Expr;
import com.microsoft.z3.FuncDecl;
import com.microsoft.z3.Model;
import com.microsoft.z3.Solver;
import com.microsoft.z3.Status;
import com.microsoft.z3.Z3Exception;
import dev.moat.input.InputException;
import dev.moat.input.InputFile;
import dev.moat.input.InputText;
import dev.moat.logic.Discipline;
import dev.moat.logic.Invariant;
import dev.moat.logic.InvariantLibrary;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Results about pin counters, apart from the discipline, which has mappings and no counters. A counter counts the
 * pinned mappings ({@code specs/pins/counter.smt2}, any number of them). A byte is such a counter as long as its limit
 * is kept ({@code specs/pins/bytes}).
 *
 * @param id of the property, or name of the file
 * @param says what it demands, one sentence
 * @param goals number of goals
 * @param asExpected whether all goals are proved, or the file has the status that it states
 * @param detail what was found
 */
public record PinProof(String id, String says, int goals, boolean asExpected, String detail) {
    private static final Pattern SAYS = Pattern.compile("\\(set-info :says \"([^\"\\n]+)\"\\)");
    private static final Pattern PLACE = Pattern.compile("line (\\d{1,9}) column (\\d{1,9}): ([^\"]*)");
    private static final Pattern STATUS = Pattern.compile("\\(set-info :status (sat|unsat)\\)");
    private static final int MAX_BYTES = 1 << 16;

    /**
     * Proves everything.
     *
     * @param home directory that holds {@code specs} and {@code invariants}
     * @throws InputException for a file that is missing, malformed, or outside the decidable fragment
     * @throws SolverException when the solver dies
     */
    public static List<PinProof> all(Path home, int rlimit) {
        List<PinProof> proofs = new ArrayList<>();
        for (Theory theory : theories(home)) {
            theory.requireFragment();
            try (Prover prover = new Prover(theory, rlimit)) {
                List<GoalAnswer> answers = prover.prove(theory);
                ProofStatement subject = theory.statements().get(0);
                List<String> open = answers.stream()
                        .filter(a -> a.status() != GoalAnswer.Status.PROVED)
                        .map(a -> a.goal().id())
                        .toList();
                String detail = open.isEmpty() ? "proved" : "NOT PROVED: " + String.join(", ", open);
                proofs.add(new PinProof(subject.id(), subject.says(), answers.size(), open.isEmpty(), detail));
            }
        }
        for (Path file : files(home.resolve("specs/pins/bytes"))) {
            proofs.add(ofBytes(file, rlimit));
        }
        return proofs;
    }

    /**
     * Reads what {@link #all} proves, as far as it is not the solver that reads it.
     *
     * @throws InputException as {@link #all}, but for what is wrong within a file of bytes
     */
    public static void read(Path home) {
        theories(home).forEach(Theory::requireFragment);
        for (Path file : files(home.resolve("specs/pins/bytes"))) {
            heading(file, text(file));
        }
    }

    /** What a file of bytes says, and the status that it states. */
    private static List<String> heading(Path file, String text) {
        return List.of(
                required(SAYS, text, file, "(set-info :says \"...\")"),
                required(STATUS, text, file, "(set-info :status sat) or unsat"));
    }

    /**
     * One theory for each property, with the lemmas and without the other properties: one property seeks a mapping for
     * a number, another a number for a mapping, and together they would leave the decidable fragment.
     */
    public static List<Theory> theories(Path home) {
        Path specs = home.resolve("specs");
        InvariantLibrary shared = InvariantLibrary.ofHome(home);
        List<Invariant> invariants = new ArrayList<>(List.of(shared.get("pins-match-holds")));
        invariants.addAll(InvariantLibrary.load(specs.resolve("vocabulary.smt2"), specs.resolve("pins/statements"))
                .all());
        Discipline counter = Discipline.load(specs.resolve("pins/counter.smt2"), shared.vocabulary());
        Theory all = Theory.of(shared.vocabulary(), counter, invariants);
        List<Theory> theories = new ArrayList<>();
        for (ProofStatement subject : all.statements()) {
            if (subject.safety()) {
                List<ProofStatement> statements = new ArrayList<>(List.of(subject));
                all.statements().stream().filter(s -> !s.safety()).forEach(statements::add);
                theories.add(all.with(statements));
            }
        }
        return theories;
    }

    private static List<Path> files(Path directory) {
        try (Stream<Path> all = Files.list(directory)) {
            return all.filter(f -> InputFile.isOfKind(f, ".smt2")).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A file that another solver reads as it is, without quantifiers: its status is what it says. */
    private static PinProof ofBytes(Path file, int rlimit) {
        String text = text(file);
        List<String> heading = heading(file, text);
        SolverLibrary.version();
        try (Context context = new Context()) {
            Solver solver = Z3Session.limited(context, context.mkSolver(), rlimit);
            for (BoolExpr formula : parsed(context, file, text)) {
                Z3Session.add(solver, formula);
            }
            Status status = Z3Session.check(solver);
            String found = status == Status.SATISFIABLE ? "sat" : status == Status.UNSATISFIABLE ? "unsat" : "unknown";
            String detail = found.equals("sat") ? "found: " + constants(solver.getModel()) : found;
            if (found.equals("unsat")) {
                detail = "proved";
            }
            String name = String.valueOf(file.getFileName()).replace(".smt2", "");
            return new PinProof("bytes/" + name, heading.get(0), 1, found.equals(heading.get(1)), detail);
        } catch (Z3Exception e) {
            throw SolverException.died(e);
        }
    }

    /** Z3 reads these files itself, and says where it does not understand them. */
    private static BoolExpr[] parsed(Context context, Path file, String text) {
        try {
            return context.parseSMTLIB2String(text, null, null, null, null);
        } catch (Z3Exception e) {
            Matcher place = PLACE.matcher(String.valueOf(e.getMessage()));
            if (!place.find()) {
                throw e;
            }
            throw new InputException(
                    file.toString(),
                    Integer.parseInt(place.group(1)),
                    Integer.parseInt(place.group(2)) + 1, // Z3 counts columns from 0
                    place.group(3).lines().findFirst().orElse(""));
        }
    }

    private static String constants(Model model) {
        List<String> values = new ArrayList<>();
        for (FuncDecl<?> constant : model.getConstDecls()) {
            Expr<?> value = model.getConstInterp(constant);
            String shown =
                    value instanceof BitVecNum n ? "0x" + String.format("%08x", n.getLong()) : String.valueOf(value);
            values.add(constant.getName() + " = " + shown);
        }
        values.sort(null);
        return String.join(", ", values);
    }

    private static String text(Path file) {
        try {
            return InputText.read(file, MAX_BYTES);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String required(Pattern form, String text, Path file, String what) {
        Matcher found = form.matcher(text);
        if (!found.find()) {
            throw InputText.end(file.toString(), text).error("missing " + what);
        }
        return found.group(1);
    }
}
