"""`monitor` and `python -m monitor`: where the program starts."""

import os


def main() -> None:
    # The network's matrices are small: more threads than one wait for each other where cores are
    # busy, and burn them meanwhile (12 s become 60). To be said before numpy is first imported.
    os.putenv("OPENBLAS_NUM_THREADS", "1")
    # Not at the top: the sandbox's child process loads this file again as its own main module, and
    # would load the whole program with it, a second and a hundred megabytes for nothing.
    from monitor.cli.main import main as command_line

    command_line()


if __name__ == "__main__":
    main()
