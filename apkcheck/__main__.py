"""``python -m apkcheck``."""

from apkcheck.cli import main

main()
