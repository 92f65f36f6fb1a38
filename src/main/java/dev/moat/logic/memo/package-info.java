/**
 * What was found of states, looked up by some of their bits instead of found again: what code makes of packed states
 * ({@link dev.moat.logic.memo.Memo}), and which states are known ({@link dev.moat.logic.memo.KeyTable}).
 */
@NullMarked
package dev.moat.logic.memo;

import org.jspecify.annotations.NullMarked;
