"""What the command `ecolib` starts, and `python -m ecolib`: Ctrl-C ends it without a word, even while
it is still being imported."""

import signal


def main() -> None:
    interrupted = signal.signal(signal.SIGINT, signal.SIG_DFL)
    from ecolib.cli import main as command

    signal.signal(signal.SIGINT, interrupted)
    command()


if __name__ == "__main__":
    main()
