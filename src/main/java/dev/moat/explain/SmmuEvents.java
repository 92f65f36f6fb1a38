package dev.moat.explain;

import dev.moat.bits.BitField;
import dev.moat.explain.LogText.Found;
import dev.moat.explain.Said.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Events and queue errors of an SMMUv3 as Linux prints them. {@code @source} IHI 0070, chapters 4 and 7.
 */
final class SmmuEvents {
    private static final Pattern EVENT = LogText.form("event 0x([0-9a-f]{2}) received:");
    private static final Pattern WORD = Pattern.compile("(?<!\\w)0x([0-9a-f]{16})\\b");
    private static final Pattern COMMAND_ERROR =
            LogText.form("CMDQ error \\(cons 0x[0-9a-f]{8}\\): (Illegal command|Abort on command"
                    + " fetch|ATC invalidate timeout)");
    private static final Pattern SKIPPING = LogText.form("skipping command in error state:");
    private static final Pattern SYNC =
            LogText.form("CMD_SYNC timeout at 0x[0-9a-f]{8} \\[hwprod 0x([0-9a-f]{8}), hwcons 0x([0-9a-f]{8})]");
    private static final int WORDS_OF_EVENT = 4;

    private static final BitField ID = new BitField("EventID", 7, 0);
    private static final BitField SSV = BitField.bit("SSV", 11);
    private static final BitField SSID = new BitField("SubstreamID", 31, 12);
    private static final BitField SID = new BitField("StreamID", 63, 32);
    private static final BitField STAG = new BitField("STAG", 15, 0);
    private static final BitField STALL = BitField.bit("Stall", 31);
    private static final BitField PNU = BitField.bit("PnU", 33);
    private static final BitField IND = BitField.bit("InD", 34);
    private static final BitField RNW = BitField.bit("RnW", 35);
    private static final BitField S2 = BitField.bit("S2", 39);
    private static final BitField CLASS = new BitField("CLASS", 41, 40);
    private static final BitField OPCODE = new BitField("Opcode", 7, 0);

    private final LogText log;

    SmmuEvents(LogText log) {
        this.log = log;
    }

    /** An event's four words. */
    private record Event(List<Long> words, List<Integer> lines) {
        long stream() {
            return SID.get(words.get(0));
        }
    }

    List<FaultAnswer> answers() {
        List<FaultAnswer> answers = new ArrayList<>(Requests.each(
                LogForm.SMMU_EVENT,
                log.all(EVENT),
                found -> {
                    Event event = event(found);
                    return found.group(1)
                            + (event == null ? "" : " " + event.stream() + " " + RNW.get(event.words.get(1)));
                },
                this::answer));
        answers.addAll(Requests.each(
                LogForm.SMMU_QUEUE,
                log.all(COMMAND_ERROR),
                found -> found.group(1),
                group -> Optional.of(command(group))));
        answers.addAll(
                Requests.each(LogForm.SMMU_QUEUE, log.all(SYNC), found -> "", group -> Optional.of(sync(group))));
        return answers;
    }

    private @Nullable Event event(Found found) {
        Found next = log.next(EVENT, found.last(), 2 * WORDS_OF_EVENT);
        int end = next == null ? found.last() + 2 * WORDS_OF_EVENT : next.first();
        List<Found> all = log.between(WORD, found.last(), end);
        if (all.size() < WORDS_OF_EVENT) {
            return null;
        }
        List<Long> words = new ArrayList<>();
        List<Integer> lines = new ArrayList<>(found.lines());
        for (int i = 0; i < WORDS_OF_EVENT; i++) {
            words.add(Long.parseUnsignedLong(all.get(i).group(1), 16));
            lines.addAll(all.get(i).lines());
        }
        return new Event(words, lines);
    }

    private Optional<FaultAnswer> answer(List<Found> group) {
        Found first = group.get(0);
        int code = Integer.parseInt(first.group(1), 16);
        Event event = event(first);
        if (event == null || ID.get(event.words.get(0)) != code) {
            return Optional.of(new FaultAnswer(LogForm.SMMU_EVENT, "event " + NumberText.hex(code), first.lines())
                    .times(group.size())
                    .says(
                            Kind.EVENT,
                            name(code) + ", without the four words of its record, so nothing is said of its cause"));
        }
        List<Long> words = event.words;
        String stream = "stream " + NumberText.hex(event.stream());
        FaultAnswer answer =
                new FaultAnswer(LogForm.SMMU_EVENT, stream + ", " + name(code), event.lines()).times(group.size());
        boolean addressed = code >= 0x10 && code <= 0x13;
        boolean write = !RNW.isSet(words.get(1));
        answer.says(
                Kind.EVENT,
                addressed
                        ? stream + " asked to " + (write ? "write " : "read ") + NumberText.hex(words.get(2))
                                + "; the unit reports " + name(code)
                                + " of stage " + (S2.isSet(words.get(1)) ? "2" : "1")
                                + (STALL.isSet(words.get(1)) ? ", and the request waits for an answer (stall)" : "")
                        : "the unit reports " + name(code) + " of " + stream);
        answer.says(
                Kind.WORDS,
                "record: " + NumberText.fields(List.of(ID, SSV, SSID, SID), words.get(0)) + "; "
                        + NumberText.fields(List.of(STAG, STALL, PNU, IND, RNW, S2, CLASS), words.get(1))
                        + "; InputAddr="
                        + NumberText.hex(words.get(2))
                        + "; last word " + NumberText.hex(words.get(3)));
        meaning(answer, code, words.get(1));
        return Optional.of(answer);
    }

    private static String name(int code) {
        return switch (code) {
            case 0x01 -> "F_UUT";
            case 0x02 -> "C_BAD_STREAMID";
            case 0x03 -> "F_STE_FETCH";
            case 0x04 -> "C_BAD_STE";
            case 0x05 -> "F_BAD_ATS_TREQ";
            case 0x06 -> "F_STREAM_DISABLED";
            case 0x07 -> "F_TRANSL_FORBIDDEN";
            case 0x08 -> "C_BAD_SUBSTREAMID";
            case 0x09 -> "F_CD_FETCH";
            case 0x0a -> "C_BAD_CD";
            case 0x0b -> "F_WALK_EABT";
            case 0x10 -> "F_TRANSLATION";
            case 0x11 -> "F_ADDR_SIZE";
            case 0x12 -> "F_ACCESS";
            case 0x13 -> "F_PERMISSION";
            case 0x20 -> "F_TLB_CONFLICT";
            case 0x21 -> "F_CFG_CONFLICT";
            case 0x24 -> "E_PAGE_REQUEST";
            case 0x25 -> "F_VMS_FETCH";
            default -> "event " + NumberText.hex(code);
        };
    }

    private static void meaning(FaultAnswer answer, int code, long word) {
        String after = "the device used a buffer after its driver had unmapped or freed it";
        String wrong =
                "the driver gave the device an address that the DMA API had not returned, or the device made one up";
        String next = "record map and unmap events of this device (ftrace, system iommu), and look up the address";
        switch (code) {
            case 0x10 -> {
                boolean input = CLASS.get(word) == 2;
                answer.says(
                        Kind.MEANING,
                        input
                                ? "no valid descriptor translates the address, or the address is outside of the tables' range"
                                : "no valid descriptor of stage 2 translates a table or context descriptor of the stream");
                answer.says(Kind.EXCLUDED, "a mapping for the other direction only: that is F_PERMISSION");
                answer.says(
                        Kind.CAUSE,
                        input ? after : "the tables that the stream uses are in memory that stage 2 does not map");
                answer.says(
                        Kind.CAUSE, input ? wrong : "a table was freed or given back while the stream still used it");
                answer.says(Kind.NEXT, next);
            }
            case 0x13 -> {
                answer.says(
                        Kind.MEANING, "the address is mapped, and the mapping lacks the right that the request needs");
                answer.says(Kind.EXCLUDED, after + ": an absent mapping is F_TRANSLATION");
                answer.says(Kind.CAUSE, "the buffer is mapped for the other direction only");
                answer.says(
                        Kind.CAUSE,
                        "the mapping is for privileged requests only (IOMMU_PRIV), and the request was not one");
                answer.says(Kind.CAUSE, "the right was added and an older translation was not invalidated");
                answer.says(Kind.NEXT, next);
            }
            case 0x11 -> {
                answer.says(
                        Kind.MEANING,
                        "an address is wider than the unit's output, in a table, a leaf, or a request without translation");
                answer.says(
                        Kind.CAUSE, "a descriptor has a wrong address, as after its page was written by another owner");
                answer.says(Kind.CAUSE, "the device sent an address wider than the machine's, in bypass");
                answer.says(Kind.NEXT, next);
            }
            case 0x12 -> {
                answer.says(Kind.MEANING, "the descriptor is valid and its access flag is clear");
                answer.says(Kind.EXCLUDED, after + ": an absent mapping is F_TRANSLATION");
                answer.says(
                        Kind.CAUSE,
                        "tables that are shared with a process (SVA) have a page that was not accessed yet");
                answer.says(Kind.NEXT, "see whether the stream is bound to a process");
            }
            default -> configuration(answer, code, next);
        }
    }

    /** Events of the tables that lead a stream to its translation, of its substreams, and of the TLB. */
    private static void configuration(FaultAnswer answer, int code, String next) {
        switch (code) {
            case 0x02 -> {
                answer.says(Kind.MEANING, "the stream is beyond the stream table or its span");
                answer.says(Kind.EXCLUDED, "a missing mapping: no table of translations was looked at");
                answer.says(
                        Kind.CAUSE,
                        "the firmware's description maps the device to other streams (IORT, or iommu-map of the device tree)");
                answer.says(Kind.CAUSE, "the requester is an alias that no driver has announced");
                answer.says(Kind.NEXT, "compare the stream with the firmware's mapping of requester ids");
            }
            case 0x04, 0x0a -> {
                answer.says(
                        Kind.MEANING,
                        (code == 0x04 ? "the stream table entry" : "the context descriptor")
                                + " is not valid or not allowed");
                answer.says(Kind.EXCLUDED, "a missing mapping: no table of translations was looked at");
                answer.says(Kind.CAUSE, "the device does DMA before a driver is attached or after it was detached");
                answer.says(Kind.CAUSE, "the entry was changed in pieces, or an older one was not invalidated (CFGI)");
                answer.says(Kind.NEXT, "compare the time with probe and remove of the device's driver");
            }
            case 0x03, 0x09, 0x0b, 0x25 -> {
                answer.says(
                        Kind.MEANING,
                        "reading a table or entry was aborted: its address leads to no memory that the unit may read");
                answer.says(Kind.EXCLUDED, "a missing mapping: an absent descriptor would have been read");
                answer.says(
                        Kind.CAUSE,
                        "the pointer to the table is wrong, or its memory was given away (as to the secure world)");
                answer.says(Kind.NEXT, "see whether the address in the last word is memory of the kernel");
            }
            case 0x05, 0x07 -> {
                answer.says(
                        Kind.MEANING, "the device sent a request of ATS that its stream table entry does not permit");
                answer.says(
                        Kind.CAUSE, "ATS is still enabled in the device while its entry was changed to one without it");
                answer.says(Kind.NEXT, "look at 'lspci -vv' of the device for ATSCtl: Enable+");
            }
            case 0x06, 0x08 -> {
                answer.says(
                        Kind.MEANING,
                        "the stream has no context for the request's substream (PASID), or for one without");
                answer.says(Kind.CAUSE, "the PASID was unbound while the device still had requests of it");
                answer.says(Kind.CAUSE, "the device uses a PASID that was never bound to it");
                answer.says(Kind.NEXT, "compare the substream with the bind and unbind calls of the driver");
            }
            case 0x20, 0x21 -> {
                answer.says(Kind.MEANING, "the unit has several entries for one address or stream that do not agree");
                answer.says(
                        Kind.CAUSE,
                        "software replaced a mapping by one of another size without an invalid entry in between");
                answer.says(Kind.NEXT, next);
            }
            default -> answer.says(Kind.MEANING, "Moat has nothing to say of this event");
        }
    }

    private FaultAnswer command(List<Found> group) {
        Found first = group.get(0);
        FaultAnswer answer = new FaultAnswer(LogForm.SMMU_QUEUE, first.group(1).replaceAll("\\s+", " "), first.lines())
                .times(group.size());
        switch (first.group(1).charAt(1)) {
            case 'l' -> {
                answer.says(
                        Kind.EVENT, "the unit refused a command; nothing behind it is done before software repairs it");
                answer.says(Kind.EXCLUDED, "a device that does not answer: the error is about the command itself");
                Found skipping = log.next(SKIPPING, first.last() - 1, 4);
                List<Found> words =
                        skipping == null ? List.of() : log.between(WORD, skipping.last(), skipping.last() + 4);
                if (words.size() >= 2) {
                    long lo = Long.parseUnsignedLong(words.get(0).group(1), 16);
                    answer.says(
                            Kind.WORDS,
                            "command " + NumberText.hex(lo) + " "
                                    + NumberText.hex(
                                            Long.parseUnsignedLong(words.get(1).group(1), 16)) + ": "
                                    + NumberText.fields(List.of(OPCODE), lo),
                            Requests.with(
                                    answer,
                                    List.of(words.get(0).first(), words.get(1).first())));
                }
                answer.says(Kind.CAUSE, "the unit does not have this command, or a field of it has a reserved value");
                answer.says(Kind.CAUSE, "the queue was overwritten");
                answer.says(Kind.NEXT, "compare the opcode with the unit's IDR registers");
            }
            case 'T' -> {
                answer.says(
                        Kind.EVENT, "a device did not answer an invalidation of its translation cache (ATC) in time");
                answer.says(
                        Kind.MEANING,
                        "invalidations of devices before the CMD_SYNC may have failed: pages that they lead to may not be reused");
                answer.says(Kind.EXCLUDED, "a command that the unit refuses: that is another error");
                answer.says(Kind.CAUSE, "a device is gone, in reset or without power, or its ATS is broken");
                answer.says(Kind.NEXT, "see which device with ATS does not answer ('lspci -s'); try it with pci=noats");
                answer.shownBy("xen-device-tlb-timeout-is-success");
            }
            default -> {
                answer.says(Kind.EVENT, "the unit could not read a command from its queue");
                answer.says(Kind.CAUSE, "the queue's memory cannot be read by the unit");
                answer.says(Kind.NEXT, "see whether the queue's address is memory that the unit may read");
            }
        }
        return answer;
    }

    private FaultAnswer sync(List<Found> group) {
        Found first = group.get(0);
        FaultAnswer answer = new FaultAnswer(LogForm.SMMU_QUEUE, "CMD_SYNC timeout", first.lines()).times(group.size());
        answer.says(
                Kind.EVENT,
                "the unit did not complete a CMD_SYNC in time, so earlier invalidations may be pending still");
        answer.says(Kind.MEANING, "nothing that waits for these invalidations may be freed or reused yet");
        boolean all = first.group(1).equals(first.group(2));
        if (all) {
            answer.says(
                    Kind.EXCLUDED, "a unit that stopped fetching: it has consumed all commands (hwprod equals hwcons)");
            answer.says(Kind.CAUSE, "the message that tells of completion was lost, or came late");
        } else {
            answer.says(
                    Kind.CAUSE, "the unit stopped at a command (look for 'CMDQ error'), or waits for a device's ATC");
            answer.says(Kind.CAUSE, "the unit is without power or clock");
        }
        answer.says(
                Kind.NEXT,
                "look for errors of the command queue before this line, and for power management of the unit");
        answer.shownBy("xen-wait-timeout-is-success");
        return answer;
    }
}
