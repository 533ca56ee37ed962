"""What the office knows before it plans: needs, baselines, impact (R-054)."""

from django.core.exceptions import ValidationError
from wagtail import blocks
from wagtail.documents.blocks import DocumentChooserBlock

from portal.enums import EvidenceKind


class EvidenceBlock(blocks.StructBlock):
    """One item of evidence: published as a file, published elsewhere, or withheld with its reason (R-054)."""

    kind = blocks.ChoiceBlock(choices=EvidenceKind.choices, default=EvidenceKind.EVIDENCE)
    name = blocks.CharBlock(max_length=150)
    version = blocks.CharBlock(max_length=20, required=False, help_text="For example: 2")
    dated = blocks.DateBlock(required=False)
    document = DocumentChooserBlock(required=False)
    link = blocks.URLBlock(required=False, help_text="Where it is published, when that is somewhere else.")
    withheld = blocks.CharBlock(
        max_length=250, required=False, label="Withheld because", help_text="Say why, when it cannot be published."
    )

    class Meta:
        icon = "doc-full-inverse"

    def clean(self, value):
        """An item is there to read, or there is a reason why not."""
        cleaned = super().clean(value)
        if not (cleaned["document"] or cleaned["link"] or cleaned["withheld"]):
            words = "Choose a file, give an address, or say why it is withheld."
            raise blocks.StructBlockValidationError(block_errors={"withheld": ValidationError(words)})
        return cleaned


class EvidenceBlocks(blocks.StreamBlock):
    """The evidence an activity rests on."""

    item = EvidenceBlock()
