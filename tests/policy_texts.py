"""A short policy that says all that a policy has to say, and sentences to take out or put in."""

from __future__ import annotations

from collections.abc import Mapping

WHOLE: Mapping[str, str] = {
    "title": "示例应用隐私政策",
    "date": "更新日期：2025年3月10日",
    "operator": "本应用由杭州示例科技有限公司（以下简称“我们”）开发和运营。",
    "collection": "一、我们如何收集和使用您的个人信息\n\n您注册账号时，我们会收集您的手机号码。",
    "sdk": "二、第三方SDK目录\n\nSDK名称：极光推送\n收集的个人信息：Android ID",
    "rights": "三、您的权利",
    "access": "您可以在设置中查阅您的个人信息。",
    "copy": "您可以获取您的个人信息副本。",
    "correct": "您可以在设置中更正您的个人信息。",
    "delete": "您可以要求我们删除您的个人信息。",
    "withdraw": "您可以在隐私设置中撤回您的同意。",
    "cancel": "您可以在设置中注销账号。",
    "optout": "您可以在设置中关闭个性化推荐。",
    "lists": "应用的二级菜单中有已收集个人信息清单。",
    "minors": "四、未成年人保护\n\n如您未满十四周岁，须由监护人同意本政策。",
    "storage": "五、存储\n\n我们会将您的个人信息保存至您注销账号之日。",
    "contact": "六、如何联系我们\n\n我们的电子邮箱：privacy@example.com",
    "complaint": "您可以通过上述邮箱向我们投诉。",
    "deadline": "我们会在十五个工作日内答复。",
}
"""A policy by its parts; the finding of nothing but ``RULES_OF_A_WHOLE_POLICY`` is right."""


def policy(*added: str, without: str | tuple[str, ...] = ()) -> str:
    """The policy without some of its parts, and with sentences at the end of its first chapter."""
    left_out = (without,) if isinstance(without, str) else without
    parts = []
    for name, text in WHOLE.items():
        if name not in left_out:
            parts.append(text)
        if name == "collection":
            parts.extend(added)
    return "\n\n".join(parts) + "\n"


Found = tuple[str, str]
"""Subject and severity of a finding."""

BY_APP = (
    "autostart-assoc",
    "consent-before-collect",
    "forced-consent",
    "permission-forced",
    "permission-off-type",
)
"""Rules about the policy and the app, whose cases are told with the app."""

RECOMMENDING = "我们会根据您的浏览记录向您推荐您可能感兴趣的内容。", "我们会向您展示个性化广告。"

SPEAKS: Mapping[str, Mapping[str, tuple[str, Found]]] = {
    "cancel-missing": {"nothing on it": (policy(without="cancel"), ("cancellation", "high"))},
    "cancellation-condition": {
        "a photo with the identity card": (
            policy("注销账号时，您需要提供手持身份证照片。"),
            ("cancellation-condition", "medium"),
        )
    },
    "chapter-duplicated": {
        "two versions in one file": (
            policy() + policy(without="copy"),
            ("chapters", "low"),
        )
    },
    "chapter-misplaced": {
        "own cookies under sharing": (
            policy(
                "二、我们如何共享您的个人信息\n\n我们会在您的设备上存储名为Cookie的小型数据文件。"
            ),
            ("cookie", "info"),
        )
    },
    "child-rules-missing": {"nothing on it": (policy(without="minors"), ("minors", "medium"))},
    "complaint-missing": {"nothing on it": (policy(without="complaint"), ("complaint", "medium"))},
    "consent-by-use": {
        "use": (
            policy("您使用我们的服务，即表示您同意我们按照本政策收集和使用您的信息。"),
            ("consent-by-use", "high"),
        ),
        "registering": (
            policy("用户注册本应用即视为已阅读并同意本隐私政策。"),
            ("consent-by-use", "high"),
        ),
    },
    "contact-missing": {"nothing on it": (policy(without="contact"), ("contact", "medium"))},
    "controller-missing": {
        "nothing on it": (policy(without="operator"), ("controller", "high")),
        "only others' companies": (
            policy(
                "二、第三方SDK目录\n\nSDK名称：友盟+SDK\n公司名称：友盟同欣（北京）科技有限公司\n"
                + "收集的个人信息：Android ID",
                "我们重视您的信息安全。" * 300,
                without="operator",
            ).replace(
                "二、第三方SDK目录", f"{'我们重视您的信息安全。' * 300}\n\n二、第三方SDK目录", 1
            ),
            ("controller", "high"),
        ),
    },
    "cross-border-undisclosed": {
        "suppliers around the world": (
            policy("我们将信息发送给在全球范围内为我们提供服务的供应商。"),
            ("cross-border", "medium"),
        ),
        "abroad and not abroad": (
            policy(
                "我们将信息发送给在全球范围内为我们提供服务的供应商。",
                "我们不会将上述信息传输至境外。",
            ),
            ("cross-border", "medium"),
        ),
    },
    "dates-missing": {"nothing on it": (policy(without="date"), ("dates", "low"))},
    "deadline-missing": {"nothing on it": (policy(without="deadline"), ("deadline", "low"))},
    "dual-list-missing": {"nothing on it": (policy(without="lists"), ("dual-list", "low"))},
    "linked-document-missing": {
        "rules for children": (
            policy("请您阅读《儿童个人信息保护规则》。"),
            ("linked-document", "info"),
        )
    },
    "personalized-no-optout": {
        "two sentences": (
            policy(*RECOMMENDING, without="optout"),
            ("personalisation", "high"),
        ),
        "one sentence": (
            policy(RECOMMENDING[0], without="optout"),
            ("personalisation", "medium"),
        ),
        "what cannot be cancelled": (
            policy(
                RECOMMENDING[0],
                "您可能无法取消与服务有关、性质不属于广告的公告。",
                without="optout",
            ),
            ("personalisation", "medium"),
        ),
    },
    "policy-change-clause": {
        "going on using": (
            policy("若您继续使用我们的服务，即表示同意接受修订后的政策约束。"),
            ("policy-change", "low"),
        )
    },
    "policy-hard-to-read": {
        "left-over markup": (policy("我们使报表数据更加准确。p>"), ("readability", "low"))
    },
    "policy-outdated": {
        "an old standard": (
            policy("本政策依据GB/T 35273-2017《信息安全技术个人信息安全规范》制定。"),
            ("outdated", "low"),
        ),
        "an old date": (
            policy(without="date").replace("本应用由", "更新日期：2020年5月1日\n\n本应用由", 1),
            ("outdated", "low"),
        ),
        "an old date in the brackets of a template": (
            policy(without="date").replace(
                "本应用由", "更新日期：【2021】年【10】月【9】日\n\n本应用由", 1
            ),
            ("outdated", "low"),
        ),
    },
    "policy-third-party-disclaim": {
        "third parties are left out": (
            policy("我们可能需要使用系统权限(不包括所接入第三方调用的权限)。"),
            ("third-party-permissions", "medium"),
        )
    },
    "response-over-15d": {
        "thirty days": (policy("我们将在三十天内答复您的请求。"), ("deadline-long", "medium")),
        "twenty working days": (
            policy("我们将在20个工作日内处理您的投诉。"),
            ("deadline-long", "medium"),
        ),
        "in the brackets of a template": (
            policy("我们将于【30】个工作日内回复。"),
            ("deadline-long", "medium"),
        ),
    },
    "retention-missing": {
        "nothing on it": (policy(without="storage"), ("retention", "medium")),
        "only the shortest time": (
            policy("我们仅在为实现目的所必需的最短时间内保留您的个人信息。", without="storage"),
            ("retention", "low"),
        ),
        "a time for logs that a law fixes": (
            policy(
                "我们仅在为实现目的所必需的最短时间内保留您的个人信息。",
                "依据网络安全法，您的网络操作日志将至少保留六个月。",
                without="storage",
            ),
            ("retention", "low"),
        ),
    },
    "rights-missing": {
        "no deletion": (policy(without="delete"), ("rights", "medium")),
        "no copy": (policy(without="copy"), ("rights", "low")),
        "copying in a game is no right": (
            policy("如您复制游戏内信息进行分享，我们需要读取剪贴板。", without="copy"),
            ("rights", "low"),
        ),
    },
    "sdk-list-missing": {"nothing on it": (policy(without="sdk"), ("sdk-list", "low"))},
    "withdraw-missing": {"nothing on it": (policy(without="withdraw"), ("withdraw", "medium"))},
}
"""By rule: policies in which it speaks, and the finding."""

SILENT: Mapping[str, Mapping[str, str]] = {
    "cancel-missing": {
        "said": policy(),
        "no accounts": policy(without=("cancel", "collection", "storage")),
        "it is said that there are none": policy(
            "本应用无需注册账号即可使用。", without=("cancel", "collection", "storage")
        ),
        "neither registering nor signing in": policy(
            "本应用不需要您注册或登录即可使用。", without=("cancel", "collection", "storage")
        ),
        "users are cancelled": policy("您可以注销手机银行用户。", without="cancel"),
        "the address of the company is no account": policy(
            "我们的注册地址为杭州市示例路1号。", without=("cancel", "collection", "storage")
        ),
        "an annex alone": "第三方SDK目录\n\n登录SDK名称：极光推送\n",
    },
    "cancellation-condition": {
        "no papers are asked for": policy(
            "注销账号时，您只需通过短信验证码验证，无需提交身份证照片。"
        ),
        "a condition that is fair": policy("注销账号前，请您结清未完成的订单。"),
        "identity cards for something else": policy("办理实名认证时，您需要提供身份证照片。"),
    },
    "chapter-duplicated": {
        "a table of contents": policy().replace(
            "本应用由", "三、您的权利\n四、未成年人保护\n五、存储\n六、如何联系我们\n\n本应用由", 1
        )
    },
    "chapter-misplaced": {
        "cookies in a chapter of their own": policy(
            "二、我们如何使用Cookie\n\n我们会在您的设备上存储名为Cookie的小型数据文件。"
        )
    },
    "child-rules-missing": {
        "adults only": policy("本应用仅面向成年人。", without="minors"),
        "an annex alone": "第三方SDK目录\n\nSDK名称：极光推送\n",
    },
    "complaint-missing": {
        "said": policy(),
        "a heading over an address": policy(
            "九、投诉举报\n\n邮箱：privacy@example.com", without="complaint"
        ),
        "behind something else": policy(
            "您可以通过邮箱privacy@example.com咨询或投诉。", without="complaint"
        ),
        "questions go to an address": policy(
            "如您有任何疑问或建议，请通过邮箱与我们联系。", without="complaint"
        ),
    },
    "consent-by-use": {
        "tapping agree": policy("您点击“同意”并开始使用，即表示您同意本政策。"),
        "tapping agree, and then using": policy(
            "当您注册时点击同意本隐私政策，使用任一产品和/或服务时，则表示您已充分理解并同意本政策。"
        ),
        "changes are another rule": policy(
            "若您继续使用我们的服务，即表示同意接受修订后的政策约束。"
        ),
        "data that is given": policy("您使用第三方账号登录，即授权该第三方向我们提供您的昵称。"),
    },
    "contact-missing": {
        "a number": policy("客服电话：0571-00000000", without="contact"),
        "a form": policy("您可以在【我】-【问题反馈】与我们联系。", without="contact"),
    },
    "controller-missing": {
        "introduced": policy(),
        "under contact": policy("", without="operator") + "公司名称：杭州示例科技有限公司\n",
        "a public body": policy("", without="operator") + "开发者名称：示例市大数据管理局\n",
    },
    "cross-border-undisclosed": {
        "not abroad": policy("我们不会将您的个人信息传输至境外。"),
        "only if": policy("如需将您的个人信息转移到境外，我们将另行征得您的同意。"),
        "the recipient is named": policy(
            "我们会将您的订单信息传输至新加坡。",
            "境外接收方名称：EXAMPLE PTE. LTD.，联系方式：dpo@example.com。",
        ),
    },
    "dates-missing": {"said": policy(), "a month alone is a date": policy()},
    "deadline-missing": {"said": policy(), "in figures": policy("我们将在15日内回复。")},
    "dual-list-missing": {
        "said": policy(),
        "the other list": policy("您可以查看《与第三方共享个人信息清单》。", without="lists"),
    },
    "linked-document-missing": {"no reference": policy()},
    "personalized-no-optout": {
        "can be switched off": policy(*RECOMMENDING),
        "nothing personal": policy(without="optout"),
        "said not to be done": policy("我们不会进行个性化推荐。", without="optout"),
        "a choice": policy(
            RECOMMENDING[0],
            "您可以在【设置】中选择是否允许我们根据历史记录推荐内容。",
            without="optout",
        ),
    },
    "policy-change-clause": {
        "asked anew": policy("政策变更后，我们会重新征得您的同意。"),
        "using is no consent": policy("本政策变更后，继续使用本应用并不视为您同意变更后的内容。"),
    },
    "policy-hard-to-read": {"clean": policy("您可以在【我】>【设置】中查看。")},
    "policy-outdated": {
        "the standard in force": policy("本政策参照GB/T 35273-2020制定。"),
        "a recent date": policy(),
    },
    "policy-third-party-disclaim": {"third parties too": policy("我们使用以下系统权限。")},
    "response-over-15d": {
        "fifteen working days": policy(),
        "fifteen days": policy("我们将在15天内答复您。"),
        "what is deleted after cancelling": policy(
            "注销后三十日内，我们会删除或匿名化处理您的个人信息。"
        ),
        "before operation ends": policy("如停止运营，我们会提前三十日通知您并删除个人信息。"),
    },
    "retention-missing": {
        "until the account is cancelled": policy(),
        "years": policy("订单信息保存三年。", without="storage"),
        "how it is decided": policy(
            "我们判断个人信息保存期限的标准包括法律要求。", without="storage"
        ),
    },
    "rights-missing": {
        "said": policy(),
        "in a list of what can be done": policy(
            "查阅、更正、复制、删除简历：我的-简历。",
            without=("access", "copy", "correct", "delete"),
        ),
        "in one sentence": policy(
            "您有权查阅、复制、更正、删除您的个人信息。",
            without=("access", "copy", "correct", "delete"),
        ),
    },
    "sdk-list-missing": {
        "a list": policy(),
        "a reference": policy("我们接入的SDK见《第三方SDK目录》。", without="sdk"),
    },
    "withdraw-missing": {
        "said": policy(),
        "by permissions": policy("您可以在系统设置中随时关闭上述权限。", without="withdraw"),
    },
}
"""By rule: policies in which it must not speak."""
