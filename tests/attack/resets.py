"""Connects and resets with SO_LINGER, which Deno does not support.

    python3 resets.py PORT RATE SECONDS

Keeps the rate, or falls behind it. Prints the number of connections, the number of
failures, and the time in seconds. Every second connection first sends part of a hello.
"""

import socket
import struct
import sys
import time

port, rate, seconds = int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])
reset = struct.pack("ii", 1, 0)
begin = time.monotonic()
count = failed = 0
while True:
    now = time.monotonic() - begin
    if now >= seconds:
        break
    if count >= now * rate:
        time.sleep(0.001)
        continue
    count += 1
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as peer:
        peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, reset)
        peer.settimeout(5)
        try:
            peer.connect(("127.0.0.1", port))
            if count % 2:
                peer.send(b"\0\0\0\x2c\x01{")
        except OSError:
            failed += 1
print(count, failed, round(time.monotonic() - begin, 2))
