package dev.moat.input;

/** Text of others as it may be shown on a terminal. */
public final class Printable {
    private Printable() {}

    /**
     * The same text in which what a terminal would act upon is written out, {@code \x1b} or {@code \u202e}: control characters
     * but for the tab, those that turn or join the writing, and halves of characters.
     */
    public static String of(String text) {
        if (text.codePoints().allMatch(Printable::isHarmless)) {
            return text;
        }
        StringBuilder shown = new StringBuilder();
        text.codePoints().forEach(c -> {
            if (isHarmless(c)) {
                shown.appendCodePoint(c);
            } else {
                shown.append(String.format(c < 0x100 ? "\\x%02x" : "\\u%04x", c));
            }
        });
        return shown.toString();
    }

    /** Whether a character may be shown as it is. */
    public static boolean isHarmless(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL -> c == '\t';
            case Character.FORMAT, Character.SURROGATE, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR ->
                false;
            default -> true;
        };
    }
}
