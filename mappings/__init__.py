"""The mapping tables, as data. This file only makes the folder a package, so that it is shipped."""
