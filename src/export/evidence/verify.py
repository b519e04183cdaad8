#!/usr/bin/env python3
"""Checks this evidence with Python 3 and its standard library alone.

  python3 verify.py [FOLDER | FILE.zip] [KEY]

KEY is the public key of the archive (name+id+key) or its id, from where its keeper publishes it.
It ends with 0 where everything holds, and with 1 where something does not; each fault is named.
"""

import base64
import hashlib
import os
import struct
import sys
import zlib

# Ed25519 (RFC 8032, section 5.1), for checking alone: speed and side channels do not matter here.
P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT = pow(2, (P - 1) // 4, P)


def recover(y, sign):
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT % P
    if (x * x - square) % P or (x == 0 and sign):
        return None
    if x & 1 != sign:
        x = P - x
    return (x, y, 1, x * y % P)


def add(one, other):
    a = (one[1] - one[0]) * (other[1] - other[0]) % P
    b = (one[1] + one[0]) * (other[1] + other[0]) % P
    c = 2 * one[3] * other[3] * D % P
    d = 2 * one[2] * other[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def times(number, point):
    result = (0, 1, 1, 0)
    while number:
        if number & 1:
            result = add(result, point)
        point = add(point, point)
        number >>= 1
    return result


BASE = recover(4 * pow(5, P - 2, P) % P, 0)


def point(data):
    number = int.from_bytes(data, "little")
    return recover(number & ((1 << 255) - 1), number >> 255)


def ed25519(key, message, signature):
    if len(key) != 32 or len(signature) != 64:
        return False
    own, r = point(key), point(signature[:32])
    s = int.from_bytes(signature[32:], "little")
    if own is None or r is None or s >= L:
        return False
    hashed = hashlib.sha512(signature[:32] + key + message).digest()
    one = times(s, BASE)
    other = add(r, times(int.from_bytes(hashed, "little") % L, own))
    same_x = (one[0] * other[2] - other[0] * one[2]) % P == 0
    same_y = (one[1] * other[2] - other[1] * one[2]) % P == 0
    return same_x and same_y


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def unbase64(text):
    """Bytes written in base 64, in the one way of writing them."""
    data = base64.b64decode(text, validate=True)
    if base64.b64encode(data).decode() != text:
        raise ValueError("not the one way of writing it")
    return data


def repacked(files):
    """The ZIP file that these files make: there is one form of it only."""
    out, directory = bytearray(), bytearray()
    for path, data in files:
        at, name = len(out), path.encode()
        told = struct.pack("<5H", 20, 0x0800, 0, 0, 0x21)
        told += struct.pack("<3I", zlib.crc32(data), len(data), len(data)) + struct.pack("<2H", len(name), 0)
        out += b"PK\x03\x04" + told + name + data
        mode = 0o100755 if path.rsplit(".", 1)[-1] in ("sh", "py") else 0o100644
        directory += b"PK\x01\x02" + struct.pack("<H", 3 << 8 | 20) + told + bytes(6)
        directory += struct.pack("<2I", mode << 16, at) + name
    end = struct.pack("<4H2IH", 0, 0, len(files), len(files), len(directory), len(out), 0)
    return bytes(out + directory + b"PK\x05\x06" + end)


def unpacked(zip_bytes):
    """The files of a ZIP file of that form, in order, read from its beginning."""
    files, at = [], 0
    while zip_bytes[at : at + 4] == b"PK\x03\x04":
        fields = struct.unpack("<5H3I2H", zip_bytes[at + 4 : at + 30])
        length, name, more = fields[6], fields[8], fields[9]
        begin = at + 30 + name + more
        if begin + length > len(zip_bytes):
            raise ValueError("it ends too early")
        files.append((zip_bytes[at + 30 : at + 30 + name].decode(), zip_bytes[begin : begin + length]))
        at = begin + length
    return files


class Check:
    """One check of one set of files."""

    def __init__(self, files, expected=None):
        self.files = dict(files)
        self.expected = expected
        self.faults, self.said = [], []

    def fault(self, what):
        self.faults.append(what)

    def holds(self, what):
        self.said.append(what)

    def text(self, path):
        if path not in self.files:
            self.fault(path + ": it is missing")
            return None
        try:
            return self.files[path].decode()
        except UnicodeDecodeError:
            self.fault(path + ": it is no text")
            return None

    def all(self):
        self.manifest()
        self.key()
        note = self.note("MANIFEST.note")
        if note:
            listed = sha256(self.files.get("MANIFEST.sha256", b""))
            if note[:2] != [self.name, "evidence"] or len(note) != 3:
                self.fault("MANIFEST.note: it is not the signature of a list of evidence")
            elif note[2] != listed:
                self.fault("MANIFEST.sha256: it is not the list that was signed")
            else:
                self.holds("MANIFEST.sha256 is signed by " + self.name)
        self.chain(self.note("checkpoint/checkpoint.note"))
        self.bindings()
        return not self.faults

    def manifest(self):
        listed = {}
        for line in (self.text("MANIFEST.sha256") or "").splitlines():
            digest, _, path = line.partition("  ")
            listed[path] = digest
        sound = True
        for path, digest in listed.items():
            if path not in self.files:
                self.fault(path + ": it is listed and missing")
                sound = False
            elif sha256(self.files[path]) != digest:
                self.fault(path + ": it is not the file that was signed (its SHA-256 differs)")
                sound = False
        for path in self.files:
            if path not in listed and path not in ("MANIFEST.sha256", "MANIFEST.note"):
                self.fault(path + ": it is not in the list that was signed")
                sound = False
        if sound and listed:
            self.holds("%d files are as MANIFEST.sha256 lists them" % len(listed))

    def key(self):
        self.name, self.public, self.id = "", b"", b""
        text = self.text("checkpoint/public.txt")
        pem = self.text("checkpoint/public.pem")
        if text is None or pem is None:
            return
        try:
            text = text[:-1]
            self.name, told, encoded = text.split("+", 2)
            kind = unbase64(encoded)
            self.public = kind[1:]
            named = self.name.encode() + b"\n\x01" + self.public
            self.id = hashlib.sha256(named).digest()[:4]
            if kind[0] != 1 or len(self.public) != 32 or self.id.hex() != told:
                raise ValueError
            der = bytes.fromhex("302a300506032b6570032100") + self.public
            body = base64.b64encode(der).decode()
            if pem != "-----BEGIN PUBLIC KEY-----\n%s\n-----END PUBLIC KEY-----\n" % body:
                self.fault("checkpoint/public.pem: it is not the key of checkpoint/public.txt")
        except ValueError:
            self.fault("checkpoint/public.txt: it is no key")
            return
        self.holds("the public key in this file is " + text)
        if self.expected is None:
            self.said.append("compare this key with the one the archive publishes: this file cannot vouch for itself")
        elif self.expected in (text, told):
            self.holds("it is the key you gave")
        else:
            self.fault("checkpoint/public.txt: it is not the key you gave")

    def note(self, path):
        """The lines of a note that is signed with the key."""
        note = self.text(path)
        if note is None:
            return None
        try:
            text, signature = note.rsplit("\n\n", 1)
            text += "\n"
            dash, name, encoded = signature[:-1].split(" ")
            data = unbase64(encoded)
            whole = (dash, name, signature[-1]) == ("\u2014", self.name, "\n")
            if not whole or data[:4] != self.id or not ed25519(self.public, text.encode(), data[4:]):
                raise ValueError
        except (ValueError, IndexError):
            self.fault(path + ": its signature does not hold")
            return None
        return text[:-1].split("\n")

    def chain(self, note):
        try:
            size, root = int(note[1]), unbase64(note[2])
            if note[0] != self.name:
                self.fault("checkpoint/checkpoint.note: it is of another archive")
            else:
                self.holds("the checkpoint over %d entries is signed by %s" % (size, self.name))
        except (TypeError, ValueError, IndexError):
            size, root = 0, b""
        found, before = 0, len(self.faults)
        for path in sorted(self.files):
            if not (path.startswith("chain/") and path.endswith(".json")):
                continue
            number = path[6:-5]
            if not number.isdigit():
                self.fault(path + ": it is no entry")
                continue
            found += 1
            number = int(number)
            json = self.files[path]
            if b'"no":%d,' % number not in json:
                self.fault(path + ": it is another entry than its name says")
            if not self.leads(number, json, size, root):
                self.fault(path + ": it does not stand below the checkpoint")
            previous = "chain/%d.json" % (number - 1)
            if previous in self.files and b'"previous":"%s"' % sha256(self.files[previous]).encode() not in json:
                self.fault("%s: it does not follow %s" % (path, previous))
        if not found:
            self.fault("chain: there are no entries")
        elif len(self.faults) == before:
            self.holds("%d entries stand below the checkpoint" % found)

    def leads(self, number, json, size, root):
        """RFC 9162, section 2.1.3.2."""
        try:
            lines = self.files["chain/%d.proof" % number].decode().splitlines()
            own, whole = int(lines[0]), int(lines[1])
            path = [unbase64(line) for line in lines[2:]]
        except (KeyError, ValueError, IndexError):
            return False
        if whole != size or own != number - 1 or own >= whole:
            return False
        last = whole - 1
        digest = hashlib.sha256(b"\x00" + json).digest()
        for beside in path:
            if last == 0:
                return False
            if own & 1 or own == last:
                digest = hashlib.sha256(b"\x01" + beside + digest).digest()
                while own and not own & 1:
                    own, last = own >> 1, last >> 1
            else:
                digest = hashlib.sha256(b"\x01" + digest + beside).digest()
            own, last = own >> 1, last >> 1
        return last == 0 and digest == root

    def bindings(self):
        bound, before = 0, len(self.faults)
        for line in (self.text("bindings.txt") or "").splitlines():
            bound += 1
            parts = line.split(" ", 3)
            if len(parts) != 4:
                self.fault("bindings.txt: a line of it cannot be read")
                continue
            number, key, digest, path = parts
            json = self.files.get("chain/%s.json" % number)
            if json is None or path not in self.files:
                self.fault(path + ": it, or the entry that names it, is missing")
                continue
            if ('"%s":"%s"' % (key, digest)).encode() not in json:
                self.fault("bindings.txt: entry %s does not name %s" % (number, path))
            if sha256(self.files[path]) != digest:
                self.fault("%s: it is not what entry %s names" % (path, number))
        if not bound:
            self.fault("bindings.txt: it names no files")
        elif len(self.faults) == before:
            self.holds("%d files are named by these entries" % bound)


def check_zip(data, expected=None):
    """Checks a ZIP file byte for byte: what is in it, and that nothing else is."""
    try:
        files = unpacked(data)
    except (ValueError, struct.error) as error:
        check = Check({}, expected)
        check.fault("the ZIP file: it cannot be read (%s)" % error)
        return check
    check = Check(files, expected)
    again = repacked(files)
    if again != data:
        at = next((at for at, (one, other) in enumerate(zip(again, data)) if one != other), min(len(again), len(data)))
        check.fault("the ZIP file: byte %d of it is not as the archive writes it" % at)
    check.all()
    return check


def check_folder(folder, expected=None):
    files = {}
    for root, _, names in os.walk(folder):
        for name in names:
            path = os.path.join(root, name)
            with open(path, "rb") as file:
                files[os.path.relpath(path, folder).replace(os.sep, "/")] = file.read()
    files = {path: data for path, data in files.items() if "__pycache__" not in path}
    check = Check(files, expected)
    check.all()
    return check


def main(arguments):
    what, expected = os.path.dirname(os.path.abspath(__file__)), None
    for argument in arguments:
        if os.path.exists(argument):
            what = argument
        else:
            expected = argument
    if os.path.isdir(what):
        check = check_folder(what, expected)
    else:
        with open(what, "rb") as file:
            check = check_zip(file.read(), expected)
    for said in check.said:
        print("holds  " + said)
    for fault in check.faults:
        print("FAULT  " + fault)
    print("%d faults." % len(check.faults) if check.faults else "Everything holds.")
    return 1 if check.faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
