"""Staff at a real browser: log in, open a case, accept, undo; on a wide screen and on a phone."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hub.bench import DRILL, OTHER, STRANGER, Bench
from hub.conftest import ENVIRONMENT
from hub.server import RunningHub, running_hub
from selenium import webdriver
from selenium.common.exceptions import StaleElementReferenceException
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait
from support.waiting import until

from sync.hub import commands
from sync.hub.clock import now_ms
from sync.hub.ledger.models import CaseState, OpenLoan, ReviewCase

pytestmark = pytest.mark.chromium

_FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-quic",
    "--hide-scrollbars",
)
WIDE, PHONE = (1280, 800), (390, 844)


@pytest.fixture(scope="module")
def browser() -> Iterator[webdriver.Chrome]:
    """A browser with nothing in it yet."""
    if not Path("/usr/bin/chromium").exists():
        pytest.skip("NO CHROMIUM: the staff pages were not tried in a browser")
    options = webdriver.ChromeOptions()
    options.binary_location = "/usr/bin/chromium"
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    with tempfile.TemporaryDirectory() as profile:
        for flag in (*_FLAGS, f"--user-data-dir={profile}"):
            options.add_argument(flag)
        chrome = webdriver.Chrome(options=options, service=Service("/usr/bin/chromedriver"))
        chrome.implicitly_wait(10)
        yield chrome
        chrome.quit()


@pytest.fixture(scope="module")
def running(sqlite_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningHub]:
    """One process for all of these tests."""
    with running_hub(tmp_path_factory.mktemp("hub"), ENVIRONMENT | {"HUB_DATABASE_URL": sqlite_url}) as hub:
        yield hub


@pytest.fixture
def hub(running: RunningHub, sqlite_bench: Bench) -> RunningHub:
    """A hub in which the drill is lent twice and one loan stands on an unknown card."""
    now = now_ms()
    sqlite_bench[0].lend(wall=now - 5_000_000)
    sqlite_bench[1].lend(card=OTHER, wall=now - 4_000_000)
    sqlite_bench[2].lend("0301082415", card=STRANGER, wall=now - 3_000_000)
    for number in range(3):
        sqlite_bench.take(sqlite_bench[number])
    return running


def resize(browser: webdriver.Chrome, size: tuple[int, int]) -> None:
    """Give the page this many points."""
    facts = {"width": size[0], "height": size[1], "deviceScaleFactor": 1, "mobile": size == PHONE}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", facts)


def log_in(browser: webdriver.Chrome, hub: RunningHub, password: str = "") -> str:
    """Log in by typing and Enter alone, as a new staff member if without a password; return the password."""
    browser.delete_all_cookies()
    password = password or commands.create_staff("anna")
    browser.get(f"{hub.url}/")
    browser.find_element(By.NAME, "username").send_keys("anna")
    browser.find_element(By.NAME, "password").send_keys(password, Keys.ENTER)
    browser.find_element(By.CSS_SELECTOR, ".side")
    return password


def click(browser: webdriver.Chrome, selector: str) -> None:
    """Click what the selector names."""
    browser.find_element(By.CSS_SELECTOR, selector).click()


def wait_for(browser: webdriver.Chrome, selector: str, words: str) -> None:
    """Wait until what the selector names says these words; the page before may still be there for a moment."""
    waiting = WebDriverWait(browser, 10, ignored_exceptions=[StaleElementReferenceException])
    waiting.until(lambda page: words in page.find_element(By.CSS_SELECTOR, selector).text)


def assert_fits(browser: webdriver.Chrome) -> None:
    """Nothing hangs out of the page sideways, and nothing was complained of in the console."""
    wide, seen = browser.execute_script("return [document.documentElement.scrollWidth, innerWidth]")
    assert wide <= seen, browser.current_url
    assert browser.get_log("browser") == []


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_staff_decide_a_case_and_take_it_back(hub: RunningHub, browser: webdriver.Chrome, size: tuple[int, int]):
    """Log in, open the case, accept the suggestion, see that it is done, undo it: with clicks alone."""
    resize(browser, size)
    log_in(browser, hub)
    assert browser.find_element(By.CSS_SELECTOR, "h1").text == "2 saker venter"
    assert_fits(browser)
    click(browser, "a.whole")
    assert "lånt ut to ganger" in browser.find_element(By.TAG_NAME, "h1").text
    assert_fits(browser)
    click(browser, "button[value=accept]")
    assert "Saken er avgjort" in browser.find_element(By.CSS_SELECTOR, "[role=status]").text
    case = ReviewCase.objects.get(item=DRILL, kind="lent_twice")
    assert case.state == CaseState.DECIDED
    assert OpenLoan.objects.filter(item=DRILL).count() == 1
    click(browser, ".notice a")
    assert_fits(browser)
    click(browser, ".answer .button")
    assert browser.find_element(By.CSS_SELECTOR, "button[value=accept]").is_enabled()
    case.refresh_from_db()
    assert case.state == CaseState.OPEN
    assert OpenLoan.objects.filter(item=DRILL).count() == 2
    for path in (
        "/loans",
        "/holds",
        "/holds/new",
        "/stations",
        "/stations/new",
        "/stations/ls-0001/journal",
        "/password",
        "/nowhere",
        "/api/docs",
    ):
        browser.get(hub.url + path)
        if path == "/nowhere":
            browser.get_log("browser")
        assert_fits(browser)


def test_ticked_cases_are_counted_in_the_button(hub: RunningHub, browser: webdriver.Chrome):
    """Ticking cases fills the button with their number, "choose none" empties it, and accepting decides them."""
    resize(browser, WIDE)
    log_in(browser, hub)
    button = browser.find_element(By.CSS_SELECTOR, ".answer .filled")
    assert not button.is_enabled()
    for tick in browser.find_elements(By.CSS_SELECTOR, "tbody .tick-area"):
        tick.click()
    assert button.text == "Godta 2 forslag"
    click(browser, "[data-none]")
    assert not button.is_enabled()
    click(browser, "tbody .tick-area")
    assert button.text == "Godta 1 forslag"
    button.click()
    assert "Saken er avgjort" in browser.find_element(By.CSS_SELECTOR, ".notice").text
    assert browser.title.startswith("1 sak venter")


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_staff_work_from_case_to_case(hub: RunningHub, browser: webdriver.Chrome, size: tuple[int, int]):
    """Search, open, answer otherwise, see the next case, undo from there; the picture fits the page."""
    resize(browser, size)
    log_in(browser, hub)
    browser.find_element(By.NAME, "q").send_keys(DRILL, Keys.ENTER)
    WebDriverWait(browser, 10).until(lambda page: page.title.startswith("1 sak"))
    browser.get(f"{hub.url}/")
    click(browser, "a.whole")
    picture = browser.find_element(By.CSS_SELECTOR, ".timeline")
    assert len(picture.find_elements(By.CSS_SELECTOR, ".mark.chosen")) == 2
    assert_fits(browser)
    click(browser, "summary")
    click(browser, "button[value=all_over]")
    wait_for(browser, "[role=status]", "Saken er avgjort")
    assert not OpenLoan.objects.filter(item=DRILL).exists()
    assert_fits(browser)
    click(browser, ".notice .button")
    wait_for(browser, "[role=status]", "Saken venter igjen")
    assert OpenLoan.objects.filter(item=DRILL).count() == 2
    assert_fits(browser)


def test_all_of_a_page_get_one_answer(hub: RunningHub, browser: webdriver.Chrome):
    """One tick chooses the page, one answer with a note closes all of it, and the empty list says so kindly."""
    resize(browser, WIDE)
    log_in(browser, hub)
    click(browser, "[data-all]")
    assert browser.find_element(By.CSS_SELECTOR, ".answer .filled").text == "Godta 2 forslag"
    click(browser, "summary")
    browser.find_element(By.NAME, "note").send_keys("sett på hylla")
    click(browser, "button[value=other]")
    wait_for(browser, "[role=status]", "2 saker er avgjort")
    wait_for(browser, "h1", "Ingen saker venter")
    assert_fits(browser)
    click(browser, ".notice .button")
    wait_for(browser, "h1", "2 saker venter")


def test_the_keyboard_alone_is_enough(hub: RunningHub, browser: webdriver.Chrome):
    """Tab first comes to the link past the navigation, then on; what has the focus is outlined."""
    resize(browser, WIDE)
    log_in(browser, hub)
    seen = []
    for _ in range(7):
        browser.switch_to.active_element.send_keys(Keys.TAB)
        focused = browser.switch_to.active_element
        seen.append(focused.text.strip().split("\n")[0])
        assert focused.value_of_css_property("outline-style") == "solid"
        assert focused.value_of_css_property("outline-width") == "3px"
    assert seen[:6] == ["Hopp til innholdet", "Nabolån", "Saker", "Stasjoner", "Utlån", "Satt av"]


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_staff_set_something_aside_and_cancel_it(hub: RunningHub, browser: webdriver.Chrome, size: tuple[int, int]):
    """Fill in the form, read the code, find the hold in the list without it, and cancel it there."""
    resize(browser, size)
    log_in(browser, hub)
    browser.get(f"{hub.url}/holds")
    click(browser, "a[href='/holds/new']")
    browser.find_element(By.NAME, "item").send_keys(DRILL)
    browser.find_element(By.NAME, "card").send_keys("N888", Keys.ENTER)
    assert "ikke noe lånekort" in browser.find_element(By.CSS_SELECTOR, "[role=alert]").text
    browser.get_log("browser")
    browser.find_element(By.NAME, "card").send_keys(OTHER)
    click(browser, ".answer .filled")
    code = browser.find_element(By.CSS_SELECTOR, ".code").text
    assert len(code) == 6
    assert code.isdigit()
    assert_fits(browser)
    click(browser, "main a.button")
    assert browser.find_element(By.TAG_NAME, "h1").text == "1 ting er satt av"
    assert code not in browser.find_element(By.TAG_NAME, "main").text
    assert_fits(browser)
    click(browser, "td button")
    assert "ikke satt av lenger" in browser.find_element(By.CSS_SELECTOR, "[role=status]").text
    assert_fits(browser)
    browser.get(f"{hub.url}/holds?state=over")
    assert "opphevet · anna" in browser.find_element(By.TAG_NAME, "main").text
    assert_fits(browser)


def test_the_pages_work_without_scripts(hub: RunningHub, browser: webdriver.Chrome):
    """With scripts switched off staff can still tick, accept and filter."""
    resize(browser, WIDE)
    log_in(browser, hub)
    browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    try:
        browser.get(f"{hub.url}/?kind=lent_twice")
        click(browser, "tbody .tick-area")
        click(browser, ".answer .filled")
        assert "Saken er avgjort" in browser.find_element(By.CSS_SELECTOR, ".notice").text
    finally:
        browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})
    assert ReviewCase.objects.get(kind="lent_twice").state == CaseState.DECIDED


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_staff_change_their_password(hub: RunningHub, browser: webdriver.Chrome, size: tuple[int, int]):
    """By typing and Enter alone, from the foot of the menu; a wrong one is said and changes nothing."""
    resize(browser, size)
    old, new = log_in(browser, hub), "kaffe lampe fjord sykkel"
    click(browser, ".foot a")
    for typed, says in (("not the old one", "Ingenting ble endret"), (old, "Passordet er byttet")):
        browser.find_element(By.NAME, "old").send_keys(typed)
        browser.find_element(By.NAME, "new").send_keys(new)
        browser.find_element(By.NAME, "again").send_keys(new, Keys.ENTER)
        wait_for(browser, ".notice", says)
        if typed != old:
            browser.get_log("browser")  # a browser notes every answer that says no
        assert_fits(browser)
        assert [field.get_attribute("value") for field in browser.find_elements(By.CSS_SELECTOR, "label input")] == [
            ""
        ] * 3
    log_in(browser, hub, new)


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_staff_turn_the_pages_of_a_journal_and_of_loans(
    hub: RunningHub, sqlite_bench: Bench, browser: webdriver.Chrome, size: tuple[int, int]
):
    """On and back with the two buttons, also while new entries come; what was chosen stays chosen."""
    station, now = sqlite_bench[0], now_ms()
    for number in range(130):
        station.lend(f"T{number:03}", wall=now - 4_000_000 + number)
    sqlite_bench.take(station)
    resize(browser, size)
    log_in(browser, hub)
    browser.get(f"{hub.url}/stations/ls-0001/journal?kind=loan")
    assert "131 linjer" in browser.find_element(By.CSS_SELECTOR, ".top p").text
    assert _numbers(browser) == list(range(131, 31, -1))
    assert_fits(browser)
    click(browser, ".pages a")
    WebDriverWait(browser, 10).until(lambda page: "after=" in page.current_url and _is_whole(page))
    assert _numbers(browser) == list(range(31, 0, -1))
    assert browser.find_element(By.NAME, "kind").get_attribute("value") == "loan"
    assert [link.text for link in browser.find_elements(By.CSS_SELECTOR, ".pages a")] == ["Forrige side"]
    assert_fits(browser)
    station.lend("T999", wall=now)
    sqlite_bench.take(station, station.journal[-1:])
    click(browser, ".pages a")
    WebDriverWait(browser, 10).until(lambda page: "before=" in page.current_url and _is_whole(page))
    assert _numbers(browser) == list(range(131, 31, -1))

    def all_are_out() -> bool:
        browser.get(f"{hub.url}/loans")
        return browser.find_element(By.TAG_NAME, "h1").text == "134 lån er ute"

    until(all_are_out, "a large batch is not counted")  # it is taken in first, and counted right after
    click(browser, ".pages a")
    WebDriverWait(browser, 10).until(lambda page: "after=" in page.current_url and _is_whole(page))
    assert len(browser.find_elements(By.CSS_SELECTOR, "tbody tr")) == 34
    assert_fits(browser)


def _is_whole(browser: webdriver.Chrome) -> bool:
    """Return whether all of a page has come: its address changes when its first rows are there."""
    return bool(browser.execute_script("return document.readyState === 'complete'"))


def _numbers(browser: webdriver.Chrome) -> list[int]:
    """Return the numbers of the entries on the page."""
    cells = browser.find_elements(By.CSS_SELECTOR, "tbody td:first-child")
    return [int(cell.text.split()[-1]) for cell in cells]
