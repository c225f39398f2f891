"""A second client, written from docs/PROTOCOL.md alone; it needs only Python 3.8 or later.

    python3 second_client.py NAME HOST PORT [--tls] [--fingerprint SHORT] [--key WORDS]

With --tls the connection is encrypted, and the first line of output is the server's fingerprint, to be
compared with the one at the server's window, or given as --fingerprint. --key is the room key. Both
options imply --tls: without encryption they would protect nothing.

Each line of standard input is one of: say TEXT | tell NAME TEXT | users | files | get FILE.
At its end the client waits for the answers and downloads, then leaves. It prints what it hears,
one JSON object a line, and saves files in the folder NAME.
"""
import argparse, hashlib, io, json, os, re, select, socket, ssl, struct, sys, threading
from second_client_key import KeyExchange

MAX_PAYLOAD = {1: 64 * 1024, 2: 1024 * 1024}  # bytes, by kind of frame
TIMEOUT = 30  # seconds
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's, for fingerprints
LIFE, LAST = 0, 1  # numbers of pings: a sign of life; the pong to LAST says that all is answered

class Download:
    def __init__(self, folder, name, size):
        name = re.sub(r"[^\w ()+,;=@.-]", "_", name).strip(". ") or "_"  # stays inside the folder
        name = re.sub(r"(?i)^(con|prn|aux|nul|com.|lpt.)(?= *(\.|$))", r"_\1", name)  # Windows devices
        os.makedirs(folder, exist_ok=True)
        self.path, self.size, self.hash = os.path.join(folder, name), size, hashlib.sha256()
        self.file = open(self.path + ".part", "xb")

    def add(self, data):
        self.hash.update(data)
        if self.file.write(data) and self.file.tell() > self.size:
            sys.exit("The server sent more than it announced")

    def close(self, message):
        """Keeps the file if `message` is an `end` that proves it good; says whether it did."""
        good = (message.get("size"), message.get("sha256")) == (self.file.tell(), self.hash.hexdigest())
        self.file.close()
        if good and not os.path.exists(self.path):
            os.rename(self.path + ".part", self.path)
            return True
        os.remove(self.path + ".part")
        return False

class Encrypted(io.RawIOBase):
    """TLS 1.3 over a socket. One thread may read while another one sends, but Python's ssl module allows
    only one call at a time: so no call waits for the network, and a lock keeps the calls apart."""
    def __init__(self, plain):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.minimum_version = ssl.TLSVersion.TLSv1_3
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE  # the fingerprint decides
        try:
            self.tls = context.wrap_socket(plain, suppress_ragged_eofs=False)
        except OSError as error:
            sys.exit(f"No encrypted connection: {error}. Perhaps this server speaks plain only")
        self.tls.setblocking(False)
        self.lock = threading.Lock()
        self.fingerprint = hashlib.sha256(self.tls.getpeercert(binary_form=True)).digest()

    def call(self, function, argument):
        while True:
            try:
                with self.lock:
                    return function(argument)
            except ssl.SSLWantReadError:
                ready = select.select([self.tls], [], [], TIMEOUT)
            except ssl.SSLWantWriteError:
                ready = select.select([], [self.tls], [], TIMEOUT)
            if not any(ready):
                raise TimeoutError

    def readable(self):
        return True

    def readinto(self, buffer):
        return self.call(self.tls.recv_into, buffer)  # 0 after close_notify; SSLEOFError after a cut

    def sendall(self, data):
        while data:
            data = data[self.call(self.tls.send, data):]

def short_form(fingerprint):
    number = int.from_bytes(fingerprint, "big") >> 156  # its first 100 bits
    text = "".join(ALPHABET[number >> 5 * i & 31] for i in reversed(range(20)))
    return "-".join(text[i:i + 5] for i in range(0, 20, 5))

class Client:
    def __init__(self, name, host, port):
        self.folder, self.last_id, self.failed, self.leaving = name, 0, False, False
        self.running, self.downloads = set(), {}  # ids asked for; those of them that have begun
        self.socket = socket.create_connection((host, port), timeout=TIMEOUT)
        self.input, self.sending = self.socket.makefile("rb"), threading.Lock()

    def encrypt(self, expected):
        """Speaks TLS from here on, if the server has the expected fingerprint or none is expected."""
        self.socket = Encrypted(self.socket)
        self.input = io.BufferedReader(self.socket)
        short = short_form(self.socket.fingerprint)
        print(json.dumps({"type": "fingerprint", "short": short}), flush=True)
        if expected is not None and re.sub("[- ]", "", expected).upper() != short.replace("-", ""):
            sys.exit("This is another server: its fingerprint is " + short)

    def prove_key(self, words):
        """Leaves, unless client and server prove to each other that they know the key."""
        try:
            exchange = KeyExchange(words, self.socket.fingerprint)
            offer = self.ask_key(exchange.start())
            exchange.finish(self.ask_key(exchange.answer(offer)))
        except ValueError as error:
            sys.exit(str(error))

    def ask_key(self, fields):
        self.send(type="key", **fields)
        while True:
            message = self.receive()
            if message["type"] == "key":
                return message
            if message["type"] in ("ping", "refused", "closing"):  # `welcome` would prove nothing
                self.hear(message)

    def join(self):
        self.send(type="hello", protocol=1, name=self.folder)

    def send(self, **message):
        payload = json.dumps(message, ensure_ascii=False).encode("utf-8")
        with self.sending:  # no frame may land inside another
            self.socket.sendall(struct.pack(">IB", 1 + len(payload), 1) + payload)

    def read(self, length):
        try:
            data = self.input.read(length)
        except OSError:
            data = b""
        return data if len(data) == length else sys.exit("The connection is lost")

    def receive(self):
        """The next message; chunks before it go to their downloads."""
        while True:
            length, kind = struct.unpack(">IB", self.read(5))
            if not 5 <= length <= 1 + MAX_PAYLOAD.get(kind, 0):
                sys.exit("The server broke the rules")
            if kind == 1:
                return json.loads(self.read(length - 1).decode("utf-8"))
            self.downloads[struct.unpack(">I", self.read(4))[0]].add(self.read(length - 5))

    def listen(self):
        while self.running or not self.leaving:
            self.hear(self.receive())
        self.send(type="bye")

    def hear(self, m):
        if m["type"] == "ping":
            self.send(type="pong", n=m["n"])
        if m["type"] == "pong":
            self.leaving = self.leaving or m["n"] == LAST
        if m["type"] == "file":
            self.downloads[m["id"]] = Download(self.folder, m["name"], m["size"])
        if m["type"] == "end" or m["type"] == "refused" and m["re"] == "get":
            self.running.remove(m["id"])
            if m["id"] in self.downloads:
                m["saved"] = self.downloads.pop(m["id"]).close(m)
        self.failed = self.failed or m["type"] == "refused" or m.get("saved") is False
        if m["type"] not in ("ping", "pong"):
            print(json.dumps(m), flush=True)  # in ASCII: no foreign text acts on the terminal
        if m["type"] == "closing" or m.get("re") in ("hello", "key"):
            sys.exit(1)
        if m["type"] == "welcome":
            threading.Thread(target=self.obey, daemon=True).start()

    def obey(self):
        for line in sys.stdin:
            what, _, rest = line.rstrip("\r\n").partition(" ")
            to, _, text = rest.partition(" ")
            if what == "get":
                self.last_id += 1
                self.running.add(self.last_id)
            fields = {"say": {"text": rest}, "tell": {"to": to, "text": text},
                      "get": {"id": self.last_id, "name": rest}}
            self.send(type=what, **fields.get(what, {}))
            self.send(type="ping", n=LIFE)  # so that something is heard at least every 10 seconds
        self.send(type="ping", n=LAST)

def arguments():
    parser = argparse.ArgumentParser()
    for name in ("name", "host"):
        parser.add_argument(name)
    parser.add_argument("port", type=int)
    parser.add_argument("--tls", action="store_true")
    parser.add_argument("--fingerprint", metavar="SHORT")
    parser.add_argument("--key", metavar="WORDS")
    return parser.parse_args()

sys.stdin.reconfigure(encoding="utf-8")
options = arguments()
client = Client(options.name, options.host, options.port)
if options.tls or options.fingerprint is not None or options.key is not None:
    client.encrypt(options.fingerprint)
if options.key is not None:
    client.prove_key(options.key)
client.join()
client.listen()
sys.exit(1 if client.failed else 0)
