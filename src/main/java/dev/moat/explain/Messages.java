package dev.moat.explain;

import dev.moat.explain.LogText.Found;
import dev.moat.explain.Said.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Messages that mean the same whatever else a log has: the file {@code messages.txt} has their patterns and the sentences of their answers,
 * in which {@code $1} is a group and {@code $dev} the first group or the device in front of the message.
 */
final class Messages {
    private static final String FILE = "messages.txt";
    private static final Map<String, Kind> KINDS = Map.of(
            "event", Kind.EVENT,
            "meaning", Kind.MEANING,
            "cause", Kind.CAUSE,
            "not", Kind.EXCLUDED,
            "next", Kind.NEXT);
    private static final Pattern VARIABLE = Pattern.compile("\\$(dev|\\d)");
    private static final Pattern IN_FRONT = Pattern.compile("([\\w.:-]{1,60}):\\s*$");
    /** Lines before and behind a message in which the same is told in another form. */
    private static final int NEAR = 8;

    private static final List<Message> ALL = read();

    private final LogText log;

    Messages(LogText log) {
        this.log = log;
    }

    /**
     * How a message is found.
     *
     * @param unless not explained if this stands a few lines away, because the same is told there
     */
    private record Sign(Pattern pattern, @Nullable Pattern unless) {}

    /** A message and its answer. */
    private record Message(
            LogForm form, Sign sign, String title, Map<Kind, List<String>> sentences, List<String> shown) {}

    private static List<Message> read() {
        try (InputStream in = Objects.requireNonNull(Messages.class.getResourceAsStream(FILE), FILE)) {
            List<Message> all = new ArrayList<>();
            for (String block : new String(in.readAllBytes(), StandardCharsets.UTF_8).split("\n\n")) {
                message(block).ifPresent(all::add);
            }
            return List.copyOf(all);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Optional<Message> message(String block) {
        Map<String, String> heads = new HashMap<>();
        Map<Kind, List<String>> sentences = new EnumMap<>(Kind.class);
        block.lines().filter(line -> !line.startsWith("#")).forEach(line -> {
            String[] words = line.split(" ", 2);
            Kind kind = KINDS.get(words[0]);
            if (kind == null) {
                heads.put(words[0], words[1]);
            } else {
                sentences.computeIfAbsent(kind, k -> new ArrayList<>()).add(words[1]);
            }
        });
        String unless = heads.get("unless");
        String shown = heads.getOrDefault("shown", "");
        return heads.isEmpty()
                ? Optional.empty()
                : Optional.of(new Message(
                        LogForm.valueOf(heads.getOrDefault("form", "")),
                        new Sign(
                                LogText.form(heads.getOrDefault("for", "")),
                                unless == null ? null : LogText.form(unless)),
                        heads.getOrDefault("title", ""),
                        sentences,
                        shown.isEmpty() ? List.of() : List.of(shown.split(" "))));
    }

    List<FaultAnswer> answers() {
        List<FaultAnswer> answers = new ArrayList<>();
        for (Message message : ALL) {
            List<Found> found = log.all(message.sign().pattern()).stream()
                    .filter(one -> !isTold(message, one))
                    .toList();
            answers.addAll(Requests.each(
                    message.form(),
                    found,
                    one -> expand(message.title(), one),
                    group -> Optional.of(answer(message, group))));
        }
        return answers;
    }

    private boolean isTold(Message message, Found found) {
        Pattern unless = message.sign().unless();
        return unless != null
                && !log.between(unless, Math.max(0, found.first() - NEAR), found.last() + NEAR)
                        .isEmpty();
    }

    private FaultAnswer answer(Message message, List<Found> group) {
        Found first = group.get(0);
        FaultAnswer answer =
                new FaultAnswer(message.form(), expand(message.title(), first), first.lines()).times(group.size());
        message.sentences().forEach((kind, all) -> all.forEach(text -> answer.says(kind, expand(text, first))));
        return answer.shownBy(message.shown().toArray(String[]::new));
    }

    private String expand(String text, Found found) {
        return VARIABLE.matcher(text)
                .replaceAll(variable -> Matcher.quoteReplacement(value(variable.group(1), found)))
                .replace(" ()", "");
    }

    private String value(String name, Found found) {
        if (!name.equals("dev")) {
            return found.group(Integer.parseInt(name))
                    .replaceAll("\\s+", " ")
                    .replaceFirst("^(0x)?0+(?=[0-9a-f]+$)", "$1");
        }
        Matcher front = IN_FRONT.matcher(log.before(found));
        String device = found.match().groupCount() > 0 ? found.group(1) : "";
        return !device.isEmpty()
                ? device.toLowerCase(Locale.ROOT)
                : front.find() ? front.group(1) : "a device that the line does not name";
    }
}
