"""Roles and bans."""

from __future__ import annotations

import click

from cli.shared import BY, existing_user, fail
from cli.users import users
from models.role import Role
from services import roles
from services.roles import LastAdmin, StillWaiting


@users.command("promote")
@click.argument("name")
@click.argument("role", type=click.Choice(["manager", "admin"]), default="admin")
def promote(name: str, role: str) -> None:
    """Make user NAME an admin, or a manager, who moderates what others upload."""
    _change_role(name, Role(role))


@users.command("demote")
@click.argument("name")
@click.argument("role", type=click.Choice(["user", "manager"]), default="user")
def demote(name: str, role: str) -> None:
    """Take the role of admin or manager from user NAME."""
    _change_role(name, Role(role))


def _change_role(name: str, role: Role) -> None:
    try:
        roles.set_role(existing_user(name), role, BY)
    except LastAdmin:
        fail(f"{name} is the only admin. Promote somebody else first.")
    click.echo(f"{name} has the role {role} now.")


@users.command("ban")
@click.argument("name")
def ban(name: str) -> None:
    """Log user NAME out everywhere, at once, and refuse their keys. Their files stay."""
    try:
        roles.ban(existing_user(name), BY)
    except LastAdmin:
        fail(f"{name} is the only admin. Promote somebody else first.")
    except StillWaiting:
        fail(f"{name} waits for approval. Delete the account instead.")
    click.echo(f"{name} is banned.")


@users.command("unban")
@click.argument("name")
def unban(name: str) -> None:
    """Let user NAME log in again; their keys work again."""
    roles.lift_ban(existing_user(name), BY)
    click.echo(f"{name} can log in again.")
