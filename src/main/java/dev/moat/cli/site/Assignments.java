package dev.moat.cli.site;

import java.util.Map;
import java.util.Stack;
import picocli.CommandLine.IParameterConsumer;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;

/** Reads {@code NAME=VALUE} into a map of texts, each name once: of two values one would be lost without a word. */
public final class Assignments implements IParameterConsumer {
    @Override
    @SuppressWarnings("JdkObsolete") // picocli's type
    public void consumeParameters(Stack<String> words, ArgSpec option, CommandSpec command) {
        String own = ((OptionSpec) option).shortestName();
        if (words.isEmpty()) {
            throw new ParameterException(command.commandLine(), own + " needs NAME=VALUE behind it");
        }
        String word = words.pop();
        int sign = word.indexOf('=');
        if (sign <= 0) {
            throw new ParameterException(command.commandLine(), own + " takes NAME=VALUE, not '" + word + "'");
        }
        String name = word.substring(0, sign);
        Map<String, String> given = option.getValue();
        if (given.putIfAbsent(name, word.substring(sign + 1)) != null) {
            throw new ParameterException(command.commandLine(), own + " " + name + " is given twice");
        }
    }
}
