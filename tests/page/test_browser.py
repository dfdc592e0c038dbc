import pytest

from hokushin.page.report import report

WIDE, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}


@pytest.fixture
def shown(browser, tmp_path):
    """Open a page from disk; whatever it asks of the network or complains of fails the test."""
    pages, asked, complaints = [], [], []

    def show(answer, loaded=None, fragment="", **context):
        file = tmp_path / "answer.html"
        file.write_text(report(answer, loaded), encoding="utf-8")
        page = browser.new_page(**context)
        pages.append(page)
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(f"{file.as_uri()}{fragment}")
        return page

    yield show
    for page in pages:
        page.close()
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
    assert complaints == []


def said(page):
    return page.locator("#said").inner_text()


def switch(page, name):
    page.locator(f"input[data-group={name}]").click()


def test_any_combination_of_groups_can_be_read(shown, large):
    page = shown(large, viewport=PHONE)
    assert said(page) == "10 in 100 (±0.3 counting), with every cause on."
    off = 0
    for column in (0, 5, 12):
        switch(page, f"group_{column}")
        off |= 1 << column
        absent = large.table.hits[8_191 & ~off]
        assert said(page).startswith(f"{round(100 * (1 - absent / 2048))} in 100 (±")
    assert page.locator("#top-state").inner_text() == "12 of 22 causes off"
    page.get_by_role("button", name="All on again").first.click()
    assert said(page).startswith("10 in 100")


def test_a_quick_answer_says_what_it_knows_and_what_would_tell_more(shown, made_up):
    page = shown(made_up())
    switch(page, "sea")
    assert said(page) == "20 in 100 (±0.1 counting) without “The navy”; with every cause, 10."
    page.locator("input[data-cause=pact]").click()
    assert "did not run that combination" in said(page)
    assert "--full" in said(page)
    page.locator("input[data-cause=winter]").click()
    assert said(page).startswith("60 in 100")


def test_a_link_carries_what_is_off(shown, made_up):
    page = shown(made_up(), fragment="#off=navy,nobody")
    assert said(page).startswith("20 in 100")
    assert not page.locator("input[data-group=sea]").is_checked()
    switch(page, "sea")
    assert page.evaluate("location.hash") == ""


def test_a_page_opened_with_causes_off_still_opens_what_is_folded(shown, made_up):
    page = shown(made_up(), fragment="#off=navy")
    page.get_by_role("link", name="The pact").first.click()
    page.wait_for_function("document.getElementById('cause-pact').open")
    assert said(page).startswith("20 in 100")


def test_the_keyboard_keeps_its_place_when_all_is_on_again(shown, made_up):
    page = shown(made_up(), fragment="#off=navy")
    page.locator("#top-reset").focus()
    page.keyboard.press("Enter")
    assert said(page).startswith("10 in 100")
    assert page.evaluate("document.activeElement.textContent") == "How made"


def test_switches_work_by_keyboard_alone(shown, made_up):
    page = shown(made_up())
    page.locator("input[data-group=sea]").focus()
    page.keyboard.press("Space")
    assert said(page).startswith("20 in 100")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.tagName") in {"INPUT", "BUTTON"}


def test_a_link_to_something_folded_opens_it(shown, made_up):
    page = shown(made_up())
    assert not page.locator("#cause-navy").evaluate("box => box.open")
    page.get_by_role("link", name="The navy").first.click()
    page.wait_for_function("document.getElementById('cause-navy').open")


@pytest.mark.parametrize("width", [1280, 640, 390, 320])
def test_no_page_scrolls_sideways(shown, explained, width):
    page = shown(explained, viewport={"width": width, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_axe_finds_nothing(shown, explained, tiny, scheme, size):
    axe = pytest.importorskip("axe_core_python.sync_playwright", reason="axe is not installed")
    rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
    for answer, loaded in ((explained, None), tiny):
        page = shown(answer, loaded, viewport=size, color_scheme=scheme)
        page.evaluate("document.querySelectorAll('details').forEach(box => box.open = true)")
        found = axe.Axe().run(page, options={"runOnly": rules})
        told = [
            (rule["id"], [node["html"][:120] for node in rule["nodes"]][:3])
            for rule in found["violations"]
        ]
        assert told == []
