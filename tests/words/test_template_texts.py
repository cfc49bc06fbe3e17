"""``_()`` in templates: values are escaped, texts are put in when the template is compiled."""

from __future__ import annotations

import pytest
from babel.support import NullTranslations
from flask import Flask

from blueprints.http.template_texts import template_functions


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ("{{ _('Don\\'t') }}", "Don't"),
        ("{{ _('by %(name)s', name=x) }}", "by &lt;b&gt;"),
        ("{{ _('by %(name)s', name=x | safe) }}", "by <b>"),
        ("{% trans %}A <b>b</b>\n  c{% endtrans %}", "A <b>b</b> c"),
        ("{% trans name=x %}by <i>{{ name }}</i>{% endtrans %}", "by <i>&lt;b&gt;</i>"),
        ("{{ ngettext('%(num)s file', '%(num)s files', 2) }}", "2 files"),
        ("{{ _('100 %') }} {{ _(y) }}", "100 % Save"),
        ("{{ _('a') ~ x }}{{ _('b') if y else _('c') }}", "a&lt;b&gt;b"),
        ("{{ [_('a'), _('b')] | join(x) }}", "a&lt;b&gt;b"),
        ("{{ x }}{{ _('_') }}", "&lt;b&gt;_"),
    ],
)
def test_texts(source: str, html: str, app: Flask) -> None:
    assert app.jinja_env.from_string(source).render(x="<b>", y="Save") == html


class German(NullTranslations):
    """Whose translators write letters that mean something in HTML."""

    def gettext(self, text: str) -> str:
        return f'{text} & "<los>'

    def ngettext(self, one: str, many: str, n: int) -> str:
        return self.gettext(many)


def test_a_translation_is_html_only_where_the_text_is() -> None:
    _, ngettext = template_functions(German())
    assert _("Upload") == "Upload &amp; &quot;&lt;los&gt;"
    assert _("by %(name)s", name="<b>") == "by &lt;b&gt; &amp; &quot;&lt;los&gt;"
    assert ngettext("%(num)s file", "%(num)s files", 2) == "2 files &amp; &quot;&lt;los&gt;"
    assert _("a <b>b</b>") == 'a <b>b</b> & "<los>'


def test_a_text_without_values_costs_nothing(app: Flask) -> None:
    code = app.jinja_env.compile("<p>{{ _('Log in') }}</p>", raw=True)
    assert "<p>Log in</p>" in code
