"""Categories: a list of them, and what moderators do with one. Its page is a listing
(`blueprints.gallery`).
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from wtforms import StringField, TextAreaField

from blueprints.http import words
from blueprints.http.context import me
from blueprints.http.form import Form
from blueprints.http.language import lazy as _l
from blueprints.http.parameters import parse_text, parse_title
from models import Category
from models.category import CategoryFault
from services.categories import create_category, delete_category, edit_category
from services.errors import NoLongerThere

bp = Blueprint("categories", __name__)


class CategoryForm(Form):
    name = StringField(_l("Name"))
    description = TextAreaField(_l("Description"))

    @property
    def texts(self) -> tuple[str, str]:
        return parse_title(self.name.data or ""), parse_text(self.description.data or "")


def index() -> Any:
    return _index(CategoryForm())


def create() -> Any:
    form = CategoryForm()
    try:
        category = create_category(*form.texts, me().name)
    except CategoryFault as fault:
        form.name.errors = (words.category_fault(fault),)
        return _index(form)
    flash(str(words.SAVED))
    return redirect(url_for("gallery.category", url_key=category.url_key), 303)


def edit_form(category: Category) -> Any:
    return _form(category, CategoryForm(name=category.name, description=category.description))


def edit(category: Category) -> Any:
    form = CategoryForm()
    try:
        edit_category(category, *form.texts, me().name)
    except NoLongerThere:
        abort(404)
    except CategoryFault as fault:
        form.name.errors = (words.category_fault(fault),)
        return _form(category, form)
    flash(str(words.SAVED))
    return redirect(url_for("gallery.category", url_key=category.url_key), 303)


def delete_form(category: Category) -> Any:
    return render_template("categories/delete.html", category=category)


def delete(category: Category) -> Any:
    name = category.name
    delete_category(category, me().name)
    flash(words.category_deleted(name))
    return redirect(url_for("categories.index"), 303)


def _index(form: CategoryForm) -> str:
    return render_template("categories/index.html", form=form, all=Category.ordered())


def _form(category: Category, form: CategoryForm) -> str:
    return render_template("categories/edit.html", category=category, form=form)
