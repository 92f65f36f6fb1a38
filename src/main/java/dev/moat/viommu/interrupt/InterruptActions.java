package dev.moat.viommu.interrupt;

import dev.moat.model.Action;
import dev.moat.model.Actor;
import dev.moat.model.Argument;
import dev.moat.model.Decision;
import dev.moat.model.Guarded;
import dev.moat.model.ModelBuilder;
import dev.moat.state.Sort;
import java.util.List;

/** What guests store to their entries and to the command register, and what devices and the physical unit do. */
final class InterruptActions {
    private static final Sort WORD = new Sort("Word", List.of("low", "high"));
    private static final Sort SWITCH = new Sort("Switch", List.of("off", "on"));

    private final InterruptState state;
    private final InterruptSetting setting;
    private final HostTable host;
    private final ModelBuilder model;
    /** {@code status.after}: (status, the command's bit, 1 for on) to the status. */
    private final Decision after;

    InterruptActions(InterruptState state, HostTable host, ModelBuilder model) {
        this.state = state;
        setting = state.setting;
        this.host = host;
        this.model = model;
        after = model.decision("status.after", (s, is, bit, on) -> on == 1 ? is | bit : is & ~bit);
    }

    void declare() {
        Argument guest = new Argument("guest", setting.domains);
        Argument row = new Argument("row", setting.rows);
        Argument index = new Argument("index", setting.indices);
        if (setting.stores) {
            declareStores(guest, row);
        }
        if (setting.commands) {
            action(
                    "guest_commands",
                    Actor.GUEST,
                    List.of(guest, new Argument("command", InterruptState.COMMANDS), new Argument("to", SWITCH)),
                    (s, g, command, on, d, e) -> command(s, g, 1 << command, on),
                    "set-entry");
        }
        if (!setting.passesDevices()) {
            return;
        }
        action("device_message", Actor.DEVICE, List.of(index), (s, i, b, c, d, e) -> host.fill(s, i), "fill");
        action("evict_entry", Actor.IOMMU, List.of(index), (s, i, b, c, d, e) -> evict(s, i), "evict");
        model.action(new Action(
                "forget_entry",
                Actor.IOMMU,
                List.of(index),
                ModelBuilder.all(),
                (s, i, b, c, d, e) -> serve(s, i),
                true,
                "complete-invalidation"));
    }

    private void action(String name, Actor actor, List<Argument> arguments, Guarded code, String claims) {
        model.action(new Action(name, actor, arguments, ModelBuilder.all(), code, false, claims));
    }

    private void declareStores(Argument guest, Argument row) {
        if (setting.tears) {
            action(
                    "guest_stores_word",
                    Actor.GUEST,
                    List.of(
                            new Argument("device", setting.devices),
                            row,
                            new Argument("vector", setting.vectors),
                            new Argument("to", setting.destinations),
                            new Argument("word", WORD)),
                    (s, q, at, v, to, word) -> store(s, q, at, word, setting.guestEntry(word, q, v, to)),
                    "set-entry");
        }
        action(
                "guest_programs",
                Actor.GUEST,
                List.of(
                        new Argument("device", setting.devices),
                        row,
                        new Argument("vector", setting.vectors),
                        new Argument("to", setting.destinations)),
                (s, q, at, v, to, e) -> program(s, q, at, v, to),
                "set-entry");
        List<Argument> place = List.of(guest, row);
        action("guest_clears", Actor.GUEST, place, (s, g, at, c, d, e) -> change(s, g, at, 0, 0), "clear-entry");
        if (setting.silences) {
            action("guest_silences", Actor.GUEST, place, (s, g, at, c, d, e) -> silence(s, g, at), "clear-entry");
            action("guest_sets_fpd", Actor.GUEST, place, (s, g, at, c, d, e) -> setFpd(s, g, at), "set-entry");
        }
    }

    private boolean program(long[] s, int device, int row, int vector, int to) {
        return change(
                s,
                setting.guestOf(device),
                row,
                setting.guestEntry(0, device, vector, to),
                setting.guestEntry(1, device, vector, to));
    }

    /** One word of an entry; the other one stays what it was, of whatever entry. */
    private boolean store(long[] s, int device, int row, int word, long value) {
        int guest = setting.guestOf(device);
        long lo = state.guestLo.get(s, guest, row);
        long hi = state.guestHi.get(s, guest, row);
        return word == 0 ? change(s, guest, row, value, hi) : change(s, guest, row, lo, value);
    }

    /** The guest takes an entry away, and wants to hear nothing of messages that still have its index. */
    private boolean silence(long[] s, int guest, int row) {
        long lo = setting.format.absent(state.guestLo.get(s, guest, row));
        return change(s, guest, row, setting.format.silent(lo), state.guestHi.get(s, guest, row));
    }

    /** The guest keeps an entry, and wants to hear nothing of messages that it does not accept. */
    private boolean setFpd(long[] s, int guest, int row) {
        long lo = state.guestLo.get(s, guest, row);
        return setting.format.isPresent(lo)
                && change(s, guest, row, setting.format.silent(lo), state.guestHi.get(s, guest, row));
    }

    private boolean change(long[] s, int guest, int row, long lo, long hi) {
        if (state.guestLo.get(s, guest, row) == lo && state.guestHi.get(s, guest, row) == hi) {
            return false;
        }
        state.guestLo.set(s, guest, row, lo);
        state.guestHi.set(s, guest, row, hi);
        if (!setting.passesDevices()) {
            return true;
        }
        long is = state.stale.get(s, guest, row);
        boolean underWay = is == InterruptState.BEING_PAID || is == InterruptState.CHANGED_AGAIN;
        state.stale.set(s, guest, row, underWay ? InterruptState.CHANGED_AGAIN : InterruptState.CHANGED);
        return true;
    }

    private boolean command(long[] s, int guest, int bit, int on) {
        long was = state.commanded.get(s, guest);
        long is = on == 1 ? was | bit : was & ~bit;
        if (is == was || bit == InterruptState.TRANSLATION) {
            return false;
        }
        state.commanded.set(s, guest, is);
        int all = (1 << InterruptState.COMMANDS.size()) - 1;
        state.status.set(s, guest, after.decide(s, (int) state.status.get(s, guest), bit, on) & all);
        return true;
    }

    private boolean evict(long[] s, int index) {
        if (!host.isCached(s, index) || state.asked.get(s, index) != 0) {
            return false;
        }
        host.forget(s, index);
        return true;
    }

    private boolean serve(long[] s, int index) {
        if (state.asked.get(s, index) == 0) {
            return false;
        }
        host.forget(s, index);
        state.asked.set(s, index, 0);
        return true;
    }
}
