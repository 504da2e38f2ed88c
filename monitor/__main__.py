"""`monitor` and `python -m monitor`: where the program starts."""


def main() -> None:
    # Not at the top: the sandbox's child process loads this file again as its own main module, and
    # would load the whole program with it, a second and a hundred megabytes for nothing.
    from monitor.cli.main import main as command_line

    command_line()


if __name__ == "__main__":
    main()
