"""A page that asks an admin once more before an account is changed."""

from __future__ import annotations

from flask import render_template, request

from blueprints.http.account_words import Question
from models import User


def is_question() -> bool:
    return request.method in ("GET", "HEAD")


def ask(account: User, question: Question, **fields: str) -> str:
    """``fields`` are sent with the answer."""
    return render_template("admin/question.html", person=account, question=question, fields=fields)
