package dev.moat.grant;

import dev.moat.state.Sort;
import java.util.List;

/**
 * Status of a grant operation. {@code @shape} stored as the negated GNTST code, so that a slot holds 0 to 13.
 * {@code @source} Xen public grant_table.h; {@code no_space} (-13) as recorded.
 */
public final class GrantStatus {
    private GrantStatus() {}

    public static final int OKAY = 0;
    public static final int GENERAL_ERROR = 1;
    public static final int BAD_DOMAIN = 2;
    public static final int BAD_GNTREF = 3;
    public static final int BAD_HANDLE = 4;
    public static final int BAD_DEV_ADDR = 6;
    public static final int PERMISSION_DENIED = 8;
    public static final int BAD_PAGE = 9;
    public static final int BAD_COPY_ARG = 10;
    public static final int ADDRESS_TOO_BIG = 11;
    public static final int EAGAIN = 12;
    public static final int NO_SPACE = 13;

    /** All stored values with their names. */
    public static final Sort SORT = new Sort(
            "GrantStatus",
            List.of(
                    "okay",
                    "general_error",
                    "bad_domain",
                    "bad_gntref",
                    "bad_handle",
                    "bad_virt_addr",
                    "bad_dev_addr",
                    "no_device_space",
                    "permission_denied",
                    "bad_page",
                    "bad_copy_arg",
                    "address_too_big",
                    "eagain",
                    "no_space"));
}
