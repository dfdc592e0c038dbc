"""Sensitivity: which of a model's numbers an answer hangs on.

Nothing here knows scenarios. A *function* takes a table of shares between 0 and 1, a row for each
evaluation and a column for each number, and gives one output a row; `gates` and `risk` say how the
chance of an event is read from histories with less noise than by counting them.
"""
