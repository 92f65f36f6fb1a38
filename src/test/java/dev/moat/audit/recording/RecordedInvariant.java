package dev.moat.audit.recording;

import dev.moat.audit.Audit;
import dev.moat.audit.trace.DeviceFilter;
import dev.moat.logic.Invariant;
import dev.moat.logic.InvariantLibrary;
import java.nio.file.Path;
import java.util.List;

/** What a recording is judged by. */
final class RecordedInvariant {
    static final Invariant NO_STALE = InvariantLibrary.load(Path.of("specs/vocabulary.smt2"), Path.of("invariants"))
            .get(Audit.INVARIANT);
    static final DeviceFilter ALL = new DeviceFilter(List.of());

    private RecordedInvariant() {}
}
