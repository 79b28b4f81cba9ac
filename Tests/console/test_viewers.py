"""Two hundred who watch one camera, half of them stuck: the recording must not notice."""

from collections.abc import Callable, Iterator
from pathlib import Path

import clips
import ledger
import pytest
from console import Console
from viewers import GAP, HEADER, KEY, STATUS, Crowd

VIEWERS = 200


@pytest.fixture(scope="module")
def console(make_console: Callable[..., Console]) -> Console:
    """A camera that counts its pictures; a megabit a second is more than the kernel can hide."""
    return make_console("h264-big-keyframes.mp4", VIDEO_CLIP_DURATION=5)


@pytest.fixture
def crowd(console: Console) -> Iterator[Crowd]:
    """Everybody, connected."""
    made = Crowd(_socket(console), "cam-1", VIEWERS)
    yield made
    made.close()


def test_two_hundred_viewers_half_of_them_stuck_cost_no_picture(
    console: Console, crowd: Crowd,
) -> None:
    crowd.read(3)
    assert all(KEY in viewer.kinds for viewer in crowd.viewers), "somebody sees nothing"
    stuck, good = crowd.viewers[::2], crowd.viewers[1::2]
    crowd.stick(stuck)
    before = [len(viewer.kinds) for viewer in good]
    crowd.read(20)
    # 25 pictures a second, and no gap for those who read.
    for viewer, count in zip(good, before):
        assert len(viewer.kinds) - count > 20 * 20
        assert GAP not in viewer.kinds
    for viewer in stuck:
        del viewer.kinds[:]
    crowd.loosen(stuck)
    crowd.read(5)
    for viewer in stuck:
        _assert_resumes(viewer.kinds)
    console.recorder.stop()
    marks = [
        mark.counter for path in console.recorder.clips() for _, sample in clips.samples(path)
        if (mark := ledger.mark(sample))
    ]
    assert len(marks) > 25 * 25
    lost = [(a, b) for a, b in zip(marks, marks[1:]) if b != a + 1]
    assert not lost, f"pictures that are in no clip: {lost[:5]}"


def _assert_resumes(kinds: list[int]) -> None:
    """What was under way is followed by a gap, the header and a key frame."""
    after = kinds[kinds.index(GAP) + 1 :]
    after = [kind for kind in after if kind != STATUS]
    assert after[:2] == [HEADER, KEY], kinds[-40:]


def _socket(console: Console) -> Path:
    return console.recorder.output / ".cctv/control.sock"
