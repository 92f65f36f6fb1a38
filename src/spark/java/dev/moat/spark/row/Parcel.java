package dev.moat.spark.row;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * What a partition sends: rows, or what was counted while they were made. Counts travel this way so that a task that runs twice, because an
 * executor was lost, is counted once: exactly as its rows are.
 *
 * @param rows as {@link Rows} has them
 * @param counts of the task that sent this, or null
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record Parcel(long[] rows, @Nullable Counts counts) implements Serializable {}
