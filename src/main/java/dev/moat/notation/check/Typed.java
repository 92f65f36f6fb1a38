package dev.moat.notation.check;

import dev.moat.notation.core.Type;
import dev.moat.notation.core.Value;

/** A value and its type. */
record Typed(Value value, Type type) {}
