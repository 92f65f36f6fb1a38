"""What a seed draws. Of Python's generator only random() is the same in every version, so everything is made of that."""

import random


class Draw:
    def __init__(self, *names):
        """The same numbers for the same names."""
        self.random = random.Random("-".join(map(str, names))).random

    def below(self, count):
        return int(self.random() * count)

    def between(self, first, end):
        """From first on, less than end."""
        return first + self.below(end - first)

    def chance(self, percent):
        return self.random() * 100 < percent

    def bits(self, count):
        """A number of so many bits."""
        value = 0
        for at in range(0, count, 32):
            value |= self.below(1 << min(32, count - at)) << at
        return value

    def bit(self, first, end=64):
        """One bit, at such a place."""
        return 1 << self.between(first, end)

    def one(self, *things):
        return things[self.below(len(things))]

    def any(self, things):
        return self.one(*things)

    def weighted(self, *pairs):
        """One of several things, each behind its weight."""
        at = self.below(sum(weight for weight, _ in pairs))
        for weight, thing in pairs:
            at -= weight
            if at < 0:
                return thing
        raise AssertionError("unreachable")

    def pick(self, *pairs):
        """What one of several functions draws, each behind its weight."""
        return self.weighted(*pairs)(self)


def numbers(*values):
    """Arguments of a row."""
    return " ".join(f"{value:#x}" for value in values)
