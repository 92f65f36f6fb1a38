package dev.moat.explore;

import static dev.moat.explore.KillRow.amdInterrupts;
import static dev.moat.explore.KillRow.interrupts;

import java.util.List;

/** The rows of {@link KillMatrix} of interrupts under a vIOMMU, and of those that AMD-Vi remaps. */
final class InterruptKills {
    private InterruptKills() {}

    static final List<KillRow> ROWS = List.of(
            amdInterrupts(
                    "table.shared",
                    "",
                    "detach-leaves-no-interrupt@1 index-is-one-devices@1 interrupt-in-domain@2 routed-interrupt-arrives@5"),
            amdInterrupts(
                    "table.length-too-large",
                    "",
                    "detach-leaves-no-interrupt@1 index-is-one-devices@1 interrupt-in-domain@2"),
            amdInterrupts(
                    "table.never-invalidated",
                    "devices=1",
                    "detach-leaves-no-interrupt@3 index-is-one-devices@3 interrupt-in-domain@3 routed-interrupt-arrives@3"),
            amdInterrupts(
                    "table.first-device-invalidated",
                    "",
                    "detach-leaves-no-interrupt@3 index-is-one-devices@3 interrupt-in-domain@3 routed-interrupt-arrives@3"),
            amdInterrupts(
                    "table.invalidation-not-awaited",
                    "",
                    "detach-leaves-no-interrupt@3 index-is-one-devices@3 interrupt-in-domain@5 routed-interrupt-arrives@5"),
            amdInterrupts(
                    "table.entry-stays",
                    "",
                    "detach-leaves-no-interrupt@2 index-is-one-devices@2 interrupt-in-domain@5 routed-interrupt-arrives@5"),
            amdInterrupts("table.not-valid-when-detached", "", "detach-leaves-no-interrupt@2 interrupt-in-domain@3"),
            amdInterrupts("table.forwards", "", "detach-leaves-no-interrupt@0 interrupt-in-domain@1"),
            amdInterrupts("table.aborts", "", "routed-interrupt-arrives@1"),
            amdInterrupts("entry.disabled-first", "devices=1", "moved-interrupt-arrives@4"),
            amdInterrupts(
                    "entry.forgotten-before-change", "devices=1", "interrupt-in-domain@9 routed-interrupt-arrives@9"),
            amdInterrupts(
                    "entry.enabled-by-any-change",
                    "entry-bits=128 destinations=2 entries=1",
                    "detach-leaves-no-interrupt@2 index-is-one-devices@2 interrupt-in-domain@4 routed-interrupt-arrives@4"),
            amdInterrupts(
                    "entry.disabled-by-change",
                    "entry-bits=128 destinations=2 entries=1",
                    "routed-interrupt-arrives@2"),
            amdInterrupts(
                    "entry.destination-of-24-bits",
                    "entry-bits=128 destinations=2 entries=1 x2apic=true",
                    "interrupt-in-domain@2 routed-interrupt-arrives@2"),
            amdInterrupts(
                    "half.changed-in-use",
                    "entry-bits=128 destinations=2 entries=1 entry-update=disabled",
                    "interrupt-in-domain@8"),
            amdInterrupts(
                    "half.enabled-before-vector",
                    "entry-bits=128 destinations=2 entries=1 entry-update=disabled",
                    "interrupt-in-domain@2 routed-interrupt-arrives@4"),
            amdInterrupts(
                    "half.vector-cleared-first", "entry-bits=128 destinations=2 entries=1", "interrupt-in-domain@3"),
            amdInterrupts(
                    "guest.root-of-another",
                    "entry-bits=128 guest-mode=true entries=1",
                    "interrupt-in-domain@2 routed-interrupt-arrives@2"),
            amdInterrupts(
                    "guest.activated-disabled",
                    "entry-bits=128 guest-mode=true entries=1",
                    "routed-interrupt-arrives@2"),
            amdInterrupts(
                    "guest.deactivated-disabled",
                    "entry-bits=128 guest-mode=true entries=1",
                    "routed-interrupt-arrives@3"),
            amdInterrupts("guest.root-stays", "entry-bits=128 guest-mode=true entries=1", "routed-interrupt-arrives@3"),
            interrupts(
                    "binding.never-refreshed",
                    "guests=1 indices=1 vectors=1",
                    "interrupt-follows-entry@5 routed-interrupt-arrives@2"),
            interrupts(
                    "binding.destination-unchecked",
                    "vectors=1 hotplug=false",
                    "interrupt-follows-entry@1 interrupt-in-domain@1"),
            interrupts(
                    "entry.source-unverified",
                    "vectors=1 delivery=posted hotplug=false",
                    "index-is-one-devices@2 interrupt-follows-entry@2 interrupt-in-domain@2"),
            interrupts(
                    "entry.cache-never-invalidated",
                    "guests=1 indices=1 vectors=1",
                    "detach-leaves-no-interrupt@4 index-is-one-devices@4 interrupt-follows-entry@5"),
            interrupts(
                    "invalidation.completed-before-host-cache",
                    "guests=1 indices=1 vectors=1 hotplug=false",
                    "interrupt-follows-entry@13"),
            interrupts(
                    "detach.index-freed-before-cache",
                    "guests=1 indices=1 vectors=1",
                    "detach-leaves-no-interrupt@12 index-is-one-devices@12"),
            interrupts(
                    "detach.entry-stays",
                    "guests=1 indices=1 vectors=1",
                    "detach-leaves-no-interrupt@3 index-is-one-devices@3 interrupt-follows-entry@7"),
            interrupts(
                    "entry.written-in-halves",
                    "vcpus=2 vectors=1 hotplug=false",
                    "index-is-one-devices@3 interrupt-follows-entry@3 interrupt-in-domain@3"),
            interrupts(
                    "host.compatible-passes",
                    "vectors=1 delivery=posted",
                    "detach-leaves-no-interrupt@1 interrupt-follows-entry@1 interrupt-in-domain@0"),
            interrupts(
                    "remap.source-unverified",
                    "guests=1 passed=false virtual=2 vectors=1 verification=buses",
                    "interrupt-follows-entry@1"),
            interrupts("remap.source-by-bus", "guests=1 passed=false virtual=2 vectors=1", "interrupt-follows-entry@1"),
            interrupts(
                    "remap.one-index-too-many",
                    "guests=1 passed=false virtual=1 vectors=1",
                    "interrupt-follows-entry@1"),
            interrupts(
                    "remap.first-page-only",
                    "guests=1 passed=false virtual=1 vectors=1 entries=2",
                    "routed-interrupt-arrives@1"),
            interrupts(
                    "remap.destination-of-32-bits",
                    "guests=1 passed=false virtual=1 vectors=1",
                    "routed-interrupt-arrives@1"),
            interrupts(
                    "remap.compatible-passes",
                    "guests=1 passed=false virtual=1 vectors=1",
                    "interrupt-follows-entry@0"),
            interrupts(
                    "remap.compatible-in-extended-mode",
                    "guests=1 passed=false virtual=1 vectors=1 commands=true extended=true",
                    "interrupt-follows-entry@1"),
            interrupts(
                    "record.flag-inverted",
                    "guests=1 passed=false virtual=2 vectors=1 stores=false",
                    "blocked-interrupt-is-recorded@1"),
            interrupts(
                    "record.index-shifted",
                    "guests=1 passed=false virtual=1 vectors=1 entries=2 stores=false",
                    "blocked-interrupt-is-recorded@1"),
            interrupts(
                    "record.no-lock",
                    "guests=1 passed=false virtual=2 vectors=1 stores=false cpus=2",
                    "blocked-interrupt-is-recorded@8 silent-entry-records-nothing@14"),
            interrupts(
                    "status.disable-sets-the-rest",
                    "guests=1 passed=false virtual=1 vectors=1 commands=true",
                    "status-is-as-commanded@1"),
            interrupts(
                    "remap.buses-swapped",
                    "guests=1 passed=false virtual=1 vectors=1 verification=buses",
                    "routed-interrupt-arrives@1"),
            interrupts(
                    "remap.qualifier-ignored",
                    "guests=1 passed=false virtual=2 vectors=1 verification=functions",
                    "routed-interrupt-arrives@1"),
            interrupts(
                    "remap.silent-as-present",
                    "guests=1 passed=false virtual=1 vectors=1 silent=true",
                    "interrupt-follows-entry@2"),
            interrupts(
                    "remap.destination-of-8-bits",
                    "guests=1 passed=false virtual=1 vectors=1 extended=true",
                    "routed-interrupt-arrives@1"),
            interrupts(
                    "remap.subhandle-ignored",
                    "guests=1 passed=false virtual=1 vectors=1 subhandles=true",
                    "message-goes-by-its-entry@1"),
            interrupts(
                    "remap.index-wraps",
                    "guests=1 passed=false virtual=1 vectors=1 subhandles=true",
                    "message-goes-by-its-entry@1"),
            interrupts(
                    "record.silent-recorded",
                    "guests=1 passed=false virtual=1 vectors=1 silent=true",
                    "blocked-interrupt-is-recorded@3 silent-entry-records-nothing@2"),
            interrupts(
                    "remap.present-never-silent",
                    "guests=1 passed=false virtual=2 vectors=1 silent=true",
                    "blocked-interrupt-is-recorded@4 silent-entry-records-nothing@3"),
            interrupts(
                    "host.silence-stays",
                    "guests=1 vectors=1 indices=1 delivery=posted hotplug=false records=true silent=true",
                    "silent-entry-records-nothing@4"),
            interrupts(
                    "host.absent-as-silent",
                    "guests=1 vectors=1 indices=1 delivery=posted hotplug=false records=true silent=true",
                    "blocked-interrupt-is-recorded@1"),
            interrupts(
                    "fault.index-stays",
                    "guests=1 passed=false virtual=1 vectors=1 entries=2 stores=false guest-fault-registers=2",
                    "blocked-interrupt-is-recorded@3"),
            interrupts(
                    "fault.overflow-unset",
                    "guests=1 passed=false virtual=2 vectors=1 stores=false",
                    "blocked-interrupt-is-recorded@2"),
            interrupts(
                    "fault.read-from-first",
                    "vectors=1 indices=2 delivery=posted hotplug=false stores=false records=true host-fault-registers=2",
                    "blocked-interrupt-is-recorded@3 silent-entry-records-nothing@7"),
            interrupts(
                    "fault.not-passed-on",
                    "guests=1 vectors=1 indices=1 delivery=posted hotplug=false records=true",
                    "blocked-interrupt-is-recorded@2"),
            interrupts(
                    "fault.lost-not-passed-on",
                    "vectors=1 indices=2 delivery=posted hotplug=false stores=false records=true",
                    "blocked-interrupt-is-recorded@3"),
            interrupts(
                    "record.host-index",
                    "vectors=1 indices=2 delivery=posted hotplug=false stores=false records=true",
                    "blocked-interrupt-is-recorded@2"),
            interrupts(
                    "posting.destination-stays",
                    "guests=1 vectors=1 cpus=2 notifications=true",
                    "posted-interrupt-is-noticed@2"),
            interrupts(
                    "posting.suppression-stays",
                    "guests=1 vectors=1 notifications=true",
                    "posted-interrupt-is-noticed@2"),
            interrupts(
                    "posting.not-looked-at", "guests=1 vectors=1 notifications=true", "posted-interrupt-is-noticed@2"),
            interrupts(
                    "posting.outstanding-stays",
                    "guests=1 vectors=1 notifications=true",
                    "posted-interrupt-is-noticed@6"),
            interrupts(
                    "posting.looked-at-first",
                    "guests=1 vectors=1 notifications=true",
                    "posted-interrupt-is-noticed@6"),
            interrupts(
                    "posting.outstanding-cleared-last",
                    "guests=1 vectors=1 notifications=true",
                    "posted-interrupt-is-noticed@15"),
            interrupts(
                    "posting.read-then-cleared",
                    "guests=1 vectors=1 notifications=true",
                    "posted-interrupt-is-noticed@6"),
            interrupts(
                    "posting.urgent-suppressed",
                    "guests=1 vectors=1 notifications=true wake-ups=urgent",
                    "waiting-vcpu-is-woken@1"),
            interrupts(
                    "posting.suppression-ignored",
                    "guests=1 vectors=2 notifications=true wake-ups=urgent",
                    "waiting-vcpu-is-woken@1"),
            interrupts(
                    "waiting.vector-stays",
                    "guests=1 vectors=1 notifications=true wake-ups=waiting",
                    "waiting-vcpu-is-woken@3"),
            interrupts(
                    "waiting.outstanding-stays",
                    "guests=1 vectors=1 notifications=true wake-ups=waiting",
                    "waiting-vcpu-is-woken@12"),
            interrupts(
                    "waiting.not-looked-at",
                    "guests=1 vectors=1 notifications=true wake-ups=waiting",
                    "waiting-vcpu-is-woken@3"),
            interrupts(
                    "waiting.looked-at-first",
                    "guests=1 vectors=1 notifications=true wake-ups=waiting",
                    "waiting-vcpu-is-woken@11"),
            interrupts(
                    "waiting.vector-never-back",
                    "guests=1 vectors=1 notifications=true wake-ups=waiting",
                    "posted-interrupt-is-noticed@5 waiting-vcpu-is-woken@5"),
            interrupts(
                    "remap.absent-as-silent",
                    "guests=1 passed=false virtual=1 vectors=1",
                    "blocked-interrupt-is-recorded@1"));
}
