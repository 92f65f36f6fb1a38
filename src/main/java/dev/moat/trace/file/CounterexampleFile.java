package dev.moat.trace.file;

import dev.moat.machine.Machine;
import dev.moat.model.Argument;
import dev.moat.state.Slots;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The names on which writer and reader of counterexample files agree. */
final class CounterexampleFile {
    private CounterexampleFile() {}

    /** Version of the file format; raised when older files can no longer be read. */
    static final long FORMAT = 1;

    static final String META = "#meta";
    static final String ACTION = "mbt::actionTaken";
    static final String PICKS = "mbt::nondetPicks";
    /** What an action comes from, where something recorded led to it. */
    static final String SOURCE = "source";
    /** The state that a run without end goes back to, as ITF has it. */
    static final String LOOP = "loop";
    /** The action of the initial state. */
    static final String INIT = "init";

    /** An instance's arguments by formal name, the CPU first; values as their sorts print them. */
    static Map<String, String> picks(Machine machine, int instance) {
        Machine.Instance it = machine.instance(instance);
        Map<String, String> picks = new LinkedHashMap<>();
        Slots pc = machine.model().pc();
        if (it.cpu() >= 0 && pc != null) {
            picks.put("cpu", pc.index().get(0).label(it.cpu()));
        }
        List<Argument> formals = switch (it.kind()) {
            case ACTION -> machine.model().actions().get(it.target()).arguments();
            case START -> machine.model().operations().get(it.target()).arguments();
            case ADVANCE -> List.<Argument>of();
        };
        for (int j = 0; j < formals.size(); j++) {
            picks.put(
                    formals.get(j).name(),
                    formals.get(j).sort().label(it.arguments().get(j)));
        }
        return picks;
    }
}
