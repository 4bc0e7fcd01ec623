"""An SMTP server for tests, on a loopback port that it prints as its first line.

Its options are one JSON object, its first argument; a further object on a line of its standard input changes them.
It ends when its standard input does. Each mail taken is stored as NUMBER.eml beside NUMBER.json, its envelope.
"""
import asyncio
import json
import os
import ssl
import sys

from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

options = {
    "folder": None,  # where mails are stored
    "port": 0,
    "certificate": None,  # PEM file with certificate and key: STARTTLS is offered
    "requireTls": False,
    "user": None,  # sign-in is offered
    "password": None,
    "authCode": None,  # answer to a wrong password instead of 535
    "greeting": None,  # answer to a connection instead of 220, after which it is closed
    "mail": None,  # answer to MAIL instead of 250
    "unsigned": None,  # answer to MAIL of whoever did not sign in
    "recipients": {},  # answer to RCPT for an address
    "greylist": False,  # 451 to the first RCPT of each address
    "data": None,  # answer to a whole mail instead of taking it
    "dataFor": {},  # the same for an address
    "close": None,  # "before" or "after" the mail is stored, without an answer
    "slowSeconds": 0,  # before the answer to a whole mail
    "mailsPerConnection": 0,  # then 421
}
seen = set()
count = 0
connections = 0


class Handler:
    def __init__(self):
        self.taken = 0

    async def handle_MAIL(self, server, session, envelope, address, mail_options):
        if options["mailsPerConnection"] and self.taken >= options["mailsPerConnection"]:
            return "421 4.7.0 too many mails on one connection"
        if options["unsigned"] and not session.authenticated:
            return options["unsigned"]
        if options["mail"]:
            return options["mail"]
        envelope.mail_from = address
        envelope.mail_options.extend(mail_options)
        return "250 2.1.0 Ok"

    async def handle_RCPT(self, server, session, envelope, address, rcpt_options):
        answer = options["recipients"].get(address)
        if answer:
            return answer
        if options["greylist"] and address not in seen:
            seen.add(address)
            return "451 4.7.1 greylisted, try again later"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 Ok"

    async def handle_DATA(self, server, session, envelope):
        answer = options["data"] or options["dataFor"].get(envelope.rcpt_tos[0])
        if answer:
            return answer
        if options["close"] == "before":
            server.transport.abort()
            return "250 never sent"
        if options["slowSeconds"]:
            await asyncio.sleep(options["slowSeconds"])
        store(session, envelope)
        self.taken += 1
        if options["close"] == "after":
            server.transport.abort()
        return "250 2.0.0 Ok"


def store(session, envelope):
    global count
    count += 1
    name = os.path.join(options["folder"], f"{count:06}-{os.getpid()}")
    with open(f"{name}.json", "w", encoding="utf-8") as file:
        json.dump({
            "from": envelope.mail_from,
            "to": envelope.rcpt_tos,
            "tls": session.ssl is not None,
            "signedIn": bool(session.authenticated),
            "connection": session.connection_number,
        }, file)
    # Named last: a mail that is there has its envelope.
    with open(f"{name}.tmp", "wb") as file:
        file.write(envelope.original_content)
    os.rename(f"{name}.tmp", f"{name}.eml")


class Server(SMTP):
    def connection_made(self, transport):
        global connections
        super().connection_made(transport)
        if self.session is not None and not hasattr(self.session, "connection_number"):
            connections += 1
            self.session.connection_number = connections

    def _set_rset_state(self):
        super()._set_rset_state()

    def _create_session(self):
        session = super()._create_session()
        session.connection_number = connections
        return session

    async def push(self, status):
        if options["greeting"] and isinstance(status, str) and status.startswith("220") and "SMTP" in status:
            await super().push(options["greeting"])
            self.transport.close()
            return
        if options["authCode"] and isinstance(status, (str, bytes)) and str(status).lstrip("b'").startswith("535"):
            status = options["authCode"]
        await super().push(status)


def authenticate(server, session, envelope, mechanism, data):
    good = isinstance(data, LoginPassword) and data.login.decode() == options["user"] and data.password.decode() == options["password"]
    return AuthResult(success=good, handled=False)


def make():
    context = None
    if options["certificate"]:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(options["certificate"])
    return Server(
        Handler(), enable_SMTPUTF8=False, data_size_limit=50_000_000, hostname="mail.example.org", ident="SMTP test",
        tls_context=context, require_starttls=options["requireTls"],
        auth_require_tls=False, authenticator=authenticate if options["user"] else None,
        auth_exclude_mechanism=[] if options["user"] else ["LOGIN", "PLAIN"])


async def main():
    options.update(json.loads(sys.argv[1]))
    loop = asyncio.get_running_loop()
    server = await loop.create_server(make, "127.0.0.1", options["port"])
    print(server.sockets[0].getsockname()[1], flush=True)
    reader = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while line := await reader.readline():
        options.update(json.loads(line))
        print("changed", flush=True)
    server.close()


asyncio.run(main())
