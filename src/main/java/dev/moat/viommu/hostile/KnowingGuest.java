package dev.moat.viommu.hostile;

import dev.moat.iommu.RegisterUnit;
import dev.moat.iommu.RegisterUnit.Manual;
import dev.moat.iommu.RegisterUnit.Write;
import dev.moat.model.Actor;
import dev.moat.model.Argument;
import dev.moat.model.BadSettingException;
import dev.moat.model.Guarded;
import dev.moat.model.ModelBuilder;
import dev.moat.state.Sort;
import java.util.List;

/**
 * A hostile guest that has read the manual: it sets up tables and queue, queues descriptors, clears errors, and then changes single bits of
 * what is in use. What only writes at random hardly gets past the first check.
 */
final class KnowingGuest {
    /** So many slots have all words that a page holds over and over again. */
    private static final int PAGE_OF_SLOTS = 4;

    private final RegisterUnit unit;
    private final Manual manual;
    private final GuestWords memory;
    private final HostileSetting setting;
    private final RegisterTrap trap;
    private final ModelBuilder model;

    KnowingGuest(RegisterUnit unit, GuestWords memory, HostileSetting setting, RegisterTrap trap, ModelBuilder model) {
        this.unit = unit;
        manual = unit.manual();
        this.memory = memory;
        this.setting = setting;
        this.trap = trap;
        this.model = model;
        if (setting.pages.size() != manual.pages() || setting.words.size() != Long.BYTES) {
            throw new BadSettingException(
                    "guest",
                    "the manual's tables need exactly " + manual.pages() + " pages of " + Long.BYTES + " words");
        }
    }

    void declare() {
        guest(
                "guest_sets_up",
                List.of(new Argument("tables", new Sort("Tables", manual.setUps()))),
                (s, tables, b, c, d, e) -> setUp(s, tables));
        guest("guest_latches", List.of(), (s, a, b, c, d, e) -> writeAll(s, List.of(manual.latching())));
        guest("guest_recovers", List.of(), (s, a, b, c, d, e) -> writeAll(s, manual.recovering()));
        List<Argument> command = List.of(new Argument("command", new Sort("QueueCommand", manual.commands())));
        guest("guest_queues", command, (s, which, b, c, d, e) -> queue(s, which, 1, manual.queued(s)));
        guest("guest_floods", command, (s, which, b, c, d, e) -> queue(s, which, PAGE_OF_SLOTS, manual.flooded(s)));
        Argument bit = new Argument("bit", Sort.numbered("Bit", "bit", Long.SIZE));
        guest(
                "guest_flips_bit",
                List.of(new Argument("page", setting.pages), new Argument("word", setting.words), bit),
                (s, page, word, b, d, e) -> memory.store(s, page, word, memory.load(s, page, word) ^ 1L << b));
        guest(
                "guest_flips_register_bit",
                List.of(new Argument("register", setting.registerSort), bit),
                (s, register, b, c, d, e) -> flip(s, setting.offset(register), b));
    }

    private void guest(String name, List<Argument> arguments, Guarded code) {
        model.action(name, Actor.GUEST, arguments, trap.counting(code));
    }

    /** Stores the tables, and leads the unit to them. */
    private boolean setUp(long[] s, int tables) {
        for (int page = 0; page < manual.pages(); page++) {
            for (int word = 0; word < setting.words.size(); word++) {
                memory.store(s, page, word, manual.word(tables, page, word));
            }
        }
        return writeAll(s, manual.starting(s, tables));
    }

    private boolean writeAll(long[] s, List<Write> writes) {
        writes.forEach(w -> trap.write(s, w.offset(), w.bytes(), w.value()));
        return true;
    }

    /** Fills the slots from the tail on, wherever that is, up to the end of its page and then from its beginning, and tells the unit. */
    private boolean queue(long[] s, int command, int slots, Write told) {
        long at = manual.tail(s);
        long[] words = manual.command(s, command);
        for (int i = 0; i < slots * words.length; i++) {
            long in = (at + (long) i * Long.BYTES) & (RegisterUnit.PAGE - 1);
            memory.storeAt(s, (at & -RegisterUnit.PAGE) | in, words[i % words.length]);
        }
        return writeAll(s, List.of(told));
    }

    /** Of a register as it reads: status registers, too, whose bits are cleared by that. */
    private boolean flip(long[] s, int offset, int bit) {
        int at = offset & -Long.BYTES;
        return trap.write(s, at, Long.BYTES, unit.load(s, at, Long.BYTES) ^ 1L << bit);
    }
}
