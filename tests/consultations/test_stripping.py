"""What is left of a file that somebody sends: what can be seen or read, and nothing of who made it, where or when."""

from io import BytesIO
from time import process_time

import pytest
from PIL import Image

from consultations.domain import stripping
from consultations.domain.stripping import FileUnfit, stripped
from tests.factories.sent import SECRET, jpeg, jpeg_in_steps, png


def opened(file):
    return Image.open(BytesIO(file.content))


@pytest.mark.requirement("R-150")
@pytest.mark.parametrize(("content", "ending"), [(jpeg(), "jpg"), (png(), "png"), (png(mode="L"), "png")])
def test_picture_is_drawn_anew_with_nothing_but_its_points(content, ending):
    file = stripped(content)

    picture = opened(file)
    assert SECRET in content
    assert SECRET not in file.content
    assert (file.ending, picture.size, dict(picture.getexif())) == (ending, (40, 20), {})
    assert set(picture.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
    assert picture.convert("RGB").getpixel((5, 5)) == pytest.approx(
        Image.open(BytesIO(content)).convert("RGB").getpixel((5, 5)), abs=6
    )


def test_picture_stands_as_its_camera_was_held_and_is_made_smaller():
    assert opened(stripped(jpeg(turned=True))).size == (20, 40)
    assert max(opened(stripped(jpeg((5000, 3000)))).size) == stripping.LONGEST_SIDE


@pytest.mark.parametrize(
    ("content", "kept"),
    [
        ("\ufeffIt is dark.\r\nAnd far.".encode(), "It is dark.\nAnd far."),
        ("Café".encode("utf-16"), "Café"),
    ],
)
def test_text_is_kept_as_plain_words(content, kept):
    assert (stripped(content).ending, stripped(content).content.decode()) == ("txt", kept)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b" \n", "has no words in it"),
        (b"x" * 50_001, "has more than 50,000 characters"),
        (b"x" * (10 * 1024 * 1024 + 1), "is larger than 10 MB"),
        (b"%PDF-1.7\n/Author (Jane)", "neither a picture"),
        (b"PK\x03\x04\xff\xfe", "neither a picture"),
        (b"{\\rtf1 {\\author Jane}}", "neither a picture"),
        (b"  <svg><metadata>Jane</metadata></svg>", "neither a picture"),
        (b"\xef\xbb\xbf\xef\xbb\xbf<svg><metadata>Jane</metadata></svg>", "neither a picture"),
        (b"GIF89a\x01\x00\xff", "neither a picture"),
        (b"a\x00b", "neither a picture"),
        (jpeg()[:300], "is damaged"),
        (b"\xff\xd8\xff" + b"x" * 100, "is damaged"),
        (png()[:60], "is damaged"),
        (png((6000, 6000), mode="L"), "is too large a picture: 6,000 by 6,000 points"),
        (png((20_000, 20_000), mode="1"), "(is damaged|is too large)"),
    ],
)
@pytest.mark.threat("A08")
def test_what_is_not_a_picture_or_plain_words_is_refused_whatever_it_is_called(content, words):
    with pytest.raises(FileUnfit, match=words):
        stripped(content)


@pytest.mark.threat("U02")
def test_picture_that_is_drawn_over_and_over_is_refused_before_it_is_opened():
    content = jpeg_in_steps(20_000)

    began = process_time()
    with pytest.raises(FileUnfit, match="drawn in too many steps"):
        stripped(content)

    assert len(content) < 1_000_000
    assert process_time() - began < 1


def test_picture_in_a_few_steps_with_a_film_behind_it_is_taken():
    film = b"\xff\xda\x00\x02" * 1000

    assert opened(stripped(jpeg_in_steps(6, side=80) + film)).size == (80, 80)


@pytest.mark.threat("U02")
@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_photograph_sent_as_a_large_png_is_kept_as_a_small_jpeg(mode):
    noise = Image.effect_noise((1600, 1600), 90).convert(mode)
    if mode == "RGBA":
        noise.putalpha(Image.effect_noise((1600, 1600), 90))
    into = BytesIO()
    noise.save(into, "PNG", compress_level=1)

    file = stripped(into.getvalue())

    assert len(into.getvalue()) > stripping.LARGEST_PNG
    assert (file.ending, opened(file).size) == ("jpg", (1600, 1600))
    assert len(file.content) < stripping.LARGEST_PNG
