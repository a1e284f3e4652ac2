"""The real key on paper: its sentences on a few pages, or all of it."""

import pytest

from tests.looking import squeezed

pytestmark = pytest.mark.timeout(300)  # to print and to read hundreds of pages takes its time


def texts(tab, selector):
    return [squeezed(each) for each in tab.locator(selector).all_text_contents()]


@pytest.mark.parametrize("script", [True, False])
def test_the_sentences_take_a_page_for_forty_of_them(key, visit, printed, script):
    tab = visit(key, script=script)

    pages = printed(tab)

    whole = "".join(pages)
    labels = texts(tab, ".ak-claim .ak-label")
    assert len(labels) > 500
    assert len(labels) / len(pages) > 40
    assert [label for label in labels if label not in whole] == []
    assert "Shortanswer" not in whole
    proofs = [proof for proof in texts(tab, ".ak-claim .ak-code") if len(proof) > 60]
    assert [proof for proof in proofs if proof in whole] == []
    for answer in texts(tab, ".ak-question .ak-answer p:first-child"):
        assert answer in whole


def test_all_of_it_takes_fewer_than_180_pages(key, visit, pages_of):
    tab = visit(key)
    tab.locator(".ak-full").check()

    assert 100 < len(pages_of(tab)) < 180
