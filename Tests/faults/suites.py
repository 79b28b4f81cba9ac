"""The suites of the fault lab: how each is run, and what came of its tests."""

import os
import random
import re
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# What each runs of `swift test`: a console answers on the pool that tests of other modules block.
UNIT_TESTS = {"unit": ("--skip", "ConsoleTests"), "unit-console": ("--filter", "ConsoleTests")}
NAMES = (*UNIT_TESTS, "interop", "storage", "network", "notify")
# So much of each of the long runs fits into an hour on two cores.
KILLS_AN_HOUR, CUTS_AN_HOUR, SECONDS_AN_HOUR = 250, 100, 600


@dataclass
class Outcome:
    """What came of one test, all its arguments together."""

    passed: int = 0
    failed: int = 0
    skipped: list[str] = field(default_factory=list)
    output: str = ""


def new_seed() -> int:
    """A seed that nobody chose."""
    return random.SystemRandom().randrange(1 << 32)


def commit() -> str:
    """The commit that is tried, marked if files differ from it."""
    text = subprocess.run(
        ["git", "describe", "--always", "--dirty", "--abbrev=10"], cwd=ROOT, capture_output=True,
        text=True, check=False)
    return text.stdout.strip() or "unknown"


def run_all(hours: float, seed: int, only: list[str]) -> dict[str, Outcome]:
    """Run the suites, or some of them by name, and return what came of each test."""
    environment = dict(os.environ, CCTV_SEED=str(seed))
    if hours:
        environment |= {
            "CCTV_KILLS": str(int(100 + KILLS_AN_HOUR * hours)),
            "CCTV_POWER_CUTS": str(int(50 + CUTS_AN_HOUR * hours)),
            "CCTV_FULL_DISK_SECONDS": str(int(12 + SECONDS_AN_HOUR * hours)),
            "CCTV_LIMIT_SECONDS": str(int(12 + SECONDS_AN_HOUR * hours)),
        }
    outcomes: dict[str, Outcome] = {}
    with tempfile.TemporaryDirectory() as folder:
        for name in NAMES:
            if only and name not in only:
                continue
            report = Path(folder) / f"{name}.xml"
            command = _command(name, report)
            print(f"== {name}: {' '.join(map(str, command))}", flush=True)
            subprocess.run(command, cwd=ROOT, env=environment, check=False)
            _collect(_written(report), outcomes)
    return outcomes


def _command(name: str, report: Path) -> list:
    if name in UNIT_TESTS:
        swift = os.environ.get("SWIFT", "swift")
        return [swift, "test", "--skip-build", "--disable-xctest", *UNIT_TESTS[name],
                "--xunit-output", report]
    # What the program weighs is no fault, and a build for debugging weighs more.
    return [sys.executable, "-B", "-m", "pytest", "-q", f"Tests/{name}",
            "--ignore=Tests/interop/test_size.py", "--junitxml", report,
            "-o", "junit_logging=system-out"]


def _written(report: Path) -> Path:
    # SwiftPM puts the results of Swift Testing beside those of XCTest.
    beside = report.with_name(f"{report.stem}-swift-testing.xml")
    return beside if beside.exists() else report


def _collect(report: Path, outcomes: dict[str, Outcome]) -> None:
    if not report.exists():
        return
    for case in ElementTree.parse(report).iter("testcase"):
        # `test_x[5]` and `x(fault:)` are one test with arguments.
        name = re.sub(r"[\[(].*$", "", case.get("name", "")).strip("`")
        outcome = outcomes.setdefault(name, Outcome())
        skipped = case.find("skipped")
        if case.find("failure") is not None or case.find("error") is not None:
            outcome.failed += 1
        elif skipped is not None:
            outcome.skipped.append(skipped.get("message", "").split(": ", 1)[-1])
        else:
            outcome.passed += 1
        outcome.output += case.findtext("system-out") or ""
