"""Random sets of options of a virtual VT-d. What a version does not know it refuses, so that the sets are the same for each."""

SWITCHES = ("intremap", "caching-mode", "device-iotlb", "eim", "snoop-control", "x-scalable-mode", "dma-translation")
# Those that not every version has.
OLDER = ("pt", "dma-drain", "x-pasid-mode", "x-buggy-eim")
FIRST_LEVEL = ("x-flts", "fs1gp", "stale-tm")
WIDTHS = (48, 48, 48, 39, 39, 57, 40, 47, 64, 0)
PASID_BITS = (0, 1, 8, 16, 19, 20, 21, 30)


def switched(d, options, names):
    for _ in range(d.one(1, 1, 2, 2, 3, 4)):
        options[d.any(names)] = d.one("on", "off")


def case(d, number):
    options = {"intremap": "on", "aw-bits": "48"}
    if d.chance(50):
        options["x-scalable-mode"] = "on"
    if d.chance(20):
        options["aw-bits"] = d.any(WIDTHS)
    kind = d.below(10)
    if kind < 3:
        switched(d, options, SWITCHES + OLDER)
    elif kind < 5:
        options["x-flts"] = "on"
        switched(d, options, SWITCHES + FIRST_LEVEL)
    elif kind < 7:
        # Shared virtual memory needs all of these.
        options.update({"x-scalable-mode": "on", "x-flts": "on", "device-iotlb": "on", "svm": "on", "pasid-bits": d.any(PASID_BITS)})
        if d.chance(50):
            switched(d, options, SWITCHES + FIRST_LEVEL + ("svm",))
    else:
        switched(d, options, SWITCHES)
    return ";".join(f"{name}={value}" for name, value in options.items())
