package dev.moat.conform.xen;

import dev.moat.input.InputException;

/** Does on the machine what a recorded row did. */
@FunctionalInterface
interface RowRunner {
    /** @throws InputException when the row's arguments are malformed */
    XenAnswer run(XenRow row);
}
