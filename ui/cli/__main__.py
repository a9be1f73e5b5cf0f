"""`python -m app` is the `doppel` command."""

from ui.cli.main import main

if __name__ == "__main__":
    main()
