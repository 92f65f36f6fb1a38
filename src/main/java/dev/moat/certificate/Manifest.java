package dev.moat.certificate;

import dev.moat.input.InputException;
import dev.moat.input.InputText;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The list of a directory of certificates, {@value #NAME}: its first line is {@value #FIRST}, each further one a goal's id and the SHA-256
 * of {@code ID.smt2} and of {@code ID.proof}, which stand beside it.
 */
public final class Manifest {
    /** The file's name. */
    public static final String NAME = "manifest.txt";

    private static final String FIRST = "moat certificates 1";
    /** No longer than a file can be called that is written under another name first. */
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9.@_-]{0,219}");

    private static final Pattern LINE = Pattern.compile("(" + ID + ") ([0-9a-f]{64}) ([0-9a-f]{64})");
    private static final int MAX_BYTES = 1 << 22;

    /**
     * One goal.
     *
     * @param id what its files are named by
     * @param goal SHA-256 of the goal's text, hexadecimal
     * @param proof SHA-256 of the certificate's
     */
    public record Entry(String id, String goal, String proof) {
        /** Of texts. */
        public static Entry of(String id, String goal, String proof) {
            return new Entry(id, sha256(goal), sha256(proof));
        }
    }

    private Manifest() {}

    /** Whether a goal that is called so can be listed. */
    public static boolean canList(String id) {
        return ID.matcher(id).matches();
    }

    /** The manifest of these goals. */
    public static String text(List<Entry> entries) {
        StringBuilder all = new StringBuilder(FIRST).append('\n');
        entries.forEach(e -> all.append(e.id())
                .append(' ')
                .append(e.goal())
                .append(' ')
                .append(e.proof())
                .append('\n'));
        return all.toString();
    }

    /**
     * The goals of a directory.
     *
     * @throws IOException when the manifest cannot be read
     * @throws InputException at the first line that is none, or has a goal for the second time; when there is none
     */
    public static List<Entry> read(Path directory) throws IOException {
        String file = directory.resolve(NAME).toString();
        List<String> lines =
                InputText.read(directory.resolve(NAME), MAX_BYTES).lines().toList();
        if (lines.isEmpty() || !lines.get(0).equals(FIRST)) {
            throw new InputException(file, 1, 1, "a manifest begins with '" + FIRST + "'");
        }
        List<Entry> entries = new ArrayList<>();
        Set<String> ids = new HashSet<>();
        for (int i = 1; i < lines.size(); i++) {
            Matcher line = LINE.matcher(lines.get(i));
            if (!line.matches()) {
                throw new InputException(file, i + 1, 1, "not an id and two SHA-256 sums");
            } else if (!ids.add(line.group(1))) {
                throw new InputException(file, i + 1, 1, "goal '" + line.group(1) + "' is listed twice");
            }
            entries.add(new Entry(line.group(1), line.group(2), line.group(3)));
        }
        if (entries.isEmpty()) {
            throw new InputException(file, 2, 1, "no goal is listed");
        }
        return entries;
    }

    /**
     * Checks one goal of a directory: its files are those that the manifest means, and the certificate proves the goal.
     *
     * @return the number of steps of the certificate
     * @throws IOException when a file cannot be read
     * @throws InputException when a file is another one; then as {@link Certificate#check}
     */
    public static int check(Path directory, Entry entry) throws IOException {
        Path goal = directory.resolve(entry.id() + ".smt2");
        Path proof = directory.resolve(entry.id() + ".proof");
        String goalText = same(goal, entry.goal());
        String proofText = same(proof, entry.proof());
        return Certificate.check(GoalFile.of(goal.toString(), goalText), proof.toString(), proofText);
    }

    private static String same(Path file, String sum) throws IOException {
        String text = InputText.read(file, MAX_BYTES);
        if (!sha256(text).equals(sum)) {
            throw new InputException(
                    file.toString(), 1, 1, "not the file that the manifest means: another SHA-256 sum");
        }
        return text;
    }

    private static String sha256(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
