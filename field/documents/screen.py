"""A paper for a screen: plain HTML without a style or a script of its own, drawn from the canonical text."""

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from field.rules.documents.book import Book
from field.rules.documents.layout import laid_out


def screen(text: str, papers: Book) -> SafeString:
    """One `<article>`; each line of the text is one `<p>`, whose class says what it is."""
    lines = format_html_join(
        "\n",
        '<p class="paper-{}"><b>{}</b>{}</p>',
        ((line.style.value, line.label, line.text) for line in laid_out(text, papers)),
    )
    return format_html('<article class="paper" lang="zh-Hans">\n{}\n</article>', lines)
