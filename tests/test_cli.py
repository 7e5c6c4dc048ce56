"""The `campaign` command, as the processes that it is."""

import json
import os
import re
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

import pytest
from smtp import free_port

COMMAND = Path(sys.executable).with_name("campaign")
_http = build_opener(ProxyHandler({}))


def get(address, **form):
    """Fetch a page, or send a form; follow redirects; return the text."""
    data = urlencode(form).encode() if form else None
    with _http.open(address, data, timeout=10) as answer:
        return answer.read().decode()


def environment(folder, **settings):
    """The environment of a machine on which nothing is set but what a test sets."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("CAMPAIGN_")}
    told = {f"CAMPAIGN_{name}": str(value) for name, value in settings.items()}
    return {**kept, "TMPDIR": str(folder), **told}


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
    """A running demo, and the two lines that it printed."""
    folder = tmp_path_factory.mktemp("demo")
    with running("demo", "--port", str(free_port()), folder=folder) as process:
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


def test_the_demo_takes_another_port_where_its_own_is_taken(tmp_path):
    with socket.socket() as taken:
        with suppress(OSError):  # then somebody else has it already
            taken.bind(("127.0.0.1", 8000))
            taken.listen()
        with running("demo", folder=tmp_path) as process:
            site = process.stdout.readline()
            stop(process, signal.SIGINT)
    assert re.fullmatch(r"Site: http://127\.0\.0\.1:(?!8000)\d+\n", site)


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


def test_one_command_in_an_empty_folder_serves_a_site(tmp_path):
    port = free_port()
    with running("run", "--port", str(port), folder=tmp_path) as process:
        home = until(lambda: get(f"http://127.0.0.1:{port}/"))
        assert "<!doctype html>" in home
        said = (tmp_path / "stderr").read_text()
        assert f"Serving http://127.0.0.1:{port}" in said
        assert f"kept in {tmp_path}/instance/mail" in said
        assert oct((tmp_path / "instance" / "secret-key").stat().st_mode)[-3:] == "600"
        status, seconds = stop(process, signal.SIGINT)
    assert (status, seconds < 8) == (0, True)


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
        for process in (one, two):
            assert stop(process)[0] == 0


def test_a_link_to_sign_in_is_all_that_is_printed(tmp_path):
    first = run("sign-in-link", "Amal@example.org", folder=tmp_path)
    again = run(
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


def fill(folder):
    """Write the demo's story into a site that is served at another address."""
    program = (
        "from campaign import create_app, server\n"
        "from campaign.database import transaction\n"
        "from campaign.demo.operations import fill_demo\n"
        "from campaign.lib import clock\n"
        "app = create_app()\n"
        "server.bring_up_to_date(app)\n"
        "with app.app_context(), transaction():\n"
        "    fill_demo(clock.now())\n"
    )
    settings = environment(folder, SITE_URL="https://act.example")
    command = [sys.executable, "-c", program]
    subprocess.run(command, cwd=folder, env=settings, check=True, timeout=60)


def test_a_link_leads_to_where_the_site_is_served(tmp_path):
    port = free_port()
    with running("run", "--port", str(port), folder=tmp_path) as process:
        until(lambda: get(f"http://127.0.0.1:{port}/healthz"))
        link = run("sign-in-link", "amal@example.org", folder=tmp_path).stdout
        assert link.startswith(f"http://127.0.0.1:{port}/sign-in/")
        assert "<form" in get(link.rstrip("\n"))
        stop(process)


def test_only_who_serves_the_site_tells_calendars_of_its_address(tmp_path):
    fill(tmp_path)
    before = sequences(tmp_path)
    assert before != []
    run("sign-in-link", "amal@example.org", folder=tmp_path)
    assert sequences(tmp_path) == before
    port = free_port()
    with running("run", "--port", str(port), folder=tmp_path) as process:
        until(lambda: get(f"http://127.0.0.1:{port}/healthz"))
        stop(process)
    # Not every one: a draft has never been in a calendar.
    assert sum(sequences(tmp_path)) > sum(before)


def test_a_link_for_no_address_is_refused_in_a_sentence(tmp_path):
    result = run("sign-in-link", "amal", folder=tmp_path)
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
    result = run("sign-in-link", "a@example.org", folder=tmp_path, DATABASE_URL=url)
    assert result.returncode == 1
    assert result.stderr.startswith("Error: The database does not answer: ")
    assert "Traceback" not in result.stderr


def test_a_file_that_is_no_database_is_told_in_a_sentence(tmp_path):
    (tmp_path / "instance").mkdir()
    (tmp_path / "instance" / "campaign.sqlite3").write_text("a letter" * 1000)
    result = run("sign-in-link", "a@example.org", folder=tmp_path)
    assert result.returncode == 1
    assert result.stderr.startswith("Error: The database does not answer: ")
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize("command", ["run", "demo"])
@pytest.mark.parametrize("port", ["99999", "-5"])
def test_a_port_that_does_not_exist_is_refused(tmp_path, command, port):
    result = run(command, "--port", port, folder=tmp_path)
    assert result.returncode == 2
    assert "Invalid value for '--port'" in result.stderr


def test_the_servers_end_when_the_one_that_started_them_is_killed(tmp_path):
    port = free_port()
    with running("run", "--port", str(port), folder=tmp_path) as process:
        until(lambda: get(f"http://127.0.0.1:{port}/healthz"))
        status, seconds = stop(process, signal.SIGKILL)
        assert (status, seconds < 8) == (-signal.SIGKILL, True)
        with socket.create_server(("127.0.0.1", port)):
            pass  # the port is free


def test_a_worker_does_the_work_and_stops_when_told(tmp_path):
    with running("worker", folder=tmp_path) as process:
        until(lambda: "Mail is not sent" in (tmp_path / "stderr").read_text())
        time.sleep(0.5)
        assert process.poll() is None
        assert stop(process)[0] == 0
