package dev.moat.viommu.interrupt;

import dev.moat.iommu.Interrupts;
import dev.moat.iommu.vocabulary.InterruptDiscipline;
import dev.moat.iommu.vocabulary.RemappedInterrupts;
import dev.moat.model.Component;
import dev.moat.model.InjectedFault;
import dev.moat.model.ModelBuilder;
import dev.moat.model.Parameter;
import dev.moat.model.Setting;
import dev.moat.state.Footprint;
import dev.moat.state.Slots;
import dev.moat.viommu.fault.InterruptFaults;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Interrupts of guests with a vIOMMU in Xen each. */
public final class XenViommuInterrupts implements Component {
    /** As in scenarios and counterexamples. */
    public static final String ID = "xen-viommu-interrupts";

    @Override
    public String id() {
        return ID;
    }

    @Override
    public String says() {
        return "Interrupts under a vIOMMU in Xen: guests' own entries, the host's for passed-through devices, posted or by way of Xen,"
                + " virtual devices' messages, and fault records, the guest's and the unit's.";
    }

    @Override
    public List<Parameter> parameters() {
        return InterruptSetting.parameters();
    }

    @Override
    public List<InjectedFault> faults() {
        return InterruptFaults.ALL;
    }

    @Override
    public void build(Setting setting, ModelBuilder model) {
        InterruptState state = new InterruptState(new InterruptSetting(setting), model);
        Remapping remapping = new Remapping(state, model);
        HostTable host = new HostTable(state, remapping, model);
        Routes routes = new Routes(state);
        RequestOperations requests = new RequestOperations(state, remapping, host, routes, model);
        NotificationOperations notifications = null;
        if (state.setting.notifications) {
            notifications = new NotificationOperations(state, model);
            notifications.declare();
            notifications.relations();
        } else {
            new InterruptActions(state, host, model).declare();
            new EntryOperations(state, host, model).declare();
            requests.declare();
        }
        InterruptRelations.Parts parts = new InterruptRelations.Parts(remapping, host, routes, requests);
        InterruptRelations.declare(state, parts, model.abstraction());
        InterruptDiscipline.declare(new Reading(state, remapping, host), model);
        Optional<NotificationOperations> more = Optional.ofNullable(notifications);
        model.initially(s -> {
            initial(s, state, host);
            more.ifPresent(it -> it.initial(s));
        });
    }

    /** Guests' tables are empty; passed-through devices have an index each. */
    private static void initial(long[] s, InterruptState state, HostTable host) {
        state.initial(s);
        int next = 0;
        for (int q = 0; q < state.setting.devices.size(); q++) {
            if (!state.setting.isVirtual(q)) {
                state.index.set(s, q, next + 1L);
                for (int part = 0; part < Interrupts.WORDS; part++) {
                    host.store(s, next, part, host.wanted(s, q, part));
                }
                next++;
            }
        }
    }

    /**
     * Interrupts as the discipline reads them: the host's table as it is for each device's source, by the index in the message; then, where
     * Xen itself reads the guest's table, that one, by its index. The unit caches the former only.
     */
    private record Reading(InterruptState state, Remapping remapping, HostTable host) implements RemappedInterrupts {
        @Override
        public Sizes sizes() {
            InterruptSetting setting = state.setting;
            List<String> messages = new ArrayList<>(setting.indices.labels());
            messages.addAll(setting.rows.labels().subList(0, setting.entries));
            List<String> spaces = new ArrayList<>();
            setting.devices.labels().forEach(q -> spaces.add("host-for-" + q));
            setting.devices.labels().forEach(q -> spaces.add("guest-for-" + q));
            return new Sizes(setting.domains, setting.devices, setting.lines, messages, spaces);
        }

        @Override
        public List<String> tokens() {
            return state.setting.passesDevices() ? state.setting.indices.labels() : List.of();
        }

        private int devices() {
            return state.setting.devices.size();
        }

        private int indices() {
            return state.setting.indices.size();
        }

        @Override
        public int domainOf(int device) {
            return state.setting.guestOf(device);
        }

        @Override
        public int domainOfSpace(int space) {
            return state.setting.guestOf(space % devices());
        }

        @Override
        public int spaceOf(int device) {
            return state.setting.isVirtual(device) ? -1 : device;
        }

        @Override
        public boolean isLed(long[] s, int device, int space) {
            return spaceOf(device) == space;
        }

        @Override
        public int leads(long[] s, int space, int message) {
            int device = space % devices();
            if (!isInTable(space, message)) {
                return -1;
            }
            if (space == device) {
                return host.leads(s, message, device, false);
            }
            boolean there = state.setting.isVirtual(device) || state.attached.get(s, device) != 0;
            return there ? remapping.entryEnds(s, device, message - indices()) : -1;
        }

        @Override
        public boolean isPassedBy(long[] s, int space) {
            return space < devices() && host.isPassedBy(s);
        }

        /** The unit's table has indices; Xen reads all of a guest's for virtual devices, the first row for what ends in Xen. */
        @Override
        public boolean isInTable(int space, int message) {
            int device = space % devices();
            if (space == device) {
                return !state.setting.isVirtual(device) && message < indices();
            }
            return state.setting.isVirtual(device)
                    ? message >= indices()
                    : message == indices() && !state.setting.isPosted(device);
        }

        @Override
        public int mayLead(long[] s, int device, int message) {
            boolean cached = !state.setting.isVirtual(device) && message < indices();
            return cached ? host.leads(s, message, device, true) : -1;
        }

        @Override
        public int ownerOf(long[] s, int line) {
            for (int q = 0; q < devices(); q++) {
                if (state.index.get(s, q) == line + 1) {
                    return domainOf(q);
                }
            }
            return -1;
        }

        @Override
        public boolean uses(long[] s, int device, int line) {
            return state.attached.get(s, device) != 0 && state.setting.guestOfLine(line) == domainOf(device);
        }

        @Override
        public boolean owes(long[] s, int device, int message) {
            return spaceOf(device) >= 0 && isIn(s, state.owed, device, message);
        }

        /** Whether an operation about a device, or about any for -1, has an index among these. */
        private boolean isIn(long[] s, Slots indices, int device, int index) {
            boolean found = false;
            for (int cpu = 0; cpu < state.pc.size(); cpu++) {
                found |= state.pc.get(s, cpu) != 0
                        && (device < 0 || state.device.get(s, cpu) == device)
                        && (indices.get(s, cpu) >>> index & 1) != 0;
            }
            return found;
        }

        @Override
        public boolean isUnderWay(long[] s, int token) {
            return isIn(s, state.awaited, -1, token);
        }

        @Override
        public boolean isQueued(long[] s, int token) {
            return state.asked.get(s, token) != 0;
        }

        @Override
        public boolean covers(int token, int device, int message) {
            return token == message && !state.setting.isVirtual(device);
        }

        @Override
        public boolean isTouched(long[] before, long[] after, int space, int message) {
            int device = space % devices();
            if (space == device) {
                return !host.isSame(before, after, message);
            }
            return !remapping.isSame(before, after, domainOf(device), message - indices())
                    || state.attached.get(before, device) != state.attached.get(after, device);
        }

        @Override
        public void readLed(Footprint footprint, int device) {}

        @Override
        public void readTable(Footprint footprint, int space, int message) {
            int device = space % devices();
            if (!isInTable(space, message)) {
                return;
            }
            if (space == device) {
                host.read(footprint, message, false);
            } else {
                remapping.read(footprint, domainOf(device), message - indices());
                footprint.one(state.attached, device);
            }
        }

        @Override
        public void readCache(Footprint footprint, int device, int message) {
            if (message < indices()) {
                host.read(footprint, message, true);
            }
        }

        @Override
        public void readOwner(Footprint footprint, int line) {
            footprint.all(state.index);
        }

        @Override
        public void readUses(Footprint footprint, int device) {
            footprint.one(state.attached, device);
        }

        @Override
        public void readOwes(Footprint footprint, int device) {
            if (spaceOf(device) >= 0) {
                footprint.all(state.pc).all(state.device).all(state.owed);
            }
        }

        @Override
        public void readTokens(Footprint footprint, int token) {
            footprint.all(state.pc).all(state.awaited).one(state.asked, token);
        }
    }
}
