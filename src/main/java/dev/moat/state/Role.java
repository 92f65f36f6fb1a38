package dev.moat.state;

/** The kind of a slot. */
public enum Role {
    /** Defined by a hardware or hypercall specification: table entries, shared grant entries. */
    ARCHITECTURAL,
    /** A hardware cache: IOTLB, context cache, walks in flight. */
    CACHE,
    /** An invalidation queue and its status words. */
    QUEUE,
    /** Private state of the hypervisor: active entries, maptrack, locks, locals of a running operation. */
    HYPERVISOR,
    /** State that no real machine has and that no guard may read. */
    GHOST
}
