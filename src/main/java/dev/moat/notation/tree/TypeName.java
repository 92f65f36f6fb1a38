package dev.moat.notation.tree;

import java.util.List;

/** The type of a place, as it is written. */
public sealed interface TypeName {
    /** Where it begins. */
    At at();

    /** {@code bool}. */
    record Bool(At at) implements TypeName {}

    /** {@code number}: any, of a parameter or a result. */
    record Number(At at) implements TypeName {}

    /** {@code lock}: free or held. */
    record Lock(At at) implements TypeName {}

    /** {@code none | opening | live}: a word of a few. */
    record Words(At at, List<String> words) implements TypeName {
        public Words {
            words = List.copyOf(words);
        }
    }

    /** {@code Page}, or {@code Page?} that may be none. */
    record Of(At at, String sort, boolean optional) implements TypeName {}

    /** {@code set(r | w)}, {@code set(Page)}. */
    record SetOf(At at, TypeName of) implements TypeName {}

    /**
     * {@code 0..n}.
     *
     * @param wraps whether sums beyond the end begin again
     */
    record Range(At at, Expr first, Expr last, boolean wraps) implements TypeName {}
}
