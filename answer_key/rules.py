"""The rules that the claims of a specification keep; each broken one as `file:line: what`."""

import re
from collections.abc import Iterator

from answer_key import blanks, eras
from answer_key.claims import Claim, Question, Specification
from answer_key.patterns import Notation
from answer_key.subject import Subject

LONGEST_SENTENCE = 100  # characters
LONGEST_ANSWER = 100  # words
LINK = re.compile(r"`(q\d\d::\w+::\w+)`")


def problems(specification: Specification, subject: Subject) -> Iterator[str]:
    """Every broken rule, in the order of the specification."""
    first: dict[str, Claim] = {}
    notation = Notation(subject)
    for question, _, claim in specification.outline():
        found = [*_of_sentence(claim, subject), *_of_eras(claim, question, subject)]
        earlier = first.setdefault(claim.sentence.casefold(), claim)
        if earlier is not claim:
            found.append(f"this sentence stands at {earlier.where} already")
        found += [*_of_links(claim.details, specification), *_of_about(claim, notation)]
        if claim.asks is not None and not blanks.asked(claim):
            found.append(f"@asks: {claim.asks!r} stands neither in the sentence nor in the code")
        yield from (f"{claim.where}: {what}" for what in found)
    yield from _of_questions(specification, subject)


def _of_sentence(claim: Claim, subject: Subject) -> Iterator[str]:
    sentence, labels = claim.sentence, "|".join(map(re.escape, subject.labels.values()))
    if not sentence:
        yield "a claim's docstring begins with its sentence, on the first line"
        return
    if len(sentence) > LONGEST_SENTENCE:
        yield f"the sentence has {len(sentence)} characters; {LONGEST_SENTENCE} at most"
    if not re.search(r"\*\*\S(.*?\S)?\*\*", sentence):
        yield "the sentence has no **bold** key word"
    if not re.search(r"[.!][\"'`*)]*$", sentence) or sentence[0].islower():
        yield "the sentence begins with a capital and ends with a full stop"
    if re.search(r"\bshould\b|\btests? that\b", sentence, re.IGNORECASE):
        yield "the sentence says what is: no 'should', no 'test that'"
    if re.search(rf"\b(until|since) ({labels})?\W*\d", sentence, re.IGNORECASE):
        yield "the sentence says 'Before …' or 'From … on', not 'until' or 'since'"
    elif claim.eras and not re.search(
        rf"\b(before|from|in) ({labels})?\W*\d", sentence, re.IGNORECASE
    ):
        label = next(iter(subject.labels.values()))
        yield f"the sentence of a claim with an era tells it: 'Before {label} 3, …', 'From … on, …'"


def _of_eras(claim: Claim, question: Question, subject: Subject) -> Iterator[str]:
    for era in claim.eras:
        try:
            eras.parse(era, subject.labels)
        except ValueError as error:
            yield f"@holds: {error}"
            return
    if claim.was is None:
        return
    named = [each for each in question.claims if each.name == claim.was]
    if len(named) != 1:
        yield f"@holds: was={claim.was!r} names {len(named) or 'no'} claims of the question"
    elif not any(eras.meet(old, new) for old in named[0].eras for new in claim.eras):
        yield f"@holds: the era of {claim.was} does not end where this one begins, on one axis"


def _of_about(claim: Claim, notation: Notation) -> Iterator[str]:
    for text in claim.about:
        try:
            notation.declared(text)
        except ValueError as error:
            yield f"@about: {error}"


def _of_links(text: str, specification: Specification) -> Iterator[str]:
    for key in LINK.findall(text):
        if key not in specification.claims:
            yield f"there is no claim {key} to link to"


def _of_questions(specification: Specification, subject: Subject) -> Iterator[str]:
    for question in specification.questions:
        for what in _of_links(question.answer, specification):
            yield f"{question.path}:1: {what}"
        words = len(re.findall(r"\S*\w\S*", question.answer))
        if words > LONGEST_ANSWER:
            yield f"{question.path}:1: the short answer has {words} words; {LONGEST_ANSWER} at most"
        most = subject.most_core(question.key)
        count = sum(claim.is_core for claim in question.claims)
        if most is not None and not 1 <= count <= most:
            yield f"{question.path}:1: {count} claims are @core; a question has 1 to {most}"
