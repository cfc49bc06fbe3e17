"""Tags: a list of them, and what moderators do with one. Its page is a listing
(`blueprints.gallery`).
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from wtforms import BooleanField, StringField, TextAreaField

from blueprints.http import words
from blueprints.http.arguments import parse_tag_key
from blueprints.http.context import me, visitor
from blueprints.http.form import Form
from blueprints.http.language import lazy as _l
from blueprints.http.parameters import parse_tags, parse_text
from models import Tag, TagTally
from models.tag_tally import PAGE_OF_TAGS
from services.errors import NoLongerThere
from services.tags import TagExists, delete_tag, edit_tag

bp = Blueprint("tags", __name__)


class TagForm(Form):
    name = StringField(_l("Name"))
    description = TextAreaField(_l("Description"))
    merge = BooleanField(_l("Merge the two tags"))


def index() -> Any:
    after = parse_tag_key(request.args.get("after", ""))
    tags = TagTally.page(visitor(), after, PAGE_OF_TAGS + 1)
    more = tags[PAGE_OF_TAGS - 1].key if len(tags) > PAGE_OF_TAGS else ""
    return render_template(
        "tags/index.html", tags=tags[:PAGE_OF_TAGS], more=more, is_first=not after
    )


def edit_form(tag: Tag) -> Any:
    return _form(tag, TagForm(name=tag.name, description=tag.description))


def edit(tag: Tag) -> Any:
    form = TagForm()
    names = parse_tags(form.name.data or "")
    if len(names) != 1:
        form.name.errors = (words.BAD_TAG,)
        return _form(tag, form)
    # that others have such a tag on private files is theirs to know
    is_known = bool(TagTally.of(visitor(), names[0].casefold()))
    try:
        tag = edit_tag(
            tag,
            names[0],
            parse_text(form.description.data or ""),
            merges=form.merge.data,
            is_known=is_known,
            by=me().name,
        )
    except NoLongerThere:
        abort(404)
    except TagExists:
        return _form(tag, form, merges_into=names[0])
    flash(str(words.SAVED))
    return redirect(url_for("gallery.tag", name=tag.name), 303)


def delete_form(tag: Tag) -> Any:
    return render_template("tags/delete.html", tag=tag, count=TagTally.of(visitor(), tag.key))


def delete(tag: Tag) -> Any:
    name = tag.name
    delete_tag(tag, me().name)
    flash(words.tag_deleted(name))
    return redirect(url_for("tags.index"), 303)


def _form(tag: Tag, form: TagForm, merges_into: str = "") -> str:
    return render_template("tags/edit.html", tag=tag, form=form, merges_into=merges_into)
