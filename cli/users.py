"""Accounts."""

from __future__ import annotations

import re
from datetime import timedelta

import click

from cli.shared import BY, PlainGroup, existing_user, fail, read_password, site
from config import FLASK
from models import User
from models.limits import MAX_INVITED
from models.role import Role, State
from services import accounts, delete_account, factors, invitations
from services import quota as quotas
from services.errors import NoLongerThere, QuotaReached
from services.reset import new_reset_link
from services.roles import LastAdmin

users = PlainGroup("user", help="Accounts.")


@users.command("create")
@click.argument("name")
@click.option("--admin", is_flag=True, help="Make this user an admin.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
def create_user(name: str, admin: bool, password_stdin: bool) -> None:
    """Create an account."""
    role = Role.ADMIN if admin else Role.USER
    try:
        accounts.create_account(site().settings, name, read_password(password_stdin), role, by=BY)
    except ValueError as error:
        fail(str(error))
    click.echo(f"{name} can log in now.")


@users.command("password")
@click.argument("name")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
def set_password(name: str, password_stdin: bool) -> None:
    """Set a new password for user NAME and log them out everywhere."""
    try:
        accounts.set_password(
            site().settings, existing_user(name), read_password(password_stdin), by=BY
        )
    except ValueError as error:
        fail(str(error))
    click.echo(f"{name} has a new password and is logged out everywhere.")


@users.command("reset-link")
@click.argument("name")
def reset_link(name: str) -> None:
    """Print a link with which user NAME sets a new password. It works once, for a day. Without
    PUBLIC_URL its beginning, the URL of the site, is up to you.
    """
    user = existing_user(name)
    if not user.is_active:
        fail(f"{user.name} is not in use: {user.state}. Such an account can't have a link.")
    token = new_reset_link(user, BY)
    click.echo(f"{site().config.public_url.rstrip('/')}/reset/{token}")


@users.command("reset-factors")
@click.argument("name")
def reset_factors(name: str) -> None:
    """Log-in of user NAME asks for the password alone: the phone is lost. Ends all sessions."""
    user = existing_user(name)
    factors.reset(user, BY)
    if user.has_password:
        click.echo(f"{name} logs in with the password alone, and is logged out everywhere.")
    else:
        click.echo(f"{name} is logged out everywhere, and has no password. Give them the link of")
        click.echo(f"`{FLASK} user reset-link {name}`.")


@users.command("delete")
@click.argument("name")
@click.option("--give-to", metavar="OTHER", help="Who gets the files and albums.")
@click.option("--over-quota", is_flag=True, help="Also where OTHER hasn't the space.")
@click.option("--yes", is_flag=True, help="Don't ask.")
def delete_user(name: str, give_to: str | None, over_quota: bool, yes: bool) -> None:
    """Delete user NAME with all files, or give them to another user."""
    user, taker = existing_user(name), existing_user(give_to) if give_to else None
    what = f"its files and albums go to {taker.name}" if taker else "all of its files, too"
    if not yes:
        click.confirm(f"Delete the account {user.name}: {what}. Sure?", abort=True)
    try:
        is_done = delete_account.delete_account(site(), user, BY, taker, over_quota=over_quota)
    except LastAdmin:
        fail(f"{user.name} is the only admin. Make somebody else an admin first.")
    except delete_account.NoTaker:
        fail("Files go to another user, who can log in.")
    except delete_account.Receiving:
        fail(f"{user.name} is being given files of another user. Try again when they are there.")
    except QuotaReached:
        fail(f"{give_to} hasn't the space for these files. --over-quota gives them all the same.")
    except NoLongerThere:
        delete_account.wake(user.id)
        fail(f"{user.name} is being deleted already.")
    click.echo(f"{user.name} is deleted." if is_done else f"{user.name} is being deleted.")


@users.command("quota")
@click.argument("name")
@click.argument("quota", required=False)
def set_quota(name: str, quota: str | None) -> None:
    """Set the space of user NAME: a number of MB, `none`, or `default` (QUOTA_MB). Without QUOTA,
    show what is used.
    """
    user = existing_user(name)
    if quota is not None:
        quotas.set_quota(user, _parse_quota(quota), BY)
    room = quotas.rooms(site().settings, user).own
    of_quota = f"{room.quota // quotas.MB} MB" if room.quota else "no limit"
    click.echo(f"{user.name}: {room.used / quotas.MB:.1f} MB used, {of_quota}")


def _parse_quota(text: str) -> int | None:
    if text == "default":
        return None
    number = "0" if text == "none" else text
    if not re.fullmatch("[0-9]{1,9}", number):
        fail("A quota is a number of MB, `none` or `default`.")
    return int(number)


@users.command("invite")
@click.option("--days", type=click.IntRange(1, 365), default=7, help="How long it works.")
@click.option("--uses", type=click.IntRange(1, MAX_INVITED), default=1, help="For how many people.")
@click.option("--role", type=click.Choice([one.value for one in Role]), default=Role.USER.value)
@click.option("--note", default="", help="For whom it is.")
def invite(days: int, uses: int, role: str, note: str) -> None:
    """Print a link by which people create an account. Needs SIGN_UP. Without PUBLIC_URL its
    beginning, the URL of the site, is up to you.
    """
    if not invitations.invitations_work(site().settings):
        fail(f"SIGN_UP is off. `{FLASK} settings set SIGN_UP invitation` turns invitations on.")
    if role == Role.ADMIN and uses > 1:
        fail("A link for an admin works once. Leave --uses out.")
    token = invitations.invite(
        None, lasts=timedelta(days=days), uses=uses, role=Role(role), note=note
    )
    click.echo(f"{site().config.public_url.rstrip('/')}/join/{token}")


@users.command("list")
def list_users() -> None:
    """List all accounts."""
    for user in User.ordered():
        marks = [word for word in (user.role, user.state) if word not in (Role.USER, State.ACTIVE)]
        click.echo("\t".join([user.name, ",".join(marks) or "-", f"{user.created_at:%Y-%m-%d}"]))
