package dev.moat.conform.xen;

import dev.moat.conform.rows.Cell;
import dev.moat.conform.rows.Fields;
import dev.moat.conform.rows.UnrepresentableException;
import dev.moat.grant.TableVersions;
import dev.moat.input.InputException;
import dev.moat.xen.host.CopySide;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What a recorded case needs of a machine, and how its rows belong together. */
final class CaseShape {
    private static final long U32 = 0xffffffffL;

    /** Grant frames and maptrack frames that a domain may be allowed. */
    private static final int MOST_ALLOWED = 1 << 16;

    /** Domains of a case at most. */
    private static final int MOST_DOMAINS = 8;

    /** Slots of each domain that a machine can have where no IOMMU is. */
    private static final int[] SLOTS = {16, 40, 64, 100};

    private static final Pattern SLOT = Pattern.compile("\\bV([0-9]{1,4})\\b");

    private CaseShape() {}

    /**
     * The rows of one hypercall together, with what was measured after it.
     *
     * @throws InputException at the first row before which an element of its hypercall is missing, or after which one is; then at one
     *     that cannot be an element of it
     */
    public static List<List<XenRow>> steps(XenCase recorded) {
        List<List<XenRow>> steps = new ArrayList<>();
        for (XenRow row : recorded.rows()) {
            if (steps.isEmpty() || row.step() != lastStep(steps)) {
                steps.add(new ArrayList<>());
            }
            steps.get(steps.size() - 1).add(row);
        }
        steps.forEach(CaseShape::checkComplete);
        return steps;
    }

    private static void checkComplete(List<XenRow> step) {
        @Nullable XenRow last = null;
        for (XenRow row : step) {
            if (row.op() == XenOp.PROBE) {
                continue;
            }
            if (last != null && !row.continues()) {
                throw row.cell("step").error("step " + row.step() + " cannot follow step " + last.step());
            }
            if (last != null && (row.place() <= last.place() || row.batchSize() != last.batchSize())) {
                throw row.cell("batch").error("'" + row.text("batch") + "' cannot follow '" + last.text("batch") + "'");
            }
            if (last != null && row.op() != last.op()) {
                throw row.cell("op").error("a batch of different operations");
            }
            checkNoneMissing(row, last == null ? 1 : last.place() + 1, row.place() - 1);
            last = row;
        }
        if (last != null) {
            checkNoneMissing(last, last.place() + 1, last.batchSize());
        }
    }

    /** Recorders lose lines; what is there may be right. */
    private static void checkNoneMissing(XenRow row, int from, int to) {
        if (from <= to) {
            String which = from == to ? "element " + from + " of " : "elements " + from + " to " + to + " of ";
            throw row.cell("batch")
                    .unrepresentable(
                            which + row.batchSize() + (from == to ? " is" : " are") + " missing in this hypercall");
        }
    }

    private static int lastStep(List<List<XenRow>> steps) {
        return steps.get(steps.size() - 1).get(0).step();
    }

    /**
     * Whether Xen refuses to create a domain ({@code grant_table_init}): without a grant frame, with a version that its tables
     * cannot have, or with more frames than its release allows.
     *
     * @param create the arguments
     * @param highestVersion of any domain's table
     */
    public static boolean isRefused(Fields create, int highestVersion, XenRelease release) {
        Cell version = create.find("max_version");
        long highest = version == null ? highestVersion : version.number(U32);
        long frames = create.get("max_grant_frames").number(U32);
        Cell maptrack = create.find("max_maptrack_frames");
        return highest == 0
                || highest > highestVersion
                || frames == 0
                || release.refusesTables(frames, maptrack == null ? 0 : maptrack.number(U32));
    }

    private static boolean isRefused(XenCase recorded, XenRow create, XenRelease release) {
        XenConfiguration configuration = XenConfiguration.of(recorded.suite());
        return isRefused(create.args(), configuration == null ? 2 : configuration.highestVersion(), release);
    }

    /** Such a row names sizes that no machine needs. */
    private static boolean isRefusedCreation(XenCase recorded, XenRow row, XenRelease release) {
        return row.op() == XenOp.CREATE && isRefused(recorded, row, release);
    }

    /**
     * Domain 0 and those that are created, as a bit set; every actor and every owner of a named frame must be one of them.
     *
     * @throws UnrepresentableException when that is not so, or a domain is created again
     */
    static int domains(XenCase recorded, Symbols symbols, XenRelease release) {
        int exist = 1;
        for (XenRow row : recorded.rows()) {
            if (row.actor() >= MOST_DOMAINS || (exist >>> row.actor() & 1) == 0) {
                throw row.cell("actor").unrepresentable("domain " + row.actor() + " was not created");
            }
            if (row.op() == XenOp.CREATE) {
                Cell dom = row.args().get("dom");
                int domain = (int) dom.representable(MOST_DOMAINS - 1);
                if ((exist >>> domain & 1) != 0) {
                    throw dom.unrepresentable("domain " + domain + " is created again");
                }
                exist |= isRefused(recorded, row, release) ? 0 : 1 << domain;
            }
        }
        Cell name = recorded.first().cell("case");
        for (Symbols.Frame frame : symbols.frames()) {
            if ((exist >>> frame.owner() & 1) == 0) {
                throw name.unrepresentable("the case names " + frame.name() + ", whose domain is not created");
            }
        }
        return exist;
    }

    /**
     * Slots of each domain: the fewest that cover those which the case names, of what machines have.
     *
     * @throws UnrepresentableException when no machine has as many
     */
    static int slots(XenCase recorded) {
        int most = 0;
        for (XenRow row : recorded.rows()) {
            for (String column : List.of("args", "out", "ptes")) {
                Matcher m = SLOT.matcher(row.text(column));
                while (m.find()) {
                    most = Math.max(most, Integer.parseInt(m.group(1)));
                    if (most >= SLOTS[SLOTS.length - 1]) {
                        throw row.cell(column)
                                .part(m.start(), m.end())
                                .unrepresentable("more than " + SLOTS[SLOTS.length - 1] + " slots: " + m.group());
                    }
                }
            }
        }
        int needed = most + 1;
        return Arrays.stream(SLOTS).filter(n -> n >= needed).findFirst().orElseThrow();
    }

    /** The grant or status frames that a row asks for, at most 2^32 - 1. The recorder's page does not name the argument. */
    public static long frames(XenRow row) {
        return framesCell(row).number(U32);
    }

    private static Cell framesCell(XenRow row) {
        return row.args().get("nr_frames", "nr", "frames");
    }

    /**
     * Grant frames of the largest table that a domain of the case asks for and may have, or is said to have.
     *
     * @throws UnrepresentableException when a table is to grow beyond what machines have
     */
    static int grantFrames(XenCase recorded, XenRelease release) {
        long[] limits = new long[MOST_DOMAINS];
        limits[0] = TableVersions.MOST_FRAMES;
        long most = 1;
        for (XenRow row : recorded.rows()) {
            if (isRefusedCreation(recorded, row, release)) {
                continue;
            }
            if (row.op() == XenOp.CREATE) {
                int created = (int) row.args().get("dom").representable(MOST_DOMAINS - 1);
                limits[created] = grantFrameLimit(row.args());
            } else if (row.op() == XenOp.SETUP_TABLE) {
                boolean refused = frames(row) > limits[named(row)];
                most = refused ? most : Math.max(most, framesCell(row).representable(TableVersions.MOST_FRAMES));
            } else if (row.op() == XenOp.QUERY_SIZE) {
                Cell shown = new Fields(row.cell("out")).find("nr_frames");
                most = Math.max(most, shown == null ? 1 : Math.min(shown.number(U32), TableVersions.MOST_FRAMES));
            }
        }
        return (int) most;
    }

    /**
     * The grant frames that a domain may have at most; a negative number asks for as many as Xen's command line says.
     *
     * @param create the arguments
     * @throws UnrepresentableException for more than a Xen was asked for: beyond, its memory decides
     */
    public static int grantFrameLimit(Fields create) {
        return limit(create.get("max_grant_frames"), XenRelease.MOST_GRANT_FRAMES);
    }

    /** The maptrack frames that a domain may have at most; otherwise as {@link #grantFrameLimit}. */
    public static int maptrackFrameLimit(Fields create) {
        return limit(create.get("max_maptrack_frames"), XenRelease.MOST_MAPTRACK_FRAMES);
    }

    private static int limit(Cell limit, int byDefault) {
        return limit.number(U32) > Integer.MAX_VALUE ? byDefault : (int) limit.representable(MOST_ALLOWED);
    }

    /** Whose table a row is about: the actor's for its special number, and for a domain that there is not, whose none grows. */
    private static int named(XenRow row) {
        Cell dom = row.args().get("dom");
        long domain = dom.text().equals("SELF") ? CopySide.DOMID_SELF : dom.number(U32);
        return (int) (domain < MOST_DOMAINS ? domain : row.actor() < MOST_DOMAINS ? row.actor() : 0);
    }

    /**
     * The most maptrack frames that a domain of the case may have, or takes when it may have more than machines have; of domain 0, which has
     * no such limit, what its maps take.
     *
     * @throws UnrepresentableException when a domain takes more than machines have
     */
    static int maptrackFrames(XenCase recorded, XenRelease release) {
        int[] maps = new int[MOST_DOMAINS];
        for (XenRow row : recorded.rows()) {
            if (row.op() == XenOp.MAP && row.actor() < MOST_DOMAINS) {
                maps[row.actor()]++;
            }
        }
        int most = 0;
        for (XenRow row : recorded.rows()) {
            if (row.op() == XenOp.CREATE && !isRefused(recorded, row, release)) {
                int domain = (int) row.args().get("dom").representable(MOST_DOMAINS - 1);
                int limit = maptrackFrameLimit(row.args());
                most = Math.max(most, limit > XenBench.MAX_MAPTRACK_FRAMES ? taken(recorded, domain, maps) : limit);
            }
        }
        return Math.max(most, taken(recorded, 0, maps));
    }

    /** Maptrack frames that a domain's maps take at most, if each succeeds. */
    private static int taken(XenCase recorded, int domain, int[] maps) {
        int frames = (maps[domain] + XenBench.HANDLES_PER_FRAME) / XenBench.HANDLES_PER_FRAME;
        if (frames > XenBench.MAX_MAPTRACK_FRAMES) {
            throw recorded.first()
                    .cell("case")
                    .unrepresentable("domain " + domain + " maps " + maps[domain] + " times");
        }
        return frames;
    }
}
