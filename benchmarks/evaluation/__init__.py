"""How well policies are read, measured on corpora that are not part of this project.

    python -m benchmarks.evaluation [TASK ...] [--corpora DIR]

One module per task, each with ``measure(corpora, tables) -> Iterator[str]`` and a line in
``TASKS``. ``--corpora`` defaults to the environment's ``APKCHECK_CORPORA``. What a corpus is for is
in the docstring of its module; none is learnt from by running this.
"""
