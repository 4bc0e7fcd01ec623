"""An SMTP server for tests, on a loopback port that it prints as its first line.

Its options are one JSON object, its first argument; a further object on a line of its standard input changes them.
It ends when its standard input does. Each mail taken is stored as NUMBER.eml beside NUMBER.json: its envelope, and
what Python's parser reads in it. With the arguments "read FILE..." it only reads files.
"""
import asyncio
import json
import os
import ssl
import sys
from email import policy
from email.header import decode_header, make_header
from email.parser import BytesParser
from email.utils import parseaddr

options = {
    "folder": None,  # where mails are stored
    "port": 0,
    "certificate": None,  # PEM file with certificate and key: STARTTLS is offered
    "implicit": False,  # encrypted from the first byte
    "user": None,  # sign-in is offered
    "password": None,
    "mechanisms": ["LOGIN", "PLAIN"],
    "authAnswer": None,  # answer to a wrong password instead of 535
    "unsigned": None,  # answer to MAIL of whoever did not sign in
    "greeting": None,  # answer to a connection instead of 220, after which it is closed
    "mail": None,  # answer to MAIL
    "recipients": {},  # answers to RCPT by address
    "greylist": False,  # 451 to the first RCPT of each address
    "data": None,  # answer to a whole mail, which is not stored
    "close": None,  # "before" or "after" the mail is stored, without an answer
    "hangsAt": 0,  # the number of the stored mail to which no answer comes
    "mailsPerConnection": 0,  # then 421
}
greylisted = set()
stored = 0
connections = 0


def read(raw):
    mail = BytesParser(policy=policy.default).parsebytes(raw)
    # Until 3.13 the newer parser puts a space between the encoded words of a name, so names are read by the older one.
    old = BytesParser(policy=policy.compat32).parsebytes(raw)
    body = lambda kind: (lambda part: part.get_content() if part else None)(mail.get_body((kind,)))
    parts = list(mail.walk())
    return {
        "subject": mail["Subject"],
        "recipients": [a.addr_spec for name in ("To", "Cc", "Bcc") for value in mail.get_all(name, []) for a in value.addresses],
        "toName": str(make_header(decode_header(parseaddr(old["To"])[0]))),
        "fromName": str(make_header(decode_header(parseaddr(old["From"])[0]))),
        "date": mail["Date"].datetime.isoformat(),
        "id": (mail["Message-ID"] or "").strip(),
        "unsubscribe": mail["List-Unsubscribe"],
        "headers": mail.keys(),
        "types": [p.get_content_type() for p in parts],
        "text": body("plain"),
        "html": body("html"),
        "attachments": [
            {"type": p.get_content_type(), "method": p.get_param("method"), "charset": p.get_content_charset(), "file": p.get_filename(), "content": p.get_content()}
            for p in mail.iter_attachments()] if mail.is_multipart() and mail.get_content_subtype() == "mixed" else [],
        "defects": [str(d) for p in parts for d in p.defects] + [str(d) for v in mail.values() for d in v.defects],
    }


def store(session, envelope):
    global stored
    stored += 1
    name = os.path.join(options["folder"], f"{stored:06}-{os.getpid()}")
    with open(f"{name}.json", "w", encoding="utf-8") as file:
        json.dump({
            "from": envelope.mail_from,
            "to": envelope.rcpt_tos,
            "tls": session.ssl is not None or options["implicit"],
            "signedIn": bool(session.authenticated),
            "connection": session.number,
            "mail": read(envelope.original_content),
        }, file)
    # Named last: a mail that is there has its envelope.
    with open(f"{name}.tmp", "wb") as file:
        file.write(envelope.original_content)
    os.rename(f"{name}.tmp", f"{name}.eml")


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
        return "250 2.1.0 Ok"

    async def handle_RCPT(self, server, session, envelope, address, rcpt_options):
        answer = options["recipients"].get(address)
        if answer:
            return answer
        if options["greylist"] and address not in greylisted:
            greylisted.add(address)
            return "451 4.7.1 greylisted, try again later"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 Ok"

    async def handle_DATA(self, server, session, envelope):
        if options["data"]:
            return options["data"]
        if options["close"] == "before":
            server.transport.abort()
            return "250 never sent"
        store(session, envelope)
        self.taken += 1
        if stored == options["hangsAt"]:
            await asyncio.sleep(3600)
        if options["close"] == "after":
            server.transport.abort()
        return "250 2.0.0 Ok"


def serve():
    from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

    class Server(SMTP):
        def _create_session(self):
            session = super()._create_session()
            session.number = connections
            return session

        async def push(self, status):
            text = status.decode() if isinstance(status, bytes) else status
            if text.startswith("220 ") and text.endswith("for tests"):
                global connections
                connections += 1
                self.session.number = connections
                if options["greeting"]:
                    await super().push(options["greeting"])
                    self.transport.close()
                    return
            if text.startswith("535") and options["authAnswer"]:
                text = options["authAnswer"]
            await super().push(text)

    def authenticate(server, session, envelope, mechanism, data):
        good = isinstance(data, LoginPassword) and data.login.decode() == options["user"] and data.password.decode() == options["password"]
        return AuthResult(success=good, handled=False)

    context = None
    if options["certificate"]:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(options["certificate"])

    def make():
        return Server(
            Handler(), data_size_limit=50_000_000, hostname="mail.example.org", ident="for tests",
            tls_context=None if options["implicit"] else context, auth_require_tls=False, authenticator=authenticate,
            auth_exclude_mechanism=[one for one in ("LOGIN", "PLAIN") if not options["user"] or one not in options["mechanisms"]])

    async def run():
        loop = asyncio.get_running_loop()
        server = await loop.create_server(make, "127.0.0.1", options["port"], ssl=context if options["implicit"] else None)
        print(server.sockets[0].getsockname()[1], flush=True)
        reader = asyncio.StreamReader()
        await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
        while line := await reader.readline():
            options.update(json.loads(line))
            print("changed", flush=True)
        os._exit(0)

    asyncio.run(run())


if sys.argv[1] == "read":
    print(json.dumps([read(open(file, "rb").read()) for file in sys.argv[2:]]))
else:
    options.update(json.loads(sys.argv[1]))
    serve()
