"""The states of the pages that are looked at: drawn by ``make shots``, measured by the tests."""
