"""Topics of sentences: the shipped model on sentences made up for these tests."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from apkcheck.claims import topics
from apkcheck.claims.topics import TOPICS, grams_of, load_model, topics_of
from apkcheck.tables import Tables
from tests.statements import read

SENTENCES = {
    "collection": "当您注册账号时，我们会收集您的手机号码和设备信息。",
    "permission": "为了拍摄照片，我们会申请开启您的相机权限。",
    "sharing": "我们可能会与合作伙伴共享您的个人信息。",
    "storage": "我们在中华人民共和国境内存储您的个人信息，保存期限不超过三年。",
    "security": "我们采用加密技术等安全措施保护您的个人信息，防止数据泄露。",
    "special-groups": "若您是未满14周岁的未成年人，请在监护人陪同下阅读本政策。",
    "management": "您可以在设置中查询、更正或删除您的个人信息，也可以注销账号。",
    "contact": "如有任何疑问，您可以拨打客服电话与我们联系。",
    "change": "我们可能适时修订本隐私政策，并在更新后以弹窗方式通知您。",
    "discontinuation": "如我们停止运营，我们将停止收集您的个人信息，并以公告形式通知您。",
}
"""One sentence for each topic, but for use, which seldom stands alone."""


@pytest.mark.parametrize("topic", SENTENCES)
def test_a_plain_sentence_of_a_topic_is_told(topic: str) -> None:
    scores = load_model().scores([SENTENCES[topic]])[0]
    assert TOPICS[int(np.argmax(scores))] == topic


def test_a_sentence_about_nothing_has_no_topic(tables: Tables) -> None:
    document = read("欢迎您的光临\n\n感谢您对我们产品的支持与喜爱。\n", tables)
    assert [found.topics for found in topics_of(document, tables.zh)] == [(), ()]


def test_every_sentence_of_a_document_is_one_span_of_its_text(tables: Tables) -> None:
    text = "隐私政策\n\n" + "\n".join(SENTENCES.values()) + "\n"
    document = read(text, tables)
    found = topics_of(document, tables.zh)
    assert [document.text[f.start : f.end] for f in found] == text.split("\n\n")[:1] + list(
        SENTENCES.values()
    )
    assert all(0 <= p <= 1 for f in found for p in f.probabilities)


def test_an_empty_list_has_no_topics() -> None:
    assert load_model().scores([]).shape == (0, len(TOPICS))


def test_a_sentence_counts_the_same_alone_and_among_others() -> None:
    sentences = list(SENTENCES.values())
    together = load_model().scores(sentences)
    alone = np.vstack([load_model().scores([sentence]) for sentence in sentences])
    assert np.allclose(together, alone)


def test_grams_do_not_reach_from_one_sentence_into_the_next() -> None:
    two, one = grams_of(["甲乙", "丙"]), grams_of(["甲乙"])
    assert list(two.places[two.sentences == 0]) == list(one.places)


def test_reading_claims_needs_no_model() -> None:
    code = "import sys, apkcheck.claims.extraction; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert topics.__name__ not in done.stdout.split()
    assert "numpy" not in done.stdout.split()
