package dev.moat.iommu.amdvi.interrupt;

import dev.moat.iommu.vocabulary.RemappedInterrupts;
import dev.moat.state.Footprint;
import dev.moat.state.Sort;
import java.util.List;

/** Interrupts of AMD-Vi as the discipline reads them: each device has a table, and a command has the unit forget all of it. */
record InterruptReading(InterruptTables tables, InterruptOperations xen) implements RemappedInterrupts {
    @Override
    public Sizes sizes() {
        List<String> messages = Sort.numbered("Entry", "e", tables.entries()).labels();
        List<String> each =
                tables.devices.labels().stream().map(q -> "table-of-" + q).toList();
        return new Sizes(tables.domains, tables.devices, tables.lines, messages, each);
    }

    @Override
    public List<String> tokens() {
        return tables.devices.labels();
    }

    @Override
    public int domainOf(int device) {
        return device;
    }

    @Override
    public int domainOfSpace(int space) {
        return space;
    }

    @Override
    public int spaceOf(int device) {
        return device;
    }

    @Override
    public boolean isLed(long[] s, int device, int space) {
        return tables.isLed(s, device, space);
    }

    @Override
    public boolean isInTable(int space, int message) {
        return true;
    }

    @Override
    public boolean isTouched(long[] before, long[] after, int space, int message) {
        return true;
    }

    @Override
    public int leads(long[] s, int space, int message) {
        return tables.leads(s, at(space, message));
    }

    @Override
    public boolean isPassedBy(long[] s, int space) {
        return tables.isForwarded(s, space);
    }

    private int at(int space, int message) {
        return space * tables.entries() + message;
    }

    @Override
    public int mayLead(long[] s, int device, int message) {
        return tables.mayLead(s, device, message);
    }

    @Override
    public int ownerOf(long[] s, int line) {
        return xen.userOf(s, line);
    }

    @Override
    public boolean uses(long[] s, int device, int line) {
        return false;
    }

    @Override
    public boolean owes(long[] s, int device, int message) {
        return xen.owes(s, at(device, message));
    }

    @Override
    public boolean isUnderWay(long[] s, int token) {
        return xen.awaits(s, token);
    }

    @Override
    public boolean isQueued(long[] s, int token) {
        return tables.command.get(s, token) != 0;
    }

    @Override
    public boolean covers(int token, int device, int message) {
        return token == device;
    }

    @Override
    public void readLed(Footprint footprint, int device) {
        footprint.one(tables.quad2, device);
    }

    @Override
    public void readTable(Footprint footprint, int space, int message) {
        footprint.one(tables.quad2, space);
        tables.words.readOne(footprint, at(space, message));
    }

    @Override
    public void readCache(Footprint footprint, int device, int message) {
        tables.readCached(footprint, device, message);
    }

    @Override
    public void readOwner(Footprint footprint, int line) {
        footprint.all(xen.vector).all(xen.former);
    }

    @Override
    public void readUses(Footprint footprint, int device) {}

    @Override
    public void readOwes(Footprint footprint, int device) {
        xen.readDebt(footprint);
    }

    @Override
    public void readTokens(Footprint footprint, int token) {
        xen.readDebt(footprint);
        footprint.one(tables.command, token);
    }
}
