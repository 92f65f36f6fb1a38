package dev.moat.bits;

import dev.moat.bits.Layout.Code;
import dev.moat.bits.Layout.Statement;
import dev.moat.bits.Layout.Word;
import java.util.ArrayList;
import java.util.List;

/** Collects the words and statements of a {@link Layout}, in the order in which they are told. */
public final class LayoutBuilder {
    private final String name;
    private final List<Word> words = new ArrayList<>();
    private final List<Statement> statements = new ArrayList<>();

    /** @param name of the file of {@code specs/layouts}, without its ending */
    public LayoutBuilder(String name) {
        this.name = name;
    }

    /** A word of 64 bits and its fields; see {@link Word}. */
    public LayoutBuilder word(String word, List<BitField> fields) {
        words.add(new Word(word, fields));
        return this;
    }

    /** That code of so many numbers makes a word that has what it is told, and nothing else. */
    public void made(String statement, int given, Code code) {
        says(statement, "has what it is told, and nothing else", given, code);
    }

    /** That the one number which code of so many numbers answers is what these words say. */
    public void says(String statement, String what, int given, Code code) {
        add(new Statement(statement, what, given, 0, code));
    }

    /** Any statement. */
    public void add(Statement statement) {
        statements.add(statement);
    }

    /** All that was told. */
    public Layout layout() {
        return new Layout(name, words, statements);
    }
}
