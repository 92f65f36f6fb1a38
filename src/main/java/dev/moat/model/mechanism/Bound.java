package dev.moat.model.mechanism;

import dev.moat.model.setting.Setting;
import java.util.function.Predicate;

/**
 * A number that has to fit others.
 *
 * @param parameter its name
 * @param holds whether it does
 * @param suits a value that fits in a machine whose other numbers are as they are by default
 * @param because a few words: what it has to be
 */
public record Bound(String parameter, Predicate<Setting> holds, String suits, String because) {
    /** The line for the user. */
    String message(Setting setting) {
        return parameter + "=" + setting.text(parameter) + " " + Conflict.Ground.CANNOT_BE.says() + ": " + because;
    }
}
