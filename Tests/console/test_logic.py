"""What the pages compute without a page: times of a zone, the view, looking clips up."""

import http.server
import json
import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from browser import HERE, Browser

WEB = HERE.parents[1] / "Sources/CWebAssets/web"
CASES = sorted(path.stem for path in (HERE / "logic").glob("*.js"))


class Files(http.server.SimpleHTTPRequestHandler):
    """The pages as they are in the sources, and the cases beside them."""

    extensions_map = {".js": "text/javascript", ".html": "text/html", ".json": "application/json"}

    def translate_path(self, path: str) -> str:
        kind, _, rest = path.partition("?")[0].lstrip("/").partition("/")
        return str({"assets": WEB, "cases": HERE / "logic"}.get(kind, HERE) / rest)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def files() -> Iterator[str]:
    """The address of the files."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), partial(Files, directory=str(HERE)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize("case", CASES)
def test_logic(files: str, browser: Browser, case: str) -> None:
    browser.open(f"{files}/cases/blank.html")
    results = browser.driver.execute_async_script(
        """
        const [address, done] = arguments;
        import(address).then(async ({ cases }) => {
            const results = {};
            for (const [name, run] of Object.entries(cases)) {
                try {
                    await run();
                    results[name] = null;
                } catch (error) {
                    results[name] = error.message;
                }
            }
            done(results);
        }, (error) => done({ import: String(error) }));
    """,
        f"{files}/cases/{case}.js",
    )
    assert results, "no case"
    assert [f"{name}: {wrong}" for name, wrong in results.items() if wrong] == [], json.dumps(
        results, indent=1
    )


def test_every_word_that_is_used_exists() -> None:
    words = json.loads((WEB / "i18n/en.json").read_text())
    import re

    used = {
        key
        for path in WEB.glob("js/**/*.js")
        for key in re.findall(r'\bt\("([\w.-]+)"', path.read_text())
    }
    assert used <= set(words), used - set(words)
    assert Path(WEB / "index.html").read_text().count("<script") == 2
