"""apkcheck: finds where an Android app and its privacy policy disagree.

The library is used as the command line uses it: ``apkcheck.check.check_app`` for one app, end
to end. Importing this package loads nothing else.
"""

__version__ = "0.1.0"
