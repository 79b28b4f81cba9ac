"""What must hold of the clips of a folder, whatever happened to its disk."""

from collections.abc import Iterable
from dataclasses import dataclass

import clips
import ledger
import mp4
import tools
from recorder import Recorder


@dataclass(frozen=True)
class Gap:
    """Pictures of a camera that are in no clip."""

    camera: str
    pictures: int
    seconds: float
    after: float


def assert_all_play(recorder: Recorder) -> int:
    """Every clip is final and whole, down to the last checksum; returns how many there are."""
    found = recorder.clips()
    assert found, "nothing was recorded"
    states = {path.name: state for path in found if (state := mp4.state(path)) != "final"}
    assert not states, states
    result = tools.cctv("verify", recorder.output, within=120)
    assert result.status == 0, str(result)[-3000:]
    aside = [path for path in recorder.output.glob("**/*") if "quarantine" in path.name]
    assert not aside, aside
    return len(found)


def marks(recorder: Recorder, camera: str) -> list[ledger.Mark]:
    """The numbers of a camera's pictures over all its clips, in the order of recording."""
    return [
        mark for path in recorder.clips(camera) for _, sample in clips.samples(path)
        if (mark := ledger.mark(sample))
    ]


def assert_in_order(numbered: Iterable[ledger.Mark]) -> None:
    """No picture is recorded twice, none before another that came first."""
    found = list(numbered)
    steps = [(a, b) for a, b in zip(found, found[1:]) if b.counter <= a.counter]
    assert not steps, f"pictures that do not go up: {steps[:5]}"


def gaps(camera: str, found: list[ledger.Mark]) -> list[Gap]:
    """Where pictures are missing between recorded ones."""
    return [
        Gap(camera, b.counter - a.counter - 1, b.sent - a.sent, a.sent)
        for a, b in zip(found, found[1:]) if b.counter != a.counter + 1
    ]
