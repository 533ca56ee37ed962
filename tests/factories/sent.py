"""Files as people send them, full of what must not stay."""

from io import BytesIO

from PIL import Image, PngImagePlugin

SECRET = b"Jane Canary"


def jpeg(size=(40, 20), *, turned=False):
    """A photograph as a phone makes it: where, with what, by whom, a remark, and something after its end."""
    picture = Image.new("RGB", size, "#0b5563")
    exif = Image.Exif()
    exif[0x013B], exif[0x010F], exif[0x9003] = SECRET.decode(), "Canary Phone", "2026:11:22 10:00:00"
    exif.get_ifd(0x8825).update({1: "N", 2: (52.0, 57.0, 0.0)})
    if turned:
        exif[0x0112] = 6
    into = BytesIO()
    picture.save(into, "JPEG", exif=exif, comment=SECRET, icc_profile=b"profile of " + SECRET)
    return into.getvalue() + SECRET


def png(size=(40, 20), mode="RGBA"):
    """A picture of a screen with its author in it."""
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Author", SECRET.decode())
    into = BytesIO()
    Image.new(mode, size, 0 if len(mode) == 1 else "#0b5563").save(into, "PNG", pnginfo=notes)
    return into.getvalue() + SECRET


def jpeg_in_steps(scans, side=5000):
    """A black picture drawn in so many steps, of which each takes 44 bytes and goes over every point again."""
    blocks = ((side + 7) // 8) ** 2
    table = bytes([1]) + bytes(15)  # one code, of one bit
    runs = -(-blocks // 32767)
    size = b"\x08" + side.to_bytes(2) * 2
    start = b"\xff\xd8" + _part(b"\xdb", bytes(1) + bytes([1] * 64)) + _part(b"\xc2", size + b"\x01\x01\x11\x00")
    start += _part(b"\xc4", b"\x00" + table + b"\x00") + _part(b"\xc4", b"\x10" + table + b"\xe0")
    drawn = _part(b"\xda", b"\x01\x01\x00\x00\x00\x01") + _bits("0" * blocks)
    step = _part(b"\xda", b"\x01\x01\x00\x01\x3f\x01") + _bits(("0" + "1" * 14) * runs)
    return start + drawn + step * scans + b"\xff\xd9"


def _part(marker, content):
    return b"\xff" + marker + (len(content) + 2).to_bytes(2) + content


def _bits(said):
    said += "1" * (-len(said) % 8)
    return int(said, 2).to_bytes(len(said) // 8).replace(b"\xff", b"\xff\x00")
