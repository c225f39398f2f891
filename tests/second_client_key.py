"""The room key for second_client.py, written from docs/PROTOCOL.md alone (section 13).

It is CPace (draft-irtf-cfrg-cpace-21) over ristretto255 (RFC 9496), from the client's side. Numbers in
Python take more time for some values than for others; each secret number here is used only once.
"""
import base64, hashlib, hmac, re, secrets, unicodedata

# Part 1: ristretto255. A point is (X, Y, Z, T) with x = X/Z, y = Y/Z and xy = T/Z, all modulo P.

P = 2**255 - 19
D = -121665 * pow(121666, -1, P) % P
SQRT_M1 = pow(2, (P - 1) // 4, P)

def even(x):
    """Of x and -x the one that is even: RFC 9496 calls an odd number negative."""
    return -x % P if x % P & 1 else x % P

def sqrt_ratio(u, v):
    """Whether u/v is a square, and its root; if it is none, the root of SQRT_M1 * u/v."""
    root = u * v**3 * pow(u * v**7, (P - 5) // 8, P) % P
    check, u = v * root * root % P, u % P
    if check in (-u % P, -u * SQRT_M1 % P):
        root = root * SQRT_M1
    return check in (u, -u % P), even(root)

SQRT_AD_MINUS_ONE = -sqrt_ratio(-D - 1, 1)[1]  # the odd root
INVSQRT_A_MINUS_D = sqrt_ratio(1, -1 - D)[1]

def decode(data):
    s = int.from_bytes(data, "little")
    u1, u2 = 1 - s * s, 1 + s * s
    v = -D * u1 * u1 - u2 * u2
    square, root = sqrt_ratio(1, v * u2 * u2)
    x = even(2 * s * root * u2)
    y = u1 * root * root * u2 * v % P
    if len(data) != 32 or s >= P or s & 1 or not square or x * y % P & 1 or y == 0:
        raise ValueError("The share is no element of the group")
    return x, y, 1, x * y % P

def encode(point):
    x, y, z, t = point
    u1, u2 = (z + y) * (z - y), x * y
    root = sqrt_ratio(1, u1 * u2 * u2)[1]
    z_inverse, inverse = root * root * u1 * u2 * t % P, root * u2
    if t * z_inverse % P & 1:
        x, y, inverse = y * SQRT_M1, x * SQRT_M1, root * u1 * INVSQRT_A_MINUS_D
    if x * z_inverse % P & 1:
        y = -y
    return even(inverse * (z - y)).to_bytes(32, "little")

def add(a, b):
    (x1, y1, z1, t1), (x2, y2, z2, t2) = a, b
    minus, plus, t, z = (y1 - x1) * (y2 - x2), (y1 + x1) * (y2 + x2), 2 * D * t1 * t2, 2 * z1 * z2
    e, f, g, h = plus - minus, z - t, z + t, plus + minus
    return e * f % P, g * h % P, f * g % P, e * h % P

def multiply(number, point):
    result = (0, 1, 1, 0)
    for bit in bin(number)[2:]:
        result = add(result, result)
        if bit == "1":
            result = add(result, point)
    return result

def to_group(data):
    """The point that belongs to these 64 bytes (RFC 9496, 4.3.4)."""
    return add(half_to_group(data[:32]), half_to_group(data[32:]))

def half_to_group(data):
    t = int.from_bytes(data, "little") % 2**255
    r = SQRT_M1 * t * t % P
    u, v = (r + 1) * (1 - D * D), (-1 - r * D) * (r + D)
    square, s = sqrt_ratio(u, v)
    c = -1 if square else r
    if not square:
        s = -even(s * t)
    n = c * (r - 1) * (D - 1)**2 - v
    w0, w1, w2, w3 = 2 * s * v, n * SQRT_AD_MINUS_ONE, 1 - s * s, 1 + s * s
    return w0 * w3 % P, w2 * w1 % P, w1 * w3 % P, w0 * w2 % P

# Part 2: CPace. "Initiator" is the server, "responder" the client.

def join(*parts):
    """Each part behind its length. One byte is enough for lengths up to 127; the draft has LEB128."""
    result = b""
    for part in parts:
        length = len(part)
        while length > 127:
            result, length = result + bytes([length % 128 | 128]), length // 128
        result += bytes([length]) + part
    return result

def generator(password, channel, session):
    zeros = max(0, 128 - 1 - len(join(b"CPaceRistretto255", password)))
    text = join(b"CPaceRistretto255", password, bytes(zeros), channel, session)
    return to_group(hashlib.sha512(text).digest())

def shared_key(number, their_share, session, transcript):
    if their_share == bytes(32):
        raise ValueError("The share is the identity")
    common = encode(multiply(number, decode(their_share)))
    return hashlib.sha512(join(b"CPaceRistretto255_ISK", session, common) + transcript).digest()

def proof(key, session, share, name):
    proof_key = hashlib.sha512(b"CPaceMac" + session + key).digest()
    return hmac.new(proof_key, join(share, name), hashlib.sha512).digest()

# Part 3: the messages of section 13.

IGNORED = re.compile(  # Unicode's Default_Ignorable_Code_Point, which Python has no name for
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0000-\U000e0fff]")

def password(words):
    """The one form of all spellings of a key, in UTF-8."""
    for _ in range(8):
        words = IGNORED.sub("", unicodedata.normalize("NFKC", words)).upper().lower()
        words = re.sub("[\t-\r \u1680\u2028\u2029]+", " ", words).strip(" ")
    if not words or any(unicodedata.category(c) == "Cc" for c in words):
        raise ValueError("This cannot be a room key")
    return words.encode("utf-8")

def to_text(data):
    return base64.urlsafe_b64encode(data).decode("ascii").rstrip("=")

def from_text(text, length):
    data = base64.urlsafe_b64decode(str(text).encode("ascii", "replace") + b"==")
    if len(data) != length or to_text(data) != text:
        raise ValueError("A value has another form")
    return data

class KeyExchange:
    """The client's side: start, answer and finish, in this order. ValueError: do not trust this server."""
    def __init__(self, words, fingerprint, nonce=None, number=None):
        self.password = password(words)
        self.channel = join(b"messenger room key 1", b"server", fingerprint, b"client")
        self.nonce = nonce or secrets.token_bytes(16)
        self.number = number or 1 + secrets.randbelow(2**252 - 1)

    def start(self):
        return {"nonce": to_text(self.nonce)}

    def answer(self, offer):
        session = self.nonce + from_text(offer.get("nonce"), 16)
        theirs = from_text(offer.get("share"), 32)
        mine = encode(multiply(self.number, generator(self.password, self.channel, session)))
        transcript = join(theirs, b"server", mine, b"client")
        key = shared_key(self.number, theirs, session, transcript)
        self.expected = proof(key, session, theirs, b"server")
        return {"share": to_text(mine), "proof": to_text(proof(key, session, mine, b"client"))}

    def finish(self, answer):
        if not hmac.compare_digest(from_text(answer.get("proof"), 64), self.expected):
            raise ValueError("The server does not know the room key")
