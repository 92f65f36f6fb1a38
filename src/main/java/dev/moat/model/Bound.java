package dev.moat.model;

import java.util.function.Predicate;

/**
 * A number that has to fit others.
 *
 * @param parameter its name
 * @param holds whether it does
 * @param suits a value that fits in a machine whose other numbers are as they are by default
 * @param ground why another one is refused
 * @param because a few words: what it has to be
 */
public record Bound(String parameter, Predicate<Setting> holds, String suits, Conflict.Ground ground, String because) {
    /** One that no real machine breaks. */
    public Bound(String parameter, Predicate<Setting> holds, String suits, String because) {
        this(parameter, holds, suits, Conflict.Ground.CANNOT_BE, because);
    }

    /** The line for the user. */
    String message(Setting setting) {
        return parameter + "=" + setting.text(parameter) + " " + ground.says() + ": " + because;
    }
}
