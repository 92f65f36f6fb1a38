package dev.moat.audit.recording;

import dev.moat.audit.read.Function;
import dev.moat.audit.recording.RunningCalls.Running;
import dev.moat.audit.result.AuditRule;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What functions promise, judged when they return. */
final class CallJudge {
    private static final int PAGE_SHIFT = 12;

    private final Recorded recorded;

    CallJudge(Recorded recorded) {
        this.recorded = recorded;
    }

    /** A call of a function cannot be judged. */
    void unjudged(@Nullable Function function, String why) {
        if (function != null) {
            AuditRule rule = switch (function.role()) {
                case UNMAP -> AuditRule.CALL_RETURN;
                case MAP -> AuditRule.CALL_REUSE;
                case FLUSH -> AuditRule.FLUSH_COVERS;
                case WAIT -> AuditRule.WAIT_DONE;
            };
            recorded.ledger.unjudged(rule, why);
        }
    }

    /** The recording is over: calls that were called again before they returned may have returned unseen. */
    void end() {
        for (Running running : recorded.calls.all()) {
            String doubt = running.call().doubt();
            if (doubt != null) {
                unjudged(running.function(), doubt);
            }
        }
    }

    void returned(Running running, Moment when) {
        Function function = running.function();
        if (function == null) {
            return;
        }
        RecordedCall call = running.call();
        switch (function.role()) {
            case UNMAP -> {
                unmapped(call, when, AuditRule.CALL_RETURN, l -> l.what() != Lingering.What.DEVICE_TLB);
                unmapped(call, when, AuditRule.CALL_DEVICE_TLB, l -> l.what() == Lingering.What.DEVICE_TLB);
            }
            case MAP -> mapped(call, when);
            case FLUSH -> flushed(running, function, when);
            case WAIT -> waited(call, when);
        }
    }

    private void unmapped(RecordedCall call, Moment when, AuditRule rule, Predicate<Lingering> which) {
        List<Lingering> removed = call.removed().stream().filter(which).toList();
        String doubt = call.doubt();
        if (removed.isEmpty()) {
            if (doubt != null && rule == AuditRule.CALL_RETURN) {
                recorded.ledger.unjudged(rule, doubt);
            }
            return;
        } else if (doubt != null) {
            recorded.ledger.unjudged(rule, doubt);
            return;
        }
        List<Lingering> left = removed.stream().filter(recorded::isHarmful).toList();
        if (left.isEmpty() && removed.stream().anyMatch(l -> recorded.serving(l) == Lingering.Serving.UNKNOWN)) {
            recorded.ledger.unjudged(rule, "a table that was unlinked was not shown");
        } else if (left.isEmpty()) {
            clean(rule, removed);
        } else {
            Lingering first = left.get(0);
            String more = left.size() == 1 ? "" : " and " + (left.size() - 1) + " more like it";
            recorded.violated(
                    rule, when, call.says() + " returns, and " + LingeringExplanation.of(first) + more, first);
        }
    }

    private void clean(AuditRule rule, List<Lingering> gone) {
        String assumption = Recorded.assumption(gone);
        if (assumption == null) {
            recorded.ledger.clean(rule);
        } else {
            recorded.ledger.unjudged(rule, assumption);
        }
    }

    private void mapped(RecordedCall call, Moment when) {
        String doubt = call.doubt();
        if (call.mapped().isEmpty()) {
            return;
        } else if (doubt != null) {
            recorded.ledger.unjudged(AuditRule.CALL_REUSE, doubt);
            return;
        }
        for (RecordedCall.Mapped m : call.mapped()) {
            List<Lingering> all = new ArrayList<>(m.unit().lingeringUnder(m.tag(), m.page(), 1L << m.order()));
            all.addAll(m.unit().inDevices(m.tag(), m.page(), 1L << m.order()));
            for (Lingering l : all) {
                boolean old = l.what() != Lingering.What.TABLE && recorded.isHarmful(l);
                if (old) {
                    recorded.violated(
                            AuditRule.CALL_REUSE,
                            when,
                            call.says() + " has mapped " + LingeringExplanation.pages(m.page(), m.order()) + " of "
                                    + m.unit().unit().tagName(m.tag()) + " to " + Recorded.hex(m.frame()) + ", but "
                                    + LingeringExplanation.of(l),
                            l);
                    return;
                }
            }
        }
        if (call.mappedMore()) {
            recorded.ledger.unjudged(AuditRule.CALL_REUSE, "a call mapped more pages than are kept of one");
        } else {
            recorded.ledger.clean(AuditRule.CALL_REUSE);
        }
    }

    /** What a flush function names by its arguments; all where it names nothing. */
    private record Named(@Nullable Long domain, long page, long pages) {}

    private void flushed(Running running, Function function, Moment when) {
        Named named;
        try {
            named = named(running, function);
        } catch (IllegalArgumentException e) {
            recorded.ledger.unjudged(AuditRule.FLUSH_COVERS, "an argument that names the range is no number");
            return;
        }
        List<Lingering> meant = new ArrayList<>();
        for (Lingering l : recorded.calls.innermost(running.call().cpu()).removed()) {
            if (isNamed(l, named)) {
                meant.add(l);
            }
        }
        Long domain = named.domain;
        if (domain != null) {
            for (UnitQueue queue : recorded.units.values()) {
                for (Lingering l : queue.tables().lingeringOf(domain, named.page, named.pages)) {
                    if (!meant.contains(l)) {
                        meant.add(l);
                    }
                }
            }
        }
        meant.removeIf(l -> l.since().number() > running.began());
        String doubt = running.call().doubt();
        if (meant.isEmpty()) {
            return;
        } else if (doubt != null) {
            recorded.ledger.unjudged(AuditRule.FLUSH_COVERS, doubt);
            return;
        }
        for (Lingering l : meant) {
            if (recorded.isHarmful(l)) {
                recorded.violated(
                        AuditRule.FLUSH_COVERS,
                        when,
                        running.call().says() + " returns, and " + LingeringExplanation.of(l),
                        l);
                return;
            }
        }
        clean(AuditRule.FLUSH_COVERS, meant);
    }

    private static boolean isNamed(Lingering l, Named named) {
        UnitTables unit = l.unit();
        boolean domain = named.domain == null || unit.unit().domain(l.tag()) == named.domain;
        boolean translation = l.what() == Lingering.What.PAGE || l.what() == Lingering.What.UNDER;
        boolean range = named.pages == 0
                || Long.compareUnsigned(l.first() - named.page, named.pages) < 0
                || Long.compareUnsigned(named.page - l.first(), 1L << l.order()) < 0;
        return translation && domain && range;
    }

    private static Named named(Running running, Function function) {
        Long domain = function.tag() == 0 ? null : argument(running, function.tag());
        if (function.iova() == 0) {
            return new Named(domain, 0, 0);
        }
        long first = argument(running, function.iova());
        long size = function.size() == 0 ? 1L << PAGE_SHIFT : argument(running, function.size());
        long bytes = function.unit() == Function.ORDER
                ? 1L << Math.min(size, Long.SIZE - PAGE_SHIFT - 1) << PAGE_SHIFT
                : size << function.unit();
        long page = first >>> PAGE_SHIFT;
        return new Named(domain, page, Math.max(1, ((first + bytes - 1) >>> PAGE_SHIFT) - page + 1));
    }

    private static long argument(Running running, int number) {
        if (number > running.arguments().size()) {
            throw new IllegalArgumentException("too few arguments");
        }
        String word = running.arguments().get(number - 1);
        return word.startsWith("0x") ? Long.parseUnsignedLong(word.substring(2), 16) : Long.parseUnsignedLong(word);
    }

    private void waited(RecordedCall call, Moment when) {
        for (UnitQueue queue : recorded.units.values()) {
            boolean waits = queue.gave(call.cpu());
            Given left = queue.waited(call.cpu());
            if (left != null && call.doubt() != null) {
                recorded.ledger.unjudged(AuditRule.WAIT_DONE, String.valueOf(call.doubt()));
            } else if (left != null) {
                recorded.violated(
                        AuditRule.WAIT_DONE,
                        when,
                        call.says() + " returns, and the command of "
                                + left.when().says() + " (" + left.command().says() + ") is not done: "
                                + (queue.isBeforeWait(left)
                                        ? "the wait behind it is not"
                                        : "no wait stands behind it"));
            } else if (waits) {
                recorded.ledger.clean(AuditRule.WAIT_DONE);
            }
        }
    }
}
