/** What code was seen to make of packed states, looked up instead of done again: {@link dev.moat.logic.memo.Memo}. */
@NullMarked
package dev.moat.logic.memo;

import org.jspecify.annotations.NullMarked;
