"""Renews the golden files."""

from tests.golden import renew

if __name__ == "__main__":
    renew()
