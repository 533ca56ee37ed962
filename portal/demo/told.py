"""What invented providers tell beside their figures, in the agreements that do."""

from dataclasses import dataclass

from contracts.domain.narrating import QUESTIONS
from contracts.enums import Judged


@dataclass(frozen=True)
class Told:
    """A narrative, answers about the office, and the lines of a case study, if there is one."""

    narrative: dict[str, str]
    in_time: Judged
    in_proportion: Judged
    change: str = ""
    case_study: tuple[str, ...] = ()


def _narrative(*answers: str) -> dict[str, str]:
    return dict(zip(QUESTIONS, answers, strict=True))


TOLD = {
    "victims": Told(
        _narrative(
            "The evening sessions are full, and nobody has had to travel for more than half an hour to reach one.",
            "Two advocates left in the same month. We covered the first calls and let the second ones wait.",
            "A third evening begins, and the first-contact desk moves nearer to the bus station.",
        ),
        Judged.YES,
        Judged.PARTLY,
        "You ask for the cost of each person every time. Once a year would do: it hardly moves.",
    ),
    "court": Told(
        _narrative(
            "Everybody who asked for somebody beside them in court had one.",
            "Hearings are put off at a day’s notice, so our volunteers travel for nothing.",
            "We train six more volunteers.",
        ),
        Judged.YES,
        Judged.YES,
        case_study=(
            "A case study. The person and the places are invented.",
            "She had not left her flat for a month when the summons came.",
            "A volunteer rang every other day, and sat beside her in the waiting room.",
            "She gave evidence, and went back to work the week after.",
        ),
    ),
}


def pdf_of(lines: tuple[str, ...]) -> bytes:
    """A page with these lines as a PDF."""
    shown = " T* ".join(f"({line.replace('(', '[').replace(')', ']')}) Tj" for line in lines)
    page = f"BT /F1 12 Tf 16 TL 60 780 Td {shown} ET".encode("latin-1", "replace")
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        b" /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(page), page),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    out, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, len(out))
    return out + b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(objects) + 1, table) + end
