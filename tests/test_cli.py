"""The `campaign` command, as the processes that it is."""

import json
import os
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from urllib.error import URLError
from urllib.parse import urlencode
from urllib.request import ProxyHandler, build_opener

import factories
import pytest
from conftest import close_connections, make_app
from smtp import free_port
from terminal import call, environ

from campaign import schema
from campaign.database import db
from campaign.publishing.states import State

COMMAND = Path(sys.executable).with_name("campaign")
_http = build_opener(ProxyHandler({}))


def get(address, **form):
    """Fetch a page, or send a form; follow redirects; return the text."""
    data = urlencode(form).encode() if form else None
    with _http.open(address, data, timeout=10) as answer:
        return answer.read().decode()


def environment(folder, **settings):
    """The environment of a machine on which nothing is set but what a test sets."""
    return {**environ(**settings), "TMPDIR": str(folder)}


@contextmanager
def running(*args, folder, **settings):
    """Run a command in the background, in a group of its own."""
    with (
        (folder / "stderr").open("w") as stderr,
        subprocess.Popen(
            [COMMAND, *args],
            cwd=folder,
            env=environment(folder, **settings),
            stdout=subprocess.PIPE,
            stderr=stderr,
            text=True,
            start_new_session=True,
        ) as process,
    ):
        try:
            yield process
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)


def run(*args, folder, **settings):
    """Run a command to its end."""
    return subprocess.run(
        [COMMAND, *args],
        cwd=folder,
        env=environment(folder, **settings),
        capture_output=True,
        text=True,
        timeout=60,
    )


def until(condition, seconds=30):
    """Wait for a condition; return what it returned."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with suppress(OSError, URLError):
            if found := condition():
                return found
        time.sleep(0.1)
    raise TimeoutError


def stop(process, how=signal.SIGTERM):
    """Stop a command; return its status and the seconds it took, all of it gone."""
    before = time.monotonic()
    process.send_signal(how)
    status = process.wait(20)
    took = time.monotonic() - before
    # One that has ended counts until the machine's first process has noticed.
    until(lambda: has_ended(process.pid), 10)
    return status, took


def has_ended(group):
    """Whether not one process of the group is left."""
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return True
    return False


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    """A running demo beside a program on its usual port; the two lines it printed."""
    folder = tmp_path_factory.mktemp("demo")
    with socket.socket() as taken:
        with suppress(OSError):  # then somebody else has it already
            taken.bind(("127.0.0.1", 8000))
            taken.listen()
        with running("demo", folder=folder) as process:
            process.folder = folder
            process.lines = [process.stdout.readline() for _ in range(2)]
            yield process
            if process.poll() is None:
                process.terminate()


def test_the_demo_prints_where_it_is_and_how_to_sign_in(demo):
    site = re.fullmatch(r"Site: (http://127\.0\.0\.1:\d+)\n", demo.lines[0]).group(1)
    sign_in = demo.lines[1].removeprefix("Sign in: ").rstrip("\n")
    assert sign_in.startswith(f"{site}/sign-in/")
    assert get(f"{site}/healthz") == "ok"
    assert "<form" in get(sign_in)


def test_the_demo_takes_another_port_where_its_own_is_taken(demo):
    assert re.fullmatch(r"Site: http://127\.0\.0\.1:(?!8000)\d+\n", demo.lines[0])


def test_a_supporter_of_the_demo_gets_the_mail_of_a_sign_up(demo):
    site = demo.lines[0].removeprefix("Site: ").rstrip("\n")
    events = json.loads(get(f"{site}/events.json"))["events"]
    open_one = next(
        e for e in events if e["places_left"] is None or e["places_left"] > 5
    )
    page = get(
        f"{open_one['browser_url']}/sign-ups",
        name="Amal",
        email="amal@example.org",
        party_size="1",
    )
    assert "Check your mail" in page
    (mail,) = until(lambda: list(demo.folder.glob("campaign-demo-*/mail/*.eml")))
    assert "To: amal@example.org" in mail.read_text()


def test_the_demo_leaves_nothing_behind(demo):
    assert list(demo.folder.glob("campaign-demo-*")) != []
    status, seconds = stop(demo)
    assert status == 0
    assert seconds < 8
    assert demo.stdout.read() == ""
    assert list(demo.folder.glob("campaign-demo-*")) == []


@pytest.mark.parametrize("command", ["run", "demo"])
def test_a_port_that_was_asked_for_and_is_taken_is_told_in_a_sentence(
    tmp_path, command
):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        result = run(command, "--port", port, folder=tmp_path)
    assert result.returncode == 1
    assert result.stdout == ""
    assert result.stderr == f"Error: 127.0.0.1:{port}: Address already in use\n"


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """A site that `campaign run` serves from a folder that was empty."""
    folder, port = tmp_path_factory.mktemp("served"), free_port()
    with running("run", "--port", str(port), folder=folder) as process:
        process.folder, process.port = folder, port
        process.url = f"http://127.0.0.1:{port}"
        until(lambda: get(f"{process.url}/healthz"))
        yield process


def test_one_command_in_an_empty_folder_serves_a_site(served):
    assert "<!doctype html>" in get(served.url)
    said = (served.folder / "stderr").read_text()
    instance = served.folder / "instance"
    assert f"Serving {served.url}" in said
    assert f"kept in {instance}/mail" in said
    assert said.count("\n") == 2  # nothing that would only worry somebody
    assert oct((instance / "secret-key").stat().st_mode)[-3:] == "600"


def test_a_link_leads_to_where_the_site_is_served(served):
    link = call("sign-in-link", "amal@example.org", folder=served.folder).stdout
    assert link.startswith(f"{served.url}/sign-in/")
    assert "<form" in get(link.rstrip("\n"))


def test_the_servers_end_when_the_one_that_started_them_is_killed(served):
    status, seconds = stop(served, signal.SIGKILL)
    assert (status, seconds < 8) == (-signal.SIGKILL, True)
    with socket.create_server(("127.0.0.1", served.port)):
        pass  # the port is free


def test_two_servers_that_start_together_bring_one_database_up_to_date(tmp_path):
    ports = [free_port(), free_port()]
    folders = [tmp_path / "one", tmp_path / "two"]
    for folder in folders:
        folder.mkdir()
    settings = {"INSTANCE_PATH": tmp_path / "instance"}
    with (
        running("run", "--port", str(ports[0]), folder=folders[0], **settings) as one,
        running("run", "--port", str(ports[1]), folder=folders[1], **settings) as two,
    ):
        for port in ports:
            assert until(lambda port=port: get(f"http://127.0.0.1:{port}/healthz"))
        for process, how in ((one, signal.SIGTERM), (two, signal.SIGINT)):
            status, seconds = stop(process, how)
            assert (status, seconds < 8) == (0, True)


def test_a_link_to_sign_in_is_all_that_is_printed(tmp_path):
    first = run("sign-in-link", "Amal@example.org", folder=tmp_path)
    again = call(
        "sign-in-link",
        "amal@example.org",
        folder=tmp_path,
        SITE_URL="https://act.example",
    )
    assert re.fullmatch(r"http://127\.0\.0\.1:8000/sign-in/[\w-]{43}\n", first.stdout)
    assert "was not known here" in first.stderr
    assert re.fullmatch(r"https://act\.example/sign-in/[\w-]{43}\n", again.stdout)
    assert again.stderr == ""


def sequences(folder):
    """How often each entry of a site's calendars was changed."""
    with closing(sqlite3.connect(folder / "instance" / "campaign.sqlite3")) as database:
        rows = database.execute("SELECT calendar_sequence FROM events ORDER BY id")
        return [row[0] for row in rows]


def fill(folder, empty_sqlite):
    """Write two events and a draft into a site that is served at another address."""
    instance = folder / "instance"
    instance.mkdir()
    file = shutil.copy(empty_sqlite, instance / "campaign.sqlite3")
    app = make_app(instance, f"sqlite:///{file}", SITE_URL="https://act.example")
    with app.app_context():
        for state in (State.PUBLISHED, State.PUBLISHED, State.DRAFT):
            factories.event(state=state)
        db.session.remove()
    schema.bring_up_to_date(app, tells_calendars=True)
    close_connections(app)


def test_only_who_serves_the_site_tells_calendars_of_its_address(
    tmp_path, empty_sqlite
):
    fill(tmp_path, empty_sqlite)
    before = sequences(tmp_path)
    assert before != []
    assert call("sign-in-link", "amal@example.org", folder=tmp_path).returncode == 0
    assert sequences(tmp_path) == before
    port = free_port()
    with running("run", "--port", str(port), folder=tmp_path) as process:
        until(lambda: get(f"http://127.0.0.1:{port}/healthz"))
        stop(process)
    # Not every one: a draft has never been in a calendar.
    assert sum(sequences(tmp_path)) > sum(before)


def test_a_link_for_no_address_is_refused_in_a_sentence(tmp_path):
    result = call("sign-in-link", "amal", folder=tmp_path)
    assert result.returncode == 1
    assert result.stderr.startswith("Error: Not one e-mail address: ")
    assert result.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("SITE_URL", "example.org"),
        ("SITE_URL", "http://["),
        ("SITE_URL", "http://a:b"),
        ("SITE_URL", "https://example.org/?a=b"),
        ("INSTANCE_PATH", "/etc/hostname/x"),
        ("SECRET_KEY_FILE", "/nope"),
        ("SMTP_URL", "mail.example.org"),
        ("DATABASE_URL", "mysql://localhost/campaign"),
        ("DATABASE_URL", "postgresql://u@h:abc/db"),
        ("PROXIES", "one"),
    ],
)
def test_a_wrong_setting_is_told_in_a_sentence(tmp_path, setting, value):
    port = str(free_port())
    result = run("run", "--port", port, folder=tmp_path, **{setting: value})
    assert result.returncode == 1
    assert result.stderr.splitlines()[-1].startswith(f"Error: CAMPAIGN_{setting}")
    assert "Traceback" not in result.stderr


def test_a_database_that_is_not_there_is_told_in_a_sentence(tmp_path):
    url = f"postgresql://nobody@127.0.0.1:{free_port()}/campaign"
    result = call("sign-in-link", "a@example.org", folder=tmp_path, DATABASE_URL=url)
    assert result.returncode == 1
    assert result.stderr.startswith("Error: The database does not answer: ")
    assert "Traceback" not in result.stderr


def test_a_file_that_is_no_database_is_told_in_a_sentence(tmp_path):
    (tmp_path / "instance").mkdir()
    (tmp_path / "instance" / "campaign.sqlite3").write_text("a letter" * 1000)
    result = call("sign-in-link", "a@example.org", folder=tmp_path)
    assert result.returncode == 1
    assert result.stderr.startswith("Error: The database does not answer: ")
    assert "Traceback" not in result.stderr


def test_nobody_waits_for_what_their_command_does_not_need(tmp_path):
    program = (
        "import sys, campaign.cli\n"
        "print('flask' in sys.modules, 'sqlalchemy' in sys.modules)\n"
        "campaign.create_app()\n"
        "print(*({'alembic', 'bs4', 'fontTools', 'mammoth'} & set(sys.modules)))\n"
    )
    command = [sys.executable, "-c", program]
    settings = environment(tmp_path)
    assert subprocess.check_output(command, cwd=tmp_path, env=settings, text=True) == (
        "False False\n\n"
    )


@pytest.mark.parametrize("command", ["run", "demo"])
@pytest.mark.parametrize("port", ["99999", "-5"])
def test_a_port_that_does_not_exist_is_refused(tmp_path, command, port):
    result = run(command, "--port", port, folder=tmp_path)
    assert result.returncode == 2
    assert "Invalid value for '--port'" in result.stderr


def test_a_worker_does_the_work_and_stops_when_told(tmp_path):
    with running("worker", folder=tmp_path) as process:
        until(lambda: "Mail is not sent" in (tmp_path / "stderr").read_text())
        time.sleep(0.5)
        assert process.poll() is None
        assert stop(process)[0] == 0
