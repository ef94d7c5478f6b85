"""``python -m line_simulator``: the stand-in as a process of its own."""

import argparse
import signal
import sys
import threading

from .simulator import LineSimulator


def parse(arguments):
    parser = argparse.ArgumentParser(
        prog="python -m line_simulator",
        description="A stand-in for the LINE Platform, with a phone at /phone.",
    )
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8184)
    parser.add_argument("--name", help="display name of the official account")
    parser.add_argument("--webhook", help="where webhooks are posted to")
    parser.add_argument("--channel-id", default="2000000001")
    parser.add_argument("--secret", default="simulator-channel-secret")
    parser.add_argument("--access-token", default="simulator-access-token")
    parser.add_argument("--bot-user-id", default="U" + "0" * 32)
    parser.add_argument("--login-channel-id", default="2000000002")
    parser.add_argument(
        "--liff",
        action="append",
        default=[],
        metavar="ID=ADDRESS",
        help="a LIFF app and the address it opens (may be repeated)",
    )
    parser.add_argument(
        "--chat", action="store_true", help="messages stay unread until marked"
    )
    parser.add_argument(
        "--redelivery", action="store_true", help="repeat unanswered webhooks"
    )
    parser.add_argument(
        "--user",
        action="append",
        default=[],
        metavar="NAME[=ID]",
        help="a customer to start with (may be repeated)",
    )
    return parser.parse_args(arguments)


def main(arguments=None):
    options = parse(arguments)
    simulator = LineSimulator(
        host=options.host,
        port=options.port,
        channel_id=options.channel_id,
        secret=options.secret,
        access_token=options.access_token,
        bot_user_id=options.bot_user_id,
        webhook_url=options.webhook,
    )
    simulator.sender.redelivery = options.redelivery
    platform = simulator.platform
    platform.has_chat = options.chat
    platform.login.channel_id = options.login_channel_id
    for entry in options.liff:
        liff_id, _equals, address = entry.partition("=")
        platform.login.add_app(address, liff_id)
    if options.name:
        platform.bot_name = options.name
    for entry in options.user:
        name, _equals, user_id = entry.partition("=")
        simulator.add_user(name, user_id=user_id or None)
    # before the line below: who reads it may stop us at once
    finished = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_args: finished.set())
    simulator.start()
    sys.stdout.write(
        f"LINE simulator: API {simulator.api_url}  phone {simulator.url}/phone\n"
    )
    sys.stdout.flush()
    finished.wait()
    simulator.stop()


if __name__ == "__main__":
    main()
