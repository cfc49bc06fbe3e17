"""Settings that may change while the site runs."""

from __future__ import annotations

import click

from cli.shared import PlainGroup, fail, site
from config import as_text
from services.settings import DECLARED, change, reset
from services.settings.load import ONLY_UPLOADED, UPLOADED

settings = PlainGroup("settings", help="Settings that may change while the site runs.")


@settings.command("list")
def list_settings() -> None:
    """List all settings: name, value, and where it was set."""
    here = site()
    for name in DECLARED:
        value = as_text(getattr(here.settings, name.lower()))
        click.echo("\t".join([name, value or "-", here.store.origin(name)]))


@settings.command("set")
@click.argument("name")
@click.argument("value")
def set_setting(name: str, value: str) -> None:
    """Set NAME to VALUE, now and after the next start, in every process."""
    if name.upper() in UPLOADED:
        fail(f"{name.upper()} {ONLY_UPLOADED}")
    here = site()
    change(here.store, {name.upper(): value})
    click.echo(f"{name.upper()} is {as_text(getattr(here.store.latest, name.lower()))}")


@settings.command("reset")
@click.argument("name")
def reset_setting(name: str) -> None:
    """Undo a change: use the value of the environment, config.toml or the default again."""
    here = site()
    reset(here.store, [name.upper()])
    click.echo(f"{name.upper()} is {as_text(getattr(here.store.latest, name.lower()))}")
