"""python -m devkit COMMAND ...: called by the scripts in setup/."""

import importlib
import signal
import sys

from .console import SetupError


def main():
    command, *arguments = sys.argv[1:]
    # a terminated command cleans up as an interrupted one does
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        return importlib.import_module(f"devkit.cmd_{command}").main(arguments)
    except SetupError as error:
        print(f"\nFAILED: {error.problem}\nWhat to do: {error.remedy}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


sys.exit(main())
