"""A consent receipt as a record in the style of ISO/IEC TS 27560:2023."""

SCHEMA_VERSION = "ISO/IEC TS 27560:2023"
STATE_OF_EVENT = {
    "grant": "consent given",
    "deny": "consent refused",
    "withdraw": "consent withdrawn",
}
TYPE_OF_KIND = {
    "explicit": "explicitly expressed consent",
    "presumed": "implied consent",
    "written": "explicitly expressed consent in writing",
}


def utc(moment):
    """ISO 8601 text of a naive UTC datetime."""
    return moment and moment.isoformat(timespec="seconds") + "Z"


def consent_record(receipt):
    """Build the four sections of a consent record from plain values.

    Pseudonyms stand for the person: the record names no personal value.

    :param dict receipt: uuid, event, kind, via, channels, wording, occurred_at,
        recorded_at, ip, user_agent, evidence_sha256, language, purpose, notice,
        controller and principal, as ``pdpa.receipt._consent_record`` gathers them
    :return: dict, ready for ``json.dumps``
    """
    notice = receipt["notice"]
    purpose = receipt["purpose"]
    return {
        "header": {
            "schema_version": SCHEMA_VERSION,
            "record_id": receipt["uuid"],
            "pii_principal_id": receipt["principal"],
        },
        "pii_processing": {
            "privacy_notice": notice,
            "language": receipt["language"],
            "purposes": [
                {
                    "purpose": purpose["name"],
                    "purpose_code": purpose["code"],
                    "purpose_type": purpose["official_codes"],
                    "lawful_basis": purpose["legal_basis"],
                    "pii_information": [
                        {"pii_type": code, "pii_name": name}
                        for code, name in purpose["categories"]
                    ],
                    "processing_methods": receipt["channels"],
                    "withdrawal_method": purpose["withdrawal"],
                }
            ],
        },
        "party_identification": [
            {"party_role": "PII controller", **receipt["controller"]}
        ],
        "event": {
            "event_time": utc(receipt["occurred_at"]),
            "recorded_time": utc(receipt["recorded_at"]),
            "event_type": TYPE_OF_KIND[receipt["kind"]],
            "event_state": STATE_OF_EVENT[receipt["event"]],
            "collection_method": receipt["via"],
            "wording": receipt["wording"] or None,
            "ip_address": receipt["ip"] or None,
            "user_agent": receipt["user_agent"] or None,
            "evidence_sha256": receipt["evidence_sha256"] or None,
        },
    }
