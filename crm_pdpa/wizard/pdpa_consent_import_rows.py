"""Reading the lines of a paper consent import; every problem names its line."""

from datetime import datetime

import pytz

from odoo import fields

COLUMNS = {
    "contact": "contact",
    "purpose": "purpose",
    "channels": "channels",
    "answer": "event",
    "date": "date",
    "kind": "kind",
    "notice version": "version",
    "wording": "wording",
    "聯絡人": "contact",
    "特定目的": "purpose",
    "管道": "channels",
    "回覆": "event",
    "日期": "date",
    "形式": "kind",
    "告知事項版本": "version",
    "同意文字": "wording",
}
REQUIRED = ("contact", "purpose", "channels", "event", "date")
EVENT_WORDS = {
    "grant": "grant",
    "deny": "deny",
    "withdraw": "withdraw",
    "同意": "grant",
    "拒絕": "deny",
    "撤回": "withdraw",
}
KIND_WORDS = {
    "explicit": "explicit",
    "presumed": "presumed",
    "written": "written",
    "明示": "explicit",
    "推定": "presumed",
    "書面": "written",
}
DATE_FORMATS = ("%Y-%m-%d", "%Y/%m/%d", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M")


class RowReader:
    """Looks up all rows of one table with a fixed number of queries."""

    def __init__(self, env, company, rows, has_evidence):
        self.env = env
        self.company = company
        self.has_evidence = has_evidence
        self.now = fields.Datetime.now()
        self.zone = pytz.timezone(company.partner_id.sudo().tz or "Asia/Taipei")
        self.partners = self._partners({row.get("contact", "") for _, row in rows})
        self.purposes = self._purposes()
        self.versions = env["pdpa.notice.version"].search(
            [("company_id", "=", company.id), ("state", "!=", "draft")]
        )
        self.seen = set()

    def _partners(self, words):
        """{word: contacts} by database id, reference or exact e-mail address."""
        people = self.env["res.partner"]
        ids = [int(word) for word in words if word.isdecimal() and len(word) < 10]
        emails = [word.lower() for word in words if "@" in word]
        found = people.search_fetch(
            [
                "|",
                "|",
                ("id", "in", ids),
                ("ref", "in", list(words)),
                ("email_normalized", "in", emails),
            ],
            ["ref", "email_normalized", "lang"],
        )
        self.by_id = {partner.id: partner for partner in found}
        by_word = {}
        for partner in found:
            for key in {str(partner.id), partner.ref, partner.email_normalized}:
                by_word[key] = by_word.get(key, people) | partner
        return by_word

    def _purposes(self):
        """{code or name: purpose} of the company."""
        purposes = self.env["pdpa.purpose"]
        found = purposes.search([("company_id", "in", (False, self.company.id))])
        own = found.sorted(lambda p: bool(p.company_id))  # the company's own one wins
        return {word: p for p in own for word in (p.code, p.name.lower())}

    def line(self, number, row):
        """Values of the line of one row; ``error`` says what to correct."""
        vals = {"number": number, "contact": row.get("contact")}
        problem = self._fill(vals, row)
        if not problem:
            key = (vals["partner_id"], vals["purpose_id"], vals["channels"])
            key += (vals["event"], vals["occurred_at"])
            if key in self.seen:
                problem = self.env._("this answer is in the file twice. Remove one.")
            self.seen.add(key)
        if problem:
            vals["error"] = self.env._(
                "Line %(line)s: %(problem)s", line=number, problem=problem
            )
        return vals

    def _fill(self, vals, row):
        """Fill ``vals`` and return the first problem, or nothing."""
        vals["wording"] = row.get("wording") or False
        return (
            self._contact(vals, row)
            or self._answer(vals, row)
            or self._purpose(vals, row)
            or self._date(vals, row)
            or self._version(vals, row)
        )

    def _contact(self, vals, row):
        word = row.get("contact", "")
        found = self.partners.get(word) or self.partners.get(word.lower())
        if not word or not found:
            return self.env._(
                "contact “%(contact)s” is not known. Write its database number, "
                "reference or exact e-mail address.",
                contact=word,
            )
        if len(found) > 1:
            return self.env._(
                "contact “%(contact)s” means several contacts. Write the database "
                "number.",
                contact=word,
            )
        vals["partner_id"] = found.id
        return None

    def _answer(self, vals, row):
        vals["event"] = EVENT_WORDS.get(row.get("event", "").lower())
        vals["kind"] = KIND_WORDS.get((row.get("kind") or "explicit").lower())
        if not vals["event"]:
            return self.env._(
                "answer “%(answer)s” is unknown. Write grant, deny or withdraw.",
                answer=row.get("event", ""),
            )
        if not vals["kind"]:
            return self.env._(
                "kind “%(kind)s” is unknown. Write explicit, presumed or written.",
                kind=row.get("kind", ""),
            )
        if vals["kind"] == "written" and not self.has_evidence:
            return self.env._(
                "a written answer needs its document. Upload the “Scan of the Forms”."
            )
        return None

    def _purpose(self, vals, row):
        purpose = self.purposes.get(row.get("purpose", "").lower())
        if not purpose:
            return self.env._(
                "purpose “%(purpose)s” is unknown. Write the code of a purpose.",
                purpose=row.get("purpose", ""),
            )
        vals["purpose_id"] = purpose.id
        usable = set(purpose.channel_ids.mapped("code"))
        words = row.get("channels", "").lower().replace(";", ",").split(",")
        channels = sorted({word.strip() for word in words if word.strip()})
        unknown = [channel for channel in channels if channel not in usable]
        if unknown or not channels:
            return self.env._(
                "channels “%(channels)s”: write codes of “%(purpose)s”, separated by "
                "commas: %(usable)s.",
                channels=row.get("channels", ""),
                purpose=purpose.display_name,
                usable=", ".join(sorted(usable)),
            )
        vals["channels"] = ",".join(channels)
        if vals["kind"] == "presumed" and (
            vals["event"] != "grant" or purpose.requires_consent
        ):
            return self.env._(
                "the answer about “%(purpose)s” cannot be presumed. Write explicit or "
                "written.",
                purpose=purpose.display_name,
            )
        return None

    def _date(self, vals, row):
        moment = None
        for known in DATE_FORMATS:
            try:
                moment = datetime.strptime(row.get("date", ""), known)
                break
            except ValueError:
                continue
        if not moment or moment.year < 1990:
            return self.env._(
                "date “%(date)s” cannot be read. Write it like 2026-03-31.",
                date=row.get("date", ""),
            )
        local = self.zone.localize(moment)
        vals["occurred_at"] = local.astimezone(pytz.utc).replace(tzinfo=None)
        if vals["occurred_at"] > self.now:
            return self.env._(
                "date “%(date)s” lies in the future. Correct it.", date=row["date"]
            )
        return None

    def _version(self, vals, row):
        """By default the published notice; else the version number on the form."""
        purpose = self.env["pdpa.purpose"].browse(vals["purpose_id"])
        partner = self.by_id[vals["partner_id"]]
        word = row.get("version", "").lower().removeprefix("v")
        covering = self.versions.filtered(lambda v: v._covers(purpose))
        if word:
            covering = covering.filtered(lambda v: str(v.version) == word)
        else:
            covering = covering.filtered(lambda v: v.state == "published")
        company_lang = self.company.partner_id.sudo().lang
        version = self.env["pdpa.notice"]._pick_language(
            covering, partner.lang, company_lang
        )
        vals["notice_version_id"] = version.id
        if word and not version or vals["event"] == "grant" and not version:
            return self.env._(
                "there is no published notice version “%(version)s” for “%(purpose)s”. "
                "Correct the number, or publish the notice first.",
                version=row.get("version", ""),
                purpose=purpose.display_name,
            )
        return None
