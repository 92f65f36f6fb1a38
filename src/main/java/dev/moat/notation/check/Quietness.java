package dev.moat.notation.check;

import dev.moat.notation.core.EngineCode;
import dev.moat.notation.core.Program;
import dev.moat.notation.core.Walk;
import dev.moat.notation.tree.At;
import dev.moat.notation.tree.TypeName;

/** A step may be quiet without a reason where others cannot tell: it changes locals and locks alone. */
final class Quietness {
    private Quietness() {}

    static void require(Definitions names, EngineCode code, At at) {
        for (int family : Walk.writes(code.acts(), names.functions)) {
            Program.Family f = family < 0 ? null : names.families.get(family);
            if (f == null || !(f.item().local() || f.item().type() instanceof TypeName.Lock)) {
                String what = f == null ? "what units have" : "'" + f.name() + "'";
                throw names.error(at, "the step changes " + what + ", which others see: a reason stands behind quiet");
            }
        }
    }
}
