package dev.moat.arch;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The prose of a Markdown page, without code and generated blocks, and its complaints about that: what makes it hard to read. */
final class Prose {
    private static final int MEAN_OF_A_SENTENCE = 20;
    private static final int LONGEST_SENTENCE = 40;
    private static final int LONGEST_PARAGRAPH = 90;
    private static final int LONGEST_CELL = 15;

    /** Words for which the field, or plain English, has better ones. */
    private static final Pattern BANNED = Pattern.compile("(?i)(?<![\\w-])(?:"
            + String.join(
                    "|",
                    "nobody's",
                    "of one's own",
                    "none is",
                    "is said",
                    "is told(?! apart)",
                    "but for",
                    "beside (?:that|this|these)",
                    "as ever",
                    "for ever",
                    "anew",
                    "upon",
                    "all the same",
                    "in the place of",
                    "of its own accord",
                    "fact sheet",
                    "of what",
                    "by what",
                    "with what",
                    "to what")
            + ")(?![\\w-])");

    private static final Pattern GENERATED =
            Pattern.compile("(?s)<!--[^>]*\\bbegin\\b[^>]*-->.*?<!--[^>]*\\bend\\b[^>]*-->");
    private static final Pattern FENCE = Pattern.compile("(?ms)^ *```.*?^ *```[^\\n]*$");
    private static final Pattern COMMENT = Pattern.compile("(?s)<!--.*?-->");
    private static final Pattern TAG = Pattern.compile("</?a\\b[^>]*>");
    private static final Pattern SPAN = Pattern.compile("`[^`]+`");
    private static final Pattern LINK = Pattern.compile("!?\\[([^\\[\\]]*)]\\(([^()]*)\\)");
    private static final Pattern END = Pattern.compile("(?<=[.!?])[)*_\"]*\\s+(?=[\"(*_]*[A-Z`])|(?<=:)\\s*$");
    private static final Pattern QUOTATION = Pattern.compile("\"[^\"]{20,}\"");
    private static final Pattern ITEM = Pattern.compile("\\s*(?:[-*+]|\\d+\\.)\\s+.*");

    /** The comment in front of a class, or of a package. */
    private static final Pattern CLASS_COMMENT = Pattern.compile("/\\*\\*([^*]*(?:\\*(?!/)[^*]*)*+)\\*/"
            + "\\s*(?:@[\\w.]+(?:\\((?:[^()]|\\([^()]*\\))*+\\))?\\s*)*(?:public |abstract |final |sealed |non-sealed )*"
            + "(?:class|interface|record|enum|@interface|package)\\b");

    /** A paragraph, an item of a list, a heading, or a cell of a table; links still stand in it. */
    private record Block(Kind kind, String text) {
        boolean isText() {
            return kind == Kind.PARAGRAPH || kind == Kind.ITEM;
        }
    }

    private enum Kind {
        PARAGRAPH,
        ITEM,
        HEADING,
        CELL,
        QUOTE
    }

    /** A row without a row and a header in front of it: a blank line in a table leaves the rest without its header. */
    private static final Pattern NO_HEADER = Pattern.compile("(?m)(?:\\A|^(?!\\|).*\\n)(\\|.*)\\n(?!\\|[-:| ]+\\|$)");

    private final List<Block> blocks = new ArrayList<>();
    private final List<String> broken;

    /** @param page a page's text */
    Prose(String page) {
        String text = TAG.matcher(
                        COMMENT.matcher(FENCE.matcher(GENERATED.matcher(page).replaceAll("\n\n"))
                                        .replaceAll("\n\n"))
                                .replaceAll(""))
                .replaceAll("");
        broken = NO_HEADER
                .matcher(text)
                .results()
                .map(row -> "table without a header: " + row.group(1))
                .toList();
        StringBuilder block = new StringBuilder();
        Kind kind = Kind.PARAGRAPH;
        for (String line : (text + "\n\n").split("\n", -1)) {
            boolean item = ITEM.matcher(line).matches();
            boolean alone =
                    line.isBlank() || line.startsWith("#") || line.strip().startsWith("|");
            if ((alone || item || line.startsWith(">")) && block.length() > 0) {
                blocks.add(new Block(kind, block.toString().strip()));
                block.setLength(0);
                kind = Kind.PARAGRAPH;
            }
            if (line.startsWith("#")) {
                blocks.add(new Block(Kind.HEADING, line.replaceFirst("#+", "").strip()));
            } else if (line.strip().startsWith("|")) {
                cells(line.strip());
            } else if (!line.isBlank()) {
                kind = item ? Kind.ITEM : line.startsWith(">") ? Kind.QUOTE : kind;
                block.append(' ').append(line.replaceFirst("^\\s*(?:[-*+]|\\d+\\.|>)\\s+", ""));
            }
        }
    }

    private void cells(String row) {
        if (row.matches("[|:\\- ]+")) {
            return;
        }
        Arrays.stream(row.replaceAll("^\\||\\|\\s*$", "").split("(?<!\\\\)\\|"))
                .map(String::strip)
                .filter(cell -> !cell.isEmpty())
                .forEach(cell -> blocks.add(new Block(Kind.CELL, cell)));
    }

    /** A piece of code counts as one word, as does a sentence that somebody else wrote; a link as its words. */
    private static String plain(String text) {
        String words = LINK.matcher(SPAN.matcher(text).replaceAll("Code")).replaceAll("$1");
        return QUOTATION.matcher(words).replaceAll("Quotation");
    }

    private static int words(String text) {
        return (int) Arrays.stream(text.split("\\s+"))
                .filter(word -> word.chars().anyMatch(Character::isLetterOrDigit))
                .count();
    }

    private static List<String> sentences(String text) {
        return Arrays.stream(END.split(plain(text)))
                .filter(sentence -> words(sentence) > 0)
                .toList();
    }

    /**
     * @param coined words that a page links to the glossary when it first has them
     * @return a line for each thing that is wrong
     */
    List<String> complaints(List<String> coined) {
        List<String> all = new ArrayList<>();
        purpose(all);
        all.addAll(hard());
        List<String> sentences = blocks.stream()
                .filter(Block::isText)
                .flatMap(block -> sentences(block.text).stream())
                .toList();
        double mean = sentences.stream().mapToInt(Prose::words).average().orElse(0);
        if (mean > MEAN_OF_A_SENTENCE) {
            all.add(String.format(Locale.ROOT, "sentences of %.1f words on the mean", mean));
        }
        coined.forEach(term -> unlinked(term, all));
        return all;
    }

    /** @return a line for each cell, paragraph and sentence that is too long, broken table, and word that has a better one */
    List<String> hard() {
        List<String> all = new ArrayList<>(broken);
        for (Block block : blocks) {
            String plain = plain(block.text);
            String shown = plain.length() > 80 ? plain.substring(0, 80) + "..." : plain;
            int length = words(plain);
            if (block.kind == Kind.CELL && length > LONGEST_CELL) {
                all.add("cell of " + length + " words: " + shown);
            }
            if (block.kind == Kind.PARAGRAPH && length > LONGEST_PARAGRAPH) {
                all.add("paragraph of " + length + " words: " + shown);
            }
            banned(plain).forEach(found -> all.add("\"" + found + "\": " + shown));
            if (block.isText()) {
                for (String sentence : sentences(block.text)) {
                    if (words(sentence) > LONGEST_SENTENCE) {
                        all.add("sentence of " + words(sentence) + " words: " + shown);
                    }
                }
            }
        }
        return all;
    }

    /** Whether some sentence has a word. */
    boolean says(String word) {
        return blocks.stream().anyMatch(block -> plain(block.text).matches("(?is).*\\b" + word + "\\b.*"));
    }

    /** @return the comment of a source file's class or package, without its tags, as a page */
    static Prose ofClass(String source) {
        Matcher comment = CLASS_COMMENT.matcher(source);
        String text = comment.find() ? comment.group(1) : "";
        text = text.replaceAll("(?m)^\\s*\\* ?", "").replaceFirst("(?ms)^@(?:param|return|throws).*", "");
        return new Prose(text.replaceAll("(?s)<table>.*?</table>", "")
                .replaceAll("\\{@\\w+\\s[^}]*}", "Code")
                .replaceAll("<p>|</li>", "\n\n")
                .replaceAll("<li>", "\n- ")
                .replaceAll("<[^>]*>", " "));
    }

    /** @return the words of a text for which the field, or plain English, has better ones */
    static List<String> banned(String text) {
        return BANNED.matcher(text).results().map(MatchResult::group).toList();
    }

    /** A page opens with a paragraph of two sentences or more, which says what it is for. */
    private void purpose(List<String> all) {
        boolean opens = blocks.size() > 1
                && blocks.get(0).kind == Kind.HEADING
                && blocks.get(1).kind == Kind.PARAGRAPH
                && sentences(blocks.get(1).text).size() > 1;
        if (!opens) {
            all.add("no paragraph behind the title that says in some sentences what the page is for");
        }
    }

    private void unlinked(String term, List<String> all) {
        Pattern word = Pattern.compile("(?i)(?<![\\w-])" + term.replace(" ", "[ -]") + "(?:s|es)?(?![\\w-])");
        for (Block block : blocks) {
            String text = SPAN.matcher(block.text).replaceAll("Code");
            Matcher plain = word.matcher(plain(text));
            if (block.kind != Kind.HEADING && plain.find()) {
                boolean linked = LINK.matcher(text)
                        .results()
                        .anyMatch(link -> link.group(2).contains("glossary.md")
                                && word.matcher(link.group(1)).find());
                if (!linked) {
                    all.add("\"" + term + "\" has no link to the glossary where it is first used");
                }
                return;
            }
        }
    }

    /** The words that a glossary coins: the first cells of its section "Moat's own words". */
    static List<String> coined(String glossary) {
        String section = glossary.substring(glossary.indexOf("\n## Moat's own words"));
        section = section.substring(0, section.indexOf("\n## ", 5));
        return Pattern.compile("(?m)^\\| <a id=\"[^\"]*\"></a>([^|]+) \\|")
                .matcher(section)
                .results()
                .map(row -> row.group(1))
                .toList();
    }

    /**
     * @return where a page's links lead to nothing: {@code page} itself, or a page of {@code pages}, that has no such heading
     *     or anchor
     */
    static List<String> brokenAnchors(String page, Map<String, String> pages) {
        List<String> broken = new ArrayList<>();
        for (Matcher link = LINK.matcher(FENCE.matcher(page).replaceAll("")); link.find(); ) {
            String[] parts = link.group(2).split("#", 2);
            String target = parts[0].isEmpty() ? page : pages.get(parts[0]);
            if (parts.length == 2 && target != null && !anchors(target).contains(parts[1])) {
                broken.add(link.group(2));
            }
        }
        return broken;
    }

    /** As GitHub makes them of headings. */
    private static List<String> anchors(String page) {
        List<String> all = new ArrayList<>();
        for (String line : FENCE.matcher(page).replaceAll("").split("\n")) {
            if (line.startsWith("#")) {
                String heading = LINK.matcher(line.replaceFirst("#+ *", "")).replaceAll("$1");
                all.add(heading.strip()
                        .toLowerCase(Locale.ROOT)
                        .replaceAll("[^\\p{L}\\p{N} _-]", "")
                        .replace(' ', '-'));
            }
        }
        Pattern.compile("<a id=\"([^\"]+)\">").matcher(page).results().forEach(a -> all.add(a.group(1)));
        return all;
    }
}
