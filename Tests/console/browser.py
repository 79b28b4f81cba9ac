"""Chromium, driven as a person would: by the names of things, and waiting for what they show."""

import re
from collections.abc import Callable
from pathlib import Path

from selenium import webdriver
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.actions.wheel_input import ScrollOrigin
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.select import Select
from tools import tool
from waiting import Value, eventually

HERE = Path(__file__).resolve().parent
NAMES = (HERE / "names.js").read_text()
# Answers of the API that the page tells the person about, and pictures that are not there yet.
REFUSED = re.compile(r"status of (409|422|503)|/favicon.ico|/picture[?]")
AUDIT = (HERE / "audit.js").read_text()


class Browser:
    """One window of a headless Chromium."""

    def __init__(self) -> None:
        options = webdriver.ChromeOptions()
        options.binary_location = tool("chromium")
        for flag in (
            "--headless=new",
            "--no-sandbox",
            "--autoplay-policy=no-user-gesture-required",
            "--disable-background-networking",
            "--disable-component-update",
            "--lang=en-GB",
            "--hide-scrollbars",
        ):
            options.add_argument(flag)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        service = webdriver.ChromeService(executable_path=tool("chromedriver"))
        self.driver = webdriver.Chrome(options=options, service=service)
        self.driver.set_script_timeout(30)

    def quit(self) -> None:
        """End the browser."""
        self.driver.quit()

    def reset(self) -> None:
        """Forget what a test before has left."""
        self.driver.get("about:blank")
        self.driver.execute_cdp_cmd(
            "Storage.clearDataForOrigin", {"origin": "*", "storageTypes": "all"}
        )
        self.driver.execute_cdp_cmd("Network.clearBrowserCookies", {})
        self.look(1280, 800)
        self.driver.get_log("browser")

    def look(
        self, width: int, height: int, *, scheme: str = "dark", zoom: float = 1, phone: bool = False
    ) -> None:
        """Look at pages on another screen."""
        self.driver.execute_cdp_cmd(
            "Emulation.setDeviceMetricsOverride",
            {
                "width": round(width / zoom),
                "height": round(height / zoom),
                "deviceScaleFactor": zoom,
                "mobile": phone,
            },
        )
        self.driver.execute_cdp_cmd(
            "Emulation.setEmulatedMedia",
            {
                "features": [{"name": "prefers-color-scheme", "value": scheme}],
            },
        )

    def open(self, url: str) -> None:
        """Open an address."""
        self.driver.get(url)

    def js(self, script: str, *arguments: object) -> object:
        """What a script in the page returns."""
        return self.driver.execute_script(NAMES + script, *arguments)

    def fetch(self, method: str, path: str, **body: object) -> dict | None:
        """Ask the API as the page does; an answer that is no success fails."""
        answer = self.driver.execute_async_script(
            """
            const [method, path, body, done] = arguments;
            fetch(path, method === 'GET' ? {} : {
                method, body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' },
            }).then(async (answer) => done([answer.status, await answer.text()]), (error) => done([0, String(error)]));
        """,
            method,
            path,
            body,
        )
        status, text = answer
        assert 200 <= status < 300, f"{method} {path}: {status} {text}"
        return self.js("return arguments[0] ? JSON.parse(arguments[0]) : null", text)

    def wait(self, what: str, script: str, *arguments: object, within: float = 10) -> object:
        """Wait until a script in the page returns something true."""
        return self.until(what, lambda: self.js(script, *arguments), within)

    def until(self, what: str, condition: Callable[[], Value], within: float = 10) -> Value:
        """Wait, and say what the page shows if it does not happen."""
        try:
            return eventually(what, condition, within, every=0.05)
        except AssertionError as error:
            text = self.js("return document.body.innerText")
            raise AssertionError(
                f"{error}\n{self.driver.current_url}\n{text[:2000]}\n{self.errors()}"
            ) from None

    def find(self, name: str, within: float = 10) -> WebElement:
        """What can be pressed or filled in and has this name."""
        return self.until(
            f"'{name}' on the page", lambda: self.js("return named(arguments[0])", name), within
        )

    def press(self, name: str) -> None:
        """Click on what has this name."""
        element = self.find(name)
        self.driver.execute_script("arguments[0].scrollIntoView({ block: 'center' })", element)
        element.click()

    def write(self, name: str, text: str) -> None:
        """Put a text into the field of this name."""
        field = self.find(name)
        field.send_keys(Keys.CONTROL, "a")
        field.send_keys(text)

    def choose(self, name: str, option: str) -> None:
        """Choose what a list of this name offers."""
        Select(self.find(name)).select_by_visible_text(option)
        self.js("document.activeElement.blur()")

    def keys(self, *keys: str) -> None:
        """Press keys, wherever the focus is."""
        ActionChains(self.driver).send_keys(*keys).perform()

    def see(self, text: str, within: float = 10) -> None:
        """Wait until a text is on the page."""
        self.wait(
            f"the text '{text}'",
            "return document.body.innerText.includes(arguments[0])",
            text,
            within=within,
        )

    def point(self, element: WebElement, across: int) -> None:
        """Hold the pointer over an element, so many pixels right of its middle."""
        ActionChains(self.driver).move_to_element_with_offset(element, across, 0).perform()

    def wheel(self, element: WebElement, across: int, down: int) -> None:
        """Turn the wheel there."""
        origin = ScrollOrigin.from_element(element, across, 0)
        ActionChains(self.driver).scroll_from_origin(origin, 0, down).perform()

    def drag(self, element: WebElement, across: int, by: int) -> None:
        """Press there, move so many pixels and let go."""
        chain = ActionChains(self.driver).move_to_element_with_offset(element, across, 0)
        chain.click_and_hold().move_by_offset(by // 2, 0).move_by_offset(
            by - by // 2, 0
        ).release().perform()

    def focused(self) -> str:
        """The name of what has the focus."""
        return self.js("return document.activeElement ? nameOf(document.activeElement) : ''")

    def audit(self) -> list[str]:
        """What is wrong for people who see, hear or point less well."""
        return self.driver.execute_script(AUDIT + NAMES + "return audit()")

    def errors(self) -> list[str]:
        """What the page complained about since it was asked last, but refusals that it words."""
        return [
            line["message"]
            for line in self.driver.get_log("browser")
            if line["level"] == "SEVERE" and not REFUSED.search(line["message"])
        ]
