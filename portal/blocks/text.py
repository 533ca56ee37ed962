"""Blocks of running text. Every picture says what it shows, or that it is there for looks only."""

from wagtail import blocks
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.images.blocks import ImageBlock

PROSE = ["bold", "italic", "ol", "ul", "link", "document-link"]


class PictureBlock(blocks.StructBlock):
    """A picture with words for those who cannot see it, and what to read under it."""

    image = ImageBlock()
    caption = blocks.CharBlock(required=False, max_length=250)

    class Meta:
        icon = "image"
        template = "portal/blocks/picture.html"


class FileBlock(blocks.StructBlock):
    """A file to download, with the words of its link."""

    document = DocumentChooserBlock()
    words = blocks.CharBlock(required=False, max_length=120, help_text="Leave empty to use the title of the file.")

    class Meta:
        icon = "doc-full"
        template = "portal/blocks/file.html"


class TextBlocks(blocks.StreamBlock):
    """Headings, paragraphs, pictures and files, in any order."""

    heading = blocks.CharBlock(
        max_length=120, icon="title", form_classname="title", template="portal/blocks/heading.html"
    )
    text = blocks.RichTextBlock(features=PROSE, template="portal/blocks/prose.html")
    picture = PictureBlock()
    file = FileBlock()


class ComingStepBlock(blocks.StructBlock):
    """A step that is expected, in words as exact as is honest: "January 2027", "autumn 2028"."""

    when = blocks.CharBlock(max_length=60)
    what = blocks.CharBlock(max_length=150)

    class Meta:
        icon = "date"


class ComingStepBlocks(blocks.StreamBlock):
    """What is expected next, soonest first."""

    step = ComingStepBlock()
