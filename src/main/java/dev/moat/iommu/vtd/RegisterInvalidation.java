package dev.moat.iommu.vtd;

import dev.moat.iommu.vtd.format.Descriptors;
import dev.moat.iommu.vtd.format.Registers.Ccmd;
import dev.moat.iommu.vtd.format.Registers.Gsts;
import dev.moat.iommu.vtd.format.Registers.IotlbCommand;

/**
 * Invalidation by registers, which works while the queue is off: software writes a command, hardware executes it some
 * time later and clears the command's highest bit; only then may the next one be written. Only the granularity of an
 * executed command is kept; nothing else is read back. Exists with {@link VtdGeometry.Part#COMMAND_REGISTERS}. {@code
 * @source} VTD-REGISTER-INVALIDATION.
 */
public final class RegisterInvalidation {
    private final VtdUnit u;
    private final Invalidator invalidator;

    /** Throws {@link IllegalArgumentException} when the unit was declared without its command registers. */
    public RegisterInvalidation(VtdUnit unit, VtdCaches caches) {
        if (!unit.geometry().options().has(VtdGeometry.Part.COMMAND_REGISTERS)) {
            throw new IllegalArgumentException("the unit's command registers are left out");
        }
        u = unit;
        invalidator = new Invalidator(unit, caches);
    }

    /** Whether a command can be written: the queue is off and no command is pending. */
    public boolean isReady(long[] s) {
        return !Gsts.QIES.isSet(u.gsts.get(s)) && !isPending(s);
    }

    /** Whether a command waits for hardware. */
    public boolean isPending(long[] s) {
        return Ccmd.ICC.isSet(u.ccmd.get(s)) || IotlbCommand.IVT.isSet(u.iotlbCommand.get(s));
    }

    /** Software writes CCMD. False when not {@link #isReady}. */
    public boolean commandContexts(long[] s, long ccmd) {
        if (!isReady(s)) {
            return false;
        }
        u.ccmd.set(s, ccmd);
        return true;
    }

    /**
     * Software writes IVA, then the IOTLB register. False when not {@link #isReady}.
     *
     * @param iva AM, IH and ADDR as in {@link Descriptors.Iotlb}
     */
    public boolean commandTranslations(long[] s, long iva, long iotlb) {
        if (!isReady(s)) {
            return false;
        }
        u.iva.set(s, iva);
        u.iotlbCommand.set(s, iotlb);
        return true;
    }

    /** Hardware executes CCMD; CAIG then says what was done, 0 for a wrong command. False when none is pending. */
    public boolean completeContexts(long[] s) {
        long command = u.ccmd.get(s);
        if (!Ccmd.ICC.isSet(command)) {
            return false;
        }
        int granularity = (int) Ccmd.CIRG.get(command);
        int did = (int) Ccmd.DID.get(command);
        invalidator.contexts(s, granularity, did, (int) Ccmd.SID.get(command), (int) Ccmd.FM.get(command));
        u.ccmd.set(s, Ccmd.CAIG.set(0, granularity));
        return true;
    }

    /**
     * Hardware executes the IOTLB register; IAIG then says what was done, 0 for a wrong command.
     *
     * @return false when none is pending
     */
    public boolean completeTranslations(long[] s) {
        long command = u.iotlbCommand.get(s);
        if (!IotlbCommand.IVT.isSet(command)) {
            return false;
        }
        int granularity = (int) IotlbCommand.IIRG.get(command);
        boolean done = invalidator.translations(
                s,
                granularity,
                (int) IotlbCommand.DID.get(command),
                u.iva.get(s),
                IotlbCommand.DR.isSet(command),
                IotlbCommand.DW.isSet(command));
        u.iva.set(s, 0);
        u.iotlbCommand.set(s, IotlbCommand.IAIG.set(0, done ? granularity : 0));
        return true;
    }

    /**
     * Software switches the queue on or off (GCMD.QIE).
     *
     * @return false when it is so already, on while a command is pending, and off while the queue holds a descriptor
     */
    public boolean enableQueue(long[] s, boolean on) {
        long gsts = u.gsts.get(s);
        if (Gsts.QIES.isSet(gsts) == on || (on ? isPending(s) : u.queueCount.get(s) != 0)) {
            return false;
        }
        u.gsts.set(s, Gsts.QIES.set(gsts, on ? 1 : 0));
        return true;
    }
}
