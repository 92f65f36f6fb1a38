package dev.moat.explain;

import dev.moat.explain.LogText.Found;
import dev.moat.explain.Said.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Lines about grants: of Linux, which cannot end one, and of Xen, which refuses one. */
final class Grants {
    private static final String NUMBER = "\\(?(0x[0-9a-fA-F]{1,8}|\\d{1,10})";
    private static final Pattern PENDING =
            LogText.form("(deferring|leaking) g\\.e\\. (0x[0-9a-f]{1,8})|g\\.e\\. (0x[0-9a-f]{1,8}|0) still pending"
                    + "|(WARNING: (?:leaking )?g\\.e\\.(?: and page)? still in use)");
    private static final Pattern FREED = LogText.form("freeing g\\.e\\. (0x[0-9a-f]{1,8})");
    private static final Pattern REFERENCE = LogText.form("(?:d(\\d{1,5})(?:v\\d{1,4})? )?Bad (?:grant reference|ref) "
            + NUMBER + "\\)?( for transfer to)?|(GNTST_bad_gntref)");
    private static final Pattern HANDLE = LogText.form("(?:d(\\d{1,5})(?:v\\d{1,4})? )?Bad (?:d\\d{1,5} )?handle "
            + NUMBER + "|(GNTST_bad_handle|\\bbad_handle\\b|Trying to unmap invalid handle)");
    private static final Pattern FLAGS = LogText.form(
            "Bad flags \\((?:0x)?([0-9a-f]{1,4})\\) or dom \\((\\d{1,5})\\)[;.] \\(?expected d(?:om )?(\\d{1,5})");

    private final LogText log;

    Grants(LogText log) {
        this.log = log;
    }

    List<FaultAnswer> answers() {
        List<FaultAnswer> answers = new ArrayList<>();
        answers.addAll(Requests.each(
                LogForm.GRANT, log.all(PENDING), found -> reference(found), group -> Optional.of(pending(group))));
        answers.addAll(Requests.each(
                LogForm.GRANT,
                log.all(REFERENCE),
                found -> found.group(1) + found.group(2),
                group -> Optional.of(reference(group))));
        answers.addAll(Requests.each(
                LogForm.GRANT,
                log.all(HANDLE),
                found -> found.group(1) + found.group(2),
                group -> Optional.of(handle(group))));
        answers.addAll(Requests.each(
                LogForm.GRANT,
                log.all(FLAGS),
                found -> found.group(1) + " " + found.group(2) + " " + found.group(3),
                group -> Optional.of(flags(group))));
        return answers;
    }

    private static String reference(Found pending) {
        return pending.group(2) + pending.group(3);
    }

    private FaultAnswer pending(List<Found> group) {
        Found first = group.get(0);
        String reference = reference(first);
        String which = reference.isEmpty() ? "a grant" : "grant " + reference;
        FaultAnswer answer = new FaultAnswer(LogForm.GRANT, which + " stays in use", first.lines()).times(group.size());
        answer.says(
                Kind.EVENT,
                "Linux wants to end " + which + ", and the other domain still has it mapped (its status bits are set)");
        Optional<Found> freed = log.all(FREED).stream()
                .filter(found ->
                        !reference.isEmpty() && found.group(1).equals(reference) && found.first() > first.first())
                .findFirst();
        String holds = "the other domain's back end keeps the mapping for good, or has died with it";
        if (freed.isPresent()) {
            List<Integer> by = Requests.with(answer, freed.get().lines());
            answer.says(Kind.EXCLUDED, holds + ": the grant was freed later", by);
            answer.says(Kind.CAUSE, "the other domain unmapped it late", by);
        } else {
            answer.says(Kind.CAUSE, holds);
            answer.says(Kind.CAUSE, "the other domain still does I/O with the page, and will unmap it");
        }
        answer.says(
                Kind.MEANING, "the page stays the grant's: it may not be used for anything else, and Linux keeps it");
        answer.says(
                Kind.NEXT,
                "print the grant tables (Xen debug key 'g'): the pin counts of the entry tell whether a mapping is left, and of which domain");
        answer.shownBy("xen-copy-clears-reading", "discipline-end-of-access-during-unmap");
        return answer;
    }

    private static FaultAnswer reference(List<Found> group) {
        Found first = group.get(0);
        String number = first.group(2);
        boolean none = number.equals("4294967295") || number.equalsIgnoreCase("0xffffffff");
        FaultAnswer answer = new FaultAnswer(
                        LogForm.GRANT,
                        "grant reference " + (number.isEmpty() ? "that does not exist" : number),
                        first.lines())
                .times(group.size());
        answer.says(
                Kind.EVENT,
                "Xen refused a grant reference (GNTST_bad_gntref): it is beyond the table of the granting domain");
        answer.says(
                Kind.EXCLUDED,
                "a grant that was ended: its reference would be in the table, and refused for its flags");
        if (none) {
            answer.says(Kind.CAUSE, "the reference was never filled in: " + number + " is -1, which stands for none");
        } else {
            answer.says(Kind.CAUSE, "the front end sent a wrong reference, or the ring was overwritten");
            answer.says(Kind.CAUSE, "the granting domain was restored or migrated, and its table is smaller now");
        }
        answer.says(
                Kind.NEXT, "compare the reference with the size of the granting domain's table (Xen debug key 'g')");
        return answer;
    }

    private static FaultAnswer handle(List<Found> group) {
        Found first = group.get(0);
        String number = first.group(2);
        FaultAnswer answer = new FaultAnswer(
                        LogForm.GRANT, "handle" + (number.isEmpty() ? "" : " " + number), first.lines())
                .times(group.size());
        answer.says(Kind.EVENT, "an unmap was refused, because its handle is of no mapping (GNTST_bad_handle)");
        answer.says(Kind.EXCLUDED, "a grant that its owner took back: a mapping keeps its handle until it is unmapped");
        answer.says(Kind.CAUSE, "the mapping was unmapped already: twice by one path, or by two CPUs at once");
        answer.says(Kind.CAUSE, "the map that should have returned the handle had failed");
        answer.says(Kind.CAUSE, "the handle is of another domain, or was overwritten");
        answer.says(
                Kind.NEXT, "look for a map of the same request with a status that is not 0, then for a second unmap");
        answer.shownBy("xen-unmap-handle-put-twice");
        return answer;
    }

    private static FaultAnswer flags(List<Found> group) {
        Found first = group.get(0);
        long flags = Long.parseLong(first.group(1), 16);
        String granted = first.group(2);
        String asking = first.group(3);
        FaultAnswer answer = new FaultAnswer(LogForm.GRANT, "a grant that d" + asking + " may not map", first.lines())
                .times(group.size());
        answer.says(
                Kind.EVENT,
                "Xen refused a grant to d" + asking + ": the entry has flags " + NumberText.hex(flags)
                        + " and is for domain " + granted);
        boolean permits = (flags & 3) == 1;
        if (!permits) {
            answer.says(
                    Kind.MEANING,
                    "the entry is of no type that can be mapped (type " + (flags & 3) + " is not 1, permit access)");
            answer.says(Kind.CAUSE, "the owner ended the grant before it was mapped, or had not made it yet");
            answer.says(Kind.CAUSE, "the front end sent another reference than the one it filled");
        } else if (!granted.equals(asking)) {
            answer.says(Kind.EXCLUDED, "a grant that was ended: its type permits access");
            answer.says(
                    Kind.CAUSE,
                    "the grant is for another domain: a back end in another domain than the front end believes");
        } else {
            answer.says(Kind.EXCLUDED, "a grant for another domain: it is for d" + asking);
            answer.says(
                    Kind.CAUSE,
                    "the grant is read-only, and a writable mapping was asked for (flag 0x4), or its kind cannot be mapped");
        }
        answer.says(
                Kind.NEXT,
                "print the grant tables (Xen debug key 'g') and compare the entry with what the front end sent");
        answer.shownBy("xen-map-ignores-read-only");
        return answer;
    }
}
