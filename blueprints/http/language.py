"""The language of the pages: English, in which their texts stand; a catalogue in ``translations/``
puts them into another one. Logs, commands and the answers of the API are always in English.
"""

from __future__ import annotations

import functools
from datetime import date, datetime
from pathlib import Path
from typing import cast

from babel import Locale
from babel.dates import format_skeleton, get_datetime_format, get_month_names
from babel.numbers import format_decimal
from babel.support import NullTranslations
from flask import Flask, current_app
from flask_babel import Babel, get_locale, get_translations
from flask_babel.speaklater import LazyString

from blueprints.http.template_texts import Texts, template_functions

TRANSLATIONS = Path(__file__).parent.parent.parent / "translations"
DOMAIN = "keepsake"  # what catalogues are called
ENGLISH = "en"
DATES_OF_ENGLISH = Locale("en", "GB")  # the day first, 24 hours


def language(app: Flask) -> str:
    """The one of this site, as Flask's own setting has it. The only place that chooses."""
    return str(app.config.setdefault("BABEL_DEFAULT_LOCALE", ENGLISH))


def register(app: Flask) -> None:
    """Give templates ``_()``, ``ngettext()`` and ``{% trans %}``, and the forms of dates."""
    chosen = language(app)
    locale = Locale.parse(chosen)
    Babel(
        app,
        default_domain=DOMAIN,
        default_translation_directories=str(TRANSLATIONS),
        configure_jinja=False,
    )
    with app.app_context():
        catalogue = app.extensions[__name__] = get_translations()
    _, ngettext = template_functions(catalogue)
    jinja = app.jinja_env
    jinja.policies["ext.i18n.trimmed"] = True
    jinja.add_extension(Texts)
    jinja.globals.update(
        _=_,
        gettext=_,
        ngettext=ngettext,
        language=_tag(locale),
        dates_as=_tag(_dates_of(locale)),
        catalogue="" if chosen == ENGLISH else chosen,
    )
    jinja.newstyle_gettext = True  # type: ignore[attr-defined]  # values are arguments of _()
    jinja.filters.update(
        short_date=short_date, month=month, minute=minute, second=second, decimal=decimal
    )


def gettext(text: str, /, **values: object) -> str:
    """``text`` in the language of the pages, with its values: Flask-Babel's own asks the request
    for its catalogue, each time.
    """
    catalogue = current_app.extensions[__name__] if current_app else NullTranslations()
    translated: str = catalogue.gettext(text)
    return translated % values if values else translated


def ngettext(one: str, many: str, n: int, /, **values: object) -> str:
    """The same with a number, which is ``%(num)s`` in the text."""
    catalogue = current_app.extensions[__name__] if current_app else NullTranslations()
    translated: str = catalogue.ngettext(one, many, n)
    return translated % {"num": n, **values}


def lazy(text: str, /, **values: object) -> str:
    """The same when it is shown: for forms and tables, which are made before there is a page."""
    return cast(str, LazyString(gettext, text, **values))


def lazy_plural(one: str, many: str, n: int, /, **values: object) -> str:
    """`ngettext`, when it is shown."""
    return cast(str, LazyString(ngettext, one, many, n, **values))


def short_date(day: date) -> str:
    """26 Nov 2026"""
    return _shaped("yMMMd", day)


def month(day: date) -> str:
    """November 2026"""
    return _shaped("yMMMM", day)


def weekday(day: date, *, with_year: bool) -> str:
    """Thursday 26 November, Thursday 26 November 2026. English has a comma with a year alone,
    which headings of one page leave out.
    """
    shaped = _shaped("yMMMMEEEEd" if with_year else "MMMMEEEEd", day)
    return shaped.replace(",", "") if _locale() == DATES_OF_ENGLISH else shaped


def minute(at: datetime) -> str:
    """26 Nov 2026, 07:05 CET"""
    return _at_a_time(at, "%H:%M %Z")


def second(at: datetime) -> str:
    """26 Nov 2026, 07:05:30 CET"""
    return _at_a_time(at, "%H:%M:%S %Z")


def month_names() -> dict[str, int]:
    """The number of each month by its name, long or short, in small letters."""
    locale = _locale()
    return {
        name.lower().rstrip("."): number
        for width in ("wide", "abbreviated")
        for number, name in get_month_names(width, locale=locale).items()
    }


def until(at: datetime, now: datetime) -> str:
    """in 3 days: how far off ``at`` is, to the nearest minute, hour or day."""
    seconds = (at - now).total_seconds()
    if (minutes := max(1, round(seconds / 60))) < 60:
        return ngettext("in %(num)s minute", "in %(num)s minutes", minutes)
    if (hours := round(seconds / 3600)) < 24:
        return ngettext("in %(num)s hour", "in %(num)s hours", hours)
    return ngettext("in %(num)s day", "in %(num)s days", round(seconds / 86_400))


def decimal(number: int) -> str:
    """1,234"""
    return _written(number, _locale())


@functools.lru_cache(1024)
def _written(number: int, locale: Locale) -> str:
    written: str = format_decimal(number, locale=locale)
    return written


def _shaped(skeleton: str, day: date) -> str:
    """``skeleton`` says which parts of a date (Unicode TS 35), the language in which order."""
    return _formatted(skeleton, date(day.year, day.month, day.day), _locale())


def _at_a_time(at: datetime, form: str) -> str:
    joined = str(get_datetime_format("medium", _locale()))  # "{1}, {0}"
    return joined.format(at.strftime(form), short_date(at))


@functools.lru_cache(1024)
def _formatted(skeleton: str, day: date, locale: Locale) -> str:
    return format_skeleton(skeleton, day, locale=locale)


def _locale() -> Locale:
    return _dates_of(get_locale() or DATES_OF_ENGLISH)


def _dates_of(locale: Locale) -> Locale:
    """The one whose dates a language has."""
    return DATES_OF_ENGLISH if locale.language == ENGLISH else locale


def _tag(locale: Locale) -> str:
    """As HTML and scripts call it: en-GB"""
    return str(locale).replace("_", "-")
