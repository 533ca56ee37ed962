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
