"""How a mapping says which columns of a file hold answers (docs/file-formats.md).

A mapping is a dictionary: of a TOML file that ships with the product, or of what somebody chose on screen.
"""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from consultations.domain import questionnaires
from consultations.domain.columns import columns_of
from consultations.enums import Channel
from consultations.models import Consultation
from engagement.domain import tabular
from engagement.domain.exports import neutralised
from engagement.domain.tabular import CellProblem, Column, ColumnMapping, TableRefused


@dataclass(frozen=True)
class AskedColumn:
    """A column that holds answers to one question. `words`: the file's own words for choices, where it has any;
    `others`: words that no choice stands for, kept as what was said beside “Other”.

    `part` is the line of a grid, `OTHER` for words beside a choice, or one of several choices that was ticked.
    """

    column: str
    key: str
    text: str
    words: Mapping[str, str] = field(default_factory=dict)
    part: str = ""
    others: frozenset[str] = frozenset()

    @property
    def name(self) -> str:
        """What tells this column from every other."""
        return f"{self.key} {self.part}".strip()


def asked_columns(mapping: Mapping[str, Any], beside: Mapping[str, bytes]) -> list[AskedColumn]:
    """The questions that a mapping names, or that a file beside the data lists."""
    if "question" in mapping:
        return [
            AskedColumn(
                said["column"],
                said["key"],
                said.get("text", ""),
                said.get("choices", {}),
                said.get("part", ""),
                frozenset(said.get("other", ())),
            )
            for said in mapping["question"]
        ]
    if "questions" not in mapping:
        return []
    said = mapping["questions"]
    if said["file"] not in beside:
        raise TableRefused([CellProblem(f"The mapping needs the file {said['file']} in the same folder.")])
    rows = csv.DictReader(io.StringIO(tabular.decode(beside[said["file"]]), newline=""))
    keep = said["keep"]
    return [
        AskedColumn(row[said["key"]], f"s{row[said['key']]}", row[said["text"]].strip(), said["choices"])
        for row in sorted(rows, key=lambda row: int(row[said["key"]]))
        if row[keep["column"]] == keep["value"]
    ]


def own_columns(consultation: Consultation) -> list[AskedColumn]:
    """The columns of our own format, as `domain.columns` writes it."""
    return [
        AskedColumn(neutralised(column.title), column.question.key, column.question.text, part=column.part)
        for column in columns_of(questionnaires.questions_of(consultation.asked_version))
    ]


def table_mapping(mapping: Mapping[str, Any], asked: Sequence[AskedColumn]) -> ColumnMapping:
    """How the columns of a file become the fields that `table_columns` reads."""
    columns = {column.name: column.column for column in asked}
    columns |= {f"checked {place}": column for place, column in enumerate(mapping.get("checked", {}))}
    return ColumnMapping(
        columns={**columns, **(mapping.get("columns", {} if "constants" in mapping else {"source": "channel"}))},
        constants=mapping.get("constants", {}),
        encoding=mapping.get("encoding", "utf-8"),
        strict=True,
    )


def table_columns(mapping: Mapping[str, Any], asked: Sequence[AskedColumn]) -> dict[str, Column]:
    """How the cells of each field are read."""
    known = mapping.get("values", {}).get("channel") or dict(Channel.choices)
    checked = {
        f"checked {place}": Column(tabular.day(pattern=pattern))
        for place, pattern in enumerate(mapping.get("checked", {}).values())
    }
    answers = {column.name: Column(tabular.text(longest=tabular.MAX_CELL), required=False) for column in asked}
    return {"source": Column(tabular.one_of(known)), **checked, **answers}
