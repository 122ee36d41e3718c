"""Builds the package; everything but one step of it stands in setup.cfg.

A wheel brings along that its tables were found valid, so that no start after its installation has
to check them. That is said of the files as they are in the wheel, after they were copied.
"""

import os
import subprocess
import sys
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

SHIP = "from apkcheck.tables.loading import ship_approval; ship_approval()"


class BuildWithApproval(build_py):
    """Copies the package, then checks the tables of the copy."""

    def run(self) -> None:
        """Fails the build if a table is invalid."""
        super().run()
        if not self.editable_mode:
            found = {**os.environ, "PYTHONPATH": str(Path(self.build_lib).resolve())}
            subprocess.run([sys.executable, "-B", "-P", "-c", SHIP], env=found, check=True)


setup(cmdclass={"build_py": BuildWithApproval})
