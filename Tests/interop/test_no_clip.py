"""Files that are no clips of ours, or not whole: told, and left as they are."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import mp4
import pytest
import tools
from fake_camera import FakeCamera
from recorder import Recorder
from waiting import eventually

DATA_ERROR, NO_INPUT = 65, 66
NO_CLIPS = {
    "text": b"This is a letter.\n", "nothing": b"", "zeros": bytes(100_000),
    "a torn box": b"\0\0\xff\xffftypisom", "a box without end": b"\0\0\0\1ftyp" + b"\xff" * 8,
}


@pytest.fixture(scope="module")
def recorded(module_folder: Path) -> Iterator[Path]:
    """A final clip of several fragments."""
    camera = FakeCamera(module_folder / "camera.log", "h264-aac.mp4")
    recording = Recorder(module_folder, RTSP_URL=camera.url)
    try:
        recording.start()
        path = eventually("a clip", lambda: next(iter(recording.clips()), None), within=15)
        eventually("three whole fragments", lambda: len(mp4.boxes(path)) > 16, within=10)
        assert recording.stop() == 0
        yield path
    finally:
        recording.end()
        camera.end()


@pytest.fixture
def clip(recorded: Path, folder: Path) -> Path:
    """A copy of it that a test may spoil."""
    return Path(shutil.copy(recorded, folder / "clip.mp4"))


@pytest.mark.parametrize("command", ["verify", "recover"])
@pytest.mark.parametrize("kind", NO_CLIPS)
def test_a_file_that_is_no_clip_is_told_and_kept(folder: Path, command: str, kind: str):
    path = folder / "letter.mp4"
    path.write_bytes(NO_CLIPS[kind])
    result = tools.cctv(command, path)
    assert result.status == DATA_ERROR, str(result)
    assert str(path) in result.out and "clip" in result.out.lower()
    assert path.read_bytes() == NO_CLIPS[kind] and list(folder.iterdir()) == [path]


@pytest.mark.parametrize("command", ["verify", "recover"])
def test_somebody_elses_film_is_told_and_kept(folder: Path, command: str):
    path = folder / "film.mp4"
    shutil.copy(tools.FIXTURES / "h264-aac.mp4", path)
    before = path.read_bytes()
    result = tools.cctv(command, path)
    assert result.status == DATA_ERROR, str(result)
    assert "clip" in result.out.lower() and path.read_bytes() == before


@pytest.mark.parametrize("command", ["verify", "recover"])
def test_a_path_that_is_not_there_is_told(folder: Path, command: str):
    result = tools.cctv(command, folder / "none.mp4")
    assert result.status == NO_INPUT and "none.mp4" in result.err, str(result)


def test_verify_finds_one_flipped_byte_and_names_the_place(clip: Path):
    assert tools.cctv("verify", clip).status == 0
    data = bytearray(clip.read_bytes())
    data[len(data) // 3] ^= 0x10
    clip.write_bytes(data)
    result = tools.cctv("verify", clip)
    assert result.status == DATA_ERROR and "DAMAGED" in result.out, str(result)
    assert "checksum" in result.out.lower(), str(result)


def test_recover_of_a_final_clip_changes_nothing(clip: Path):
    before = clip.read_bytes()
    result = tools.cctv("recover", clip)
    assert result.status == 0 and "final already" in result.out, str(result)
    assert clip.read_bytes() == before


def test_recover_keeps_all_whole_fragments_of_a_torn_clip(clip: Path, folder: Path):
    torn = folder / "torn.mp4"
    mp4.copy_fragmented(clip, torn)
    seals = [box for box in mp4.boxes(torn) if box.type == "free" and box.size == 24]
    with torn.open("r+b") as file:
        file.truncate(seals[-1].end - 30)
    assert tools.cctv("recover", torn).status == 0
    assert mp4.state(torn) == "final"
    result = tools.cctv("verify", torn)
    assert result.status == 0, str(result)
    mdat = next(box for box in mp4.boxes(torn) if box.type == "mdat")
    assert mdat.end == seals[-2].end
