"""Targets of webhooks on loopback over real TLS, with certificates of an authority made for the test."""

import socket
import ssl
import threading
import time
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

HOST = "hooks.example.com"
DAY = timedelta(days=1)


class Authority:
    """Makes certificates, and is trusted by the context that it gives."""

    def __init__(self, folder):
        self.folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "An authority of the tests")])
        self._certificate = self._signed(self._name, self._key, DAY, is_authority=True)
        self.path = self._write("authority.pem", self._certificate)

    def client_context(self):
        """Trusts this authority alone, and is otherwise what the standard library makes."""
        return ssl.create_default_context(cafile=self.path)

    def server_context(self, host=HOST, *, lasts=DAY):
        """Serves a certificate for *host*; expired where *lasts* is negative."""
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
        path = self._write(f"{host}.{lasts.days}.pem", self._signed(name, key, lasts, host=host), key)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(path)
        return context

    def _signed(self, name, key, lasts, *, host=None, is_authority=False):
        now = datetime.now(UTC)
        builder = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(self._name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - 2 * DAY)
            .not_valid_after(now + lasts)
            .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
        )
        if host:
            builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        return builder.sign(self._key, hashes.SHA256())

    def _write(self, name, certificate, key=None):
        content = certificate.public_bytes(serialization.Encoding.PEM)
        if key:
            content += key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        path = self.folder / name
        path.write_bytes(content)
        return path


@contextmanager
def target(behave, context=None):
    """
    Serve one behaviour on 127.0.0.1, and yield its port and the connections that it had.

    *behave* is called with each connection, after the handshake where there is a *context*.
    """
    listener = socket.create_server(("127.0.0.1", 0))
    connections = []
    ended = threading.Event()

    def serve():
        while not ended.is_set():
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            connections.append(connection)
            threading.Thread(target=handle, args=(connection,), daemon=True).start()

    def handle(connection):
        with suppress(OSError), connection:
            secured = context.wrap_socket(connection, server_side=True) if context else connection
            with secured:
                behave(secured)

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield listener.getsockname()[1], connections
    finally:
        ended.set()
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)  # wakes the thread that accepts
        listener.close()


def read_request(connection):
    """Read head and body of one request."""
    stream = connection.makefile("rb")
    lines = []
    while (line := stream.readline().strip()) or not lines:
        lines.append(line.decode("latin-1"))
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:])}
    return lines[0], headers, stream.read(int(headers.get("content-length", 0)))


def answering(raw, requests=None):
    """Answer each request with these bytes."""

    def behave(connection):
        request = read_request(connection)
        if requests is not None:
            requests.append(request)
        connection.sendall(raw)

    return behave


def hanging(connection):
    """Read the request and say nothing, until the other side has gone."""
    read_request(connection)
    _wait_for_the_end(connection)


def silent(connection):
    """Accept, and say nothing at all: the handshake never comes."""
    _wait_for_the_end(connection)


def dripping(connection):
    """Send a byte of a header every 50 ms, for ever: no single read waits long."""
    read_request(connection)
    connection.sendall(b"HTTP/1.1 200 OK\r\nX-Drip: ")
    while True:
        connection.sendall(b"x")
        time.sleep(0.05)


def flooding(sent, head):
    """Answer 200 and *head* with 10 MB, and note how many bytes the other side took."""

    def behave(connection):
        read_request(connection)
        connection.sendall(b"HTTP/1.1 200 OK\r\n" + head + b"\r\n")
        for _ in range(1000):
            connection.sendall(b"x" * 10_000)
            sent.append(10_000)

    return behave


def _wait_for_the_end(connection):
    while connection.recv(65536):
        pass
