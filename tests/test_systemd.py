"""The systemd units of the documentation: systemd takes them, and they run a command that pubsearch has."""

import configparser
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import typer

from pubsearch import cli

UNITS = Path(cli.__file__).parents[2] / "docs" / "systemd"
SERVICE, TIMER, PAGE = "pubsearch-update@.service", "pubsearch-update@.timer", "pubsearch.service"
INSTALLED = "/srv/pubsearch/.venv/bin/pubsearch"


def unit(name: str) -> configparser.ConfigParser:
    parsed = configparser.ConfigParser(interpolation=None, strict=True)
    parsed.optionxform = str  # type: ignore[assignment, method-assign]
    parsed.read_string((UNITS / name).read_text())
    return parsed


def run_by(name: str) -> tuple[str | None, dict[str, Any]]:
    """The command that a unit runs, and its arguments, as pubsearch reads them."""
    program, command, *arguments = shlex.split(unit(name)["Service"]["ExecStart"].replace("%i", "heart-failure"))
    assert program == INSTALLED
    group = typer.main.get_command(cli.app)
    with group.make_context("pubsearch", [command, *arguments], resilient_parsing=True) as context:
        name_, found, rest = group.resolve_command(context, [command, *arguments])  # type: ignore[attr-defined]
    return name_, found.make_context(name_, list(rest)).params


def test_the_services_run_commands_that_there_are() -> None:
    command, parameters = run_by(SERVICE)
    assert (command, parameters["name"]) == ("update", "heart-failure")
    command, parameters = run_by(PAGE)
    assert (command, parameters["host"]) == ("serve", "127.0.0.1")


@pytest.mark.parametrize("name", [SERVICE, PAGE])
def test_the_services_may_write_topics_models_and_the_shared_pace_and_nothing_else(name: str) -> None:
    service = unit(name)["Service"]
    home = dict(each.split("=", 1) for each in service["Environment"].split())
    writable = [path.removeprefix("-") for path in service["ReadWritePaths"].split()]
    assert writable == [home["PUBSEARCH_HOME"], home["HF_HOME"], "/tmp"]
    assert (service["ProtectSystem"], service["NoNewPrivileges"], service["User"]) == ("strict", "yes", "pubsearch")
    # a private /tmp would hide the pace of the other processes that ask NCBI
    assert "PrivateTmp" not in service
    assert "DynamicUser" not in service


def test_the_jobs_of_the_page_outlive_its_service() -> None:
    assert unit(PAGE)["Service"]["KillMode"] == "process"


def test_the_timer_starts_the_service_of_its_name_when_ncbi_wants_large_jobs() -> None:
    timer = unit(TIMER)["Timer"]
    assert "Unit" not in timer
    assert timer["OnCalendar"].split() == ["*-*-*", "01:00", "America/New_York"]
    assert timer["RandomizedDelaySec"] == "2h"


@pytest.mark.parametrize("instance", ["asthma", "heart-failure"])
def test_systemd_takes_the_units(tmp_path: Path, instance: str) -> None:
    for name in (SERVICE, TIMER, PAGE):
        text = (UNITS / name).read_text()
        assert text.isascii()
        # systemd wants the program to be there
        (tmp_path / name).write_text(text.replace(INSTALLED, sys.executable))
    if verifier := shutil.which("systemd-analyze"):
        units = [tmp_path / name.replace("@", f"@{instance}") for name in (SERVICE, TIMER, PAGE)]
        done = subprocess.run([verifier, "verify", "--man=no", *units], capture_output=True, text=True, check=False)
        assert (done.returncode, done.stderr) == (0, "")
