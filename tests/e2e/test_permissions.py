"""The roles allow what the functions do. That they allow no more is tested on the template."""

from __future__ import annotations

from http import HTTPStatus

from tests.e2e.conftest import ASSETS, Application


def test_a_full_run_and_a_quiet_one_and_a_restart_need_no_more_than_the_roles_allow(
    guarded_application: Application,
) -> None:
    while any(outcome["more"] for outcome in guarded_application.tick()):
        pass
    quiet = guarded_application.tick()
    pressed = guarded_application.press_restart()
    restarted = guarded_application.tick()

    assert [outcome["outcome"] for outcome in quiet + restarted] == ["worked", "worked"]
    assert pressed.status == HTTPStatus.ACCEPTED
    assert guarded_application.status()["progress"]["total"] == ASSETS
