/**
 * The search on Apache Spark: {@link dev.moat.spark.SparkCluster} is the entry, {@link dev.moat.spark.Levels} the stages of a level.
 * Built by the profile {@code spark} only; docs/project/decisions.md#017 says why it is as it is.
 */
@NullMarked
package dev.moat.spark;

import org.jspecify.annotations.NullMarked;
