from html.parser import HTMLParser

from hokushin.answer.notebook import table

VOID = {"meta", "br", "rect"}


class Checker(HTMLParser):
    """Follows tags as they open and close, and keeps what they hold."""

    def __init__(self):
        super().__init__()
        self.open, self.names, self.text = [], [], []

    def handle_starttag(self, tag, attrs):
        self.names.append(tag)
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.names.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text.append(data)


def parsed(text):
    checker = Checker()
    checker.feed(text)
    assert checker.open == []
    return checker


def test_titles_cannot_become_markup(made_up, cause):
    answer = made_up(title="<b>Why</b> & so on?", causes=(cause("pact", 0.5, title="<i>pact"),))
    checker = parsed(table(answer))
    assert "i" not in checker.names
    assert "<b>Why</b> & so on?" in "".join(checker.text)


def test_a_notebook_shows_shares_that_sum_as_printed(made_up):
    checker = parsed(table(made_up()))
    cells = [text for text in checker.text if text.strip()]
    assert [cells[cells.index(f"The {n}") + 1] for n in ("pact", "navy", "winter")] == [
        "26",
        "20",
        "4",
    ]


def test_a_small_total_effect_has_no_table(made_up):
    assert "table" not in parsed(table(made_up(v_none=0.85))).names
