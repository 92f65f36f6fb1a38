package dev.moat.notation.core;

import java.util.List;

/** The type of a value. All values are numbers: words and elements from 0, none is -1, true is 1, of a set bit n is member n. */
public sealed interface Type {
    /** True or false. */
    record Truth() implements Type {}

    /** Any number of 64 bits. */
    record Number() implements Type {}

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

    /** Nothing at all. */
    record Nothing() implements Type {}

    Type TRUTH = new Truth();
    Type NUMBER = new Number();
    Type NOTHING = new Nothing();

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
        return this instanceof Truth ? "true or false" : this instanceof Number ? "a number" : "nothing";
    }
}
