package dev.moat.audit.read;

import java.util.Arrays;

/** The values of events that the audit reads, by the key that stands before {@code =}. */
public enum Field {
    DOM("dom"),
    IOVA("iova"),
    PADDR("paddr"),
    SIZE("size"),
    UNMAPPED_SIZE("unmapped_size"),
    PROT("prot"),
    RET("ret"),
    START("start"),
    END("end"),
    DIR("dir"),
    /** Of a fault: bit 0 is set for a write. Other events print words under this name, which are no numbers. */
    FLAGS("flags"),
    /** Of the events of the system {@code dma}, which print it in hexadecimal without a prefix. */
    DMA_ADDR("dma_addr"),
    /** Of {@code swiotlb_bounced}, hexadecimal without a prefix: what the device can address, and where the buffer is. */
    DMA_MASK("dma_mask"),
    DEV_ADDR("dev_addr"),
    /** Of the events of the system {@code dma}: where the buffer is, and its address for the CPU; 0 where there is none. */
    PHYS_ADDR("phys_addr"),
    VIRT_ADDR("virt_addr"),
    /** Of the same, lists: see {@link TraceEvent#list}. */
    DMA_ADDRS("dma_addrs"),
    SIZES("sizes"),
    PHYS_ADDRS("phys_addrs"),
    /** The domain id of a {@code cache_tag_*} event, or of a descriptor. */
    DID("did"),
    /** Of {@code cache_tag_assign} and {@code _unassign}: how often an IOMMU's own cache is in use with the domain id. */
    REF(""),
    /** Of {@code swiotlb_bounced}: one of the constants of {@link TraceEvent}; only where the text is one that a kernel prints. */
    FORCE(""),
    /** Of {@code qi_submit}: the first words of the descriptor and the number of the unit. */
    WORD0(""),
    WORD1(""),
    UNIT("");

    static final int LISTS = 3;

    private static final Field[] FIELDS = values();
    private static final NameTable NAMES = new NameTable(
            Arrays.stream(values()).map(f -> f.key).filter(k -> !k.isEmpty()).toList());

    // Those without a key come last: find() counts only those that have one.

    private final String key;

    Field(String key) {
        this.key = key;
    }

    /** What stands before the sign in the line; empty for what has no such sign. */
    String key() {
        return key;
    }

    /** Its number, as {@link #find} gives it. */
    @SuppressWarnings("EnumOrdinal") // an index of arrays in the reader's inner loop, stored nowhere
    int index() {
        return ordinal();
    }

    /** How the values of each field are printed, by its number. */
    enum Print {
        NUMBER,
        BARE,
        LIST,
        DIRECTION
    }

    private static final Print[] PRINTS = new Print[FIELDS.length];

    static {
        for (int i = 0; i < FIELDS.length; i++) {
            PRINTS[i] = list(i) >= 0
                    ? Print.LIST
                    : bare(i) ? Print.BARE : i == DIR.index() ? Print.DIRECTION : Print.NUMBER;
        }
    }

    static Print print(int index) {
        return PRINTS[index];
    }

    /** Its place among the lists; negative for what is one number. */
    static int list(int index) {
        return index - DMA_ADDRS.index() < LISTS ? index - DMA_ADDRS.index() : -1;
    }

    /** Whether it is printed in hexadecimal without a prefix. */
    private static boolean bare(int index) {
        return index == DMA_ADDR.index()
                || index == DMA_MASK.index()
                || index == DEV_ADDR.index()
                || index == PHYS_ADDR.index()
                || index == VIRT_ADDR.index();
    }

    /** The number of the field with this key, or -1. */
    static int find(byte[] b, int from, int to) {
        return NAMES.find(b, from, to);
    }

    /** How many there are. */
    static int count() {
        return FIELDS.length;
    }
}
