"""The message that asks for a rating."""


def message(text, choices):
    """A LINE text with one button per choice.

    :param choices: pairs of (label, postback data)
    """
    items = [
        {
            "type": "action",
            "action": {
                "type": "postback",
                "label": label,
                "data": data,
                "displayText": label,
            },
        }
        for label, data in choices
    ]
    return {"type": "text", "text": text, "quickReply": {"items": items}}
