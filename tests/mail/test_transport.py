"""The way to the mail server: what is trusted with what."""

import shutil
import socket
import ssl
import subprocess
from email.message import EmailMessage
from pathlib import Path

import pytest
from aiosmtpd.smtp import AuthResult
from smtp import free_port, smtp_server

from campaign.config import WrongSetting
from campaign.mail.transport import MailFolder, NoConnection, SmtpServer, transport_for

#: On this machine, and yet not by one of the names that are trusted blindly.
ELSEWHERE = "127.0.0.2"


def message():
    mail = EmailMessage()
    mail["From"], mail["To"] = "no-reply@example.org", "amal@example.org"
    mail.set_content("Hello")
    return mail


def send(url):
    with SmtpServer(url) as server:
        server.send(message())


def test_without_an_address_mail_goes_into_a_folder(tmp_path):
    assert isinstance(transport_for("", tmp_path), MailFolder)
    assert isinstance(transport_for("smtp://localhost", tmp_path), SmtpServer)


@pytest.mark.parametrize(
    "url",
    [
        "localhost:25",
        "http://user:sesame@mail.example.org",
        "smtp://user:sesame@",
        "smtp://user:sesame@mail.example.org:port",
        "smtp://user:sesame@[::1",
    ],
)
def test_a_wrong_address_is_told_without_its_password(url):
    with pytest.raises(WrongSetting, match="CAMPAIGN_SMTP_URL") as error:
        SmtpServer(url)
    assert "sesame" not in str(error.value)


def accept(_server, _session, _envelope, _mechanism, login):
    is_right = (login.login, login.password) == (b"us@er", b"ses/ame")
    return AuthResult(success=is_right, handled=False)


def test_a_password_is_sent_to_this_machine_as_it_was_meant():
    with smtp_server(authenticator=accept, auth_require_tls=False) as mailbox:
        send(mailbox.url.replace("//", "//us%40er:ses%2Fame@"))
        assert len(mailbox.messages) == 1
        with pytest.raises(NoConnection, match="535"):
            send(mailbox.url.replace("//", "//us%40er:wrong@"))


def test_a_password_is_not_sent_in_the_clear():
    with smtp_server(ELSEWHERE, authenticator=accept, auth_require_tls=False) as box:
        with pytest.raises(NoConnection, match="without STARTTLS"):
            send(box.url.replace("//", "//us%40er:ses%2Fame@"))
        assert box.messages == []


def test_a_server_that_says_nothing_is_given_up(monkeypatch):
    monkeypatch.setattr("campaign.mail.transport.TIMEOUT", 0.2)
    with socket.create_server(("127.0.0.1", free_port())) as silent:
        port = silent.getsockname()[1]
        with pytest.raises(NoConnection, match="timed out"):
            send(f"smtp://127.0.0.1:{port}")


@pytest.fixture(scope="module")
def certificate(tmp_path_factory) -> Path:
    """A certificate for ELSEWHERE, and its key, in one file."""
    if shutil.which("openssl") is None:
        pytest.skip("there is no openssl here")
    file = tmp_path_factory.mktemp("tls") / "server.pem"
    names = f"subjectAltName=IP:{ELSEWHERE}"
    command = "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=mail"
    subprocess.run(
        [*command.split(), "-addext", names, "-keyout", file, "-out", f"{file}.crt"],
        check=True,
        capture_output=True,
    )
    file.write_text(file.read_text() + Path(f"{file}.crt").read_text())
    return file


@pytest.fixture
def tls(certificate):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


def test_a_server_that_offers_encryption_gets_it(certificate, tls, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    options = {"tls_context": tls, "require_starttls": True, "authenticator": accept}
    with smtp_server(ELSEWHERE, **options) as mailbox:
        send(mailbox.url.replace("//", "//us%40er:ses%2Fame@"))
    assert len(mailbox.messages) == 1


def test_a_certificate_that_nobody_vouches_for_gets_nothing(tls):
    with smtp_server(ELSEWHERE, tls_context=tls, authenticator=accept) as mailbox:
        url = mailbox.url.replace("//", "//us%40er:ses%2Fame@")
        with pytest.raises(NoConnection, match="CERTIFICATE_VERIFY_FAILED"):
            send(url)
        assert mailbox.messages == []


def test_an_address_with_smtps_is_encrypted_from_the_first_byte(
    certificate, tls, monkeypatch
):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with smtp_server(ELSEWHERE, ssl_context=tls) as mailbox:
        send(mailbox.url.replace("smtp:", "smtps:"))
    assert len(mailbox.messages) == 1
