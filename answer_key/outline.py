"""`pytest --collect-only`: the claims' sentences under their questions and headings."""

import pytest

from answer_key.claims import Specification, claim_id


class Outline:
    """Lists what was collected, and runs nothing."""

    def __init__(self, specification: Specification) -> None:
        self.specification = specification

    def pytest_report_collectionfinish(self, items: list[pytest.Item]) -> list[str]:
        collected = {claim_id(item.nodeid) for item in items}
        lines: list[str] = []
        question = part = None
        for each_question, each_part, claim in self.specification.outline():
            if claim.id not in collected:
                continue
            if each_question is not question:
                question = each_question
                lines.append(question.title)
            if each_part is not part:
                part = each_part
                lines.append(f"  {part.heading}")
            lines.append(f"    {claim.sentence}")
        return lines
