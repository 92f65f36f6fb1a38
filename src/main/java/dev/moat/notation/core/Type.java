package dev.moat.notation.core;

import java.util.List;

/** The type of a value. All values are numbers: words and elements from 0, none is -1, true is 1, of a set bit n is member n. */
public sealed interface Type {
    /** One of some words. */
    record Words(List<String> words) implements Type {
        public Words {
            words = List.copyOf(words);
        }
    }

    /** An element of a sort. */
    record Element(String sort) implements Type {}

    /** An element of a sort, or none. */
    record Maybe(String sort) implements Type {}

    /** A set of words or elements. */
    record Many(Type of) implements Type {}

    /** Those without parts. */
    enum Plain implements Type {
        TRUTH,
        NUMBER,
        /** What a statement has. */
        NOTHING
    }

    /** As messages print it. */
    default String described() {
        if (this instanceof Words w) {
            return "one of the words " + String.join(", ", w.words());
        } else if (this instanceof Element e) {
            return e.sort();
        } else if (this instanceof Maybe m) {
            return m.sort() + "?";
        } else if (this instanceof Many m) {
            return "a set of " + m.of().described().replaceFirst("^one of the words", "the words");
        }
        return this == Plain.TRUTH ? "true or false" : this == Plain.NUMBER ? "a number" : "nothing";
    }
}
