"""What editors compose pages from: typed blocks, no raw HTML (security row W17)."""

from portal.blocks.evidence import EvidenceBlocks
from portal.blocks.specification import SpecificationBlocks
from portal.blocks.text import ComingStepBlocks, TextBlocks

__all__ = ["ComingStepBlocks", "EvidenceBlocks", "SpecificationBlocks", "TextBlocks"]
