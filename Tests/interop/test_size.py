"""What the shipped binary weighs and what it needs."""

import re
import shutil
from pathlib import Path

import tools

GREATEST_SIZE = 35_000_000
LIBRARIES_OF_FFMPEG = {"libavformat", "libavcodec", "libavutil", "libswresample", "libswscale"}
LIBRARIES_OF_THE_SYSTEM = {"libc", "libm", "libstdc++", "libgcc_s", "ld-linux-x86-64",
                           "ld-linux-aarch64", "libpthread", "libdl", "libz", "libsqlite3",
                           "libcrypt", "libcurl", "libgnutls", "libmosquitto"}


def _needed() -> set[str]:
    result = tools.run(tools.tool("readelf"), "--dynamic", "--wide", tools.CCTV)
    assert result.status == 0, str(result)
    return set(re.findall(r"\(NEEDED\).*\[([^]]+?)\.so", result.out))


def test_the_stripped_binary_is_small(folder: Path):
    stripped = folder / "cctv"
    shutil.copy(tools.CCTV, stripped)
    assert tools.run(tools.tool("strip"), stripped).status == 0
    size = stripped.stat().st_size
    print(f"\nstripped: {size / 1e6:.1f} MB")
    assert size < GREATEST_SIZE
    assert tools.run(stripped, "--version").status == 0


def test_ffmpeg_is_the_distributions_and_swift_comes_along():
    needed = _needed()
    assert LIBRARIES_OF_FFMPEG <= needed
    assert needed - LIBRARIES_OF_FFMPEG <= LIBRARIES_OF_THE_SYSTEM


def test_no_tables_of_the_worlds_languages_are_inside():
    symbols = tools.run(tools.tool("nm"), "--defined-only", tools.CCTV)
    assert symbols.status == 0, str(symbols)
    icu = re.findall(r"\b(?:ucal_open|ucol_open|udat_open|icudt\w*_dat)\w*", symbols.out)
    assert not icu, icu[:5]
    assert b"icudt" not in tools.CCTV.read_bytes()
