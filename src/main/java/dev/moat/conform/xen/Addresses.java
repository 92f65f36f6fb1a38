package dev.moat.conform.xen;

import dev.moat.conform.rows.Cell;
import dev.moat.xen.host.HostAddress;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Host addresses as recorded: {@code V5} a slot of the actor, {@code PTE(V5)} the machine address of the entry that maps
 * it, {@code D1.V5} another domain's, {@code MADDR(D2.P0)} the machine address of a page, {@code BADVA} and {@code XENVA}
 * virtual addresses without a page table and of the hypervisor, {@code 0}; an offset in bytes may follow.
 */
final class Addresses {
    /** Bytes of a page. */
    public static final int PAGE_SIZE = 4096;

    private static final int PTE_SIZE = 8;
    private static final int MAX_OFFSET = 0xffff;
    private static final Pattern SLOT = Pattern.compile("(?:D([0-7])\\.)?V([0-9]{1,4})");
    private static final Pattern PAGE = Pattern.compile("D([0-7])\\.P([0-9]{1,4})");
    private static final String WANTED = "a host address: V0, PTE(V0), MADDR(D1.P0), BADVA, XENVA, 0";

    private Addresses() {}

    /** An address split from its offset. */
    public record Place(Cell base, int offset) {
        /**
         * Splits what stands behind the last plus sign; 0 where there is none. InputException for an offset that is
         * no number of at most 16 bits.
         */
        public static Place of(Cell cell) {
            int plus = cell.text().lastIndexOf('+');
            if (plus < 0) {
                return new Place(cell, 0);
            }
            int end = cell.text().length();
            return new Place(cell.part(0, plus), (int) cell.part(plus + 1, end).number(MAX_OFFSET));
        }
    }

    /** A slot; one beyond the last has no page table. */
    public record Slot(int domain, int number) {}

    /** The slot that a cell names, of so many; UnrepresentableException for an unknown symbol. */
    public static Slot slot(Cell cell, int actor, int slots) {
        Matcher m = SLOT.matcher(cell.text());
        if (!m.matches() || Integer.parseInt(m.group(2)) >= slots) {
            throw Symbols.unknown(cell, WANTED);
        }
        return new Slot(m.group(1) == null ? actor : Integer.parseInt(m.group(1)), Integer.parseInt(m.group(2)));
    }

    /** The number of the domain's page that a cell names, of those that its page tables map from the start; -1 otherwise. */
    public static int ownPage(Cell cell, int domain) {
        Matcher m = PAGE.matcher(cell.text());
        boolean own = m.matches() && Integer.parseInt(m.group(1)) == domain;
        return own && Integer.parseInt(m.group(2)) < XenBench.OWN_PAGES ? Integer.parseInt(m.group(2)) : -1;
    }

    /** Whether a cell looks like the name of a slot. */
    public static boolean isSlot(Cell cell) {
        return SLOT.matcher(cell.text()).matches();
    }

    /** The argument that a call gets, as {@link HostAddress} encodes it; UnrepresentableException for an unknown symbol. */
    public static int host(Cell cell, int actor, Symbols symbols, int slots) {
        Place place = Place.of(cell);
        Cell base = place.base();
        if (base.text().equals("0")) {
            return place.offset() == 0 ? HostAddress.NONE : HostAddress.BAD;
        }
        if (base.text().equals("BADVA") || base.text().equals("XENVA")) {
            return HostAddress.BAD;
        }
        if (base.text().startsWith("MADDR(")) {
            symbols.frame(inside(base, "MADDR("));
            return HostAddress.BAD;
        }
        boolean entry = base.text().startsWith("PTE(");
        Cell named = entry ? inside(base, "PTE(") : base;
        int size = entry ? PTE_SIZE : PAGE_SIZE;
        int more = place.offset() / size;
        if (named.text().startsWith("VA(")) {
            Cell page = inside(named, "VA(");
            int own = ownPage(page, actor);
            symbols.frame(page);
            boolean bad = own < 0 || isMisaligned(place, entry) || own + more >= XenBench.OWN_PAGES;
            int number = slots + own + more;
            return bad ? HostAddress.BAD : entry ? HostAddress.ofEntry(number) : HostAddress.of(number);
        }
        Slot slot = slot(named, actor, slots);
        int number = slot.number() + more;
        if (slot.domain() != actor || isMisaligned(place, entry) || number >= slots) {
            return HostAddress.BAD;
        }
        return entry ? HostAddress.ofEntry(number) : HostAddress.of(number);
    }

    /** Only the address of an entry must be a multiple of anything. */
    private static boolean isMisaligned(Place place, boolean entry) {
        return entry && place.offset() % PTE_SIZE != 0;
    }

    private static Cell inside(Cell cell, String opening) {
        if (!cell.text().endsWith(")")) {
            throw Symbols.unknown(cell, WANTED);
        }
        return cell.part(opening.length(), cell.text().length() - 1);
    }
}
