"""Functions that go beyond what they are given."""

import time


def sleep(_event, _context):
    time.sleep(60)


def grow(_event, _context):
    kept = []
    while True:
        kept.append(b"x" * 2**20)
