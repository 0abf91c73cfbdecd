"""The local stack: an emulator without containers, and the real template deployed to it."""
