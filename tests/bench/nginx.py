"""nginx with one file: the yardstick for how fast the same bytes can be served.

Its answers have the headers and tags of ours. nginx compares no tag but one that it
made itself, so the tags to be answered with 304 are written into its configuration;
measured against its own way with a file, that is neither quicker nor slower.
"""

import gzip
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from getpass import getuser
from pathlib import Path
from string import Template
from time import monotonic, sleep

from bench.fetching import HOST, Answer, fetch
from bench.measuring import NotMeasured, program

from campaign import ports

PATH = "/calendar.ics"
_PATIENCE = 10
#: What a server says of a connection or for itself, and not of the document.
_ITS_OWN = {
    "connection", "content-encoding", "content-length", "content-type", "date", "etag",
    "last-modified", "server", "vary",
}  # fmt: skip
_SETTINGS = Template(
    """
daemon off;
worker_processes 2;
pid $folder/pid;
$user
events { worker_connections 1024; }
http {
    access_log off;
    client_body_temp_path $folder/body;
    proxy_temp_path $folder/proxy;
    fastcgi_temp_path $folder/fastcgi;
    uwsgi_temp_path $folder/uwsgi;
    scgi_temp_path $folder/scgi;
    sendfile on;
    tcp_nopush on;
    keepalive_timeout 300;
    keepalive_requests 100000000;
    open_file_cache max=10;
    etag off;
    gzip_static on;
    gzip_vary on;
    types { }
    default_type "$kind";
    map $$http_accept_encoding $$tag {
        default '$plain_tag';
        ~gzip '$gzip_tag';
    }
    server {
        listen $host:$port reuseport;
        root $folder;
        location / {
            add_header ETag $$tag;
            $headers
            if ($$http_if_none_match = '$plain_tag') { return 304; }
            if ($$http_if_none_match = '$gzip_tag') { return 304; }
        }
    }
}
"""
)


@contextmanager
def serving(plain: Answer, gzipped: Answer, folder: Path) -> Iterator[int]:
    """Serve what these two answers say as long as the block runs; yield the port."""
    folder.mkdir()
    if gzip.decompress(gzipped.body) != plain.body:
        raise NotMeasured("the calendar is another one when it is compressed")
    (folder / PATH[1:]).write_bytes(plain.body)
    (folder / f"{PATH[1:]}.gz").write_bytes(gzipped.body)
    port = ports.free_port(HOST)
    settings = folder / "nginx.conf"
    settings.write_text(_settings(plain, gzipped, folder, port))
    command = [program("nginx"), "-e", "stderr", "-p", folder, "-c", settings]
    with (
        (folder / "log").open("wb") as log,
        subprocess.Popen(command, stderr=log) as process,
    ):
        try:
            _wait(process, port, folder)
            yield port
        finally:
            process.terminate()
            process.wait(_PATIENCE)


def version() -> str:
    """Return what nginx says of itself."""
    command = [program("nginx"), "-v"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return done.stderr.strip().rpartition("/")[2]


def _settings(plain: Answer, gzipped: Answer, folder: Path, port: int) -> str:
    told = [(n, v) for n, v in plain.headers.items() if n not in _ITS_OWN]
    if "last-modified" in plain.headers:
        told.append(("Last-Modified", plain.headers["last-modified"]))
    return _SETTINGS.substitute(
        folder=folder,
        # Who starts it as root gives it a folder that nobody else may read.
        user=f"user {getuser()};" if os.geteuid() == 0 else "",
        host=HOST,
        port=port,
        kind=plain.headers["content-type"],
        plain_tag=plain.tag,
        gzip_tag=gzipped.tag,
        headers=" ".join(
            f"add_header {name} {_quoted(value)};" for name, value in told
        ),
    )


def _quoted(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _wait(process: "subprocess.Popen[bytes]", port: int, folder: Path) -> None:
    end = monotonic() + _PATIENCE
    while monotonic() < end and process.poll() is None:
        try:
            fetch(port, PATH)
        except OSError:
            sleep(0.05)
        else:
            return
    raise NotMeasured(f"nginx does not answer:\n{(folder / 'log').read_text()}")
