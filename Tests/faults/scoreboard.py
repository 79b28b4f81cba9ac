"""What was promised, what came of it, as a table; nothing here runs anything."""

import datetime
import os
import platform
import re
from collections.abc import Mapping
from dataclasses import dataclass

from suites import Outcome

BEGIN, END = "<!-- scoreboard: begin -->\n", "<!-- scoreboard: end -->"


@dataclass(frozen=True)
class Row:
    """One promise: the tests that judge it, and the figures that they print."""

    what: str
    gate: str
    tests: str
    figures: tuple[str, ...] = ()


ROWS = (
    Row("kill -9 at random instants, 4 cameras",
        "0 unplayable, 0 doubled, at most one fragment lost",
        r"test_every_clip_that_a_kill|test_verify_finds_every_clip_whole|test_a_kill_costs"
        r"|test_no_picture_is_missing_while_the_recorder_lived",
        (r"\d+ kills", r"most [\d.]+ s")),
    Row("power cut: ext4 shut down without its journal",
        "0 unplayable, at most a sync interval and a fragment lost",
        r"test_every_clip_plays_after_power_cuts|test_a_power_cut_costs"
        r"|test_no_picture_is_missing_while_there_was_power",
        (r"\d+ power cuts", r"\d+ clips, 0 unplayable")),
    Row("writes that a disk lost, tore or reordered between two flushes",
        "0 unplayable, 0 pictures twice",
        r"test_a_clip_plays_whatever",
        (r"\d+ crash images", r"lost before the cut: .*")),
    Row("a fault at every call of a simulated disk", "every clip whole",
        r"one failed call leaves|a write that is torn|a short write loses|a disk that fails from"
        r"|power cut at any call|power cut during recovery"),
    Row("RTSP faults of the camera, TCP and UDP", "each row's right behaviour",
        r"a silent picture is|a connection that breaks|a camera that answers|each refusal is"
        r"|a wrong password is sent|hostile answers|a camera that asks|a redirect to another"
        r"|a goodbye frees|what other clients|a camera that restarts|every lost packet"
        r"|over UDP that loses|packets that overtake|a clip waits for the key frame"),
    Row("half-open TCP, cable pulled, 1 and 5 % loss, 16 cameras behind a dead switch",
        "noticed in one deadline, all back, 0 pictures lost to loss over TCP",
        r"test_a_connection_that_dies|test_a_cable|test_packets_that_the_network"
        r"|test_sixteen_cameras",
        (r"stated after .*? of [\d.]+", r"back after: .*")),
    Row("name server that is silent", "no more than one operation's time",
        r"test_a_name_server"),
    Row("sound: G.711 and other codecs, late, stopping, mislabelled, undecodable",
        "beside the picture, and never costs one",
        r"every codec that cameras|sound |announced sound that|AAC without its"),
    Row("camera clocks: jumps, wraps, outliers, repeated stamps, drift",
        "no frame lost, none longer than it was",
        r"clocks that step|wrong stamps of|a camera whose time jumps|a camera whose clock runs"
        r"|no stamp of a camera"),
    Row("frames at clip boundaries", "0 missing between first and last",
        r"test_no_picture_that_the_camera_sent|test_clips_follow_each_other"),
    Row("machine clocks: 1970, steps, twice the same hour, another zone",
        "0 names overwritten, 0 deletions by age",
        r"test_a_clock_|test_the_hour_that|test_a_machine_that_changes"),
    Row("full, failing, slow, pulled, read-only disks",
        "recording resumes by itself, 0 bytes in a wrong mount",
        r"test_a_disk_that|test_other_files_that|test_one_error_of|test_a_stall_beyond"
        r"|test_nothing_is_written|test_recording_resumes",
        (r"recording again [\d.]+ s", r"memory \d+ -> \d+ MiB")),
    Row("the folder's limit at full speed", "never above it",
        r"test_a_folder_is_never_above|the folder never passes",
        (r"overshoot \S+",)),
    Row("recorder frozen for a minute (SIGSTOP)", "goes on within 5 s, and the gap has its cause",
        r"test_a_recorder_that_was_frozen"),
    Row("one thread that hangs", "named, and the watchdog is fed no more",
        r"test_a_thread_that_hangs"),
    Row("viewers that are stuck, 200 of them", "one copy, recording loses nothing",
        r"two hundred viewers|a viewer that stops reading|a stuck viewer"),
    Row("damaged bytes: boxes, RTSP, SDP, settings", "read or refused, 0 crashes",
        r"damaged "),
    Row("webhook that fails, hangs, restarts; broker that restarts",
        "every notice once, in order; the end is not delayed",
        r"test_what_a_server_refuses|test_a_server_that_hangs|test_notices_survive"
        r"|test_a_broker_that_restarts|test_a_recorder_that_is_killed"),
    Row("certificates: untrusted, expired, of another host", "no notice and no password is sent",
        r"test_a_webhook_|test_a_broker_that_nobody|test_a_broker_with|test_authorities_that"),
    Row("passwords in log, screen, process list, errors", "0 found",
        r"no password is in|a canary in any|test_the_password_is_nowhere|no error repeats"),
)


def table(outcomes: Mapping[str, Outcome], commit: str, seed: int, hours: float) -> str:
    """The scoreboard in Markdown."""
    tests = sum(o.passed + o.failed for o in outcomes.values())
    long = f", the long form of {hours:g} h" if hours else ""
    build = ", built for debugging" if "debug" in os.environ.get("CCTV_BINARY", "") else ""
    head = (
        f"Commit {commit}{build}, {datetime.date.today()}, seed {seed}{long}; {tests} tests; "
        f"Linux {platform.release().split('-')[0]}, {os.cpu_count()} cores.\n\n"
        "| what | promise | result |\n|---|---|---|\n"
    )
    rows = "".join(f"| {r.what} | {r.gate} | {_result(r, outcomes)} |\n" for r in ROWS)
    beside = sorted(
        name for name, outcome in outcomes.items()
        if outcome.failed and not any(re.match(row.tests, name) for row in ROWS))
    return head + rows + (f"\nFailed beside these rows: {'; '.join(beside)}.\n" if beside else "")


def between_marks(page: str, text: str) -> str:
    """The page with another scoreboard."""
    before, rest = page.split(BEGIN)
    _, after = rest.split(END, 1)
    return before + BEGIN + text + END + after


def _result(row: Row, outcomes: Mapping[str, Outcome]) -> str:
    found = {name: o for name, o in outcomes.items() if re.match(row.tests, name)}
    if failed := sorted(name for name, outcome in found.items() if outcome.failed):
        return f"**failed**: {', '.join(failed)}"
    passed = sum(outcome.passed for outcome in found.values())
    reasons = sorted({reason for outcome in found.values() for reason in outcome.skipped})
    parts = [f"kept in {passed} {'test' if passed == 1 else 'tests'}"] if passed else []
    if reasons:
        parts.append(f"not tried: {'; '.join(reasons)}")
    if not parts:
        return "not run"
    output = "\n".join(outcome.output for outcome in found.values())
    figures = [match for pattern in row.figures for match in re.findall(pattern, output)]
    return "; ".join(parts + list(dict.fromkeys(figures))[:4])
