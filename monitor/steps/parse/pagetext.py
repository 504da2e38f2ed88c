"""The running text of one article's page: without menus, teasers, comments and footers.

Not here: lists of articles (page.py), and whether the text adds to what is known.
"""

from trafilatura import extract

from monitor.errors import ParseError
from monitor.model import Fetched
from monitor.steps.parse.charset import decode
from monitor.steps.parse.plain import clean, in_lines

LEAST = 200
"""Characters. Less is a consent form, a paywall or a page that a script would have filled."""
TITLE = "//h1"
"""Cut out: the article has its title already, and would say it twice."""


def read_page_text(fetched: Fetched) -> str:
    """One line a paragraph, at most 100,000 characters. ParseError where no article is found.

    Runs in the sandbox, and takes about 30 ms for a page of ordinary size.
    """
    text = extract(
        decode(fetched.body, fetched.content_type),
        output_format="txt",
        favor_precision=True,
        include_comments=False,
        include_tables=False,
        include_formatting=False,
        prune_xpath=TITLE,
    )
    found = in_lines(clean(text or ""))
    if len(found) < LEAST:
        raise ParseError(
            f"no article on the page: {len(found)} characters of running text; "
            "it may want a login, a consent or a browser"
        )
    return found
