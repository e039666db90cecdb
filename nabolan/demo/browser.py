"""A librarian at the staff pages, in Debian's Chromium, for the tour's last pictures."""

from __future__ import annotations

import tempfile
from pathlib import Path

from nabolan.demo.actor import Album, TourStoppedError
from nabolan.demo.world import Hub

CHROMIUM = Path("/usr/bin/chromium")
DRIVER = Path("/usr/bin/chromedriver")
FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--disable-sync",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
    "--hide-scrollbars",
    "--window-size=1280,800",
)
_NEXT_PAGE_S = 10
"""How long the next page may take, in seconds."""


def missing() -> str:
    """Return what has to be installed before the staff pages can be shown; "" if nothing."""
    try:
        import selenium  # noqa: F401, PLC0415 - a development tool, not on a station
    except ImportError:
        return "the Python package selenium"
    return "" if CHROMIUM.exists() and DRIVER.exists() else "Debian's packages chromium and chromium-driver"


def visit_staff_pages(hub: Hub, album: Album) -> None:
    """Log in as the demo's librarian and take pictures of the cases, one case, the open loans and the journal."""
    from selenium import webdriver  # noqa: PLC0415
    from selenium.common.exceptions import WebDriverException  # noqa: PLC0415
    from selenium.webdriver.chrome.service import Service  # noqa: PLC0415
    from selenium.webdriver.common.by import By  # noqa: PLC0415
    from selenium.webdriver.support.ui import WebDriverWait  # noqa: PLC0415

    options = webdriver.ChromeOptions()
    options.binary_location = str(CHROMIUM)
    with tempfile.TemporaryDirectory() as profile:
        for flag in (*FLAGS, f"--user-data-dir={profile}"):
            options.add_argument(flag)
        browser = webdriver.Chrome(options=options, service=Service(str(DRIVER)))
        try:
            browser.set_window_size(1280, 800)
            browser.get(hub.url + "/")
            browser.find_element(By.NAME, "username").send_keys(hub.staff)
            browser.find_element(By.NAME, "password").send_keys(hub.password)
            browser.find_element(By.CSS_SELECTOR, "form button[type=submit]").click()
            # The click may be answered before the next page is there: wait for something only that page has.
            first_case = By.CSS_SELECTOR, "a[href*='/cases/']"
            waiting = WebDriverWait(browser, _NEXT_PAGE_S)
            waiting.until(lambda page: page.find_elements(*first_case))
            browser.save_screenshot(str(album.next("A librarian opens the cases")))
            browser.find_element(*first_case).click()
            waiting.until(lambda page: "/cases/" in page.current_url)
            browser.save_screenshot(str(album.next("One case: the facts, the suggestion, one button")))
            for path, title in (("/loans", "Who has what, at all stations"), ("/stations", "How the stations are")):
                browser.get(hub.url + path)
                browser.save_screenshot(str(album.next(title)))
        except WebDriverException as trouble:
            raise TourStoppedError(f"the staff pages: {trouble.msg}") from None
        finally:
            browser.quit()
