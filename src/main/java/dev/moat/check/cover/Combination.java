package dev.moat.check.cover;

import java.util.List;
import java.util.stream.Collectors;

/**
 * The outcome of some choices together.
 *
 * @param choices the choices
 * @param outcome what became of them
 * @param because what the outcome needs beside it: a reason, bounds, the properties broken
 */
public record Combination(List<Choice> choices, Outcome outcome, String because) {
    /** What can become of choices; all but the first two are told one by one. */
    public enum Outcome {
        /** A machine has them all, each of them changes what is reachable, and nothing breaks. */
        COVERED("covered"),
        /** Of a machine drawn at random: every state was searched, and nothing breaks; who is at work was not asked. */
        WHOLE("searched whole"),
        /** No real machine is so. */
        CANNOT_BE("cannot be"),
        /** A real machine can be so, and there is no verdict about it. */
        NOT_MODELLED("not modelled yet"),
        /** In no bounds that were searched each of them changes what is reachable. */
        NOT_SEEN("never all at work"),
        /** The same, and there is a reason why they cannot be. */
        IDLE("never all at work, on file"),
        /** Too large for the array, and a scenario that is named searches them. */
        ELSEWHERE("too large here"),
        /** Only in bounds whose search hit its limit. */
        CUT("cut by the limit on states"),
        /** The time was up. */
        UNTRIED("not tried"),
        /** Together they break what neither breaks alone, and no reason is on file. */
        BROKEN("BROKEN"),
        /** A step is not what it claims to be. */
        DISAGREES("CODE AND DISCIPLINE DISAGREE");

        private final String says;

        Outcome(String says) {
            this.says = says;
        }

        /** As it stands in a line. */
        public String says() {
            return says;
        }
    }

    /** For example {@code copy=true with drain=false: not modelled yet: because}. */
    public String line() {
        String with = choices.stream().map(Choice::toString).collect(Collectors.joining(" with "));
        return with + ": " + outcome.says() + (because.isEmpty() ? "" : ": " + because);
    }
}
