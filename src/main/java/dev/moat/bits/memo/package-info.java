/** What code was seen to make of packed states, looked up instead of done again: {@link dev.moat.bits.memo.Memo}. */
@NullMarked
package dev.moat.bits.memo;

import org.jspecify.annotations.NullMarked;
