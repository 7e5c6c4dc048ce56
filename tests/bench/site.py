"""A site as its users run it, on a folder that is thrown away."""

import os
import shutil
import signal
import subprocess
import sysconfig
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep

from bench.fetching import HOST, fetch
from bench.measuring import NotMeasured
from terminal import environ

from campaign import config, create_app, ports, schema
from campaign.database import db

#: The same for every copy, wherever it listens: it stands in the calendars' bytes.
SITE_URL = f"http://{HOST}"
_PATIENCE = 120
#: Fewer ticks in half a second are no work that anybody would measure.
_AT_REST = 10
_MB = 1024 * 1024


class Site:
    """An instance in a folder; `campaign run` serves it."""

    def __init__(self, folder: Path, database_url: str = "") -> None:
        self.folder = folder
        self.port = ports.free_port(HOST)
        self.environ = environ(
            INSTANCE_PATH=folder,
            SITE_URL=SITE_URL,
            DATABASE_URL=database_url,
            LIMITS="off",
        )
        self.app = create_app(config.load(self.environ))
        self.bring_up_to_date()

    def bring_up_to_date(self) -> None:
        """Do what a start would do, so that the next one has nothing left to do."""
        schema.bring_up_to_date(self.app, tells_calendars=True)

    def copied_to(self, folder: Path) -> "Site":
        """Return another site that begins with the same rows; nobody serves this."""
        self.close()
        shutil.copytree(self.folder, folder)
        return Site(folder)

    def close(self) -> None:
        """Leave the database, so that the file alone is the whole of it."""
        with self.app.app_context():
            db.session.remove()
            if db.engine.dialect.name == "sqlite":
                with db.engine.connect() as connection:
                    connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
            db.engine.dispose()

    @contextmanager
    def running(self) -> Iterator["Site"]:
        """Serve the site as long as the block runs."""
        self.close()
        command = [Path(sysconfig.get_path("scripts")) / "campaign", "run"]
        with (
            (self.folder / "log").open("wb") as log,
            subprocess.Popen(
                [*command, "--host", HOST, "--port", str(self.port)],
                env=self.environ,
                stdout=log,
                stderr=log,
                start_new_session=True,
            ) as self._process,
        ):
            try:
                self._wait()
                self._come_to_rest()
                yield self
            finally:
                self._stop()

    def memory(self) -> list[float]:
        """Return what each process of the site holds, in MB, the largest first.

        What several share is counted once, in parts (PSS).
        """
        own = [_held(stat.parent) for stat in self._processes()]
        return sorted((round(size / _MB, 1) for size in own), reverse=True)

    def _processes(self) -> Iterator[Path]:
        for stat in Path("/proc").glob("[0-9]*/stat"):
            fields = _text(stat).rpartition(")")[2].split()
            # The fourth field behind the name is the session.
            if len(fields) > 3 and fields[3] == str(self._process.pid):
                yield stat

    def _wait(self) -> None:
        end, heard = monotonic() + _PATIENCE, "nothing"
        while monotonic() < end and self._process.poll() is None:
            try:
                heard = str(fetch(self.port, "/healthz").status)
            except OSError as error:
                heard = str(error)
            if heard == "200":
                return
            sleep(0.05)
        log = (self.folder / "log").read_text()
        raise NotMeasured(f"the site does not answer, but {heard}:\n{log}")

    def _come_to_rest(self) -> None:
        """Wait until the other processes too have started: one that answers takes
        all connections while the others load.
        """
        end, before = monotonic() + _PATIENCE, -_AT_REST
        while (used := self._processor_time()) - before >= _AT_REST:
            if monotonic() > end:
                raise NotMeasured("the site does not come to rest")
            before = used
            sleep(0.5)

    def _processor_time(self) -> int:
        """Return what its processes have used, in the clock ticks of the kernel."""
        used = 0
        for stat in self._processes():
            fields = _text(stat).rpartition(")")[2].split()
            used += sum(map(int, fields[11:13]))  # utime and stime
        return used

    def _stop(self) -> None:
        self._process.terminate()
        try:
            self._process.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, signal.SIGKILL)


def _held(process: Path) -> int:
    for line in _text(process / "smaps_rollup").splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) * 1024
    return 0


def _text(file: Path) -> str:
    try:
        return file.read_text()
    except OSError:  # a process that has ended meanwhile
        return ""
