"""Which words of a sentence name data or a receiver, known to the tables or not."""

from __future__ import annotations

from pathlib import Path

import pytest

from apkcheck.claims import read_phrases
from apkcheck.policy import read_policy
from apkcheck.tables import Tables


def phrases(text: str, label: str, tables: Tables, folder: Path) -> list[str]:
    """The words of each phrase that counts as known."""
    path = folder / "policy.txt"
    path.write_text(text, "utf-8")
    document = read_policy(path, tables)
    found = [p for p in read_phrases(document, tables) if p.label == label and p.known]
    return [document.text[p.start : p.end] for p in found]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("我们会收集您的卡号、有效期及手机号码。", ["卡号", "有效期", "手机号码"]),
        ("我们会收集您的铭牌、合同编号、手机号码。", ["铭牌", "合同编号", "手机号码"]),
        ("我们会收集您发布的信息（包括文字、图片）。", ["发布的信息", "文字", "图片"]),
        ("我们会收集您的手机号码、改进服务、处理投诉。", ["手机号码"]),
        ("我们会收集您的手机号码和为您服务。", ["手机号码"]),
        ("我们会收集必要信息，如手机号码。", ["手机号码"]),
        ("您应提供真实姓名，才能成功注册账号。", ["真实姓名"]),
    ],
)
def test_data_is_named_whole_and_with_what_it_is_listed_with(
    text: str, expected: list[str], tables: Tables, tmp_path: Path
) -> None:
    assert phrases(text, "data", tables, tmp_path) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("我们会与关联公司共享您的手机号码。", ["关联公司"]),
        ("您与合作伙伴之间互动时提供的手机号码会被收集。", ["合作伙伴"]),
        ("您参与调查时提供的手机号码会被收集。", []),
    ],
)
def test_a_receiver_is_named_without_what_is_done_with_it(
    text: str, expected: list[str], tables: Tables, tmp_path: Path
) -> None:
    assert phrases(text, "receiver", tables, tmp_path) == expected
