"""Times and pictures of the time line, as several tests need them."""

from datetime import datetime, timezone

from browser import Browser

READY = """
    const video = document.querySelector('.stage-lane video.front');
    return video?.readyState >= 2 && !video.seeking;
"""


def moment(text: str) -> datetime:
    """A time of the API."""
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


def address(at: datetime) -> str:
    """An instant as the address bar has it."""
    return at.astimezone(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def clips(browser: Browser, camera: str = "cam-1") -> list[dict]:
    """The clips that the API tells of, the oldest first."""
    return browser.fetch("GET", f"/api/v1/clips?camera={camera}&order=oldest")["clips"]
