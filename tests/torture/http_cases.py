"""The tables of tests/data/http: an outcome on one line, the bytes on the next."""
import os
import re

HERE = os.path.dirname(os.path.abspath(__file__))
DATA = os.path.join(os.path.dirname(HERE), "data", "http")
CORPUS = os.path.join(os.path.dirname(HERE), "fuzz", "corpus", "http")
ESCAPES = {"r": b"\r", "n": b"\n", "t": b"\t", "0": b"\0", "\\": b"\\"}


def unescape(text):
    """\\r \\n \\t \\0 \\\\ and \\xHH; {N*x} stands for N times what is x."""
    text = re.sub(r"\{(\d+)\*([^}]+)\}", lambda m: int(m.group(1)) * m.group(2), text)
    out = b""
    for part in re.split(r"(\\x[0-9a-fA-F]{2}|\\.)", text):
        if part.startswith("\\x"):
            out += bytes([int(part[2:], 16)])
        elif part.startswith("\\"):
            out += ESCAPES[part[1]]
        else:
            out += part.encode()
    return out


def read_table(name):
    """Pairs of outcome and bytes."""
    with open(os.path.join(DATA, name), encoding="utf-8") as file:
        lines = [line.rstrip("\n") for line in file]
    lines = [line for line in lines if line and not line.startswith("#")]
    assert len(lines) % 2 == 0, name
    return [(lines[i], unescape(lines[i + 1])) for i in range(0, len(lines), 2)]
