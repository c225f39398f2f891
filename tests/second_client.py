"""A second client, written from docs/PROTOCOL.md alone; it needs only Python 3.8 or later.

    python3 second_client.py NAME HOST PORT

Each line of standard input is one of: say TEXT | tell NAME TEXT | users | files | get FILE.
At its end the client waits for the answers and downloads, then leaves. It prints what it hears,
one JSON object a line, and saves files in the folder NAME.
"""
import hashlib, json, os, re, socket, struct, sys, threading

MAX_PAYLOAD = {1: 64 * 1024, 2: 1024 * 1024}  # bytes, by kind of frame
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

class Client:
    def __init__(self, name, host, port):
        self.folder, self.last_id, self.failed, self.leaving = name, 0, False, False
        self.running, self.downloads = set(), {}  # ids asked for; those of them that have begun
        self.socket = socket.create_connection((host, port), timeout=30)
        self.input, self.sending = self.socket.makefile("rb"), threading.Lock()
        self.send(type="hello", protocol=1, name=name)

    def send(self, **message):
        payload = json.dumps(message, ensure_ascii=False).encode("utf-8")
        with self.sending:  # no frame may land inside another
            self.socket.sendall(struct.pack(">IB", 1 + len(payload), 1) + payload)

    def read(self, length):
        data = self.input.read(length)
        return data if len(data) == length else sys.exit("The connection is lost")

    def listen(self):
        while self.running or not self.leaving:
            length, kind = struct.unpack(">IB", self.read(5))
            if not 5 <= length <= 1 + MAX_PAYLOAD.get(kind, 0):
                sys.exit("The server broke the rules")
            if kind == 1:
                self.hear(json.loads(self.read(length - 1).decode("utf-8")))
            else:
                self.downloads[struct.unpack(">I", self.read(4))[0]].add(self.read(length - 5))
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
        if m["type"] == "closing" or m.get("re") == "hello":
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

sys.stdin.reconfigure(encoding="utf-8")
client = Client(sys.argv[1], sys.argv[2], int(sys.argv[3]))
client.listen()
sys.exit(1 if client.failed else 0)
