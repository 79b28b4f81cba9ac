"""Settings that cannot be used: one sentence, the right exit status, and nothing is touched."""

from pathlib import Path

import pytest
import tools

USAGE, NO_INPUT, CONFIGURATION = 64, 66, 78
NO_CAMERAS = [
    "file:///etc/hostname", "/etc/hostname", "http://127.0.0.1:9/x", "https://127.0.0.1:9/x",
    "concat:/etc/hostname|/etc/hosts", "subfile,,start,0,end,9,,:/etc/hostname", "pipe:0",
    "tcp://127.0.0.1:9", "rtp://127.0.0.1:9", "data:text/plain,x", "rtsp:/etc/hostname", "",
    "rtsp://", "rtsp://127.0.0.1:99999/x", "rtsp://127.0.0.1/a b", "-",
]


def _refused(result: tools.Result, status: int, *words: str) -> None:
    assert result.status == status, str(result)
    for word in words:
        assert word in result.err, f"{word!r} is not said: {result}"
    assert len(result.err.splitlines()) <= 4, f"not a sentence: {result}"


def _record(folder: Path, text: str, *arguments: str) -> tools.Result:
    settings = folder / "config.json"
    settings.write_text(text)
    return tools.cctv("record", "--config", settings, *arguments, cwd=folder)


def test_without_any_settings_and_console_it_says_what_to_set(folder: Path):
    environment = tools.clean_environment(HOME=str(folder), XDG_CONFIG_HOME=str(folder))
    for arguments in (["--no-web"], ["record", "--no-web"]):
        result = tools.cctv(*arguments, cwd=folder, env=environment)
        _refused(result, CONFIGURATION, "no camera is configured", "RTSP_URL", "cctv demo")


def test_a_settings_file_that_is_not_there_is_named(folder: Path):
    result = tools.cctv("record", "--config", folder / "none.json", cwd=folder)
    _refused(result, NO_INPUT, "none.json", "No such file")


def test_a_windows_path_of_the_old_example_is_explained_with_its_place(folder: Path):
    text = '{\n  "RTSP_URL": "rtsp://h/x",\n  "OUTPUT_FOLDER": "C:\\Users\\me\\Videos"\n}\n'
    _refused(_record(folder, text), CONFIGURATION, "config.json, line 3, column 23", "doubled")


@pytest.mark.parametrize(
    "text", ["", "{", '{"RTSP_URL": "rtsp://h/x",}', "[]", '{"A" 1}', "\0\xff", '{"A": 1} x']
)
def test_a_broken_settings_file_is_named(folder: Path, text: str):
    _refused(_record(folder, text), CONFIGURATION, "config.json")


def test_an_unknown_key_is_told_with_the_nearest_known_one(folder: Path):
    result = _record(folder, '{"RTSP_URL": "rtsp://h/x", "VIDEO_CLIP_DURATON": 60}')
    _refused(result, CONFIGURATION, "VIDEO_CLIP_DURATON", "did you mean", "VIDEO_CLIP_DURATION")


def test_a_bad_value_is_told_with_file_key_value_and_what_is_allowed(folder: Path):
    result = _record(folder, '{"RTSP_URL": "rtsp://h/x",\n "VIDEO_CLIP_DURATION": "soon"}')
    _refused(result, CONFIGURATION, "config.json", "VIDEO_CLIP_DURATION", '"soon"', "1 to 86400")


def test_a_bad_flag_and_a_bad_variable_have_their_own_status(folder: Path):
    result = _record(folder, '{"RTSP_URL": "rtsp://h/x"}', "--video-clip-duration", "0")
    _refused(result, USAGE, "--video-clip-duration", "1 to 86400")
    environment = tools.clean_environment(CCTV_VIDEO_CLIP_DURATION="0")
    result = tools.cctv("--rtsp-url", "rtsp://h/x", cwd=folder, env=environment)
    _refused(result, CONFIGURATION, "CCTV_VIDEO_CLIP_DURATION in the environment", "1 to 86400")


@pytest.mark.parametrize("url", NO_CAMERAS)
def test_what_is_no_camera_is_refused_before_anything_is_opened(folder: Path, url: str):
    trace = folder / "trace"
    output = folder / "recordings"
    result = tools.run(
        tools.tool("strace"), "-f", "-qq", "-o", trace, "-e",
        "trace=open,openat,openat2,connect,socket,mkdir,mkdirat", tools.CCTV, "record",
        f"--rtsp-url={url}", f"--output-folder={output}", cwd=folder,
        env=tools.clean_environment(HOME=str(folder)),
    )
    _refused(result, USAGE, "rtsp-url")
    calls = trace.read_text().splitlines()
    assert any("libavformat" in call for call in calls), "strace has seen nothing"
    forbidden = ("/etc/hostname", "/etc/hosts", "AF_INET", str(output))
    touched = [call for call in calls if any(word in call for word in forbidden)]
    assert not touched, "\n".join(touched)
    assert not output.exists()


def test_two_cameras_of_one_name_and_two_ways_to_name_cameras_are_refused(folder: Path):
    entry = '{"NAME": "door", "RTSP_URL": "rtsp://h/x"}'
    result = _record(folder, f'{{"CAMERAS": [{entry}, {entry}]}}')
    _refused(result, CONFIGURATION, 'a second camera has the NAME "door"')
    result = _record(folder, f'{{"RTSP_URL": "rtsp://h/x", "CAMERAS": [{entry}]}}')
    _refused(result, CONFIGURATION, "RTSP_URL", "CAMERAS", "both set")


def test_a_password_in_a_bad_setting_is_not_repeated(folder: Path):
    places = "@:554/x", "@h:x/", "@h o/x"
    for url in ("http://admin:Canary@h/x", *(f"rtsp://admin:Canary{place}" for place in places)):
        result = _record(folder, f'{{"RTSP_URL": "{url}"}}')
        _refused(result, CONFIGURATION, "RTSP_URL")
        assert "Canary" not in result.out + result.err
