package dev.moat.explore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.moat.machine.Machine;
import dev.moat.machine.Stepper;
import dev.moat.viommu.wrapper.Firmware;
import dev.moat.viommu.wrapper.HvmInfo;
import dev.moat.viommu.wrapper.ViommuCalls;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The calls are written twice, as hypercalls with their errors ({@link ViommuCalls}) and as operations of the component. In every reachable
 * state of the component every call is put to both, the hypercalls having been through the calls that led there: both accept it or both
 * refuse it, and then the same guests have a vIOMMU and the same devices are attached.
 */
class ViommuCallsTwinTest {
    private static final String TINY = "xen-viommu operation reservation=false hotplug=true ";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "guests=2 frames=2 calls=wrapper",
                "guests=1 frames=1 te=true calls=wrapper",
                "guests=1 frames=1 te=true calls=wrapper front-end=device-model",
                "guests=1 frames=1 calls=domain-end devices=virtual virtual=2 front-end=device-model",
                "guests=2 frames=2 calls=domain-end devices=passed-through",
                "guests=1 frames=1 calls=wrapper strategy=nested"
            })
    void sameInEveryState(String line) {
        Map<String, Integer> met = new Twin(TINY + line).compare();
        for (String call : List.of("create_viommu", "destroy_viommu", "attach_device", "detach_device")) {
            assertThat(met).containsKeys(call + " accepted", call + " refused");
        }
        if (line.contains("device-model")) {
            assertThat(met)
                    .containsKeys("translate accepted", "translate refused", "detach_device -16", "translate -2");
            // Most are compared: what is left to the unit is a part.
            assertThat(met.get("translate compared")).isGreaterThan(met.getOrDefault("translate owed", 0));
        }
        assertThat(met).containsKeys("create_viommu -7", "destroy_viommu -19", "destroy_viommu -16");
        assertThat(met).containsKeys("attach_device -19", "attach_device -17", "detach_device -19", "detach_device -2");
    }

    /** A test that cannot fail is none. */
    @ParameterizedTest
    @CsvSource({"destroy.while-attached, destroy_viommu", "attach.without-unit, attach_device"})
    void aDefectIsNoticed(String fault, String call) {
        String line = TINY + "guests=1 frames=1 calls=wrapper !" + fault;
        assertThatThrownBy(() -> new Twin(line).compare())
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining(call);
    }

    /** What the hypercalls refuse for what the component does not have is refused there, too: other devices, other numbers. */
    @Test
    void whatIsNotThereIsRefused() {
        ViommuCalls calls = new Twin(TINY + "guests=2 frames=2 calls=wrapper").after(List.of(), 0);
        assertThat(calls.attach(Twin.sourceId(2))).isEqualTo(ViommuCalls.ENODEV);
        assertThat(calls.detach(Twin.sourceId(3), false)).isEqualTo(ViommuCalls.ENODEV);
        assertThat(calls.destroy(1)).isEqualTo(ViommuCalls.ENODEV);
    }

    /** A call of the component, by its name there; of a guest, or of a device. */
    private record Call(String name, int of, int page, boolean write) {}

    /** A state, and the calls that were accepted on the way there. */
    private record Visit(long[] s, List<Call> calls) {}

    private static final class Twin {
        private static final long PAGE = 0x1000;
        private static final int ALL = ViommuCalls.IRQ_REMAPPING | ViommuCalls.L2_TRANSLATION;
        private static final Set<String> OF_GUESTS = Set.of("create_viommu", "destroy_viommu", "relinquish_viommu");
        private static final Set<String> OF_DEVICES = Set.of("attach_device", "detach_device", "translate");

        private final TwinWalk words;
        private final Machine machine;
        private final Stepper stepper;
        private final int guests;
        private final int devices;
        private final Map<String, Integer> met = new TreeMap<>();

        Twin(String line) {
            words = new TwinWalk(line);
            machine = Machines.machine(line);
            stepper = machine.stepper();
            guests = words.slots("te").size();
            devices = words.slots("attached").size();
        }

        static int sourceId(int device) {
            return 8 * (device + 1);
        }

        private int guestOf(int device) {
            return device / (devices / guests);
        }

        private boolean isVirtual(int device) {
            return words.slots("attached").index().get(0).label(device).startsWith("vdev");
        }

        /** Goes through every state; how often what was met, by call and outcome, or call and error. */
        Map<String, Integer> compare() {
            Set<List<Long>> seen = new HashSet<>();
            Deque<Visit> open = new ArrayDeque<>(List.of(new Visit(machine.initial(), List.of())));
            seen.add(asList(machine.initial()));
            while (!open.isEmpty()) {
                Visit at = open.remove();
                for (int letter = 0; letter < machine.instances(); letter++) {
                    long[] next = at.s.clone();
                    boolean ended = stepper.apply(letter, next);
                    boolean taken = ended && !stepper.lastWasRefused();
                    List<Call> calls = put(at, letter, ended, taken ? next : at.s);
                    if (taken && seen.add(asList(next))) {
                        open.add(new Visit(next, calls));
                    }
                }
            }
            return met;
        }

        private static List<Long> asList(long[] s) {
            return Arrays.stream(s).boxed().toList();
        }

        /** Puts a letter to the hypercalls where it is a call; the calls accepted until after it. */
        private List<Call> put(Visit at, int letter, boolean ended, long[] after) {
            boolean taken = after != at.s;
            Call call = call(letter);
            if (call == null || !isAskedNow(at.s, call)) {
                return at.calls;
            }
            List<Call> calls = new ArrayList<>(at.calls);
            if (call.name.equals("relinquish_viommu")) {
                if (taken) {
                    calls.addAll(goingWith(at.s, call.of));
                }
            } else {
                ViommuCalls of = after(at.calls, guest(call), answering(at.s, call));
                long got = make(of, call, isInUse(at.s, call.of));
                String where = machine.name(letter) + " after " + at.calls;
                // Whether an answer that the guest owes an invalidation of is the old one or the new one is the unit's
                // to choose.
                boolean chosen = got >= 0 && call.name.equals("translate") && owes(at.s, call);
                assertThat(chosen || got >= 0 == taken)
                        .as(where + ": " + got + ", " + taken)
                        .isTrue();
                met.merge(chosen ? "translate owed" : call.name + " compared", 1, Integer::sum);
                // What is busy is looked at under the lock: the operation comes back, and waits for nothing.
                assertThat(ended || got != ViommuCalls.EBUSY)
                        .as(where + " comes back")
                        .isTrue();
                met.merge(call.name + (taken ? " accepted" : " refused"), 1, Integer::sum);
                met.merge(call.name + " " + Math.min(got, 0), 1, Integer::sum);
                if (taken) {
                    calls.add(call);
                }
            }
            for (int guest = 0; guest < guests; guest++) {
                requireSame(after, guest, after(calls, guest), machine.name(letter) + " after " + at.calls);
            }
            return calls;
        }

        /** A guest's end is made of calls: what is attached is detached, and the unit destroyed. */
        private List<Call> goingWith(long[] s, int guest) {
            List<Call> all = new ArrayList<>();
            for (int q = 0; q < devices; q++) {
                if (guestOf(q) == guest && words.word(s, "attached", q) != 0) {
                    all.add(new Call("detach_device", q, 0, false));
                }
            }
            all.add(new Call("destroy_viommu", guest, 0, false));
            return all;
        }

        private Call call(int letter) {
            Machine.Instance it = machine.instance(letter);
            String name = machine.name(letter).replaceAll("^cpu0: |\\(.*", "");
            List<Integer> args = it.arguments();
            if (OF_GUESTS.contains(name) || OF_DEVICES.contains(name)) {
                boolean places = args.size() == 3;
                return new Call(name, args.get(0), places ? args.get(1) : 0, places && args.get(2) == 1);
            }
            return null;
        }

        private int guest(Call call) {
            return OF_GUESTS.contains(call.name) ? call.of : guestOf(call.of);
        }

        /** A device model that has an answer in hand asks no second time; the component has no room for two. */
        private boolean isAskedNow(long[] s, Call call) {
            return !call.name.equals("translate") || !isInUse(s, call.of);
        }

        private boolean isInUse(long[] s, int device) {
            boolean has =
                    machine.schema().families().stream().anyMatch(f -> f.name().equals("wrapper.answer"));
            return has && device < devices && words.word(s, "wrapper.answer", device) != 0;
        }

        private boolean owes(long[] s, Call call) {
            return words.says("guestOwes", s, call.of, call.page, 0);
        }

        /** What the guest's tables say; anything where it owes an invalidation. */
        private ViommuCalls.Translation answering(long[] s, Call call) {
            return (sid, address, write) -> {
                boolean allowed = owes(s, call);
                for (int f = 0; f < words.slots("owner").size(); f++) {
                    allowed |= words.says(write ? "composedW" : "composedR", s, call.of, call.page, f);
                }
                return allowed ? address : -1;
            };
        }

        /** The hypercalls of a guest whose devices are attached from the start, after these calls. */
        ViommuCalls after(List<Call> calls, int guest) {
            return after(calls, guest, (sid, address, write) -> address);
        }

        private ViommuCalls after(List<Call> calls, int guest, ViommuCalls.Translation translation) {
            Set<Integer> virtual = new HashSet<>();
            Set<Integer> passed = new HashSet<>();
            for (int q = 0; q < devices; q++) {
                if (guestOf(q) == guest) {
                    (isVirtual(q) ? virtual : passed).add(sourceId(q));
                }
            }
            ViommuCalls of = new ViommuCalls(
                    new ViommuCalls.Host(true, ALL, () -> true),
                    new ViommuCalls.Domain(
                            true,
                            Firmware.MachineType.Q35,
                            new ViommuCalls.Memory(0x80000000L, 0x100000000L),
                            virtual,
                            passed),
                    translation);
            assertThat(make(of, new Call("create_viommu", guest, 0, false), false))
                    .isZero();
            virtual.forEach(sid -> assertThat(of.attach(sid)).isZero());
            passed.forEach(sid -> assertThat(of.attach(sid)).isZero());
            for (Call call : calls) {
                if (guest(call) == guest && !call.name.equals("translate")) {
                    assertThat(make(of, call, false))
                            .as("%s of %s", call, calls)
                            .isGreaterThanOrEqualTo(0);
                }
            }
            return of;
        }

        private static long make(ViommuCalls of, Call call, boolean inUse) {
            return switch (call.name) {
                case "create_viommu" -> of.create(ViommuCalls.INTEL_VTD, 0xfed90000L, PAGE, ALL);
                case "destroy_viommu" -> of.destroy(0);
                case "attach_device" -> of.attach(sourceId(call.of));
                case "detach_device" -> of.detach(sourceId(call.of), inUse);
                default -> of.translate(sourceId(call.of), call.page * PAGE, Long.BYTES, call.write);
            };
        }

        /** What is attached is asked by attaching it once more, of hypercalls that nobody needs any longer. */
        private void requireSame(long[] s, int guest, ViommuCalls of, String where) {
            boolean has = words.word(s, "unit", guest) != 0;
            assertThat(of.info().equals(HvmInfo.NONE)).as(where).isEqualTo(!has);
            for (int q = 0; q < devices; q++) {
                if (guestOf(q) == guest) {
                    int again = of.attach(sourceId(q));
                    boolean attached = words.word(s, "attached", q) != 0;
                    assertThat(again)
                            .as("%s: %s", where, q)
                            .isEqualTo(attached ? ViommuCalls.EEXIST : has ? 0 : ViommuCalls.ENODEV);
                }
            }
        }
    }
}
