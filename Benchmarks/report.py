"""Figures as a table: medians, the least and the most of all runs, and whether they suffice."""

from dataclasses import dataclass
from statistics import median

HEADER = "| cameras | measure | ffmpeg | cctv | cctv / ffmpeg | limit | |\n|--|--|--|--|--|--|--|"


@dataclass
class Row:
    """One measure. A limit holds for the ratio when `other` was measured, else for `own`."""

    cameras: str
    measure: str
    own: list
    other: list = ()
    limit: float | None = None
    is_ratio: bool = False
    digits: int = 2

    @property
    def ratios(self):
        return [own / other for own, other in zip(self.own, self.other)] if self.is_ratio else []

    @property
    def passes(self):
        return self.limit is None or median(self.ratios or self.own) <= self.limit

    def __str__(self):
        cells = [self.cameras, self.measure]
        cells += [self._spread(values) for values in (self.other, self.own)]
        cells.append(self._spread(self.ratios))
        limit, verdict = "", ""
        if self.limit is not None:
            limit = f"{self.limit:g}" + ("x" if self.is_ratio else "")
            verdict = "PASS" if self.passes else "FAIL"
        return "| " + " | ".join(cells + [limit, verdict]) + " |"

    def _spread(self, values):
        if not values:
            return ""
        digits = max(self.digits, 2) if values is self.ratios else self.digits
        middle, least, most = (
            f"{value:.{digits}f}" for value in (median(values), min(values), max(values))
        )
        return middle if least == most else f"{middle} ({least}-{most})"


def worst(values):
    """A list with the largest value only: for what must never happen."""
    return [max(values)]
