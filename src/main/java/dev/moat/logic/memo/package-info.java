/**
 * Results about states, looked up by some of their bits: results of code on packed states ({@link
 * dev.moat.logic.memo.Memo}), and known states ({@link dev.moat.logic.memo.KeyTable}).
 */
@NullMarked
package dev.moat.logic.memo;

import org.jspecify.annotations.NullMarked;
