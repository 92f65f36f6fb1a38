package dev.moat.xen.state;

import dev.moat.grant.SharedEntry;
import dev.moat.grant.TableVersions;
import dev.moat.state.SlotsBuilder;
import dev.moat.xen.setting.TableSetting;
import dev.moat.xen.setting.XenSetting;

/** Which bits of grant entries vary in a machine. */
final class EntryBits {
    private EntryBits() {}

    /** What tables can be: in searches they have an entry for each reference, whatever their version. */
    static TableVersions.Kind versions(XenSetting setting) {
        if (setting.recorded()) {
            return TableVersions.Kind.REAL;
        }
        TableSetting tables = setting.grantTables();
        return tables.second()
                ? new TableVersions.Kind(
                        true,
                        false,
                        tables.reserved(),
                        tables.partial(),
                        upTo(Math.max(setting.frames(), setting.refs())))
                : TableVersions.Kind.FIRST;
    }

    /** In searches, guests store entries for domains, frames and references that exist; otherwise anything. */
    static long shared(XenSetting setting) {
        if (setting.recorded()) {
            return -1L;
        }
        boolean partial = setting.grantTables().partial();
        long frame = upTo(partial ? Math.max(setting.frames(), setting.domains()) : setting.frames());
        long entry = SharedEntry.of(
                SharedEntry.GTF_TYPE.mask()
                        | SharedEntry.GTF_READONLY.mask()
                        | SharedEntry.GTF_READING.mask()
                        | SharedEntry.GTF_WRITING.mask(),
                upTo(setting.domains()),
                frame);
        return partial ? entry | SharedEntry.GTF_SUB_PAGE.mask() | PART : entry;
    }

    /** The length of the part of a page that a search grants: half of it. */
    private static final long PART = dev.moat.grant.SecondEntry.LENGTH.set(0, 2048);

    private static long upTo(int size) {
        return (1L << SlotsBuilder.bitsFor(size - 1)) - 1;
    }
}
