/**
 * Shared virtual memory under a vIOMMU: processes of guests bound to PASIDs of one device that guests share, their first-level tables,
 * page requests and responses.
 *
 * <p>Read {@link dev.moat.viommu.svm.SvmState} and {@link dev.moat.viommu.svm.ProcessOperations} first.
 */
@NullMarked
package dev.moat.viommu.svm;

import org.jspecify.annotations.NullMarked;
