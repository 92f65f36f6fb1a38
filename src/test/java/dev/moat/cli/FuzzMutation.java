package dev.moat.cli;

import dev.moat.cli.FuzzKinds.Form;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Changes texts of a known structure a little, so that most of what reads them still gets far. Depends on its random numbers only. */
final class FuzzMutation {
    private static final Pattern TOKEN = Pattern.compile("[\\w.-]+|\\s+|.", Pattern.DOTALL);
    private static final List<String> NUMBERS = List.of(
            "0",
            "1",
            "2",
            "-1",
            "7",
            "8",
            "16",
            "17",
            "63",
            "64",
            "255",
            "256",
            "4095",
            "4096",
            "65535",
            "65536",
            "2147483647",
            "2147483648",
            "4294967295",
            "4294967296",
            "9223372036854775807",
            "9223372036854775808",
            "18446744073709551615",
            "1000000000000000000000000000000",
            "0x0",
            "0xffff",
            "0xffffffffffffffff",
            "0xffffffffffffffffff",
            "1e9",
            "0.5",
            "010");
    private static final List<String> ODD = List.of(
            "",
            " ",
            "\t",
            "\n",
            "\r\n",
            "\u0000",
            "\u001b[31m",
            "\u202e",
            "\ufeff",
            "\u00e9",
            "\ud83d\ude00",
            "\ud800",
            "(",
            ")",
            "[",
            "]",
            "{",
            "}",
            "\"",
            "'",
            "`",
            ",",
            ";",
            ":",
            "=",
            "/",
            "\\",
            "#",
            "&a",
            "*a",
            "!!x",
            "|",
            ">",
            "---",
            "null",
            "true",
            "NaN",
            "~",
            "%s",
            "${x}",
            "../x",
            "@x");

    private final Random random;

    FuzzMutation(Random random) {
        this.random = random;
    }

    /** One change, or several up to a number. */
    String change(String text, Form form, int most) {
        String changed = text;
        for (int n = random.nextInt(most); n >= 0; n--) {
            if (!form.hasLines()) {
                changed = bytes(changed);
            } else {
                boolean byCell = form == Form.CELLS && random.nextInt(4) > 0;
                changed = byCell ? cell(changed) : random.nextInt(3) == 0 ? lines(changed) : tokens(changed);
            }
        }
        return changed;
    }

    /** A byte changes, some come, go or repeat, or four of them become a number at an edge. */
    private String bytes(String text) {
        StringBuilder all = new StringBuilder(text);
        int at = random.nextInt(text.length() + 1);
        int end = Math.min(text.length(), at + 1 + random.nextInt(8));
        switch (random.nextInt(6)) {
            case 0 -> all.setLength(at);
            case 1 -> all.delete(at, end);
            case 2 -> all.insert(at, all.substring(at, end));
            case 3 ->
                all.replace(at, end, any(List.of("\0\0\0\0", "\u00ff\u00ff\u00ff\u00ff", "\u007f\u00ff\u00ff\u00ff")));
            default -> all.replace(at, Math.min(text.length(), at + 1), String.valueOf((char) random.nextInt(256)));
        }
        return all.toString();
    }

    private <T> T any(List<T> list) {
        return list.get(random.nextInt(list.size()));
    }

    /** A cell becomes another of its column, an odd one, or comes or goes. */
    private String cell(String text) {
        List<String> lines = new ArrayList<>(Arrays.asList(text.split("\n", -1)));
        int at = random.nextInt(lines.size());
        List<String> cells = new ArrayList<>(Arrays.asList(lines.get(at).split(",", -1)));
        int column = random.nextInt(cells.size());
        switch (random.nextInt(8)) {
            case 0 -> cells.add(column, "");
            case 1 -> cells.remove(column);
            case 2 -> cells.set(column, any(NUMBERS));
            case 3, 4 -> cells.set(column, tokens(cells.get(column)));
            default -> {
                String[] other = any(lines).split(",", -1);
                cells.set(column, column < other.length ? other[column] : any(ODD));
            }
        }
        lines.set(at, String.join(",", cells));
        return String.join("\n", lines);
    }

    private String lines(String text) {
        List<String> lines = new ArrayList<>(Arrays.asList(text.split("\n", -1)));
        int at = random.nextInt(lines.size());
        switch (random.nextInt(6)) {
            case 0 -> lines.remove(at);
            case 1 -> lines.add(at, lines.get(at));
            case 2 -> Collections.swap(lines, at, random.nextInt(lines.size()));
            case 3 -> lines.add(random.nextInt(lines.size() + 1), any(lines));
            case 4 ->
                lines.set(
                        at,
                        lines.get(at).substring(0, random.nextInt(lines.get(at).length() + 1)));
            default -> {
                return text.substring(0, random.nextInt(text.length() + 1));
            }
        }
        return String.join("\n", lines);
    }

    private String tokens(String text) {
        List<String> tokens = new ArrayList<>();
        Matcher m = TOKEN.matcher(text);
        while (m.find()) {
            tokens.add(m.group());
        }
        if (tokens.isEmpty()) {
            return any(ODD);
        }
        int at = random.nextInt(tokens.size());
        switch (random.nextInt(8)) {
            case 0 -> tokens.remove(at);
            case 1 -> tokens.add(at, tokens.get(at));
            case 2 -> tokens.set(at, any(tokens));
            case 3 -> tokens.add(at, any(ODD));
            case 4 -> tokens.set(at, any(ODD));
            case 5 -> tokens.set(at, any(List.of("(", "[", "{", "- ")).repeat(1 + random.nextInt(300)));
            default -> number(tokens, at);
        }
        return String.join("", tokens);
    }

    /** The next token that is a number becomes one at an edge. */
    private void number(List<String> tokens, int from) {
        for (int i = 0; i < tokens.size(); i++) {
            int at = (from + i) % tokens.size();
            if (Character.isDigit(tokens.get(at).charAt(0))) {
                tokens.set(at, any(NUMBERS));
                return;
            }
        }
        tokens.set(from, any(NUMBERS));
    }
}
