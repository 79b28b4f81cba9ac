"""A person who has never seen the program gets from a link to a recording."""

from collections.abc import Callable

from browser import Browser
from console import PASSWORD, USER, Console
from fake_camera import FakeCamera


def test_a_link_a_password_a_camera_and_it_records(
    make_console: Callable[..., Console], browser: Browser
) -> None:
    console = make_console()
    camera = FakeCamera(console.folder / "camera.log", "h264-aac.mp4")
    console.cameras.append(camera)
    browser.open(console.setup_link())

    browser.see("Welcome")
    browser.write("User name", USER)
    browser.write("Password", PASSWORD)
    browser.write("Password again", "something else that is long")
    browser.press("Set password")
    browser.see("not the same")
    browser.write("Password again", PASSWORD)
    browser.press("Set password")

    browser.see("Add your first camera")
    browser.write("Address", camera.url.replace("/1", "/nothing-here"))
    browser.write("Name", "entrance")
    browser.press("Test")
    browser.wait("why it does not work", "return document.querySelector('.remark.bad')?.innerText")
    browser.write("Address", camera.url)
    browser.press("Test")
    browser.see("The camera works.")
    browser.see("H.264, 640 × 360")
    browser.wait(
        "a picture of the camera", "return document.querySelector('.probe img')?.naturalWidth > 0"
    )
    browser.press("Use this camera")

    browser.see("Where, and how much")
    browser.write("Size limit", "2")
    browser.see("keeps about")
    browser.press("Next")

    browser.wait(
        "the word Recording",
        "return document.querySelector('.state-word')?.innerText.trim() === 'Recording'",
    )
    browser.wait(
        "a live picture", "return document.querySelector('video').videoWidth === 640", within=15
    )
    browser.press("Open the console")
    browser.wait(
        "the live screen", "return location.pathname === '/live' && document.querySelector('.tile')"
    )
    assert console.recorder.clips("entrance"), "nothing is on the disk"
    assert '"MAX_FOLDER_SIZE_GB": 2' in console.recorder.settings_file.read_text()
    assert PASSWORD not in console.recorder.stderr()
