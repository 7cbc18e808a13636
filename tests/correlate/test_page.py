"""The page in a real browser: it zooms by wheel, buttons and keys, fits a telephone, and is readable in the dark."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from auditor.correlate.correlation import Options, correlate
from auditor.correlate.incidents import document_of
from auditor.correlate.page import page_of
from tests.correlate.browser import BROWSER, Browser, opened
from tests.correlate.harder import made

pytestmark = [pytest.mark.slow, pytest.mark.skipif(BROWSER is None, reason="no Chromium on this machine")]
_CANVAS = "document.querySelector('canvas')"


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """Open the page of a world with incidents and undecided alerts."""
    folder = tmp_path_factory.mktemp("page")
    world = made(4, runs=1, guilty=4, noise=15)
    found = correlate(world.alerts, world.steps, world.map, Options(shifts=2_000))
    (folder / "timeline.html").write_text(page_of(found, document_of(found, None)))
    with opened(folder / "timeline.html", folder) as browser:
        yield browser


def shown(browser: Browser) -> tuple[float, float]:
    """Give the span that the first timeline shows, once the browser has drawn it."""
    browser.value("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    low, high = str(browser.value(f"{_CANVAS}.dataset.low + ' ' + {_CANVAS}.dataset.high")).split()
    return float(low), float(high)


def middle(browser: Browser) -> tuple[float, float]:
    """Give the middle of the first timeline, which is brought into view."""
    browser.value(f"{_CANVAS}.scrollIntoView({{block: 'center'}})")
    text = browser.value(f"(r => (r.left + r.width / 2) + ' ' + (r.top + 30))({_CANVAS}.getBoundingClientRect())")
    x, y = str(text).split()
    return float(x), float(y)


def press_button(browser: Browser, name: str) -> None:
    """Press one of the buttons of the first timeline."""
    browser.value(f"document.querySelector('figure.run [data-do={name}]').click()")


def test_zoom_by_mouse(browser: Browser) -> None:
    """Ctrl and wheel zoom around the pointer, dragging moves, and the wheel alone leaves the timeline be."""
    whole = shown(browser)
    assert whole[0] == 0
    x, y = middle(browser)
    browser.wheel(x, y, -120, with_control=False)
    assert shown(browser) == whole
    x, y = middle(browser)
    for _ in range(4):
        browser.wheel(x, y, -120, with_control=True)
    near = shown(browser)
    assert near[1] - near[0] == pytest.approx((whole[1] - whole[0]) * 0.8**4, rel=0.01)
    browser.drag(x, y, x - 150)
    moved = shown(browser)
    assert moved[0] > near[0]
    assert moved[1] - moved[0] == pytest.approx(near[1] - near[0], rel=0.01)
    press_button(browser, "all")
    assert shown(browser) == whole


def test_zoom_by_keyboard(browser: Browser) -> None:
    """Plus, minus, arrows and zero do what the buttons do, wherever the focus came from."""
    press_button(browser, "all")
    whole = shown(browser)
    browser.value(f"{_CANVAS}.focus()")
    browser.press("+")
    browser.press("+")
    near = shown(browser)
    assert near[1] - near[0] == pytest.approx((whole[1] - whole[0]) * 0.36, rel=0.01)
    browser.press("ArrowRight")
    assert shown(browser)[0] > near[0]
    browser.press("-")
    assert shown(browser)[1] - shown(browser)[0] == pytest.approx((whole[1] - whole[0]) * 0.6, rel=0.01)
    browser.press("0")
    assert shown(browser) == whole


def test_on_a_telephone_in_the_dark_and_on_paper(browser: Browser) -> None:
    """Nothing is wider than 390 pixels; colours follow the scheme, and paper is light and has no buttons."""
    background = "getComputedStyle(document.body).getPropertyValue('background-color')"
    step = "getComputedStyle(document.documentElement).getPropertyValue('--ink').trim()"
    light = browser.value(background), browser.value(step)
    browser.size(390, 800, is_touch=True)
    assert browser.value("document.documentElement.scrollWidth") == 390
    browser.size(1_200, 900)
    browser.look(scheme="dark")
    dark = browser.value(background), browser.value(step)
    assert dark[0] != light[0]
    assert dark[1] != light[1]
    browser.look(scheme="dark", media="print")
    assert browser.value(step) == light[1]
    assert browser.value("getComputedStyle(document.querySelector('.buttons')).display") == "none"
    browser.look()


def test_it_says_what_is_under_the_pointer(browser: Browser) -> None:
    """Over a lane the trajectory is named, in words that a screen reader hears."""
    press_button(browser, "all")
    x, y = middle(browser)
    browser.call("Input.dispatchMouseEvent", type="mouseMoved", x=x, y=y + 60)
    assert "r0_e" in str(browser.value("document.querySelector('.hint').textContent"))
    assert browser.value("document.querySelector('.hint').getAttribute('aria-live')") == "polite"
